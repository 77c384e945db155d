"""What is known about a chart: the measured truth, one JSON file a chart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GUARD = "global.security.allowInsecureImages"


@dataclass(frozen=True, slots=True)
class TrueImage:
    """One container position with the image it shows, and what decides it.

    ``state`` is how it was seen: ``default``, ``all``, ``flag:<path>`` or ``ci:<file>``.
    """

    template: str
    kind: str
    container: str
    value: str
    state: str
    verdict: str

    @property
    def stage(self) -> str:
        """``default``, ``features`` (some boolean is on) or ``ci`` (other values were given)."""
        return {"default": "default", "ci": "ci"}.get(self.state.partition(":")[0], "features")


@dataclass(frozen=True, slots=True)
class Literal:
    """A line of a template that holds an image literally; ``file`` is relative to the chart."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Truth:
    """One chart's truth.

    ``base_values`` had to be given for it to render. ``image_paths`` are all paths of values
    that are part of an image, ``other_images`` strings outside container fields that look
    like one. ``flags`` are booleans that show an image when they are on, ``files`` values files of
    the chart that do; ``never`` are flags that cannot be on together with all others.
    """

    base_values: Mapping[str, Any]
    has_subcharts: bool
    images: tuple[TrueImage, ...]
    literals: tuple[Literal, ...]
    other_images: frozenset[str]
    image_paths: frozenset[str]
    flags: tuple[str, ...]
    files: tuple[str, ...]
    never: frozenset[str]


def read_truth(path: Path) -> Truth:
    """The truth file at ``path``. Raises KeyError when it is of another make."""
    data = json.loads(path.read_text(encoding="utf-8"))
    images = tuple(
        TrueImage(
            each["template"],
            each["kind"],
            each["cname"] or "",
            each["value"],
            each["state"],
            each["verdict"],
        )
        for each in data["container_images"]
    )
    states = sorted({image.state for image in images})
    return Truth(
        base_values=data["render"]["base_values"],
        has_subcharts=bool(data["subcharts"] or data["deps"]),
        images=images,
        literals=tuple(
            Literal(each["file"], each["line"], each["text"])
            for each in (*data["static_literals"], *data.get("static_literals_not_rendered", ()))
        ),
        other_images=frozenset(each["value"] for each in data["other_images"]),
        image_paths=frozenset(_image_paths(data)) | {GUARD},
        flags=tuple(_after("flag:", states)),
        files=tuple(_after("ci:", states)),
        never=frozenset(data["flags"]["not_in_all"]),
    )


def _after(prefix: str, states: Sequence[str]) -> Iterator[str]:
    return (state.removeprefix(prefix) for state in states if state.startswith(prefix))


def _image_paths(data: Mapping[str, Any]) -> Iterator[str]:
    for image in (*data["container_images"], *data["other_images"]):
        for kind in ("controls", "undeclared_controls", "indirect_controls"):
            yield from (control["path"] for control in image.get(kind, ()))
    yield from data["undeclared_controls_all"]
    yield from data["image_leaves_never_seen"]
    yield from data["controlling_leaves"]
