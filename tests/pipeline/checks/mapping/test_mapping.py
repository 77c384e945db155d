"""Where images/mapping.yaml and the engine disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, Example, below, pod
from reviews.pipeline.core.policy import Policy

from ..boxes import examined

OURS = "swr.cn-east-3.myhuaweicloud.com"
DIGEST = "sha256:" + "0123456789abcdef" * 4
PARTS = '"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
VALUES = 'image:\n  registry: docker.io\n  repository: bitnami/etcd\n  tag: "3"\n'
MAPPING = "demo/images/mapping.yaml"
Reported = list[tuple[str, str, str | None, int | None, str]]


def package(mapping: str, values: str = VALUES, *images: str) -> Example:
    """A service package with one chart and a mapping."""
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": values,
        "templates/pod.yaml": pod(*(images or (PARTS,))),
    }
    files = below("demo/package/demo-1.0.0.tgz!/demo/", chart)
    return Example(files | {MAPPING: mapping})


def entry(address: str, image: str = "etcd", tag: str = '"3"') -> str:
    """A mapping of one entry."""
    return (
        f"instance:\n- image: {image}\n  tag: {tag}\n  address: {address}\n"
        "  package: {x86_64: etcd.tar}\n"
    )


def reported(example: Example, folder: Path, *rules: str) -> Reported:
    """Rule, severity, file, line and message of what ``rules`` find."""
    return [
        (each.rule, each.severity.value, each.place.file, each.place.line, str(each.message))
        for each in examined(example, folder).report.findings
        if each.rule in rules
    ]


def helps(example: Example, folder: Path, rule: str) -> list[tuple[str, int | None, str, str]]:
    """Severity, line, message and remedy of what ``rule`` finds."""
    return [
        (each.severity.value, each.place.line, str(each.message), str(each.help))
        for each in examined(example, folder).report.findings
        if each.rule == rule
    ]


FITTING = {
    "three pieces": ("{endpoint: image.registry, repository: image.repository}", VALUES, PARTS),
    "the whole": (
        "{fullAddress: image}",
        "image: docker.io/bitnami/etcd:3\n",
        "{{ .Values.image }}",
    ),
    "the address without the tag": (
        "{prefixAddress: image.repository, tag: image.tag}",
        'image:\n  repository: docker.io/bitnami/etcd\n  tag: "3"\n',
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}",
    ),
    "registry and organisation together": (
        "{prefixAddress: hub, repo: name}",
        "hub: docker.io/bitnami\nname: etcd\n",
        "{{ .Values.hub }}/{{ .Values.name }}:3",
    ),
    "a repository with its host": (
        "{repository: .Values.image.repository}",
        'image:\n  repository: docker.io/bitnami/etcd\n  tag: "3"\n',
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}",
    ),
    "an empty value that wins once it is written": (
        "{fullAddress: image.override}",
        VALUES + '  override: ""\n',
        '"{{ .Values.image.override | default (print .Values.image.registry "/" .Values.image.repository ":" .Values.image.tag) }}"',
    ),
}


@pytest.mark.parametrize("case", FITTING.values(), ids=FITTING.keys())
def test_a_mapping_that_fits_under_one_reading_is_believed(
    tmp_path: Path, case: tuple[str, str, str]
) -> None:
    address, values, image = case

    example = package(entry(address), values, image)

    assert reported(example, tmp_path, "OSC-MAP-011", "OSC-MAP-017") == []


def test_a_piece_at_the_wrong_value_is_an_error(tmp_path: Path) -> None:
    example = package(entry("{endpoint: image.repository}"))

    assert reported(example, tmp_path, "OSC-MAP-011") == [
        (
            "OSC-MAP-011",
            "error",
            MAPPING,
            2,
            (
                f"With this entry docker.io/bitnami/etcd:3 would render as docker.io/{OURS}:3 and"
                f" not as {OURS}/osc-opensource/etcd:3. The entry names endpoint:"
                " image.repository; the image is decided by image.registry, image.repository,"
                " image.tag."
            ),
        )
    ]


def test_a_value_that_another_one_beats_is_an_error(tmp_path: Path) -> None:
    image = (
        '"{{ .Values.global.registry | default .Values.image.registry }}'
        '/{{ .Values.image.repository }}:3"'
    )
    example = package(
        entry("{endpoint: image.registry, repository: image.repository}"),
        "global:\n  registry: docker.io\n" + VALUES.replace("docker.io", "quay.io"),
        image,
    )

    found = reported(example, tmp_path, "OSC-MAP-011")

    assert [each[:4] for each in found] == [("OSC-MAP-011", "error", MAPPING, 2)]
    assert found[0][4].endswith("decided by global.registry, image.repository.")


def test_a_path_that_is_nowhere_is_one_error_that_names_the_right_ones(tmp_path: Path) -> None:
    example = package(entry("{fullAddress: images.etcd}"))

    assert helps(example, tmp_path, "OSC-MAP-009") == [
        (
            "error",
            4,
            (
                "The entry for etcd writes to images.etcd, which is in no values.yaml, and so"
                " moves no image."
            ),
            (
                "Name the values that decide docker.io/bitnami/etcd:3: image.registry,"
                " image.repository, image.tag."
            ),
        )
    ]
    assert reported(example, tmp_path, "OSC-MAP-010", "OSC-MAP-011", "OSC-MAP-017") == []


def test_an_image_without_an_entry_is_an_error_at_the_value_that_decides_it(
    tmp_path: Path,
) -> None:
    example = package(entry("{fullAddress: image}", "agent"))

    assert reported(example, tmp_path, "OSC-MAP-017") == [
        (
            "OSC-MAP-017",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml",
            2,
            (
                "No entry of images/mapping.yaml names a value that decides"
                " docker.io/bitnami/etcd:3, so the platform would not move it: it is decided by"
                " image.registry, image.repository, image.tag."
            ),
        )
    ]


def test_a_value_that_decides_no_image_is_a_warning(tmp_path: Path) -> None:
    example = package(
        entry("{fullAddress: image}") + "- image: other\n  address: {repository: name}\n",
        "image: docker.io/bitnami/etcd:3\nname: demo\n",
        "{{ .Values.image }}",
    )

    assert reported(example, tmp_path, "OSC-MAP-011") == [
        (
            "OSC-MAP-011",
            "warning",
            MAPPING,
            6,
            (
                "The entry for other writes to repository: name, and that decides no image in any"
                " render."
            ),
        )
    ]


def test_another_name_or_tag_than_the_chart_renders_is_a_warning(tmp_path: Path) -> None:
    address = "{repository: image.repository, endpoint: image.registry, tag: image.tag}"
    example = package(entry(address, "etcd-arm", '"4"'))

    report = examined(example, tmp_path).report

    assert [image.target for image in report.images] == [f"{OURS}/osc-opensource/etcd-arm:4"]
    assert [
        (each.severity.value, str(each.message))
        for each in report.findings
        if each.rule == "OSC-MAP-011"
    ] == [
        (
            "warning",
            (
                "The mapping calls it etcd-arm:4, but the chart renders docker.io/bitnami/etcd:3"
                " here. The address of the mapping replaces it."
            ),
        )
    ]


def test_an_unmapped_image_of_a_feature_is_a_warning(tmp_path: Path) -> None:
    example = package(
        entry("{fullAddress: image}"),
        "image: docker.io/bitnami/etcd:3\nmetrics: {enabled: false, image: docker.io/a/m:1}\n",
        "{{ .Values.image }}",
        "{{ if .Values.metrics.enabled }}{{ .Values.metrics.image }}{{ else }}"
        "{{ .Values.image }}{{ end }}",
    )

    assert [each[:2] for each in reported(example, tmp_path, "OSC-MAP-017")] == [
        ("OSC-MAP-017", "warning")
    ]


def test_without_a_mapping_nothing_is_said_of_one(tmp_path: Path) -> None:
    example = package(entry("{}"))
    files = {name: text for name, text in example.files.items() if name != MAPPING}

    found = reported(Example(files), tmp_path, "OSC-MAP-011", "OSC-MAP-017", "OSC-MAP-024")

    assert found == []


def test_a_digest_that_wins_over_the_mapped_tag_is_reported_where_it_is_written(
    tmp_path: Path,
) -> None:
    example = package(
        entry("{prefixAddress: image.repository, tag: image.tag}"),
        f'image:\n  repository: quay.io/a/etcd\n  tag: "3"\n  digest: {DIGEST}\n',
        "{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}"
        "{{ else }}:{{ .Values.image.tag }}{{ end }}",
    )

    assert reported(example, tmp_path, "OSC-MAP-024") == [
        (
            "OSC-MAP-024",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml",
            4,
            (
                f"images/mapping.yaml gives quay.io/a/etcd@{DIGEST} the tag 3, but its digest wins"
                " over any tag."
            ),
        )
    ]


def test_an_empty_value_that_decides_nothing_is_shown_by_rendering(tmp_path: Path) -> None:
    example = package(
        entry("{endpoint: image.registry, tag: image.version}"), VALUES + '  version: ""\n'
    )

    found = reported(example, tmp_path, "OSC-MAP-011")

    assert [each[1] for each in found] == ["error"]
    assert f"would render as {OURS}/bitnami/etcd:3 and not as" in found[0][4]


def test_one_registry_that_all_entries_name_is_right(tmp_path: Path) -> None:
    def image(name: str) -> str:
        return (
            f'"{{{{ .Values.global.registry | default .Values.{name}.registry }}}}'
            f'/{{{{ .Values.{name}.repository }}}}:1"'
        )

    mapping = "instance:\n" + "".join(
        f"- image: {name}\n  tag: '1'\n  address: {{endpoint: global.registry, repository:"
        f" {name}.repository}}\n  package: {{x86_64: {name}.tar}}\n"
        for name in ("etcd", "agent")
    )
    values = "global: {registry: ''}\n" + "".join(
        f"{name}: {{registry: quay.io, repository: demo/{name}}}\n" for name in ("etcd", "agent")
    )
    example = package(mapping, values, image("etcd"), image("agent"))

    report = examined(example, tmp_path).report

    rules = ("OSC-MAP-009", "OSC-MAP-011", "OSC-MAP-012", "OSC-MAP-017")
    assert reported(example, tmp_path, *rules) == []
    assert {image.original: image.target for image in report.images} == {
        "quay.io/demo/etcd:1": f"{OURS}/osc-opensource/etcd:1",
        "quay.io/demo/agent:1": f"{OURS}/osc-opensource/agent:1",
    }


def test_entries_that_are_right_under_different_readings_are_not_right_together(
    tmp_path: Path,
) -> None:
    mapping = (
        "instance:\n"
        "- {image: etcd, tag: '1', address: {prefixAddress: etcd}, package: {x86_64: a.tar}}\n"
        "- {image: agent, tag: '1', address: {repository: agent}, package: {x86_64: b.tar}}\n"
    )
    example = package(
        mapping,
        "etcd: quay.io/demo/etcd\nagent: quay.io/demo/agent\n",
        "{{ .Values.etcd }}:1",
        "{{ .Values.agent }}:1",
    )

    assert helps(example, tmp_path, "OSC-MAP-011") == [
        (
            "error",
            3,
            (
                "With this entry quay.io/demo/agent:1 would render as osc-opensource/agent:1 and"
                f" not as {OURS}/osc-opensource/agent:1. The entry names repository: agent; the"
                " image is decided by agent."
            ),
            (
                "Use the keys that have one meaning, or each of the others in one meaning only:"
                " read otherwise, this entry would be right, but then another one is wrong."
            ),
        )
    ]


def test_a_policy_may_read_the_keys_in_its_own_way(tmp_path: Path) -> None:
    only_r1 = Policy(mapping_readings=Policy().mapping_readings[:1])
    example = package(
        entry("{repository: image}"), "image: docker.io/bitnami/etcd\n", "{{ .Values.image }}:3"
    )

    under = {
        len(policy.mapping_readings): [
            each.severity.value
            for each in examined(example, tmp_path, policy).report.findings
            if each.rule == "OSC-MAP-011"
        ]
        for policy in (Policy(), only_r1)
    }

    assert under == {3: [], 1: ["error"]}


def test_a_chart_that_refuses_what_the_mapping_writes_is_reported(tmp_path: Path) -> None:
    guard = '{{ if contains "/" .Values.image.tag }}{{ fail "a tag has no slash" }}{{ end }}'
    example = package(
        entry("{fullAddress: image.tag}"), VALUES, PARTS.replace('"{{', f'"{guard}{{{{', 1)
    )

    found = reported(example, tmp_path, "OSC-MAP-011")

    assert [each[:4] for each in found] == [("OSC-MAP-011", "error", MAPPING, 1)]
    assert "a tag has no slash" in found[0][4]


def test_what_the_budget_leaves_untried_is_a_warning_and_no_error(tmp_path: Path) -> None:
    example = package(entry("{fullAddress: image.repository}"))
    tight = Example(example.files, limits={"analysis_renders": 2})

    found = reported(tight, tmp_path, "OSC-MAP-011")

    assert [each[1] for each in found if "budget" in each[4]] == ["warning"]
    assert [each for each in found if each[1] == "error"] == []


def test_the_name_of_the_mapping_is_kept_with_its_path(tmp_path: Path) -> None:
    example = package(
        entry("{endpoint: image.registry, repository: image.repository}", "demo/etcd")
    )

    report = examined(example, tmp_path).report

    assert [image.target for image in report.images] == [f"{OURS}/osc-opensource/demo/etcd:3"]
    assert [image.status.value for image in report.images] == ["redirected"]


def test_an_illegal_name_or_tag_goes_into_no_address(tmp_path: Path) -> None:
    example = package(
        entry("{endpoint: image.registry, repository: image.repository}", "Etcd:3", "'3+1'")
    )

    report = examined(example, tmp_path).report

    assert [image.target for image in report.images] == [f"{OURS}/osc-opensource/etcd:3"]


# the paths


def subchart(address: str) -> Example:
    """A chart whose one image only a sub-chart's values.yaml decides."""
    example = package(entry(address), "replicas: 1\n", f"{OURS}/osc-opensource/own:1")
    inside = "demo/package/demo-1.0.0.tgz!/demo/"
    return Example(
        {
            **example.files,
            f"{inside}charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            f"{inside}charts/store/values.yaml": VALUES,
            f"{inside}charts/store/templates/pod.yaml": pod(PARTS),
        }
    )


