"""No OSC-format package makes the portal crash, whatever stands in its files."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviews.pipeline.checks.examples.osc_packages import (
    OSC_CRD,
    OSC_CSD,
    OSC_LIFECYCLE,
    OSC_METADATA,
    osc_package,
)

from ..osc import taken

FILES = {
    "metadata": OSC_METADATA
    + "logo: {base64data: aGVsbG8=, mediatype: image/png}\ndeployScenes: {CCE: [self]}\n"
    "provider: {name: demo}\n",
    "lifecycle": OSC_LIFECYCLE
    + "upgrade: {replaces: 0.9.0, skips: [0.9.1], skipRange: '>=0.1.0 <0.2.0'}\n",
    "crd": OSC_CRD,
    "csd": OSC_CSD.replace(
        "  role: serviceEntity\n",
        "  role: serviceEntity\n  capabilityRequirements:\n"
        "    - {apiVersion: osc.io/v1, kind: LogConfig, defaultPath: vendor/log_config.yaml}\n"
        "  serviceEntityDependencies:\n    - {service: demo, defaultPath: vendor/demo.yaml}\n",
    ),
    "log": "apiVersion: osc.io/v1\nkind: LogConfig\nspec:\n  logConfigItems:\n"
    "    - labelSelector: {app: demo}\n      logPaths: [/var/log, /var/log/demo]\n",
}
ODD: list[Any] = [
    None,
    "",
    0,
    1.5,
    True,
    -1,
    10**30,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": None},
    {"name": []},
    ["*"],
    "x" * 100,
    "a.b[0]",
    "quay.io/demo/demo:1",
    "{}",
    "[1",
    "💾",
]


def paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    children = data.items() if isinstance(data, dict) else ()
    for key, child in enumerate(data) if isinstance(data, list) else children:
        yield from paths(child, (*path, key))


def damaged(data: Any, chance: random.Random) -> Any:
    """``data`` with up to four values replaced, removed or repeated under another key."""
    for _turn in range(chance.choice([1, 1, 2, 4])):
        path = chance.choice(list(paths(data)) or [()])
        if not path:
            return data
        node = data
        for step in path[:-1]:
            node = node[step]
        fate = chance.random()
        if fate < 0.6:
            node[path[-1]] = copy.deepcopy(chance.choice(ODD))
        elif fate < 0.8:
            del node[path[-1]]
        elif isinstance(node, dict):
            node[chance.choice(["image", "versionDefinition", 3])] = node[path[-1]]
    return data


def damaged_sample(csd: str, chance: random.Random) -> str:
    data = yaml.safe_load(csd)
    text = json.dumps(damaged(json.loads(data["spec"]["defaultConfiguration"]), chance))
    cut = chance.randrange(len(text) + 1) if chance.random() < 0.3 else len(text)
    data["spec"]["defaultConfiguration"] = text[:cut]
    return yaml.safe_dump(data)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("part", [*FILES, "sample"])
def test_damaged_files_are_examined_and_written(part: str, seed: int, tmp_path: Path) -> None:
    for turn in range(5):
        chance = random.Random(f"{part} {seed} {turn}")  # noqa: S311 - the same on every machine
        files = dict(FILES)
        if part == "sample":
            files["csd"] = damaged_sample(files["csd"], chance)
        else:
            files[part] = yaml.safe_dump(damaged(yaml.safe_load(files[part]), chance))
        package = osc_package(
            metadata=files["metadata"],
            lifecycle=files["lifecycle"],
            crd=files["crd"],
            csd=files["csd"],
            more={"manifests/vendor/log_config.yaml": files["log"]},
        )
        folder = tmp_path / str(turn)
        folder.mkdir()

        assert taken(package, folder).report.package.kind == "osc"
