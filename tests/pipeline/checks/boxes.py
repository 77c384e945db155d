"""Examples written as archives, and examined."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.core.findings import Finding
from reviews.pipeline.core.policy import Limits, Policy
from reviews.pipeline.examination.run import Examination, examine, released_versions
from reviews.pipeline.package.version_definition import VersionDefinition


def written(example: Example, folder: Path) -> Path:
    """The upload that ``example`` describes, as a file in ``folder``.

    A lone file is that file; ``delivery.zip!/`` before every name says what it is called. With
    ``package`` or ``images`` below the top folder, or an archive inside, it is a zip; with a
    Chart.yaml a tgz; else a zip.
    """
    names = list(example.files)
    if len(names) == 1 and "/" not in names[0]:
        path = folder / names[0]
        path.write_text(example.files[names[0]], encoding="utf-8")
        return path
    uploads = {name.partition("!/")[0] for name in names}
    if len(uploads) == 1 and "/" not in (upload := uploads.pop()):
        path = folder / upload
        inside = {name.partition("!/")[2]: text for name, text in example.files.items()}
        path.write_bytes(packed(upload, inside))
        return path
    top = names[0].removeprefix("./").split("/")[0]
    is_chart = any(name.removeprefix("./") == f"{top}/Chart.yaml" for name in names)
    path = folder / f"{top}-1.0.0{'.tgz' if is_chart else '.zip'}"
    path.write_bytes(packed(path.name, example.files))
    return path


def examined(example: Example, folder: Path, policy: Policy | None = None) -> Examination:
    """The examination of ``example``. Raises PackageRefused."""
    policy = policy or Policy(limits=replace(Limits(), **example.limits))
    before = _versions_before(example, folder, policy)
    return examine(
        written(example, folder), policy, previous_versions=before, published_versions=before
    )


def _versions_before(
    example: Example, folder: Path, policy: Policy
) -> tuple[VersionDefinition, ...]:
    """The instance versions of the release before, where the example has one."""
    if not example.before:
        return ()
    release = folder / "before"
    release.mkdir()
    return released_versions(written(Example(example.before), release), policy.limits)


def findings(example: Example, folder: Path, rule: str) -> list[Finding]:
    """What ``rule`` finds in ``example``."""
    found = examined(example, folder).report.findings
    return [finding for finding in found if finding.rule == rule]


def reported(example: Example, folder: Path, rule: str) -> list[tuple[str, str]]:
    """Severity and message of all that ``rule`` finds in ``example``."""
    return [(each.severity.value, str(each.message)) for each in findings(example, folder, rule)]


def packed(name: str, files: Mapping[str, str]) -> bytes:
    """An archive of ``files``, in the form that its name says; ``!/`` enters archives inside."""
    members: dict[str, str | bytes] = {}
    inner: dict[str, dict[str, str]] = {}
    for address, text in files.items():
        own, entered, below = address.partition("!/")
        if entered:
            inner.setdefault(own, {})[below] = text
            members.setdefault(own, "")
        else:
            members[own] = text
    members |= {own: packed(own, below) for own, below in inner.items()}
    contents = {
        own: content.encode() if isinstance(content, str) else content
        for own, content in members.items()
    }
    if name.lower().endswith(".zip"):
        return _zip(contents)
    return _tar(contents, "w" if name.lower().endswith(".tar") else "w:gz")


def _tar(contents: Mapping[str, bytes], mode: Literal["w", "w:gz"]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode=mode) as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return output.getvalue()


def _zip(contents: Mapping[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return output.getvalue()
