"""Images that the default features do not show, and charts that refuse some features together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reviews.pipeline.examination.run import examine

from ...journey import CHART, POLICY, examine_chart, pod, tgz

IMAGE = pod("{{ .Values.image }}")
SIDE = "{{ if .Values.side.enabled }}\n---\n%s{{ end }}\n"
REFUSING_NOTES = '{{ if .Values.side.enabled }}{{ fail "VALUES VALIDATION: no side" }}{{ end }}'


def test_an_image_that_a_template_hard_codes_behind_a_switch_is_seen(tmp_path: Path) -> None:
    others = "".join(f"f{number}: {{enabled: false}}\n" for number in range(3))
    template = SIDE % pod("quay.io/x/side:1", name="side")
    outcome = examine_chart(
        tmp_path,
        f"image: quay.io/x/a:1\nside: {{enabled: false, port: 1}}\n{others}",
        {"app.yaml": IMAGE, "side.yaml": template},
    )
    image = outcome.image("quay.io/x/side:1")
    assert (image.status.value, image.shown_by) == ("hardcoded", ("side.enabled=true",))


def test_a_literal_is_located_where_the_notes_refuse_its_feature(tmp_path: Path) -> None:
    outcome = examine_chart(
        tmp_path,
        "image: quay.io/x/a:1\nside: {enabled: false}\n",
        {
            "app.yaml": IMAGE,
            "side.yaml": SIDE % pod('{{ "quay.io/x/side:1" }}', name="side"),
            "NOTES.txt": REFUSING_NOTES,
        },
    )
    (source,) = outcome.image("quay.io/x/side:1").sources
    assert (source.file, source.line) == ("demo/templates/side.yaml", 12)


def test_a_line_that_hard_codes_an_image_is_found_without_a_budget(tmp_path: Path) -> None:
    source = tmp_path / "demo-1.0.0.tgz"
    template = pod("quay.io/x/a:1", "'quay.io/x/b:1'", '{{ "quay.io/x/c:1" }}')
    source.write_bytes(tgz({"demo/Chart.yaml": CHART, "demo/templates/app.yaml": template}))
    limits = replace(POLICY.limits, analysis_renders=1)
    report = examine(source, replace(POLICY, limits=limits)).report
    assert [
        (image.original, image.status.value, [source.line for source in image.sources])
        for image in report.images
    ] == [
        ("quay.io/x/a:1", "hardcoded", [10]),
        ("quay.io/x/b:1", "hardcoded", [12]),
        ("quay.io/x/c:1", "unverified", []),
    ]


def test_a_feature_that_wants_another_one_does_not_hide_the_others(tmp_path: Path) -> None:
    names = [f"f{number}" for number in range(9)]
    values = "image: quay.io/x/a:1\nneeds: {enabled: false}\n" + "".join(
        f"{name}: {{enabled: false, image: quay.io/x/{name}:1}}\n" for name in names
    )
    template = (
        '{{ if .Values.needs.enabled }}{{ fail "needs.enabled wants a licence" }}{{ end }}\n'
        '{{ if .Values.f4.enabled }}{{ fail "f4.enabled wants a licence" }}{{ end }}\n'
        + IMAGE
        + "".join(
            f"{{{{ if .Values.{name}.enabled }}}}        - {{name: {name},"
            f" image: {{{{ .Values.{name}.image }}}}}}\n{{{{ end }}}}"
            for name in names
        )
    )
    outcome = examine_chart(tmp_path, values, template)
    assert {image.original for image in outcome.report.images} == {
        "quay.io/x/a:1",
        *(f"quay.io/x/{name}:1" for name in names if name != "f4"),
    }


def test_an_image_that_a_feature_hard_codes_again_is_not_taken_for_moved(tmp_path: Path) -> None:
    outcome = examine_chart(
        tmp_path,
        "image: quay.io/x/a:1\nside: {enabled: false}\n",
        {"app.yaml": IMAGE, "side.yaml": SIDE % pod("quay.io/x/a:1", name="side")},
    )
    assert [
        (image.original, image.status.value, sorted(use.template for use in image.used_by))
        for image in outcome.report.images
    ] == [
        ("quay.io/x/a:1", "redirected", ["demo/templates/app.yaml"]),
        ("quay.io/x/a:1", "hardcoded", ["demo/templates/side.yaml"]),
    ]


def test_a_part_that_excludes_others_is_seen_with_its_own_features(tmp_path: Path) -> None:
    values = (
        "image: quay.io/x/a:1\n"
        "one: {enabled: false, image: quay.io/x/one:1}\n"
        "two: {enabled: false, image: quay.io/x/two:1}\n"
        "ha:\n  enabled: false\n  image: quay.io/x/ha:1\n"
        "  exporter: {enabled: false, image: quay.io/x/exporter:1}\n"
    )
    template = (
        "{{ if and .Values.ha.enabled (or .Values.one.enabled .Values.two.enabled) }}"
        '{{ fail "either this or that" }}{{ end }}\n'
        + IMAGE
        + "{{ range list .Values.one .Values.two }}{{ if .enabled }}"
        "        - {name: side, image: {{ .image }}}\n{{ end }}{{ end }}"
        "{{ with .Values.ha }}{{ if .enabled }}        - {name: ha, image: {{ .image }}}\n"
        "{{ if .exporter.enabled }}        - {name: exporter, image: {{ .exporter.image }}}\n"
        "{{ end }}{{ end }}{{ end }}"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == values.replace("quay.io/x", "swr.example.com/osc")
