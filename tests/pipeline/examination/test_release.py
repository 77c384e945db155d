"""The second journey: exactly the approved edits, proven, or nothing is written."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.examination.run import NotProven, Released, examine, release
from reviews.pipeline.report.model import Report
from tests.pipeline.archive_builders import Image, docker_archive
from tests.pipeline.journey import CHART, POLICY, pod, texts, tgz

VALUES = "image:\n  registry: docker.io\n  repository: bitnami/etcd\n  tag: '3.5'\nother: quay.io/a/b:1\n"
ETCD, OTHER = "docker.io/bitnami/etcd:3.5", "quay.io/a/b:1"
TARGETS = {ETCD: "swr.example.com/osc/etcd:3.5", OTHER: "swr.example.com/osc/b:1"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    image = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    path = tmp_path / "demo-1.0.0.tgz"
    files = {
        "demo/Chart.yaml": CHART,
        "demo/values.yaml": VALUES,
        "demo/templates/app.yaml": pod(f'"{image}"', '"{{ .Values.other }}"'),
    }
    path.write_bytes(tgz(files))
    return path


@pytest.fixture
def report(package: Path) -> Report:
    return examine(package, POLICY).report


def _release(package: Path, edits: list[Edit], expected: Mapping[str, str]) -> Released:
    return release(package, edits, POLICY, package.with_name("released.tgz"), expected=expected)


def test_with_every_edit_it_is_the_proposed_package(package: Path, report: Report) -> None:
    proposed = package.with_name("proposed.tgz")
    examine(package, POLICY).write(proposed)

    done = _release(package, list(report.edits), TARGETS)

    assert done.images == TARGETS
    assert package.with_name("released.tgz").read_bytes() == proposed.read_bytes()


def test_with_some_edits_only_their_images_move(package: Path, report: Report) -> None:
    some = [edit for edit in report.edits if edit.before != OTHER]

    _release(package, some, {ETCD: TARGETS[ETCD]})

    after = texts(package.with_name("released.tgz"))["demo/values.yaml"]
    assert after == VALUES.replace("docker.io", "swr.example.com").replace("bitnami", "osc")


@pytest.mark.parametrize(
    ("left_out", "expected", "words"),
    [
        (OTHER, TARGETS, f"after the rewrite it renders {OTHER} instead of {TARGETS[OTHER]}"),
        (
            "",
            {ETCD: TARGETS[ETCD]},
            (
                "Deployment app also changes at spec.template.spec.containers.1.image,"
                " and nothing explains why"
            ),
        ),
        ("", {"nginx": "swr.example.com/osc/nginx"}, None),
        ("", {OTHER: "elsewhere.example.com/b:1"}, None),
    ],
)
def test_what_is_not_proven_is_not_written(
    package: Path, report: Report, left_out: str, expected: dict[str, str], words: str | None
) -> None:
    edits = [edit for edit in report.edits if edit.before != left_out]
    image, goal = next(iter(expected.items()))

    with pytest.raises(NotProven) as verdict:
        _release(package, edits, expected)

    assert str(verdict.value) == (words or f"{image} is no longer found to lead to {goal}")
    assert not package.with_name("released.tgz").exists()


def test_edits_that_do_not_fit_are_our_own_fault(package: Path) -> None:
    wrong = Edit("demo/values.yaml", 0, 5, "imago", "x")

    with pytest.raises(ValueError, match="does not hold what was expected"):
        _release(package, [wrong], {})


def test_each_stage_is_reported_as_it_begins(package: Path) -> None:
    reported: list[str] = []

    examine(package, POLICY, progress=reported.append)

    assert list(dict.fromkeys(reported)) == [
        "unpack",
        "inspect",
        "render",
        "trace",
        "clusters",
        "validate",
        "check",
        "rewrite",
        "verify",
    ]


@pytest.fixture
def coverage(tmp_path: Path, package: Path) -> Path:
    """The same chart with archives of its images and without a mapping."""
    path = tmp_path / "demo-1.0.0.zip"
    with zipfile.ZipFile(path, "w") as upload:
        upload.writestr("demo/package/demo-1.0.0.tgz", package.read_bytes())
        for name, reference in (("etcd-3.5.tar", ETCD), ("b-1.tar", OTHER)):
            upload.writestr(f"demo/images/{name}", docker_archive(Image((reference,))))
    return path


def test_the_proposed_mapping_is_released_with_the_package(coverage: Path, tmp_path: Path) -> None:
    report = examine(coverage, POLICY).report
    released = tmp_path / "released.zip"

    release(coverage, report.edits, POLICY, released, expected=TARGETS)

    with zipfile.ZipFile(released) as judge:
        assert judge.read("demo/images/mapping.yaml").decode() == (
            "instance:\n"
            "- image: etcd\n"
            '  tag: "3.5"\n'
            "  address:\n"
            "    endpoint: image.registry\n"
            "    repository: image.repository\n"
            "    tag: image.tag\n"
            "  package:\n"
            "    x86_64: etcd-3.5.tar\n"
            "- image: b\n"
            '  tag: "1"\n'
            "  address:\n"
            "    fullAddress: other\n"
            "  package:\n"
            "    x86_64: b-1.tar\n"
        )
    again = examine(released, POLICY, name=coverage.name).report
    assert again.edits == ()
    assert {finding.rule for finding in again.findings} == {
        finding.rule for finding in report.findings if finding.edit is None
    }


def test_a_mapping_that_leads_elsewhere_is_not_released(coverage: Path, tmp_path: Path) -> None:
    report = examine(coverage, POLICY).report
    edits = [
        replace(edit, after=edit.after.replace("endpoint: image.registry", "endpoint: image.tag"))
        for edit in report.edits
    ]

    with pytest.raises(NotProven) as verdict:
        release(coverage, edits, POLICY, tmp_path / "released.zip", expected=TARGETS)

    assert str(verdict.value).startswith(f"with the mapping, {ETCD} would render as ")
    assert not (tmp_path / "released.zip").exists()
