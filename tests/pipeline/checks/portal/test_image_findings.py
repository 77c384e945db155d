"""What is said of images that move, of those that cannot, and of the guard."""

from __future__ import annotations

from pathlib import Path

from reviews.pipeline.checks.examples.charts import CHART, bare_chart, pod

from ..boxes import examined, findings, reported

DIGEST = "sha256:" + "0123456789abcdef" * 4
OURS = "swr.cn-east-3.myhuaweicloud.com"
SECRET = "  imagePullSecrets: [{name: default-secret}]\n"


def test_each_value_is_reported_with_its_part(tmp_path: Path) -> None:
    image = (
        '{{ .Values.image.registry | default "docker.io" }}'
        "/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    )
    example = bare_chart("image: {registry: '', repository: bitnami/etcd, tag: v3}\n", pod(image))

    assert [words for _severity, words in reported(example, tmp_path, "PORTAL-002")] == [
        (
            "image.registry is empty, and a default outside of values.yaml decides that part"
            f" of docker.io/bitnami/etcd:v3. It becomes {OURS}."
        ),
        (
            "image.repository decides the repository of docker.io/bitnami/etcd:v3:"
            " bitnami/etcd becomes osc-opensource/etcd."
        ),
    ]


def test_one_registry_that_feeds_two_images_is_one_finding(tmp_path: Path) -> None:
    example = bare_chart(
        "registry: quay.io/team\n",
        pod('"{{ .Values.registry }}/one:v1"', '"{{ .Values.registry }}/two:v2"'),
    )

    found = findings(example, tmp_path, "PORTAL-002")

    assert [(str(each.message), each.image, each.change_set) for each in found] == [
        (
            (
                "registry decides the repository of quay.io/team/one:v1, quay.io/team/two:v2:"
                f" quay.io/team becomes {OURS}/osc-opensource."
            ),
            "quay.io/team/one:v1",
            "image:registry",
        )
    ]


def test_a_digest_that_the_template_appends_when_given_is_emptied(tmp_path: Path) -> None:
    image = "{{ .Values.repository }}:{{ .Values.tag }}{{ with .Values.digest }}@{{ . }}{{ end }}"
    example = bare_chart(
        f"repository: quay.io/coreos/etcd\ntag: v3\ndigest: {DIGEST}\n", pod(image)
    )

    examination = examined(example, tmp_path)

    assert [
        (each.place.line, str(each.message).partition(". ")[2])
        for each in examination.report.findings
        if each.rule == "PORTAL-002"
    ] == [
        (1, ""),
        (
            3,
            ("It is emptied, for the platform's own push has another digest; the tag decides."),
        ),
    ]
    assert [file.after.decode() for file in examination.rewriting.files] == [
        f'repository: {OURS}/osc-opensource/etcd\ntag: v3\ndigest: ""\n'
    ]


def test_the_place_of_an_image_in_a_block_of_text_is_its_own_line(tmp_path: Path) -> None:
    example = bare_chart(
        "extra: |\n  - name: side\n    image: quay.io/team/side:v1\n",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\nspec:\n  containers:\n"
        "{{ .Values.extra | indent 4 }}\n",
    )

    found = findings(example, tmp_path, "PORTAL-002")

    assert [
        (each.place.line, each.place.column, each.edit and each.edit.before) for each in found
    ] == [(3, 12, "quay.io/team/side:v1")]


def test_a_collision_is_reported_once_and_moves_neither(tmp_path: Path) -> None:
    example = bare_chart(
        "one: quay.io/a/agent:1\ntwo: {name: ghcr.io/b/agent, tag: '1'}\n",
        pod("{{ .Values.one }}", "{{ .Values.two.name }}:{{ .Values.two.tag }}"),
    )

    report = examined(example, tmp_path).report

    assert [(each.rule, str(each.message)) for each in report.findings if each.image] == [
        (
            "PORTAL-001",
            (
                f"Different images would share the target {OURS}/osc-opensource/agent:1:"
                " quay.io/a/agent:1 (one); ghcr.io/b/agent:1 (two.name, two.tag). None of them is"
                " rewritten."
            ),
        )
    ]
    assert report.rewrites == ()


def test_the_guard_of_a_sub_chart_is_switched_in_the_root(tmp_path: Path) -> None:
    example = bare_chart(
        "store: {image: docker.io/bitnami/etcd:3.5}\n",
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0}\n",
        more={
            "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            "charts/store/values.yaml": "global: {security: {allowInsecureImages: false}}\n",
            "charts/store/templates/pod.yaml": pod("{{ .Values.image }}")
            + '{{ if and (ne .Values.image "docker.io/bitnami/etcd:3.5")'
            + ' (not .Values.global.security.allowInsecureImages) }}{{ fail "unknown" }}{{ end }}\n',
        },
    )

    examination = examined(example, tmp_path)

    assert {file.address: file.after.decode() for file in examination.rewriting.files} == {
        "demo/values.yaml": (
            f"store: {{image: {OURS}/osc-opensource/etcd:3.5}}\n"
            "global:\n  security:\n    allowInsecureImages: true\n"
        )
    }
    assert [image.status.value for image in examination.report.images] == ["redirected"]


