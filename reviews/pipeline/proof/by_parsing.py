"""Prove the rewrite of a package that no engine renders: parse before and after, and compare.

For every file with an edit the data that it should hold afterwards is built from the data
before: each image of status redirected becomes its target, in the JSON inside a string too, and
the source annotation may be set. What is parsed from the new bytes must be exactly that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..core.messages import Message, _
from ..core.policy import Limits
from ..facts.model import OtherChange
from ..manifests.image_pieces import ImagePlaces
from ..manifests.workloads import Pointer, Use, at
from ..rewrite import RewrittenFile
from ..tracing.model import ImageStatus, Trace
from ..yaml.source import Path, YamlBroken, YamlSource
from .by_rendering import Proof
from .differences import differences

_MARK = "ISV"


def verify_by_parsing(
    places: ImagePlaces,
    trace: Trace,
    files: Sequence[RewrittenFile],
    mark: Path,
    limits: Limits,
) -> Proof:
    """Compare every one of the changed ``files`` with what ``trace`` promises of ``places``.

    ``mark`` is where a document says the source of the package, which an edit may set.
    """
    proof = Proof(rendered=False, parsed=True)
    goals, named = _goals(places, trace), _named(trace)
    for file in files:
        mine = {use: goal for use, goal in goals.items() if use.template == file.address}
        _File(file, mine, named, mark, proof).compare(limits)
    touched = {file.address for file in files}
    for use in goals:
        if use.template not in touched:
            reason = _("no edit was made of %(file)s", file=use.template)
            proof.failed.update(dict.fromkeys(named.get(use, (use.image,)), reason))
    return proof


def _goals(places: ImagePlaces, trace: Trace) -> dict[Use, str]:
    goals = {
        image.original: image.target
        for image in trace.images
        if image.status is ImageStatus.REDIRECTED
    }
    wanted = {each.use: goals[each.image] for each in places.fields if each.image in goals}
    return wanted | {each.place.use: each.text for each in trace.replacements if each.images}


def _named(trace: Trace) -> dict[Use, tuple[str, ...]]:
    """The images of which a use is only a piece."""
    return {each.place.use: each.images for each in trace.replacements if each.images}


@dataclass
class _File:
    """One file before and after."""

    file: RewrittenFile
    goals: Mapping[Use, str]
    named: Mapping[Use, tuple[str, ...]]
    mark: Path
    proof: Proof

    def compare(self, limits: Limits) -> None:
        """Note in the proof what is not as promised."""
        address = self.file.address
        before = _documents(self.file.before or b"", address, limits)
        try:
            after = _documents(self.file.after, address, limits)
        except YamlBroken as error:
            words = error.located
            reason = _("the file no longer parses after the rewrite: %(words)s", words=words)
            self._fail(self.goals, reason)
            return
        if len(before) != len(after):
            self._fail(self.goals, _("the file has another number of documents after the rewrite"))
            return
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            goals = {use: goal for use, goal in self.goals.items() if use.index == index}
            self._compare_document(old, new, goals)

    def _compare_document(self, old: Any, new: Any, goals: Mapping[Use, str]) -> None:
        held = {held for use in goals if (held := _json_around(old, use.pointer)) is not None}
        old, new = _opened(old, held), _opened(new, held)
        texts = _texts(goals)
        for pointer, text in texts.items():
            if (found := at(new, pointer)) != text:
                words = _("after the rewrite it reads %(found)s", found=str(found)[:200])
                self._fail((use for use in goals if use.pointer == pointer), words)
        marks = {self.mark: _MARK} if at(new, self.mark) == _MARK else {}
        for pointer, was, now in differences(_with(old, {**texts, **marks}), new):
            self.proof.changes.append(self._change(new, pointer, was, now))

    def _change(self, data: Any, pointer: Pointer, was: Any, now: Any) -> OtherChange:
        kind, name = at(data, ("kind",)), at(data, ("metadata", "name"))
        return OtherChange(
            template=self.file.address,
            kind=str(kind or ""),
            name=str(name or ""),
            path=".".join(map(str, pointer)),
            before=None if was is None else str(was),
            after=None if now is None else str(now),
            cause=None,
        )

    def _fail(self, uses: Iterable[Use], reason: Message) -> None:
        for use in uses:
            names = self.named.get(use, (use.image,))
            self.proof.failed.update(dict.fromkeys(names, reason))


def _documents(data: bytes, address: str, limits: Limits) -> list[Any]:
    return [root.data for root in YamlSource.parse(data, address, limits).roots]


def _json_around(data: Any, pointer: Pointer) -> Pointer | None:
    """Where on the way of ``pointer`` a string begins that is read as JSON."""
    for depth in range(len(pointer)):
        if isinstance(at(data, pointer[:depth]), str):
            return pointer[:depth]
    return None


def _opened(data: Any, pointers: Iterable[Pointer]) -> Any:
    """``data`` with the JSON in the strings at ``pointers`` read; what is none stays text."""
    read = {}
    for pointer in pointers:
        with suppress(TypeError, ValueError, RecursionError):
            read[pointer] = json.loads(at(data, pointer))
    return _with(data, read)


def _texts(goals: Mapping[Use, str]) -> dict[Pointer, str]:
    """What each string becomes when all its images are replaced at once."""
    texts: dict[Pointer, str] = {}
    # From the last to the first, so that the offsets of those before it stay right.
    for use in sorted(goals, key=lambda each: each.start, reverse=True):
        text = texts.get(use.pointer, use.text)
        texts[use.pointer] = text[: use.start] + goals[use] + text[use.end :]
    return texts


def _with(data: Any, values: Mapping[Pointer, Any]) -> Any:
    """A copy of ``data`` with each value at its pointer; maps are made where they are missing."""
    if not values:
        return data
    if () in values:
        return values[()]
    below: dict[Any, dict[Pointer, Any]] = {}
    for (part, *rest), value in values.items():
        below.setdefault(part, {})[tuple(rest)] = value
    if isinstance(data, list):
        changed = dict(enumerate(data))
        return list((changed | _all_with(changed, below)).values())
    mapping = data if isinstance(data, dict) else {}
    return mapping | _all_with(mapping, below)


def _all_with(
    parts: Mapping[Any, Any], below: Mapping[Any, Mapping[Pointer, Any]]
) -> dict[Any, Any]:
    return {part: _with(parts.get(part), values) for part, values in below.items()}
