"""Images in pieces are redirected with the others; prefixes are left, and reported."""

from __future__ import annotations

from pathlib import Path

from ...journey import Outcome, examine_chart, pod

SHARED = (
    "registry: quay.io\n"
    "operator: {name: team/operator, version: '1'}\n"
    "driver: {image: {name: team/driver, version: '3.7'}}\n"
)
OPERATOR = pod(
    '"{{ .Values.registry }}/{{ .Values.operator.name }}:{{ .Values.operator.version }}"'
)
CUSTOM = "---\napiVersion: example.com/v1\nkind: Operands\nmetadata: {name: demo}\nspec:\n"
DRIVER = (
    "  registry: {{ .Values.registry }}\n  name: {{ .Values.driver.image.name }}\n"
    "  version: {{ .Values.driver.image.version | quote }}\n"
)
MOVED = (
    "registry: swr.example.com\n"
    "operator: {name: osc/operator, version: '1'}\n"
    "driver: {image: {name: osc/driver, version: '3.7'}}\n"
)


def statuses(outcome: Outcome) -> dict[str, str]:
    """Each original with its status."""
    return {original: status for original, (status, _target) in outcome.images.items()}


def completed(outcome: Outcome) -> dict[str, object]:
    """Each prefix with its pieces."""
    return {
        image.original: image.completed_at_runtime
        for image in outcome.report.images
        if image.completed_at_runtime is not None
    }


def test_pieces_in_a_custom_resource_move_with_the_registry_they_share(tmp_path: Path) -> None:
    outcome = examine_chart(tmp_path, SHARED, OPERATOR + CUSTOM + DRIVER)
    assert statuses(outcome) == {
        "quay.io/team/operator:1": "redirected",
        "quay.io/team/driver:3.7": "redirected",
    }
    assert outcome.values == MOVED
    assert outcome.report.verification.other_changes == ()
    assert [each for each in outcome.report.findings if each.rule == "PORTAL-009"] == []


def test_an_empty_registry_in_a_custom_resource_takes_the_registry(tmp_path: Path) -> None:
    values = "image: quay.io/team/a:1\ndriver: {registry: '', name: team/driver, tag: '2'}\n"
    driver = (
        "  image:\n    registry: {{ .Values.driver.registry }}\n"
        "    name: {{ .Values.driver.name }}\n    tag: {{ .Values.driver.tag | quote }}\n"
    )
    outcome = examine_chart(tmp_path, values, pod("{{ .Values.image }}") + CUSTOM + driver)
    assert outcome.image("team/driver:2").status.value == "redirected"
    assert outcome.values == (
        "image: swr.example.com/osc/a:1\n"
        "driver: {registry: 'swr.example.com', name: osc/driver, tag: '2'}\n"
    )


def test_pieces_in_a_text_are_compared_as_what_it_holds(tmp_path: Path) -> None:
    config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  demo.yaml: |\n"
    text = (
        '    # by {{ .Values.registry }}\n    image:\n      registry: "{{ .Values.registry }}"\n'
        "      name: {{ .Values.driver.image.name }}\n      version: '3.7'\n"
        "    agent: {{ .Values.agent }}\n"
    )
    values = SHARED + "agent: quay.io/team/agent:1\n"
    outcome = examine_chart(tmp_path, values, OPERATOR + config + text)
    assert statuses(outcome) == {
        "quay.io/team/operator:1": "redirected",
        "quay.io/team/driver:3.7": "redirected",
        "quay.io/team/agent:1": "redirected",
    }
    assert outcome.values == MOVED + "agent: swr.example.com/osc/agent:1\n"


def test_pieces_that_a_template_hard_codes_are_reported_with_their_lines(tmp_path: Path) -> None:
    driver = "  registry: quay.io\n  image: team/driver\n  tag: '3.7'\n"
    outcome = examine_chart(
        tmp_path, "image: quay.io/team/a:1\n", pod("{{ .Values.image }}") + CUSTOM + driver
    )
    image = outcome.image("quay.io/team/driver:3.7")
    assert image.status.value == "hardcoded"
    lines = (pod("x") + CUSTOM).count("\n")
    assert sorted({source.line for source in image.sources}) == [lines + 1, lines + 2, lines + 3]


