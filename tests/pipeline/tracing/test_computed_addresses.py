"""Addresses that templates compute: tried and proven, and otherwise said as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..journey import examine_chart, pod

LINES: dict[str, tuple[str, str, str]] = {
    "a prefix that is cut off": (
        '{{ .Values.image | trimPrefix "docker://" }}:1',
        "image: docker://quay.io/acme/web\n",
        "image: docker://swr.example.com/osc/web\n",
    ),
    "a path that is split": (
        '{{ $p := splitList "/" .Values.image }}{{ first $p }}/{{ rest $p | join "/" }}:1',
        "image: quay.io/acme/web\n",
        "image: swr.example.com/osc/web\n",
    ),
    "a host that an expression cuts off": (
        '{{ .Values.hub }}/{{ regexReplaceAll "^[^/]+/" .Values.image "" }}:1',
        "hub: quay.io\nimage: ghcr.io/acme/web\n",
        "hub: swr.example.com\nimage: ghcr.io/osc/web\n",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_an_address_that_is_computed_letter_by_letter_is_redirected(
    tmp_path: Path, name: str
) -> None:
    line, values, expected = LINES[name]
    outcome = examine_chart(tmp_path, values, pod(line))
    assert outcome.values == expected
    assert outcome.images == {"quay.io/acme/web:1": ("redirected", "swr.example.com/osc/web:1")}


def test_an_address_that_is_computed_otherwise_names_its_value(tmp_path: Path) -> None:
    line = '{{ .Values.image }}{{ len .Values.image }}-{{ regexReplaceAll "[^a-z]" .Values.image "" }}:1'
    outcome = examine_chart(tmp_path, "image: quay.io/acme/web\n", pod(line))
    assert outcome.values == "image: quay.io/acme/web\n"
    (finding,) = [each for each in outcome.report.findings if each.rule == "PORTAL-004"]
    assert "a template computes it from image" in str(finding.message)
