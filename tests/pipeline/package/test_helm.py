"""The values of a chart and its sub-charts: which of them are one, and which only look so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.facts.read import open_package
from reviews.pipeline.package.chart_values import ValueLeaf, effective_leaves
from reviews.pipeline.package.helm import read_chart
from reviews.pipeline.yaml.source import Path as YamlPath

from ..journey import CHART, tgz

SUB = "apiVersion: v2\nname: sub\nversion: 1.0.0\n"


def leaves(tmp_path: Path, files: dict[str, str]) -> Mapping[YamlPath, ValueLeaf]:
    path = tmp_path / "demo.tgz"
    path.write_bytes(tgz({"demo/charts/sub/Chart.yaml": SUB} | files))
    return effective_leaves(read_chart(open_package(path, Limits()).deploy, Limits()))


def test_a_value_that_an_anchor_shares_is_one(tmp_path: Path) -> None:
    values = "a: &it quay.io/x:1\nb: *it\nc: quay.io/x:1\n"

    found = leaves(tmp_path, {"demo/Chart.yaml": CHART, "demo/values.yaml": values})

    assert found["a",] == found["b",]
    assert found["a",] != found["c",]
    assert len({*found.values()}) == 2


def test_two_aliases_of_one_sub_chart_have_values_of_their_own(tmp_path: Path) -> None:
    dependencies = (
        "dependencies:\n- {name: sub, version: 1.0.0, alias: one}\n"
        "- {name: sub, version: 1.0.0, alias: two}\n"
    )

    found = leaves(
        tmp_path,
        {
            "demo/Chart.yaml": CHART + dependencies,
            "demo/values.yaml": "{}\n",
            "demo/charts/sub/values.yaml": "image: quay.io/x:1\n",
        },
    )

    assert found["one", "image"] != found["two", "image"]
    assert found["one", "image"].leaf == found["two", "image"].leaf


def test_a_value_whose_first_path_the_parent_shadows_is_not_the_parents(tmp_path: Path) -> None:
    found = leaves(
        tmp_path,
        {
            "demo/Chart.yaml": CHART,
            "demo/values.yaml": "sub: {a: quay.io/x:1}\n",
            "demo/charts/sub/values.yaml": "a: &it quay.io/x:1\nb: *it\n",
        },
    )

    parents, own = found["sub", "a"], found["sub", "b"]
    assert (parents.path, own.path) == (("sub", "a"), ("sub", "a"))
    assert parents != own
    assert {parents: 1, own: 2}[own] == 2


def test_what_is_imported_twice_is_another_value_at_each_place(tmp_path: Path) -> None:
    imports = (
        "dependencies:\n- name: sub\n  version: 1.0.0\n  condition: sub.enabled\n"
        "  import-values:\n  - {child: a, parent: here}\n  - {child: b, parent: there}\n"
    )

    found = leaves(
        tmp_path,
        {
            "demo/Chart.yaml": CHART + imports,
            "demo/values.yaml": "sub: {enabled: true}\n",
            "demo/charts/sub/values.yaml": "a: &it {image: quay.io/x:1}\nb: *it\n",
        },
    )

    places = [("here", "image"), ("there", "image"), ("sub", "a", "image")]
    assert [found[place].override for place in places] == [
        ("sub", "a", "image"),
        ("sub", "b", "image"),
        None,
    ]
    assert len({found[place] for place in places}) == 3
