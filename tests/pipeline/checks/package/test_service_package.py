"""What is around the deploy package: folders, names, left-overs, signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import (
    CHART,
    Example,
    bare_chart,
    below,
    service_package,
)
from reviews.pipeline.checks.examples.osc_packages import osc_package

from ..boxes import examined, reported

CHART_FILES = service_package().files


def places(example: Example, folder: Path, rule: str) -> list[str | None]:
    found = examined(example, folder).report.findings
    return [each.place.file for each in found if each.rule == rule]


def test_the_packaging_guides_own_names_are_no_finding(tmp_path: Path) -> None:
    chart = CHART.replace("name: demo", "name: etcd").replace("1.0.0", "6.7.0")
    files = {**bare_chart().files, "demo/Chart.yaml": chart}
    deploy = "etcd-6.7.0.zip!/etcd/package/etcd-helm-6.7.0.tgz!/etcd/"
    example = Example(below(deploy, {name[5:]: text for name, text in files.items()}))

    assert [each.rule for each in examined(example, tmp_path).report.findings] == []


def test_a_bare_chart_has_no_outer_layout(tmp_path: Path) -> None:
    example = Example({f"any name.tgz!/{name}": text for name, text in bare_chart().files.items()})

    assert [each.rule for each in examined(example, tmp_path).report.findings] == []


def test_what_desktops_leave_behind_is_reported_once_for_a_folder(tmp_path: Path) -> None:
    example = Example(
        {
            **CHART_FILES,
            "__MACOSX/._demo": "a\n",
            "__MACOSX/demo/._package": "b\n",
            "demo/images/.DS_Store": "c\n",
            "demo/images/mapping.yaml": "instance: []\n",
        }
    )

    assert places(example, tmp_path, "OSC-PKG-006") == ["__MACOSX", "demo/images/.DS_Store"]


def test_a_misspelt_images_folder_is_reported_by_one_rule(tmp_path: Path) -> None:
    example = service_package(more={"Images/mapping.yaml": "instance: []\n"})

    assert [
        (each.rule, each.place.file) for each in examined(example, tmp_path).report.findings
    ] == [("OSC-PKG-007", "demo/Images")]


def test_a_signature_beside_the_chart_is_reported_by_one_rule(tmp_path: Path) -> None:
    example = service_package(more={"package/demo-1.0.0.tgz.prov": "signed\n"})

    assert [
        (each.rule, each.place.file) for each in examined(example, tmp_path).report.findings
    ] == [("PORTAL-008", "demo/package/demo-1.0.0.tgz.prov")]


def test_names_stored_with_a_dot_are_the_cause_of_a_chart_that_does_not_load(
    tmp_path: Path,
) -> None:
    example = Example({f"./{name}": text for name, text in bare_chart().files.items()})

    errors = [
        (each.rule, each.place.file)
        for each in examined(example, tmp_path).report.findings
        if each.severity.value == "error"
    ]

    assert errors == [("OSC-PKG-014", "demo")]


def test_a_chart_without_a_folder_is_reported_and_examined_all_the_same(tmp_path: Path) -> None:
    files = {name.removeprefix("demo/"): text for name, text in bare_chart().files.items()}
    example = Example(below("demo/package/demo-1.0.0.tgz!/", files))

    assert [
        (each.rule, each.place.file) for each in examined(example, tmp_path).report.findings
    ] == [("OSC-PKG-014", "demo/package/demo-1.0.0.tgz!/Chart.yaml")]


@pytest.mark.parametrize(
    ("deploy", "rules"),
    [
        ("demo-1.0.0.tgz", []),
        ("demo-helm-1.0.0.tgz", []),
        ("demo-v1.0.0.tgz", []),
        ("demo-1.0.1.tgz", ["OSC-NAME-009"]),
        ("demo.tgz", ["OSC-NAME-007"]),
        ("store-1.0.0.tgz", ["OSC-NAME-007"]),
        ("demo 1.0.0.tgz", ["OSC-NAME-007"]),
        ("store-2.0.0.tgz", ["OSC-NAME-007", "OSC-NAME-009"]),
    ],
)
def test_the_deploy_packages_name_is_checked_against_what_is_inside(
    deploy: str, rules: list[str], tmp_path: Path
) -> None:
    found = examined(service_package(f"package/{deploy}"), tmp_path).report.findings

    assert [each.rule for each in found] == rules


@pytest.mark.parametrize(
    ("upload", "rules"),
    [
        ("demo-1.0.0.zip", []),
        ("demo-2.0.0.zip", ["OSC-NAME-009"]),
        ("demo.zip", ["OSC-NAME-006"]),
        ("delivery-1.0.0.zip", ["OSC-NAME-006"]),
    ],
)
def test_the_uploads_name_is_checked_against_what_is_inside(
    upload: str, rules: list[str], tmp_path: Path
) -> None:
    example = Example({f"{upload}!/{name}": text for name, text in CHART_FILES.items()})

    assert [each.rule for each in examined(example, tmp_path).report.findings] == rules


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("v1.2.3", "Write 1.2.3."),
        ('"1.2"', "Write 1.2.0."),
        ("v2", "Write 2.0.0."),
        ("1.02.3-rc.1", "Write 1.2.3-rc.1."),
        ("first", "Write three numbers with dots between them, such as 1.2.0."),
    ],
)
def test_the_version_that_was_meant_is_proposed(written: str, remedy: str, tmp_path: Path) -> None:
    example = bare_chart(metadata=CHART.replace("1.0.0", written))

    found = examined(example, tmp_path).report.findings

    assert [(each.rule, str(each.help)) for each in found] == [("OSC-NAME-004", remedy)]


def test_a_file_of_the_osc_format_in_a_template_is_reported_too(tmp_path: Path) -> None:
    config = "apiVersion: osc.io/v1\nkind: LogConfig\n"

    assert reported(bare_chart(more={"templates/log.yaml": config}), tmp_path, "OSC-PKG-016") == [
        ("warning", "The platform reads a LogConfig only in a package of the OSC format.")
    ]


def test_an_osc_package_has_no_annotations_of_a_chart(tmp_path: Path) -> None:
    found = examined(osc_package(), tmp_path).report.findings

    assert [each.rule for each in found if each.severity.value != "info"] == []
