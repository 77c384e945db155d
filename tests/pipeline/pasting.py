"""What a partner does with the text to paste: writes it where it says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reviews.pipeline.report.model import Remedy


def pasted(files: Mapping[str, str], remedies: Iterable[Remedy]) -> dict[str, str]:
    """``files`` with the lines of all ``remedies``, the last of a file first."""
    after = dict(files)
    for remedy in sorted(remedies, key=_begin, reverse=True):
        lines = after[remedy.file].split("\n")
        removed = [each for each in remedy.lines if each.kind == "removed"]
        added = [each.text for each in remedy.lines if each.kind == "added"]
        for each in removed:
            assert lines[_begin(remedy) - 1 + removed.index(each)].rstrip("\r") == each.text
        begin = _begin(remedy) - 1
        lines[begin : begin + len(removed)] = added
        after[remedy.file] = "\n".join(lines)
    return after


def _begin(remedy: Remedy) -> int:
    return next(each.line or 0 for each in remedy.lines if each.kind != "context")
