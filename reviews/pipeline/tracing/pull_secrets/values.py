"""Values that may name the secrets to pull with, known by their keys and by what reads them.

That they may is only a guess; ``pull_secrets`` tries them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from ...core.findings import Place
from ...manifests.pod_secrets import DEFAULT_SECRET
from ...package.helm import Chart
from ...yaml.nodes import Mapping, Target, target_of
from ...yaml.source import Path, YamlSource, dotted, place_of

_KEY = re.compile(r"pull[_-]?secrets?([_-]?names?)?$", re.IGNORECASE)
_ASKED = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)+)")
_BLOCK = "imagePullSecrets"
# Beside the block also other fields of the pod are filled: its name must say so.
_NEAR = re.compile(r"secret|regist|cred|pull", re.IGNORECASE)
# Lines above the block in a template, with its conditions, and below it, with what fills it.
_ABOVE, _BELOW = 2, 4
# More values than this no honest chart has; each of them costs time.
_MOST = 400


class Form(StrEnum):
    """How a value names a secret."""

    MAPS = "maps"
    NAMES = "names"
    NAME = "name"

    def naming(self, secret: str) -> Any:
        """A value of this form that names ``secret``."""
        match self:
            case Form.MAPS:
                return [{"name": secret}]
            case Form.NAMES:
                return [secret]
            case Form.NAME:
                return secret

    def written(self, secret: str) -> str:
        """The same as one writes it in YAML."""
        match self:
            case Form.MAPS:
                return f"[{{name: {secret}}}]"
            case Form.NAMES:
                return f"[{secret}]"
            case Form.NAME:
                return secret


@dataclass(frozen=True, slots=True)
class SecretValue:
    """A value that may name a pull secret: its absolute path, where it is written, and its form.

    ``place`` is in a template where no values.yaml has the value.
    """

    path: Path
    place: Place
    form: Form
    is_empty: bool

    @property
    def setting(self) -> str:
        """What to write so that it names the platform's secret."""
        return f"{dotted(self.path)}: {self.form.written(DEFAULT_SECRET)}"

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Which of equals to name first: a global one, then the shortest."""
        return self.path[0] != "global", len(self.path), dotted(self.path)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value and the forms in which it may name a secret, the likeliest first.

    ``is_named_so`` says that it is not merely near ``imagePullSecrets``.
    """

    path: Path
    place: Place
    forms: tuple[Form, ...]
    is_empty: bool
    is_named_so: bool

    def value(self, form: Form) -> SecretValue:
        return SecretValue(self.path, self.place, form, self.is_empty)


def candidates(root: Chart) -> tuple[Candidate, ...]:
    """The values of all charts that may name a pull secret, those of parents first."""
    found: dict[Path, Candidate] = {}
    for chart in root.walk():
        for each in (*islice(_in_values(chart), _MOST), *islice(_in_templates(chart), _MOST)):
            above = (each.path[:depth] for depth in range(1, len(each.path)))
            if len(found) < _MOST and each.path not in found and not any(p in found for p in above):
                found[each.path] = each
    return tuple(found.values())


def _in_values(chart: Chart) -> Iterator[Candidate]:
    """The keys of ``values.yaml`` that say so and hold a name, a list, or nothing."""
    if chart.values is None or b"ull" not in chart.values.data:
        return
    waiting: list[tuple[Path, Target]] = [((), chart.values.root)] if chart.values.root else []
    seen: set[Mapping] = set()
    while waiting:
        path, node = waiting.pop()
        if _is_named_so(path) and _forms(node.data):
            yield _written(chart, chart.values, path, node.data)
        elif isinstance(node, Mapping) and node not in seen:
            # What an anchor shares is walked once: aliases of aliases would be without end.
            seen.add(node)
            children = reversed(node.effective.items())
            waiting += [((*path, key), target_of(child)) for key, child in children]


def _in_templates(chart: Chart) -> Iterator[Candidate]:
    """The values that templates ask for whose keys say so, or around ``imagePullSecrets``."""
    seen: set[Path] = set()
    for name, text in chart.templates():
        if "ull" not in text:
            continue
        for match in _ASKED.finditer(text):
            path: Path = tuple(match[1].split(".")[1:])
            if path not in seen and _is_named_so(path):
                seen.add(path)
                yield from _asked(chart, path, chart.address(name), text[: match.start()])
        for start, end in _blocks(text):
            for match in _ASKED.finditer(text, start, end):
                path = tuple(match[1].split(".")[1:])
                if path not in seen and _NEAR.search(match[1]):
                    seen.add(path)
                    yield from _asked(chart, path, chart.address(name), text[: match.start()])


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The spans of ``text`` around each ``imagePullSecrets``; none of them overlap."""
    end = 0
    while (found := text.find(_BLOCK, end)) >= 0:
        start, following = found, found
        for _line in range(_ABOVE + 1):
            start = max(text.rfind("\n", end, start), end)
        for _line in range(_BELOW + 1):
            following = text.find("\n", following + 1) if following >= 0 else -1
        end = following if following >= 0 else len(text)
        yield start, end


def _asked(chart: Chart, path: Path, file: str, before: str) -> Iterator[Candidate]:
    """The value at ``path``, which a template reads behind ``before``, if it can be a name."""
    values = chart.values
    if values is not None and len(values.nodes_along(path)) == len(path) + 1:
        value = values.data_at(path)
        if _forms(value):
            yield _written(chart, values, path, value)
    elif _is_named_so(path):
        data = before.encode()
        place = Place.at(file, data, len(data))
        yield Candidate(_absolute(chart, path), place, tuple(Form), is_empty=True, is_named_so=True)


def _written(chart: Chart, values: YamlSource, path: Path, value: Any) -> Candidate:
    return Candidate(
        _absolute(chart, path),
        place_of(values, path),
        _forms(value),
        is_empty=not value,
        is_named_so=_is_named_so(path),
    )


def _is_named_so(path: Path) -> bool:
    keys = path[:-1] if path[-1:] == ("name",) else path
    return bool(keys) and _KEY.search(str(keys[-1])) is not None


def _forms(value: Any) -> tuple[Form, ...]:
    """The forms in which a value that is written so may name a secret, () where it cannot."""
    if isinstance(value, str):
        return (Form.NAME,) if value else (Form.NAME, Form.MAPS, Form.NAMES)
    if value is None:
        return tuple(Form)
    if isinstance(value, list) and value and not isinstance(value[0], dict):
        return (Form.NAMES, Form.MAPS)
    if isinstance(value, list) or value == {}:
        return (Form.MAPS, Form.NAMES)
    return ()


def _absolute(chart: Chart, path: Path) -> Path:
    """The path in the values of the root chart; what is global is so from every chart."""
    return path if path[0] == "global" else chart.key + path
