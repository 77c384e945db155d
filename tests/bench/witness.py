"""Renders by a bare engine, and the container images in them, read without the pipeline."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .processor import processor_seconds

BARE = Path(__file__).with_name("bare.py")
FEATURES = re.compile(r"(?i:enabled?|create|install|deploy)$")
SWITCHES = re.compile(rf"{FEATURES.pattern}|^use[A-Z]")
ROUNDS = 2
AS_BUILT: Mapping[str, Any] = {}
"""The cluster that the engine renders for where none is given."""
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_SEPARATOR = re.compile(r"^---[ \t]*(?:#.*)?$", re.MULTILINE)


class WitnessFailed(Exception):  # noqa: N818 - the bench cannot judge, nobody is to blame yet
    """The bare engine did not answer."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a container stands: template, document in it, kind and name, and its own name."""

    template: str
    document: int
    kind: str
    name: str
    container: str
    place: str

    @property
    def identity(self) -> tuple[str, int, str]:
        """What is the same in every render; names may have a random part."""
        return self.template, self.document, self.place


@dataclass(frozen=True, slots=True)
class Render:
    """What one bare render gave: the image at every spot, or why there is none.

    ``text`` is all of its manifests.
    """

    images: Mapping[Spot, str]
    error: str | None = None
    text: str = ""


def renders(
    archive: Path,
    values: Sequence[Mapping[str, Any]],
    timeout: float,
    cluster: Mapping[str, Any] = AS_BUILT,
) -> list[Render]:
    """``archive`` rendered once with each of ``values``, in one fresh process.

    ``timeout`` in seconds is for all of them; ``cluster`` are options as ``bare`` takes them.
    Raises WitnessFailed.
    """
    replies = json.loads(_ask(archive, values, timeout, cluster))
    return [
        Render({}, reply["error"])
        if "error" in reply
        else Render(
            dict(container_images(reply["manifests"])), text="\n".join(reply["manifests"].values())
        )
        for reply in replies
    ]


def bare_seconds(archive: Path, values: Mapping[str, Any], timeout: float) -> float:
    """Processor seconds of one render in a fresh process: start, import, load, render, answer."""
    started = processor_seconds()
    _ask(archive, [values], timeout, AS_BUILT)
    return processor_seconds() - started


def everything_on(
    archive: Path,
    base: Mapping[str, Any],
    never: Collection[str],
    timeout: float,
    cluster: Mapping[str, Any] = AS_BUILT,
) -> dict[str, Any] | None:
    """``base`` with every switch on except those of ``never``, None when that does not render.

    A switch is a boolean that is off and is called like one; choices (``useStatefulSet``) are
    left as they are where they do not go together with the rest.
    """
    for names in (SWITCHES, FEATURES):
        values = _all_on(archive, base, never, names, timeout, cluster)
        if values is not None:
            return values
    return None


def _all_on(
    archive: Path,
    base: Mapping[str, Any],
    never: Collection[str],
    names: re.Pattern[str],
    timeout: float,
    cluster: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Sub-charts show their switches once they are on themselves, so that it takes two rounds."""
    values: dict[str, Any] = dict(base)
    for number in range(ROUNDS + 1):
        (reply,) = json.loads(_ask(archive, [values], timeout, cluster, effective=True))
        if "error" in reply:
            return None
        if number < ROUNDS:
            values = merged(values, _switched(reply["effective"], "", never, names))
    return values


def _switched(
    values: Mapping[str, Any], path: str, never: Collection[str], names: re.Pattern[str]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            if below := _switched(value, here, never, names):
                result[key] = below
        elif value is False and names.search(key) and here not in never:
            result[key] = True
    return result


def names_image(text: str, part: str) -> bool:
    """Whether something in ``text`` that looks like an image with a tag has ``part`` in it."""
    found = re.findall(rf"[\w./:@-]*{re.escape(part)}[\w./:@-]*", text)
    return any(":" in token.strip(":") for token in found)


def nested(path: str, value: object) -> dict[str, Any]:
    """Values that set the dotted ``path`` to ``value``."""
    *parents, last = path.split(".")
    result: dict[str, Any] = {last: value}
    for part in reversed(parents):
        result = {part: result}
    return result


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``below`` with ``above`` laid over it, maps key by key; neither is changed."""
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            result[key] = merged(known, value)
        else:
            result[key] = value
    return result


def _ask(
    archive: Path,
    values: Sequence[Mapping[str, Any]],
    timeout: float,
    cluster: Mapping[str, Any],
    *,
    effective: bool = False,
) -> bytes:
    request = {
        "archive": str(archive),
        "renders": list(values),
        "cluster": dict(cluster),
        "effective": effective,
    }
    try:
        return subprocess.run(
            [sys.executable, "-I", "-B", str(BARE)],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=True,
        ).stdout
    except subprocess.SubprocessError as error:
        raise WitnessFailed(f"the bare engine did not render {archive.name}: {error}") from error


def container_images(manifests: Mapping[str, str]) -> Iterator[tuple[Spot, str]]:
    """Every container of every pod template, with its image.

    Documents that PyYAML cannot read are left out; Kubernetes could not read them either.
    """
    for template, text in manifests.items():
        if template.endswith("NOTES.txt"):
            continue
        for number, document in enumerate(_SEPARATOR.split(text)):
            if "ontainers" not in document:
                continue
            try:
                data = yaml.load(document, yaml.CSafeLoader)
            except yaml.YAMLError:
                continue
            if isinstance(data, dict):
                yield from _in_document(template, number, data)


def _in_document(template: str, number: int, data: dict[Any, Any]) -> Iterator[tuple[Spot, str]]:
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = str(data.get("kind") or "")
    for place, container in _containers(data, ""):
        image = container.get("image")
        if isinstance(image, str) and image:
            called = str(container.get("name") or "")
            yield Spot(template, number, kind, str(name or ""), called, place), image


def _containers(data: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _containers(item, f"{place}[{index}]")
    elif isinstance(data, dict):
        for key, value in data.items():
            here = f"{place}.{key}"
            if key in CONTAINERS and isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, dict):
                        yield f"{here}[{index}]", item
            else:
                yield from _containers(value, here)
