"""Nulls of a parent over values of its sub-chart, which every Helm reads in its own way."""

from __future__ import annotations

from pathlib import Path

from ..journey import Outcome, examine_chart, pod

DIGEST = "sha256:" + "0123456789abcdef" * 4
SUBCHART = {
    "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    "charts/db/values.yaml": (
        f"image: {{registry: quay.io, repository: a/db, tag: '2', digest: '{DIGEST}'}}\n"
        "limit: 1\nside: {image: a/side:1}\n"
    ),
    "charts/db/templates/db.yaml": pod(
        "{{ with .Values.image }}{{ .registry }}/{{ .repository }}"
        "{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}{{ end }}"
    )
    + "{{ with .Values.side }}        - {name: side, image: '{{ .image }}'}\n{{ end }}",
}


def nulls(outcome: Outcome) -> list[tuple[int | None, str]]:
    """Where nulls are reported, and the remedy."""
    return [
        (each.place.line, str(each.help)[:20])
        for each in outcome.report.findings
        if each.rule == "PORTAL-017"
    ]


def test_a_null_over_a_digest_becomes_an_empty_text(tmp_path: Path) -> None:
    values = "db:\n  image:\n    registry: docker.io\n    digest: null\n"

    outcome = examine_chart(tmp_path, values, "", **SUBCHART)

    assert outcome.images == {
        "docker.io/a/db:2": ("redirected", "swr.example.com/osc/db:2"),
        "a/side:1": ("redirected", "swr.example.com/osc/side:1"),
    }
    assert outcome.values == (
        "db:\n  image:\n    registry: swr.example.com\n"
        '    digest: ""\n    repository: osc/db\n  side:\n    image: swr.example.com/osc/side:1\n'
    )
    assert nulls(outcome) == [(4, "You need not do anyt")]


def test_a_null_over_a_registry_is_where_the_registry_is_written(tmp_path: Path) -> None:
    values = "db:\n  image:\n    registry: null\n    digest: ''\n    repository: a/db\n"

    outcome = examine_chart(tmp_path, values, "", **SUBCHART)

    assert outcome.images["quay.io/a/db:2"] == ("redirected", "swr.example.com/osc/db:2")
    assert "registry: swr.example.com\n    digest: ''\n    repository: osc/db\n" in outcome.values


def test_a_null_elsewhere_is_reported_and_keeps_nothing_from_being_proven(tmp_path: Path) -> None:
    values = "db:\n  image: {digest: ''}\n  limit: null\n"

    outcome = examine_chart(tmp_path, values, "", **SUBCHART)

    assert outcome.images == {
        "quay.io/a/db:2": ("redirected", "swr.example.com/osc/db:2"),
        "a/side:1": ("redirected", "swr.example.com/osc/side:1"),
    }
    assert "  limit: null\n" in outcome.values
    assert nulls(outcome) == [(3, "Write what is meant ")]


def test_what_a_null_is_to_remove_is_shown_and_not_brought_back(tmp_path: Path) -> None:
    values = "db:\n  image: {digest: ''}\n  side: null\n"

    outcome = examine_chart(tmp_path, values, "", **SUBCHART)

    assert outcome.images == {
        "quay.io/a/db:2": ("redirected", "swr.example.com/osc/db:2"),
        "a/side:1": ("unverified", "swr.example.com/osc/side:1"),
    }
    assert "  side: null\n" in outcome.values
    assert nulls(outcome) == [(3, "Write what is meant ")]


def test_a_null_of_the_root_over_nothing_is_no_matter(tmp_path: Path) -> None:
    values = "own: null\ndb:\n  image: {digest: ''}\n  other: null\n"

    assert nulls(examine_chart(tmp_path, values, "", **SUBCHART)) == []


def test_a_null_of_a_subchart_over_its_own_subchart_removes_the_value(tmp_path: Path) -> None:
    more = {
        "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        "charts/db/values.yaml": "web: {image: {registry: null, repository: a/web}}\n",
        "charts/db/charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "charts/db/charts/web/values.yaml": "image: {registry: quay.io, tag: '2'}\n",
        "charts/db/charts/web/templates/web.yaml": pod(
            "{{ with .Values.image }}{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}"
            ":{{ .tag }}{{ end }}"
        ),
    }

    outcome = examine_chart(tmp_path, "db: {web: {port: null}}\n", "", **more)

    assert outcome.images == {"a/web:2": ("redirected", "swr.example.com/osc/web:2")}
    assert nulls(outcome) == []


def test_a_null_that_an_anchor_feeds_to_several_places_is_a_value_in_none(tmp_path: Path) -> None:
    values = "global: {imageRegistry: &own null}\ndb:\n  image: {registry: *own, digest: ''}\n"
    template = pod(
        "{{ default .Values.web.registry .Values.global.imageRegistry }}/{{ .Values.web.name }}:1"
    )
    values += "web: {registry: docker.io, name: a/web}\n"

    outcome = examine_chart(tmp_path, values, template, **SUBCHART)

    assert {image: status for image, (status, _target) in outcome.images.items()} == {
        "quay.io/a/db:2": "redirected",
        "docker.io/a/web:1": "redirected",
        "a/side:1": "redirected",
    }
