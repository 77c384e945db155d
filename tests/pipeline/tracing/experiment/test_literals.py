"""Which strings of a template may be printed."""

from __future__ import annotations

import pytest

from reviews.pipeline.tracing.experiment.literals import occurrences, regions


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("image: a/b", ["text"]),
        ('{{ printf "a/b:%s" .Values.tag }}', ["string"]),
        ('{{ default "a/b" .Values.image }}', ["string"]),
        ('{{ .Values.image | default "a/b" }}', ["string"]),
        ('{{ if eq .Values.kind "a/b" }}{{ end }}', []),
        ('{{ if and (eq .Values.kind "a/b") .Values.on }}{{ end }}', []),
        ('{{ ternary "a/b" "c" (eq .Values.kind "a/b") }}', ["string"]),
        ('{{ $image := "a/b" }}', ["string"]),
        ('{{ include "a/b" . }}', []),
        ('{{ required "a/b" .Values.image | default "a/b" }}', ["string"]),
        ('{{ (index .Values "a/b").image }} a/b', ["text"]),
        ('{{ dict "image" ("a/b" | trimSuffix "a/b") }}', ["string"]),
        ("{{ )) `a/b` }}", ["string"]),
    ],
)
def test_what_is_compared_or_named_is_not_printed(template: str, printed: list[str]) -> None:
    found = occurrences(template, "a/b", regions(template))

    assert ["string" if is_action else "text" for _at, is_action in found] == printed
