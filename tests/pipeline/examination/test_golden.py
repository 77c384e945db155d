"""Whole journeys kept as folders: what comes in, and all that the portal says and changes.

``tests/golden/CASE/package`` holds the one upload; a folder whose name ends in ``.zip``,
``.tgz`` or ``.tar`` stands for an archive, one with nothing but ``.gitkeep`` is an empty folder.
``expected`` holds the report without what differs from run to run, and a diff for each file that
is rewritten. ``pytest --update-golden`` writes it anew: read the difference before you commit it.
"""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.utils import translation

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.model import Report
from reviews.pipeline.report.public_json import to_json
from reviews.pipeline.report.text import verdict
from tests.catalogue.english import NAMES, english_in, with_marked_names

_ARCHIVES: dict[str, Literal["w", "w:gz"]] = {".zip": "w", ".tgz": "w:gz", ".tar": "w"}
GOLDEN = Path(__file__).parents[2] / "golden"
FIELDS = frozenset(
    [
        "Database",
        "UCS",
        "demo",
        "description",
        "email",
        "kind",
        "maintainers",
        "name",
        "operation",
        "path",
        "provider",
        "save",
        "supported",
        "tags",
        "true",
        "version",
    ]
)
"""Fields and values that findings of these cases name in every language."""
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if (folder / "package").is_dir())


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_reported_as_before(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, update_golden: bool
) -> None:
    report = examine(_upload(GOLDEN / case / "package", tmp_path), Policy()).report
    reported = _reported(report)
    expected = GOLDEN / case / "expected"
    if update_golden:
        _write(expected, reported)

    assert reported == {
        str(file.relative_to(expected)): file.read_bytes().decode()
        for file in sorted(expected.rglob("*"))
        if file.is_file()
    }
    with_marked_names(monkeypatch)
    assert set(_english_in_chinese(report)) == set()


def _english_in_chinese(report: Report) -> Iterator[str]:
    """The English words of the findings in Chinese, of their help, and of the clusters' results."""
    with translation.override("zh-hans"):
        for finding in report.findings:
            for message in (finding.title, finding.message, finding.help):
                if message is not None:
                    yield from english_in(message.text(translation.gettext), NAMES | FIELDS)
        yield from english_in(verdict(report, translation.gettext))


def _reported(report: Report) -> dict[str, str]:
    """The files of ``expected`` by name."""
    said: dict[str, Any] = to_json(report)
    for key in ("timings", "engine", "rules", "rewrites"):
        del said[key]
    del said["package"]["sha256"]
    for finding in said["findings"]:
        del finding["title"], finding["help"]
    reported = {"report.json": json.dumps(said, indent=1, ensure_ascii=False) + "\n"}
    for rewrite in report.rewrites:
        reported[f"{Path(rewrite.file).name}.diff"] = rewrite.diff
    return dict(sorted(reported.items()))


def _write(expected: Path, reported: dict[str, str]) -> None:
    expected.mkdir(exist_ok=True)
    for file in expected.iterdir():
        file.unlink()
    for name, text in reported.items():
        (expected / name).write_text(text, encoding="utf-8", newline="")


def _upload(folder: Path, tmp_path: Path) -> Path:
    """The upload in ``folder``: an archive, or the service package that lies there loose."""
    (entry,) = folder.iterdir()
    if entry.suffix not in _ARCHIVES:
        path = tmp_path / f"{entry.name}.zip"
        path.write_bytes(_zip({entry.name: entry}))
        return path
    path = tmp_path / entry.name
    path.write_bytes(_packed(entry))
    return path


def _packed(folder: Path) -> bytes:
    tops = {each.name: each for each in sorted(folder.iterdir())}
    return _zip(tops) if folder.suffix == ".zip" else _tar(tops, _ARCHIVES[folder.suffix])


def _contents(tops: dict[str, Path]) -> dict[str, bytes]:
    """The members of an archive of ``tops``, folders that stand for archives packed."""
    found: dict[str, bytes] = {}
    for name, path in tops.items():
        if path.name == ".gitkeep":
            found[name.removesuffix(path.name)] = b""
        elif path.is_file():
            found[name] = path.read_bytes()
        elif path.suffix in _ARCHIVES:
            found[name] = _packed(path)
        else:
            below = {f"{name}/{each.name}": each for each in sorted(path.iterdir())}
            found |= _contents(below)
    return found


def _zip(tops: dict[str, Path]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _contents(tops).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _tar(tops: dict[str, Path], mode: Literal["w", "w:gz"]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in _contents(tops).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