def test_a_guard_whose_images_do_not_move_is_left_alone(tmp_path: Path) -> None:
    guarded = pod() + "{{ if .Values.allowInsecureImages }}{{ end }}\n"

    assert reported(bare_chart(template=guarded), tmp_path, "PORTAL-003") == []


def test_a_guard_that_cannot_be_switched_gives_the_images_up(tmp_path: Path) -> None:
    example = bare_chart(
        "image: docker.io/bitnami/etcd:3.5\nglobal: text\n",
        pod("{{ .Values.image }}")
        + SECRET
        + '{{ if ne .Values.image "docker.io/bitnami/etcd:3.5" }}{{ fail "unknown" }}{{ end }}\n'
        + "{{/* allowInsecureImages */}}\n",
    )

    report = examined(example, tmp_path).report

    assert ([image.status.value for image in report.images], report.rewrites) == (
        ["unverified"],
        (),
    )
    assert [(each.rule, each.severity.value) for each in report.findings] == [
        ("PORTAL-004", "warning"),
        ("OSC-HELM-017", "info"),
    ]


STORE = {
    "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
    "charts/store/values.yaml": "image: docker.io/bitnami/etcd:3.5\n",
    "charts/store/templates/pod.yaml": pod("{{ .Values.image }}").replace("demo", "store")
    + SECRET
    + "{{/* allowInsecureImages */}}\n",
}
NEEDS_STORE = CHART + "dependencies:\n- {name: store, version: 1.0.0}\n"


def test_an_override_and_the_guard_are_two_findings_with_an_edit_each(tmp_path: Path) -> None:
    example = bare_chart("replicas: 1\n", metadata=NEEDS_STORE, more=STORE)

    examination = examined(example, tmp_path)

    found = examination.report.findings
    assert [(each.rule, each.change_set, each.edit and each.edit.after) for each in found] == [
        (
            "OSC-HELM-011",
            "image:store.image",
            f"store:\n  image: {OURS}/osc-opensource/etcd:3.5\n",
        ),
        (
            "PORTAL-003",
            "guard:global.security.allowInsecureImages",
            "global:\n  security:\n    allowInsecureImages: true\n",
        ),
    ]
    assert [file.after.decode() for file in examination.rewriting.files] == [
        (
            "replicas: 1\nglobal:\n  security:\n    allowInsecureImages: true\n"
            f"store:\n  image: {OURS}/osc-opensource/etcd:3.5\n"
        )
    ]


def test_what_opens_an_empty_file_is_one_edit_and_one_finding(tmp_path: Path) -> None:
    example = bare_chart("{}\n", metadata=NEEDS_STORE, more=STORE)

    examination = examined(example, tmp_path)

    assert [each.rule for each in examination.report.findings] == ["OSC-HELM-011"]
    assert [file.after.decode() for file in examination.rewriting.files] == [
        (
            f"store:\n  image: {OURS}/osc-opensource/etcd:3.5\n"
            "global:\n  security:\n    allowInsecureImages: true\n"
        )
    ]


def test_a_switch_that_cannot_be_edited_is_no_crash(tmp_path: Path) -> None:
    example = bare_chart(
        "image: docker.io/bitnami/etcd:3.5\n"
        "global:\n  security:\n    allowInsecureImages: |\n      no\n",
        pod("{{ .Values.image }}") + SECRET + "{{/* allowInsecureImages */}}\n",
    )

    found = examined(example, tmp_path).report.findings

    assert [each.rule for each in found] == ["PORTAL-002"]


def test_images_of_one_target_are_hard_coded_and_collide(tmp_path: Path) -> None:
    example = bare_chart(
        "image: docker.io/team/agent:1\n",
        pod("quay.io/one/agent:1", "ghcr.io/two/agent:1", "{{ .Values.image }}"),
    )
    report = examined(example, tmp_path).report

    assert [(each.original, each.status.value) for each in report.images] == [
        ("quay.io/one/agent:1", "hardcoded"),
        ("ghcr.io/two/agent:1", "hardcoded"),
        ("docker.io/team/agent:1", "unverified"),
    ]
    assert [
        (each.rule, each.place.line, str(each.message).endswith("None of them is rewritten."))
        for each in report.findings
        if each.rule in {"OSC-HELM-008", "PORTAL-001", "PORTAL-002", "PORTAL-004"}
    ] == [("OSC-HELM-008", 8, False), ("OSC-HELM-008", 10, False), ("PORTAL-001", 8, True)]
