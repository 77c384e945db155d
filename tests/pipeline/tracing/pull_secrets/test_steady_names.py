"""Pods whose names are others in each render."""

from __future__ import annotations

from pathlib import Path

from ...journey import examine_chart, pod


def test_a_pod_with_a_random_name_is_called_after_its_template(tmp_path: Path) -> None:
    values = "image: quay.io/a/web:1\nside: {enabled: false, image: quay.io/a/side:1}\n"
    template = pod("{{ .Values.image }}", name="web-{{ randAlphaNum 8 | lower }}") + (
        "{{ if .Values.side.enabled }}        - {name: s, image: '{{ .Values.side.image }}'}\n"
        "{{ end }}"
    )
    steady = pod("{{ .Values.image }}", name="api")

    outcome = examine_chart(tmp_path, values, {"web.yaml": template, "api.yaml": steady})

    (finding,) = [each for each in outcome.report.findings if each.rule == "OSC-HELM-015"]
    assert "Deployment (web.yaml)" in str(finding.message)
    assert "Deployment api" in str(finding.message)
    assert str(finding.message).count("Deployment") == 2
