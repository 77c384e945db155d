"""Extensions, dependencies and files of charts in cases that are easily missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, Example, bare_chart, service_package

from ..boxes import reported, written

METADATA = "metadata.yaml"
CSV = "demo/demo.clusterserviceversion.yaml"


def test_a_bare_chart_in_a_zip_has_no_outer_layout(tmp_path: Path) -> None:
    example = Example({f"demo.zip!/{name}": text for name, text in bare_chart().files.items()})

    assert reported(example, tmp_path, "OSC-PKG-012") == []


@pytest.mark.parametrize(
    ("packed", "inside", "severity"),
    [
        ("demo.tgz", "demo/demo.package.yaml", ["error"]),
        ("demo.tgz", CSV, ["error"]),
        ("demo.ZIP", CSV, []),
        ("demo.zip", CSV, []),
        ("demo.tgz", f"demo/{METADATA}", ["warning"]),
        ("demo.zip", f"demo/{METADATA}", []),
    ],
)
def test_an_archive_fits_its_kind_by_name_and_content(
    packed: str, inside: str, severity: list[str], tmp_path: Path
) -> None:
    files = {f"demo/package/{packed}!/{inside}": "name: demo\n"}
    if inside.endswith(METADATA):
        files[f"demo/package/{packed}!/demo/lifecycle.yaml"] = "{}\n"

    assert [each[0] for each in reported(Example(files), tmp_path, "OSC-PKG-012")] == severity


def test_a_chart_in_a_zip_in_the_package_is_reported_by_its_own_name(tmp_path: Path) -> None:
    inner = service_package("package/demo-1.0.0.zip")
    wrapped = {
        name.replace(".zip!/", ".zip!/demo-1.0.0.tgz!/"): text for name, text in inner.files.items()
    }

    assert reported(Example(wrapped), tmp_path, "OSC-PKG-012") == [
        (
            "warning",
            (
                "demo-1.0.0.zip holds a Helm chart and is a zip by its content; a chart is taken as a"
                " .tgz."
            ),
        )
    ]


def test_a_sub_chart_may_be_packed_and_have_an_alias(tmp_path: Path) -> None:
    store = "charts/store-1.2.3.tgz!/store/"
    example = bare_chart(
        metadata=CHART + "dependencies:\n- {name: store, version: 1.x.x, alias: db}\n",
        more={f"{store}Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.2.3\n"},
    )

    assert reported(example, tmp_path, "OSC-HELM-014") == []


def test_a_dependency_that_a_condition_turns_off_must_be_there_all_the_same(
    tmp_path: Path,
) -> None:
    example = bare_chart(
        "store: {enabled: false}\n",
        metadata=CHART
        + "dependencies:\n- {name: store, version: 1.x.x, condition: store.enabled}\n",
    )

    assert reported(example, tmp_path, "OSC-HELM-014") == [
        (
            "error",
            "demo/Chart.yaml declares the sub-chart store 1.x.x, and charts/ does not hold it.",
        )
    ]


def test_what_a_sub_chart_lacks_is_a_warning(tmp_path: Path) -> None:
    example = bare_chart(
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0}\n",
        more={
            "charts/store/Chart.yaml": (
                "apiVersion: v2\nname: store\nversion: 1.0.0\n"
                "dependencies:\n- {name: common, version: 2.x.x}\n"
            )
        },
    )

    assert [each[0] for each in reported(example, tmp_path, "OSC-HELM-014")] == ["warning"]


def test_a_requirements_file_of_helm_2_is_read(tmp_path: Path) -> None:
    example = bare_chart(
        metadata=CHART.replace("v2", "v1"),
        more={"requirements.yaml": "dependencies:\n- {name: store, version: 1.0.0}\n"},
    )

    assert reported(example, tmp_path, "OSC-HELM-014") == [
        (
            "error",
            (
                "demo/requirements.yaml declares the sub-chart store 1.0.0, and charts/ does not hold"
                " it."
            ),
        )
    ]


def test_a_lock_that_does_not_parse_says_nothing(tmp_path: Path) -> None:
    assert reported(bare_chart(more={"Chart.lock": "a: [\n"}), tmp_path, "OSC-HELM-014") == []


def test_a_chart_is_written_as_a_tgz_and_a_service_package_as_a_zip(tmp_path: Path) -> None:
    assert [written(each, tmp_path).name for each in (bare_chart(), service_package())] == [
        "demo-1.0.0.tgz",
        "demo-1.0.0.zip",
    ]
