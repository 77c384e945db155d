"""The paths into values.yaml that a mapping names, in the spellings that people use."""

from __future__ import annotations

import re

from ..yaml.source import Path, dotted

_STEP = re.compile(r"((?:[^.\\\[\]]|\\.)+)|\[([0-9]{1,6})\]")


def value_path(text: str) -> Path:
    r"""The path that ``text`` names: ``image.tag``, ``list[0].image``, ``a\.b`` with a dot in it.

    A leading dot and ``.Values`` are left out here; a check reports that they are there.
    """
    text = text.strip().removeprefix(".").removeprefix("Values.")
    path: list[str | int] = []
    end = 0
    for match in _STEP.finditer(text):
        between = text[end : match.start()]
        if between not in {"", "."}:
            return tuple(text.split("."))
        path.append(int(match[2]) if match[2] is not None else re.sub(r"\\(.)", r"\1", match[1]))
        end = match.end()
    return tuple(path) if end == len(text) else tuple(text.split("."))


def plain_path(text: str) -> str:
    """``text`` in the one spelling in which paths are compared: that of ``dotted``."""
    return dotted(value_path(text))
