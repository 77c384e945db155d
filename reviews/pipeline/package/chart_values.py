"""The values of a chart and its sub-charts as the engine sees them.

Source: Helm's value rules: a parent's value shadows a sub-chart's default, a list of the parent
replaces everything below it, a sub-chart is addressed by its alias. A null of the root chart
removes the sub-chart's value in Helm before 4.2; Helm 4.2 keeps it, and so does the engine. A null
of a sub-chart over values of its own sub-chart removes them in both. What a
dependency lists under ``import-values`` is copied into the parent before any values of an
installation are read, and never wins over what the parent has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..yaml.source import Leaf, Path, YamlSource
from .helm import Chart

_KEPT = "_effective_leaves"


@dataclass(frozen=True, eq=False)
class ValueLeaf:
    """One scalar that the engine sees, and where it was written; equal by ``key``.

    ``paths`` are all absolute paths that it feeds, the one where it is written first;
    more than one where an anchor feeds aliases. ``override`` is given where the root's file sets it
    at another path: what is imported from a sub-chart that may be off is only there when it is on.
    """

    chart: Chart
    source: YamlSource
    leaf: Leaf
    paths: tuple[Path, ...]
    override: Path | None = None

    @cached_property
    def key(self) -> tuple[str, int, Path, Path | None]:
        """File and byte where it is written, the first path it feeds, and ``override``.

        Several charts may share one file (a sub-chart under two aliases), and a parent's value may
        shadow the first path of one that an anchor still feeds to others: none of these alone
        distinguishes two leaves of a chart.
        """
        return (self.source.file, self.leaf.start, self.path, self.override)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ValueLeaf) and (self is other or self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def override_paths(self) -> tuple[Path, ...]:
        """The paths at which another values file sets it."""
        return self.paths if self.override is None else (self.override,)

    @property
    def path(self) -> Path:
        """The absolute path of the place where it is written, as the engine sees it."""
        return self.paths[0]

    def list_above(self, path: Path, depth: int) -> list[Any]:
        """The list that is written at the first ``depth`` parts of ``path``, one of its paths."""
        written = path[len(self.chart.key) : depth]
        data = (
            self.source.data_at(written) if path[: len(self.chart.key)] == self.chart.key else None
        )
        if not isinstance(data, list):
            # An imported value has another beginning in its file, and the same end.
            data = self.source.data_at(self.leaf.path[: depth - len(path)])
        return data if isinstance(data, list) else []


@dataclass(frozen=True, eq=False)
class ParentNull:
    """A null with which the root chart means to remove a value of a sub-chart.

    ``leaf`` is the null as it is written, ``path`` where it is over a value, ``over`` the first of
    the sub-chart's values there or below, ``is_scalar`` whether it is that one value, and ``kept``
    all that Helm 4.2 keeps there, as long as an installation gives no values for the sub-chart.
    """

    leaf: ValueLeaf
    path: Path
    over: ValueLeaf
    is_scalar: bool
    kept: Any


def parent_nulls(root: Chart) -> tuple[ParentNull, ...]:
    """Every null over a value of a sub-chart, in the order of the files."""
    return tuple(_nulls_of(root, _below(root)))


def _below(chart: Chart) -> dict[Path, ValueLeaf]:
    leaves: dict[Path, ValueLeaf] = {}
    if chart.values is not None and any(leaf.value is None for leaf in chart.values.leaves):
        for subchart in reversed(chart.subcharts):
            leaves.update(effective_leaves(subchart))
    return leaves


def _nulls_of(chart: Chart, below: Mapping[Path, ValueLeaf]) -> list[ParentNull]:
    if chart.values is None or not below:
        return []
    found = []
    above = {path[:depth] for path in below for depth in range(len(path) + 1)}
    for leaf in chart.values.leaves:
        if leaf.value is not None:
            continue
        paths = tuple(chart.key + path for path in (leaf.path, *leaf.aliased_by))
        for path in paths:
            if path not in above:
                continue
            over = {at[len(path) :]: each for at, each in below.items() if at[: len(path)] == path}
            given = [each for each in over.values() if each.leaf.value is not None]
            if given:
                null = ValueLeaf(chart, chart.values, leaf, paths)
                kept = _data({at: each.leaf.value for at, each in over.items()})
                found.append(ParentNull(null, path, given[0], path in below, kept))
    return found


def _data(values: Mapping[Path, Any]) -> Any:
    """The maps and lists that hold ``values`` at their paths."""
    if () in values:
        return values[()]
    parts: dict[str | int, dict[Path, Any]] = {}
    for path, value in values.items():
        parts.setdefault(path[0], {})[path[1:]] = value
    if all(isinstance(part, int) for part in parts):
        return [_data(parts[part]) for part in sorted(parts, key=int)]
    return {part: _data(below) for part, below in parts.items()}


def effective_leaves(root: Chart) -> Mapping[Path, ValueLeaf]:
    """Every scalar of all values.yaml that the engine uses, by its absolute path.

    A parent's value shadows a sub-chart's default; a list or scalar that the parent sets replaces
    everything the sub-chart has below that path. A null of the root chart over a scalar is where
    it would write another value, with the sub-chart's value; over a map or list it is nothing. A
    value of a sub-chart that is imported is another leaf at the path where it is laid, for only
    there do values of an installation reach it; one of the root chart's own file feeds both paths.
    """
    if not root.is_root:
        return _leaves_in_force(root)
    # Many ask for those of the chart as a whole, and of a large one they are large.
    kept: Mapping[Path, ValueLeaf] | None = vars(root).get(_KEPT)
    if kept is None:
        kept = vars(root)[_KEPT] = _leaves_in_force(root)
    return kept


def _leaves_in_force(root: Chart) -> dict[Path, ValueLeaf]:
    leaves: dict[Path, ValueLeaf] = {}
    for subchart in reversed(root.subcharts):
        leaves.update(_leaves_in_force(subchart))
    if root.values is not None:
        own: dict[Path, ValueLeaf] = {}
        for leaf in root.values.leaves:
            paths = tuple(root.key + path for path in (leaf.path, *leaf.aliased_by))
            value = ValueLeaf(root, root.values, leaf, paths)
            own.update(dict.fromkeys(paths, value))
        if root.is_root:
            _keep_under_nulls(own, leaves)
        _shadow(leaves, own)
        leaves.update(own)
    _import(root, leaves)
    return leaves


def _keep_under_nulls(own: dict[Path, ValueLeaf], below: Mapping[Path, ValueLeaf]) -> None:
    """Have the nulls of ``own`` shadow nothing of ``below``.

    A null that an anchor feeds to several places stays one: its other places have no value.
    """
    nulls = [path for path, leaf in own.items() if leaf.leaf.value is None]
    if not nulls or not below:
        return
    maps = {path[:depth] for path in below for depth in range(1, len(path))}
    for path in nulls:
        if path in maps:
            del own[path]
        elif path in below and len(own[path].paths) == 1:
            seen = below[path].leaf
            own[path] = replace(
                own[path], leaf=replace(own[path].leaf, value=seen.value, text=seen.text)
            )


def _import(chart: Chart, leaves: dict[Path, ValueLeaf]) -> None:
    """Add what ``chart`` imports from its sub-charts; what is there, or came first, wins."""
    found: dict[Path, ValueLeaf] = {}
    for dependency in chart.dependencies:
        for child, parent in dependency.imports:
            start, goal = (*chart.key, dependency.key, *child), chart.key + parent
            fresh = {
                goal + path[len(start) :]: _set_at(path, leaf) if dependency.may_be_off else leaf
                for path, leaf in leaves.items()
                if path[: len(start)] == start and len(path) > len(start)
            }
            _shadow(fresh, found)
            found = fresh | found
    if found:
        _shadow(found, leaves)
        _add(leaves, {path: leaf for path, leaf in found.items() if path not in leaves})


def _set_at(path: Path, leaf: ValueLeaf) -> ValueLeaf:
    """The leaf, to be set at ``path`` of the sub-chart, from where the engine imports it."""
    return leaf if leaf.chart.is_root else replace(leaf, override=leaf.override or path)


def _add(leaves: dict[Path, ValueLeaf], imported: Mapping[Path, ValueLeaf]) -> None:
    """Put copies of what is ``imported`` at its paths, one copy for all paths of a leaf."""
    paths_of: dict[ValueLeaf, tuple[Path, ...]] = {}
    for path, leaf in imported.items():
        paths_of[leaf] = (
            *paths_of.get(leaf, leaf.paths if leaf.chart.is_root else ()),
            path,
        )
    copies = {leaf: replace(leaf, paths=paths_of[leaf]) for leaf in imported.values()}
    for path, leaf in [*leaves.items(), *imported.items()]:
        if path in imported or (leaf.chart.is_root and leaf in copies):
            leaves[path] = copies[leaf]


def _shadow(below: dict[Path, ValueLeaf], above: Mapping[Path, ValueLeaf]) -> None:
    """Remove from ``below`` what the scalars, lists and maps of ``above`` replace."""
    replaced = {_up_to_list(path) for path in above}
    maps = {path[:depth] for path in above for depth in range(1, len(path))}
    for path in list(below):
        if path in maps or any(path[:depth] in replaced for depth in range(len(path))):
            del below[path]


def _up_to_list(path: Path) -> Path:
    for index, part in enumerate(path):
        if isinstance(part, int):
            return path[:index]
    return path
