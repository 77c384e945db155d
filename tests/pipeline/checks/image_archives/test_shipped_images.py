"""Images against their archives: one cause is one finding, and nobody is flooded."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, Example, below, pod
from reviews.pipeline.checks.examples.image_archives import (
    ETCD,
    ETCD_MAPPING,
    OURS,
    etcd,
    image_archive,
    index_archive,
    shipping_chart,
)
from reviews.pipeline.checks.examples.operators import operator_package
from reviews.pipeline.checks.runner import in_order
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine, inspect_archives
from reviews.pipeline.report.storage import dump_report, load_report

from ..boxes import examined, written

BOTH = "x86_64,aarch64"
ARM = "    aarch64: etcd-3-aarch64.tar\n"
VALUES = "demo/package/demo-1.0.0.tgz!/demo/values.yaml"
MAPPING = "demo/images/mapping.yaml"


def reported(example: Example, folder: Path, policy: Policy | None = None) -> list[tuple[str, str]]:
    """Rule and severity of all that is found of images, archives and mapping."""
    return [
        (each.rule, each.severity.value)
        for each in examined(example, folder, policy).report.findings
        if each.rule.startswith(("OSC-IMG", "OSC-MAP", "OSC-PKG-008"))
    ]


ONE_CAUSE = {
    "an empty archive is not missing": (
        shipping_chart({"etcd-3-x86_64.tar": ""}),
        [("OSC-IMG-005", "error")],
    ),
    "nor is a file that is no archive": (
        shipping_chart({"etcd-3-x86_64.tar": "no image\n" * 100}),
        [("OSC-IMG-004", "error")],
    ),
    "nor one for another processor": (
        shipping_chart({"etcd-3-x86_64.tar": etcd("arm64")}),
        [("OSC-IMG-006", "error")],
    ),
    "nor one that is compressed": (
        shipping_chart(
            {"etcd-3-x86_64.tar.gz": etcd()}, ETCD_MAPPING.replace("x86_64.tar", "x86_64.tar.gz")
        ),
        [("OSC-IMG-003", "error")],
    ),
    "a missing mapping leaves no image unmapped": (
        shipping_chart({"etcd-3-x86_64.tar": etcd()}, None),
        [("OSC-MAP-001", "error")],
    ),
    "nor does a mapping that cannot be read": (
        shipping_chart({"etcd-3-x86_64.tar": etcd()}, "instance: [\n"),
        [],
    ),
    "an architecture without an archive is not missing in the mapping": (
        shipping_chart({"etcd-3-x86_64.tar": etcd()}, architecture=BOTH),
        [("OSC-IMG-008", "error")],
    ),
    "an archive that the mapping forgot is not missing": (
        shipping_chart(
            {"etcd-3-x86_64.tar": etcd(), "etcd-3-aarch64.tar": etcd("arm64")}, architecture=BOTH
        ),
        [("OSC-MAP-018", "error")],
    ),
    "all in order": (
        shipping_chart(
            {"etcd-3-x86_64.tar": etcd(), "etcd-3-aarch64.tar": etcd("arm64")},
            ETCD_MAPPING + ARM,
            architecture=BOTH,
        ),
        [],
    ),
}


@pytest.mark.parametrize(("example", "expected"), ONE_CAUSE.values(), ids=ONE_CAUSE.keys())
def test_one_cause_is_one_finding(
    tmp_path: Path, example: Example, expected: list[tuple[str, str]]
) -> None:
    assert reported(example, tmp_path) == expected


def test_an_index_is_one_warning_and_no_entry_names_it_twice(tmp_path: Path) -> None:
    example = shipping_chart(
        {"etcd-3.tar": index_archive("quay.io/coreos/etcd:3")}, None, architecture=BOTH
    )

    outcome = examined(example, tmp_path)

    assert [
        (each.rule, each.severity.value, str(each.message))
        for each in outcome.report.findings
        if each.rule in {"OSC-MAP-001", "OSC-IMG-012"}
    ] == [
        (
            "OSC-MAP-001",
            "error",
            (
                "Nothing says which images the archives hold and where their new addresses belong:"
                " etcd-3.tar."
            ),
        ),
        (
            "OSC-MAP-001",
            "error",
            (
                f"No entry can be proposed for {ETCD}: its archive etcd-3.tar holds several images or"
                " architectures or is in a folder, or another entry writes to its values."
            ),
        ),
        ("OSC-IMG-012", "warning", "etcd-3.tar holds linux/amd64, linux/arm64 under one name."),
    ]
    assert outcome.report.mapping is None


MANY = tuple(f"{OURS}/app{number}:1" for number in range(5))


def test_nothing_useful_in_the_folder_is_one_finding(tmp_path: Path) -> None:
    example = shipping_chart({"redis-x86_64.tar": image_archive("redis:7")}, images=MANY)

    assert [
        str(each.message)
        for each in examined(example, tmp_path).report.findings
        if each.rule == "OSC-IMG-010"
    ] == ["None of the 5 images that the package pulls is in an archive: " + ", ".join(MANY) + "."]


def test_where_some_are_shipped_each_missing_image_is_reported_with_its_line(
    tmp_path: Path,
) -> None:
    example = shipping_chart({"app0.tar": image_archive("quay.io/demo/app0:1")}, images=MANY[:3])

    assert [
        (each.image, each.place.file, each.place.line, str(each.help))
        for each in examined(example, tmp_path).report.findings
        if each.rule == "OSC-IMG-010"
    ] == [
        (
            image,
            VALUES,
            line,
            (
                f"Run this in the folder “images”: docker pull --platform linux/amd64 {image}"
                f" && docker save -o app{line - 1}-1-x86_64.tar {image}"
            ),
        )
        for line, image in ((2, MANY[1]), (3, MANY[2]))
    ]


def test_a_promised_architecture_without_any_archive_is_one_finding(tmp_path: Path) -> None:
    archives = {f"app{n}.tar": image_archive(f"quay.io/demo/app{n}:1") for n in range(3)}
    example = shipping_chart(archives, images=MANY[:3], architecture=BOTH)

    assert [
        (each.place.file, str(each.message))
        for each in examined(example, tmp_path).report.findings
        if each.rule == "OSC-IMG-008"
    ] == [
        (
            "demo/package/demo-1.0.0.tgz!/demo/Chart.yaml",
            "The package promises aarch64, but ships no archive for it. These images need one: "
            + ", ".join(MANY[:3])
            + ".",
        )
    ]


def package(values: str, template: str, files: dict[str, str]) -> Example:
    chart = {"Chart.yaml": CHART, "values.yaml": values, "templates/pod.yaml": template}
    return Example(below("demo/package/demo-1.0.0.tgz!/demo/", chart) | files)


ARCHIVE = below("demo/images/etcd-3-x86_64.tar!/", etcd())


def test_an_image_of_a_feature_is_missed_with_a_warning(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}") + (
        "{{ if .Values.metrics.enabled }}\n---\n"
        + pod("{{ .Values.metrics.image }}")
        + "{{ end }}\n"
    )
    values = f"image: {ETCD}\nmetrics:\n  enabled: false\n  image: {OURS}/exporter:1\n"
    example = package(values, template, ARCHIVE | {MAPPING: ETCD_MAPPING})

    assert reported(example, tmp_path) == [("OSC-IMG-010", "warning")]


def test_an_image_that_a_template_names_needs_no_archive_and_may_have_one(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}", "quay.io/demo/agent:1")
    files = ARCHIVE | {MAPPING: ETCD_MAPPING}
    agent = below("demo/images/agent-x86_64.tar!/", image_archive("quay.io/demo/agent:1"))

    assert reported(package(f"image: {ETCD}\n", template, files), tmp_path) == []
    assert reported(package(f"image: {ETCD}\n", template, files | agent), tmp_path) == []


def test_an_image_that_customers_pull_from_elsewhere_needs_no_archive(tmp_path: Path) -> None:
    example = package(
        f"image: {ETCD}\nagent: quay.io/demo/agent:1\n",
        pod("{{ .Values.image }}", "{{ .Values.agent }}"),
        ARCHIVE | {MAPPING: ETCD_MAPPING},
    )

    assert reported(example, tmp_path, Policy(external=("quay.io/demo/*",))) == []


def test_an_operator_is_reported_in_words_that_it_has_no_mapping(tmp_path: Path) -> None:
    files = dict(operator_package(folder="demo/package/demo-operator-1.0.0.zip!/demo/").files)
    outcome = examined(Example(files | ARCHIVE), tmp_path)

    assert [
        (each.severity.value, each.edit)
        for each in outcome.report.findings
        if each.rule == "OSC-MAP-001"
    ] == [("warning", None)]
    assert outcome.report.mapping is None


UNMAPPED = package(
    "image: quay.io/coreos/etcd:3\nagent: quay.io/demo/agent:1\n",
    pod("{{ .Values.image }}", "{{ .Values.agent }}"),
    ARCHIVE
    | below("demo/images/agent-1-x86_64.tar!/", image_archive("quay.io/demo/agent:1"))
    | {MAPPING: "instance:\n- {image: other, tag: '1', address: {fullAddress: other}}\n"},
)


def test_all_that_completes_a_mapping_is_one_edit_decided_together(tmp_path: Path) -> None:
    found = [
        (each.image, each.change_set, each.edit)
        for each in examined(UNMAPPED, tmp_path).report.findings
        if each.rule == "OSC-MAP-017"
    ]

    assert [(image, change_set) for image, change_set, _edit in found] == [
        ("quay.io/coreos/etcd:3", "images/mapping.yaml"),
        ("quay.io/demo/agent:1", "images/mapping.yaml"),
    ]
    assert len({edit for _image, _change_set, edit in found}) == 1


def test_a_mapping_in_brackets_is_completed_by_hand(tmp_path: Path) -> None:
    files = dict(UNMAPPED.files)
    files[MAPPING] = "instance: [{image: other, tag: '1', address: {fullAddress: other}}]\n"

    assert [
        (each.edit, str(each.help))
        for each in examined(Example(files), tmp_path).report.findings
        if each.rule == "OSC-MAP-017"
    ] == [
        (
            None,
            (
                "Add an entry for the image to images/mapping.yaml. The portal proposes none:"
                " “instance” is not written as a list of lines that begin with a dash."
            ),
        )
    ] * 2


def test_the_second_stage_finds_what_one_journey_finds(tmp_path: Path) -> None:
    path = written(UNMAPPED, tmp_path)
    whole = examine(path, Policy()).report
    first = examine(path, Policy(), archives=False).report
    second = inspect_archives(
        path, load_report(json.loads(json.dumps(dump_report(first)))), Policy()
    )

    assert [each.rule for each in first.findings if each.rule == "OSC-MAP-017"] == []
    assert in_order(second.findings) == whole.findings
    assert (second.images, second.wanted, second.mapping) == (
        whole.images,
        whole.wanted,
        whole.mapping,
    )


def test_the_mapping_is_written_again_from_the_stored_report(tmp_path: Path) -> None:
    report = examined(UNMAPPED, tmp_path).report
    stored = load_report(json.loads(json.dumps(dump_report(report))))
    assert report.mapping is not None
    assert stored.mapping is not None

    assert stored.mapping.edit() == report.mapping.edit()
    assert (
        stored.mapping.edit({"image:agent"})
        == replace(report.mapping, entries=report.mapping.entries[:1]).edit()
    )
    assert stored.mapping.edit({"image:agent", "image:image"}) is None


SHARED = "registry: docker.io\netcd: bitnami/etcd\nagent: demo/agent\nthird: demo/third\n"
TWO_TAGS = "repository: quay.io/demo/app\nold: '2'\nnew: '3'\n"
ACCEPTED = {
    "a shared registry, and an image without an archive": (
        SHARED,
        tuple(
            f'"{{{{ .Values.registry }}}}/{{{{ .Values.{name} }}}}:1"'
            for name in ("third", "etcd", "agent")
        ),
        ("docker.io/bitnami/etcd:1", "docker.io/demo/agent:1"),
        ["OSC-IMG-010", "OSC-MAP-017"],
    ),
    "one repository with two tags": (
        TWO_TAGS,
        tuple(
            f'"{{{{ .Values.repository }}}}:{{{{ .Values.{name} }}}}"' for name in ("old", "new")
        ),
        ("quay.io/demo/app:2", "quay.io/demo/app:3"),
        [],
    ),
    "one image of two values": (
        "a: quay.io/demo/app:1\nb: quay.io/demo/app:1\n",
        ("{{ .Values.a }}", "{{ .Values.b }}"),
        ("quay.io/demo/app:1",),
        [],
    ),
    "values that an anchor shares": (
        "a: &image quay.io/demo/app:1\nb: *image\n",
        ("{{ .Values.a }}", "{{ .Values.b }}"),
        ("quay.io/demo/app:1",),
        [],
    ),
}


@pytest.mark.parametrize(
    ("values", "images", "shipped", "expected"), ACCEPTED.values(), ids=ACCEPTED.keys()
)
def test_a_mapping_that_was_proposed_is_found_right(
    tmp_path: Path,
    values: str,
    images: tuple[str, ...],
    shipped: tuple[str, ...],
    expected: list[str],
) -> None:
    archives: dict[str, str] = {}
    for number, each in enumerate(shipped):
        archives |= below(f"demo/images/a{number}-x86_64.tar!/", image_archive(each))
    before = examined(package(values, pod(*images), archives), tmp_path).report
    edit = before.mapping.edit() if before.mapping is not None else None
    assert edit is not None

    after = examined(package(values, pod(*images), archives | {MAPPING: edit.after}), tmp_path)

    assert (
        sorted(
            {
                each.rule
                for each in after.report.findings
                if each.rule.startswith(("OSC-IMG", "OSC-MAP")) and each.rule != "OSC-MAP-025"
            }
        )
        == expected
    )
    assert [image.target for image in after.report.images] == [
        image.target for image in before.images
    ]
