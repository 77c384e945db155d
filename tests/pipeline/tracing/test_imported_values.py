"""``import-values``: a sub-chart's values that the engine copies into its parent."""

from __future__ import annotations

from pathlib import Path

from ..journey import CHART, Outcome, examine_chart, pod

NOTHING = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\n"
IMPORTED = pod("'{{ .Values.imported.repository }}:{{ .Values.imported.tag }}'")
IMAGE = "image: {repository: docker.io/a/lib, tag: '1'}\n"
EXPORTED = "exports: {data: {imported: {repository: docker.io/a/lib, tag: '1'}}}\n"
AS_IMPORTED = "{child: image, parent: imported}"
BOTH_MOVED = {"docker.io/a/lib:1": ("redirected", "swr.example.com/osc/lib:1")}


def depending(name: str, imports: str, more: str = "") -> str:
    """The end of a Chart.yaml whose one dependency is imported from."""
    return f"dependencies:\n- {{name: {name}, version: 1.0.0, import-values: [{imports}]{more}}}\n"


def examine_importing(
    tmp_path: Path,
    imports: str,
    *,
    values: str = "x: 1\n",
    sub_values: str = IMAGE,
    template: str = IMPORTED,
    sub_template: str = NOTHING,
    more: str = "",
) -> Outcome:
    """A chart that imports from its sub-chart ``lib``."""
    files = {
        "Chart.yaml": CHART + depending("lib", imports, more),
        "charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\n",
        "charts/lib/values.yaml": sub_values,
        "charts/lib/templates/none.yaml": sub_template,
    }
    return examine_chart(tmp_path, values, template, **files)


def test_exported_values_are_overridden_where_they_are_laid(tmp_path: Path) -> None:
    outcome = examine_importing(tmp_path, "data", sub_values=EXPORTED)
    assert outcome.images == BOTH_MOVED
    assert outcome.values == "x: 1\nimported:\n  repository: swr.example.com/osc/lib\n"


def test_a_map_of_a_sub_chart_is_overridden_where_it_is_laid(tmp_path: Path) -> None:
    outcome = examine_importing(tmp_path, AS_IMPORTED)
    assert outcome.images == BOTH_MOVED
    assert outcome.values == "x: 1\nimported:\n  repository: swr.example.com/osc/lib\n"


def test_a_source_names_the_path_of_the_engine_and_the_file_of_the_sub_chart(
    tmp_path: Path,
) -> None:
    outcome = examine_importing(tmp_path, AS_IMPORTED)
    (image,) = outcome.report.images
    assert [(source.file, source.path) for source in image.sources] == [
        ("demo/charts/lib/values.yaml", "imported.repository"),
        ("demo/charts/lib/values.yaml", "imported.tag"),
    ]


def test_a_value_that_the_sub_chart_also_uses_is_overridden_at_both_paths(tmp_path: Path) -> None:
    own = pod("'{{ .Values.image.repository }}:{{ .Values.image.tag }}'", name="own")
    outcome = examine_importing(tmp_path, AS_IMPORTED, sub_template=own)
    assert outcome.images == BOTH_MOVED
    assert outcome.values == (
        "x: 1\n"
        "imported:\n  repository: swr.example.com/osc/lib\n"
        "lib:\n  image:\n    repository: swr.example.com/osc/lib\n"
    )


def test_what_the_parent_has_at_the_imported_path_is_edited_there(tmp_path: Path) -> None:
    outcome = examine_importing(
        tmp_path, AS_IMPORTED, values="imported: {repository: quay.io/b/own}\n"
    )
    assert outcome.images == {"quay.io/b/own:1": ("redirected", "swr.example.com/osc/own:1")}
    assert outcome.values == "imported: {repository: swr.example.com/osc/own}\n"


