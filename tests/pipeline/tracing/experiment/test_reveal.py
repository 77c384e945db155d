"""Images behind features: what the search switches on, and what it says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine

from ...journey import CHART, examine_chart, pod, tgz

MAIN = pod("{{ .Values.image }}")


def behind(condition: str, image: str) -> str:
    """A template that pulls ``image`` only under a condition."""
    return f"{{{{ if {condition} }}}}\n{pod(image)}{{{{ end }}}}"


@pytest.mark.parametrize(
    "condition",
    [
        'eq .Values.architecture "replication"',
        'eq "replication" .Values.architecture',
        'eq (toString .Values.architecture) "replication"',
        'and (eq $.Values.architecture "replication") .Values.image',
    ],
)
def test_a_variant_that_a_word_chooses_is_shown(tmp_path: Path, condition: str) -> None:
    values = "image: a/main:1\narchitecture: standalone\nsentinel: a/sentinel:1\n"
    files = {"app.yaml": MAIN, "other.yaml": behind(condition, "{{ .Values.sentinel }}")}

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/sentinel:1").shown_by == ("architecture=replication",)
    assert outcome.values == (
        "image: swr.example.com/osc/main:1\narchitecture: standalone\n"
        "sentinel: swr.example.com/osc/sentinel:1\n"
    )


def test_a_variant_that_a_boolean_beside_the_image_chooses_is_shown(tmp_path: Path) -> None:
    values = "image:\n  name: a/main\n  tag: 1\n  slim: false\n  isQuiet: false\n"
    name = "{{ .name }}{{ if .slim }}-slim{{ end }}:{{ .tag }}"
    files = {"app.yaml": pod(f"{{{{ with .Values.image }}}}{name}{{{{ end }}}}")}

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/main-slim:1").shown_by == ("image.slim=true",)
    assert outcome.image("a/main-slim:1").target == "swr.example.com/osc/main-slim:1"
    assert outcome.values == values.replace("a/main", "swr.example.com/osc/main")


def test_words_of_templates_without_images_are_not_tried(tmp_path: Path) -> None:
    values = "image: a/main:1\nservice: {kind: ClusterIP}\n"
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n"
        '{{ if eq .Values.service.kind "NodePort" }}  type: NodePort\n{{ end }}'
    )
    without = examine_chart(tmp_path, values, {"app.yaml": MAIN})

    outcome = examine_chart(tmp_path, values, {"app.yaml": MAIN, "service.yaml": service})

    assert outcome.report.verification.renders == without.report.verification.renders


def test_a_feature_that_excludes_another_is_shown_without_it(tmp_path: Path) -> None:
    values = "old: {enabled: true, image: a/old:1}\nnew: {enabled: false, image: a/new:1}\n"
    files = {
        "old.yaml": behind(".Values.old.enabled", "{{ .Values.old.image }}"),
        "new.yaml": behind(".Values.new.enabled", "{{ .Values.new.image }}"),
        "guard.yaml": '{{ if and .Values.old.enabled .Values.new.enabled }}{{ fail "not both" }}{{ end }}',
    }

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/new:1").shown_by == ("new.enabled=true", "old.enabled=false")
    assert outcome.images == {
        "a/old:1": ("redirected", "swr.example.com/osc/old:1"),
        "a/new:1": ("redirected", "swr.example.com/osc/new:1"),
    }


def test_only_the_settings_that_show_an_image_are_named(tmp_path: Path) -> None:
    values = (
        "image: a/main:1\nprobe: {enabled: false}\n"
        "metrics: {enabled: false, image: a/metrics:1, rules: {enabled: false}}\n"
        "backup: {enabled: false, image: a/backup:1}\n"
    )
    template = MAIN + (
        "{{ if .Values.probe.enabled }}{{ end }}{{ if .Values.metrics.rules.enabled }}{{ end }}\n"
        "{{ if .Values.metrics.enabled }}        - {name: m, image: '{{ .Values.metrics.image }}'}\n"
        "{{ end }}{{ if .Values.backup.enabled }}\n"
        "        - {name: b, image: '{{ .Values.backup.image }}'}\n{{ end }}"
    )

    outcome = examine_chart(tmp_path, values, template)

    assert {image.original: image.shown_by for image in outcome.report.images} == {
        "a/main:1": (),
        "a/metrics:1": ("metrics.enabled=true",),
        "a/backup:1": ("backup.enabled=true",),
    }


def test_settings_that_do_not_show_it_alone_are_named_with_the_others(tmp_path: Path) -> None:
    values = "image: a/main:1\nha: {enabled: false}\nproxy: {enabled: false, image: a/proxy:1}\n"
    both = "and .Values.proxy.enabled .Values.ha.enabled"
    files = {"app.yaml": MAIN, "proxy.yaml": behind(both, "{{ .Values.proxy.image }}")}

    outcome = examine_chart(tmp_path, values, files)

    assert set(outcome.image("a/proxy:1").shown_by) == {"proxy.enabled=true", "ha.enabled=true"}


def chart_with_subcharts(tmp_path: Path, parts: dict[str, dict[str, str]]) -> Path:
    """A chart with sub-charts, each with its values and a template."""
    files = {"demo/Chart.yaml": CHART, "demo/values.yaml": "image: a/main:1\n"}
    files["demo/templates/app.yaml"] = MAIN
    for name, part in parts.items():
        files[f"demo/charts/{name}/Chart.yaml"] = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n"
        files[f"demo/charts/{name}/values.yaml"] = part["values"]
        files[f"demo/charts/{name}/templates/app.yaml"] = part["template"]
    path = tmp_path / "demo-1.0.0.tgz"
    path.write_bytes(tgz(files))
    return path


def choosing(name: str, words: str) -> dict[str, str]:
    """A sub-chart in which each of ``words`` chooses something that shows no image."""
    asked = "".join(
        f'{{{{ if eq .Values.mode "{word}" }}}}\n# {word}\n{{{{ end }}}}' for word in words
    )
    template = pod("{{ .Values.image }}", name=name) + asked
    return {"values": f"mode: none\nimage: a/{name}:1\n", "template": template}


def test_choices_of_independent_subcharts_take_one_render_together(tmp_path: Path) -> None:
    def renders(parts: dict[str, dict[str, str]]) -> int:
        path = chart_with_subcharts(tmp_path, parts)
        return examine(path, Policy()).report.verification.renders

    one = renders({"one": choosing("one", "ab")})
    three = renders({name: choosing(name, "ab") for name in ("one", "two", "three")})

    assert three == one


def test_a_choice_that_shows_an_image_is_found_among_others(tmp_path: Path) -> None:
    parts = {name: choosing(name, "ab") for name in ("one", "two")}
    parts["three"] = {
        "values": "mode: none\nimage: a/three:1\nextra: a/extra:1\n",
        "template": pod("{{ .Values.image }}", name="three")
        + behind('eq .Values.mode "b"', "{{ .Values.extra }}").replace("{{ if", "\n---\n{{ if"),
    }
    report = examine(chart_with_subcharts(tmp_path, parts), Policy()).report

    (image,) = (each for each in report.images if each.original == "a/extra:1")
    assert image.shown_by == ("three.mode=b",)


def test_a_refusal_in_a_subchart_sets_its_own_switches_apart(tmp_path: Path) -> None:
    """Not halves of all switches again and again until the one is found."""
    values = "".join(
        f"f{number}: {{enabled: false, image: 'a/f{number}:1'}}\n" for number in range(16)
    )
    template = "".join(
        behind(f".Values.f{number}.enabled", f"{{{{ .Values.f{number}.image }}}}") + "\n---\n"
        for number in range(16)
    )
    good = {"values": values, "template": template}
    bad = {
        "values": "x: {enabled: false, image: a/x:1}\n",
        "template": '{{ if .Values.x.enabled }}{{ fail "never" }}{{ end }}',
    }
    report = examine(chart_with_subcharts(tmp_path, {"bad": bad, "good": good}), Policy()).report
    without = examine(chart_with_subcharts(tmp_path, {"good": good}), Policy()).report

    assert {f"a/f{number}:1" for number in range(16)} <= {each.original for each in report.images}
    # All, those of the other chart, and this one alone and once more without what is beside it.
    assert report.verification.renders <= without.verification.renders + 4


def test_an_image_is_missed_where_only_another_tag_of_it_was_shown(tmp_path: Path) -> None:
    """One part shows it only while the other, which has the same image, is off."""
    values = (
        "image: a/main:1\n"
        "one: {enabled: false, image: {repository: a/exporter, tag: '1.0'}}\n"
        "two: {enabled: false, image: {repository: a/exporter, tag: '2.0'}}\n"
    )
    image = "{{{{ .Values.{0}.image.repository }}}}:{{{{ .Values.{0}.image.tag }}}}"
    files = {
        "one.yaml": f"{MAIN}\n---\n"
        + behind("and .Values.one.enabled (not .Values.two.enabled)", image.format("one")),
        "two.yaml": behind(".Values.two.enabled", image.format("two")),
    }

    outcome = examine_chart(tmp_path, values, files)

    assert {each.original for each in outcome.report.images} == {
        "a/main:1",
        "a/exporter:1.0",
        "a/exporter:2.0",
    }
