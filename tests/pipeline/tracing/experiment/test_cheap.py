"""Experiments make no keys; what is shown and proven is the chart as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from reviews.pipeline.manifests.workloads import Document
from reviews.pipeline.tracing.experiment.cheap import without_keys
from reviews.pipeline.tracing.experiment.renderer import DocumentKey, Scenario

from ...journey import examine_chart, pod
from .charts import chart_renderer

SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata: {name: tls}\nstringData:\n"
    '{{ $ca := genCA "ca" 30 }}{{ $c := genSignedCert "x" nil (list "x") 30 $ca }}'
    "  crt: {{ $c.Cert | quote }}\n"
)


@pytest.mark.parametrize(
    ("text", "cheap"),
    [
        (
            '{{ $c := genSelfSignedCert "x" nil nil 3 }}',
            '{{ $c := dict "Cert" "x" "Key" "y" "x" nil nil 3 }}',
        ),
        ('{{- genPrivateKey "rsa" | b64enc -}}', '{{- print "rsa" | b64enc -}}'),
        ('{{ htpasswd .a "bcrypt" }} htpasswd', '{{ print .a "bcrypt" }} htpasswd'),
        ("{{ .genCA }}{{ $genCA }}{{ genCAs }}", "{{ .genCA }}{{ $genCA }}{{ genCAs }}"),
    ],
)
def test_calls_in_actions_alone_are_replaced(text: str, cheap: str) -> None:
    assert without_keys(text.encode()).decode() == cheap


FEATURE = Scenario({"on": True}, ("on=true",))


@pytest.mark.parametrize(("is_thorough", "has_keys"), [(False, [False]), (True, [True])])
def test_experiments_make_no_keys_and_the_default_features_are_proven_with_them(
    tmp_path: Path, is_thorough: bool, has_keys: list[bool]
) -> None:
    templates = {"tls.yaml": SECRET, "app.yaml": pod("{{ .Values.image }}")}
    with chart_renderer(tmp_path, "image: a/b:1\n", templates, renders=20) as renderer:
        renderer.is_thorough = is_thorough
        base = renderer.observe(Scenario())
        renderer.economise(base)
        searched = renderer.search(Scenario())
        shown = [renderer.to_prove(each, searched) for each in (Scenario(), FEATURE)]
        rewritten = renderer.rewritten(base_archive(tmp_path), [Scenario(), FEATURE])

    assert "BEGIN CERTIFICATE" not in texts(searched.documents)
    assert searched.uses == base.uses
    keys = ["BEGIN CERTIFICATE" in texts(each.documents) for each in shown]
    assert keys == [True, *has_keys]
    assert ["BEGIN CERTIFICATE" in texts(each) for each in rewritten] == [True, *has_keys]


def base_archive(tmp_path: Path) -> bytes:
    return (tmp_path / "demo-1.0.0.tgz").read_bytes()


def texts(documents: Mapping[DocumentKey, Document]) -> str:
    return "\n".join(document.text for document in documents.values())


def test_keys_that_an_image_depends_on_are_made(tmp_path: Path) -> None:
    image = '{{ $k := genPrivateKey "ed25519" }}{{ .Values.image }}:{{ len $k | gt 20 }}'
    templates = {"app.yaml": pod(image.replace('"', "`").join(("'", "'")))}
    with chart_renderer(tmp_path, "image: a/b\n", templates, renders=20) as renderer:
        renderer.economise(renderer.observe(Scenario()))
        searched = renderer.search(Scenario())

    assert [use.image for use in searched.uses] == ["a/b:false"]


def test_a_chart_that_makes_keys_is_proven_as_it_is(tmp_path: Path) -> None:
    files = {"tls.yaml": SECRET, "app.yaml": pod("{{ .Values.image }}")}

    outcome = examine_chart(tmp_path, "image: a/b:1\n", files)

    assert outcome.images == {"a/b:1": ("redirected", "swr.example.com/osc/b:1")}
    assert outcome.report.verification.other_changes == ()
    assert outcome.after["demo/templates/tls.yaml"] == SECRET