def test_a_value_of_the_parent_for_the_sub_chart_is_edited_once_and_imported(
    tmp_path: Path,
) -> None:
    outcome = examine_importing(
        tmp_path, AS_IMPORTED, values="lib: {image: {repository: quay.io/b/own}}\n"
    )
    assert outcome.images == {"quay.io/b/own:1": ("redirected", "swr.example.com/osc/own:1")}
    assert outcome.values == "lib: {image: {repository: swr.example.com/osc/own}}\n"
    assert "OSC-MAP-025" not in {each.rule for each in outcome.report.findings}


def test_values_are_imported_under_the_alias(tmp_path: Path) -> None:
    outcome = examine_importing(tmp_path, AS_IMPORTED, more=", alias: other")
    assert outcome.images == BOTH_MOVED


def test_values_of_a_sub_chart_that_is_off_are_not_imported(tmp_path: Path) -> None:
    outcome = examine_importing(
        tmp_path,
        AS_IMPORTED,
        values="on: {x: 1}\nlibrary: {enabled: false}\n",
        template=pod('{{ dig "repository" "quay.io/b/fall" (.Values.imported | default dict) }}'),
        more=", condition: library.enabled",
    )
    assert outcome.images == {
        "quay.io/b/fall": ("hardcoded", "swr.example.com/osc/fall"),
        "docker.io/a/lib": ("redirected", "swr.example.com/osc/lib"),
    }


def test_a_list_that_is_imported_cannot_be_changed_in_part(tmp_path: Path) -> None:
    outcome = examine_importing(
        tmp_path,
        "{child: image, parent: all.imported}",
        values="more: [a]\n",
        sub_values="image: {list: [{name: docker.io/a/one:1}, {name: docker.io/a/two:1}]}\n",
        template=pod("{{ (index .Values.all.imported.list 1).name }}"),
    )
    assert outcome.image("docker.io/a/two:1").status.value == "unverified"
    reported = [str(each.message) for each in outcome.report.findings]
    assert [words for words in reported if "all.imported.list[1].name is in a list" in words]


def test_values_are_imported_through_a_chart_between(tmp_path: Path) -> None:
    files = {
        "Chart.yaml": CHART + depending("mid", "{child: got, parent: imported}"),
        "charts/mid/Chart.yaml": "apiVersion: v2\nname: mid\nversion: 1.0.0\n"
        + depending("lib", "{child: image, parent: got}"),
        "charts/mid/values.yaml": "lib: {image: {tag: '2'}}\n",
        "charts/mid/charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\n",
        "charts/mid/charts/lib/values.yaml": IMAGE,
    }
    outcome = examine_chart(tmp_path, "x: 1\n", IMPORTED, **files)
    assert outcome.images == {"docker.io/a/lib:2": ("redirected", "swr.example.com/osc/lib:2")}
    assert outcome.values == "x: 1\nimported:\n  repository: swr.example.com/osc/lib\n"


def test_the_first_of_two_imports_wins(tmp_path: Path) -> None:
    outcome = examine_importing(
        tmp_path,
        "{child: one, parent: imported}, {child: two, parent: imported}",
        sub_values="one: {repository: docker.io/a/one}\ntwo: {repository: docker.io/a/two, tag: 1}\n",
    )
    assert outcome.images == {"docker.io/a/one:1": ("redirected", "swr.example.com/osc/one:1")}
    assert outcome.values == "x: 1\nimported:\n  repository: swr.example.com/osc/one\n"


def test_an_import_from_a_sub_chart_that_may_be_off_is_overridden_in_the_sub_chart(
    tmp_path: Path,
) -> None:
    template = pod("quay.io/b/own:1") + (
        "{{ with .Values.imported }}        - name: more\n"
        "          image: '{{ .repository }}:{{ .tag }}'\n{{ end }}"
    )
    outcome = examine_importing(
        tmp_path,
        AS_IMPORTED,
        values="lib: {enabled: false}\n",
        template=template,
        more=", condition: lib.enabled",
    )
    assert outcome.image("docker.io/a/lib:1").status.value == "redirected"
    assert outcome.values == (
        "lib: {enabled: false, image: {repository: swr.example.com/osc/lib}}\n"
    )
    assert outcome.report.verification.other_changes == ()