def test_a_path_that_our_edit_inserts_is_there(tmp_path: Path) -> None:
    address = "{endpoint: store.image.registry, repository: store.image.repository}"

    assert helps(subchart(address), tmp_path, "OSC-MAP-009") == []


def test_a_path_that_only_a_subchart_has_is_a_warning(tmp_path: Path) -> None:
    address = "{endpoint: store.image.registry, tag: store.image.tag}"

    assert helps(subchart(address), tmp_path, "OSC-MAP-009") == [
        (
            "warning",
            4,
            (
                "The mapping writes to store.image.tag, which only a sub-chart's values.yaml has."
                " Whether the platform adds it to the root's is not known."
            ),
            "Set these values in the root values.yaml, too.",
        )
    ]


@pytest.mark.parametrize(
    ("address", "message", "remedy"),
    [
        (
            "{endpoint: image.registri, repository: image.repository}",
            "The entry for etcd writes to image.registri, which is in no values.yaml, and so moves no image.",
            "Probably image.registry is meant.",
        ),
        (
            "{repository: .Values.image.repository}",
            "The entry for etcd writes to “.Values.image.repository”. A path begins with the outermost key of values.yaml, with nothing in front.",
            "Write image.repository.",
        ),
        (
            "{repository: image.repository, endpoint: 3}",
            "The entry for etcd names no path for endpoint, but a number.",
            "Name a value of values.yaml, from the outermost key, with dots between the keys.",
        ),
    ],
)
def test_a_path_is_reported_with_the_one_that_was_meant(
    tmp_path: Path, address: str, message: str, remedy: str
) -> None:
    found = helps(package(entry(address)), tmp_path, "OSC-MAP-009")

    assert [(each[0], each[2], each[3]) for each in found] == [("error", message, remedy)]