def test_a_prefix_alone_is_no_image_and_is_left_as_it_is(tmp_path: Path) -> None:
    values = "image: quay.io/team/a:1\noperands: quay.io/team/operands\n"
    template = (
        pod("{{ .Values.image }}", "quay.io/team/operands/b:1")
        + CUSTOM
        + ("  from: {{ .Values.operands }}\n")
    )
    outcome = examine_chart(tmp_path, values, template)
    assert completed(outcome) == {"quay.io/team/operands": {"registry": "quay.io/team/operands"}}
    assert outcome.values == "image: swr.example.com/osc/a:1\noperands: quay.io/team/operands\n"
    assert outcome.report.verification.images_total == 2
    (finding,) = [each for each in outcome.report.findings if each.rule == "PORTAL-013"]
    assert (finding.severity.value, finding.place.line) == ("warning", 2)


def test_a_prefix_in_the_target_is_all_right(tmp_path: Path) -> None:
    values = "image: quay.io/team/a:1\noperands: swr.example.com/osc\n"
    template = pod("{{ .Values.image }}") + CUSTOM + "  repository: {{ .Values.operands }}\n"
    outcome = examine_chart(tmp_path, values, template)
    assert completed(outcome) == {}
    assert [each for each in outcome.report.findings if each.rule == "PORTAL-013"] == []


def test_a_variable_that_reads_an_annotation_nobody_sets_is_reported(tmp_path: Path) -> None:
    def reading(annotation: str) -> str:
        return (
            f"          - name: {annotation.upper()}\n            valueFrom: {{fieldRef: {{fieldPath: "
            f"\"metadata.annotations['{annotation}']\"}}}}\n"
        )

    template = pod("{{ .Values.image }}").replace(
        "    spec:\n", "    metadata: {annotations: {known: quay.io/team/b:1}}\n    spec:\n"
    )
    template += "          env:\n" + reading("known") + reading("unknown") + reading("olm.x")
    outcome = examine_chart(tmp_path, "image: quay.io/team/a:1\n", template)
    found = [each for each in outcome.report.findings if each.rule == "PORTAL-013"]
    assert [each.message.dump()["parameters"]["variable"] for each in found] == ["UNKNOWN"]
    assert statuses(outcome)["quay.io/team/b:1"] == "hardcoded"


def test_an_image_in_a_registry_of_artifacts_is_found_behind_its_scheme(tmp_path: Path) -> None:
    values = "image: quay.io/team/a:1\nartifact: oci://quay.io/team/rules:2\n"
    template = pod("{{ .Values.image }}") + CUSTOM + "  url: {{ .Values.artifact }}\n"
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        "image: swr.example.com/osc/a:1\nartifact: oci://swr.example.com/osc/rules:2\n"
    )


def test_an_image_whose_tag_is_a_variable_of_its_own_keeps_it(tmp_path: Path) -> None:
    values = "image: quay.io/team/a:1\nsidecar: {image: quay.io/team/sidecar}\n"
    template = pod("{{ .Values.image }}") + (
        "          env: [{name: SIDECAR_IMAGE, value: '{{ .Values.sidecar.image }}:$(VERSION)'}]\n"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        "image: swr.example.com/osc/a:1\nsidecar: {image: swr.example.com/osc/sidecar}\n"
    )


def test_pieces_in_properties_are_images(tmp_path: Path) -> None:
    values = "agent: {registry: quay.io, name: team/agent, tag: '2'}\nside: docker.io/team/side\n"
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: demo}\ndata:\n"
        "  agent.properties: |\n    # agents\n"
        "    agent.image.registry={{ .Values.agent.registry }}\n"
        "    agent.image.repository={{ .Values.agent.name }}\n"
        "    agent.image.tag={{ .Values.agent.tag }}\n    poll=5\n"
        "  side.env: |\n"
        '    SIDE_IMAGE_REPOSITORY="{{ .Values.side }}"\n    SIDE_IMAGE_TAG="1"\n'
    )
    outcome = examine_chart(tmp_path, values, config)

    assert outcome.images == {
        "quay.io/team/agent:2": ("redirected", "swr.example.com/osc/agent:2"),
        "docker.io/team/side:1": ("redirected", "swr.example.com/osc/side:1"),
    }
    assert outcome.report.verification.other_changes == ()


def test_a_digest_may_stand_without_its_algorithm(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    values = f"proxy: {{image: quay.io/team/proxy, digest: {digest}}}\n"
    proxy = (
        "  proxy:\n    image: {{ .Values.proxy.image }}\n    digest: {{ .Values.proxy.digest }}\n"
    )
    outcome = examine_chart(tmp_path, values, CUSTOM.removeprefix("---\n") + proxy)

    assert outcome.images == {
        f"quay.io/team/proxy@sha256:{digest}": (
            "redirected",
            f"swr.example.com/osc/proxy@sha256:{digest}",
        )
    }
    assert outcome.values == values.replace("quay.io/team", "swr.example.com/osc")
