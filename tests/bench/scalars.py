"""Which values two versions of a YAML file give differently, read without the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

Scalar = tuple[str, str]


def changed_values(before: bytes, after: bytes) -> list[frozenset[str]]:
    """Every scalar that ``after`` gives differently, each as the set of paths that it feeds.

    Paths are written ``a.b[0].c``. An anchor feeds the paths of its aliases too. A scalar that
    is new in ``after`` has the path it has there; one that is gone counts as changed.
    Raises yaml.YAMLError when one of them is no YAML.
    """
    old, new = _scalars(before), _scalars(after)
    groups: dict[int, set[str]] = {}
    for path, (node, _value) in old.items():
        groups.setdefault(node, set()).add(path)
    changed: dict[frozenset[str], None] = {}
    for path in [*old, *(new.keys() - old.keys())]:
        was, now = old.get(path), new.get(path)
        if was is None:
            changed[frozenset({path})] = None
        elif now is None or was[1] != now[1]:
            changed[frozenset(groups[was[0]])] = None
    return list(changed)


def _scalars(data: bytes) -> dict[str, tuple[int, Scalar]]:
    """Path -> the node it comes from and its tag and text; empty maps and lists count."""
    root = yaml.compose(data.decode("utf-8-sig"), yaml.CSafeLoader)
    found: dict[str, tuple[int, Scalar]] = {}
    if root is not None:
        for path, node in _walk(root, "", ()):
            value = node.value if isinstance(node, yaml.ScalarNode) else ""
            found[path] = (id(node), (node.tag, value))
    return found


def _walk(
    node: yaml.Node, path: str, above: tuple[yaml.Node, ...]
) -> Iterator[tuple[str, yaml.Node]]:
    if node in above:
        return
    above = (*above, node)
    if isinstance(node, yaml.MappingNode) and node.value:
        for key, value in _merged_first(node.value):
            if key.tag == "tag:yaml.org,2002:merge":
                merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for each in merged:
                    yield from _walk(each, path, above)
            else:
                yield from _walk(value, f"{path}.{key.value}" if path else str(key.value), above)
    elif isinstance(node, yaml.SequenceNode) and node.value:
        for index, item in enumerate(node.value):
            yield from _walk(item, f"{path}[{index}]", above)
    else:
        yield path, node


def _merged_first(
    pairs: Sequence[tuple[yaml.Node, yaml.Node]],
) -> list[tuple[yaml.Node, yaml.Node]]:
    """A map's own keys win over merged ones wherever they stand, so those are read first."""
    return sorted(pairs, key=lambda pair: pair[0].tag != "tag:yaml.org,2002:merge")