# the other rules


def test_everything_wrong_with_one_entry_is_reported_once_each(tmp_path: Path) -> None:
    mapping = (
        "instance:\n- image: docker.io/Etcd:3\n  tag: 1.20\n"
        "  address: {registry: image.registry, tag: image.tag}\n"
        "  package: {amd64: etcd.tar}\nversion: 1\n"
    )

    assert [
        (rule, severity, line, message, remedy)
        for rule in ("OSC-MAP-005", "OSC-MAP-006", "OSC-MAP-008", "OSC-MAP-013", "OSC-MAP-023")
        for severity, line, message, remedy in helps(package(mapping), tmp_path, rule)
    ] == [
        (
            "OSC-MAP-005",
            "error",
            2,
            "“docker.io/Etcd:3” begins with a registry, which is the platform's to add.",
            "Write “image: etcd”.",
        ),
        (
            "OSC-MAP-006",
            "warning",
            3,
            "The tag is written 1.20 without quotes, so it is a number to YAML.",
            'Put it in quotes: tag: "1.20".',
        ),
        (
            "OSC-MAP-008",
            "error",
            4,
            "“registry” is not one of the keys that the platform knows, so nothing is written to image.registry.",
            "Probably “endpoint” is meant.",
        ),
        (
            "OSC-MAP-013",
            "error",
            5,
            "“amd64” is neither x86_64 nor aarch64.",
            "Write “x86_64”.",
        ),
        (
            "OSC-MAP-023",
            "info",
            6,
            "“version” is not a section that the guide knows.",
            "Remove it, or move its entries below “instance”.",
        ),
    ]


def test_a_misspelt_list_is_reported_with_its_name(tmp_path: Path) -> None:
    example = package(entry("{}").replace("instance:", "Instances:"))

    assert helps(example, tmp_path, "OSC-MAP-003") == [
        (
            "error",
            1,
            "There is no key “instance”, and so no list of images.",
            "Probably “Instances” was meant to be “instance”.",
        )
    ]
    assert helps(example, tmp_path, "OSC-MAP-023") == []


def test_a_file_that_does_not_parse_or_is_misspelt_is_reported_once(tmp_path: Path) -> None:
    broken = package("instance: [\n")
    misspelt = dict(package(entry("{}")).files)
    misspelt["demo/images/mapping.yml"] = misspelt.pop(MAPPING)

    assert reported(broken, tmp_path, "OSC-MAP-002") == []
    assert reported(Example(misspelt), tmp_path, "OSC-MAP-002") == []
    assert [each[0] for each in reported(Example(misspelt), tmp_path, "OSC-YAML-004")] == [
        "OSC-YAML-004"
    ]


def test_one_image_in_two_fields_may_have_two_entries(tmp_path: Path) -> None:
    mapping = "instance:\n" + "".join(
        f"- image: etcd\n  tag: '3'\n  address: {{fullAddress: {path}}}\n"
        "  package: {x86_64: etcd.tar}\n"
        for path in ("first", "second")
    )
    example = package(
        mapping,
        "first: docker.io/bitnami/etcd:3\nsecond: docker.io/bitnami/etcd:3\n",
        "{{ .Values.first }}",
        "{{ .Values.second }}",
    )

    assert reported(example, tmp_path, "OSC-MAP-011", "OSC-MAP-012", "OSC-MAP-015") == []


def test_a_mapping_of_nothing_but_hostile_shapes_is_no_crash(tmp_path: Path) -> None:
    mapping = (
        "instance:\n- {}\n- image: {}\n  tag: []\n  address: {fullAddress: {}, tag: 'a[9].b',"
        " repo: '...', endpoint: '[1]'}\n  package: [1]\n- 7\n"
        "instances: {image: x}\nother: [{type: {}, package: 3, image: [], address: 1}]\n"
    )

    report = examined(package(mapping), tmp_path).report

    assert sorted({each.rule for each in report.findings if each.rule.startswith("OSC-MAP")}) == [
        "OSC-MAP-003",
        "OSC-MAP-004",
        "OSC-MAP-007",
        "OSC-MAP-009",
        "OSC-MAP-013",
        "OSC-MAP-017",
        "OSC-MAP-023",
    ]
