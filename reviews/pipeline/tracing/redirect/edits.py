"""The edits that give values their new texts, all of them in the root values.yaml.

A value that a sub-chart's own values.yaml decides is overridden under the sub-chart's alias,
because the root file is the only one that the platform reaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Mappable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ...core.findings import Edit
from ...core.messages import Message, _
from ...package.chart_values import ValueLeaf, parent_nulls
from ...package.helm import Chart
from ...yaml.edit import CannotEdit, replace_scalar, set_keys
from ...yaml.edit import replace as replace_leaf
from ...yaml.nodes import Mapping, target_of
from ...yaml.source import Path, YamlSource, dotted
from ..experiment.markers import printed
from ..experiment.renderer import has_guard
from ..model import LeafChange
from .agreement import Substitution
from .solve import replaced

GUARD: Path = ("global", "security", "allowInsecureImages")
_GUARD_SET = "guard:global.security.allowInsecureImages"


@dataclass(frozen=True)
class Intent:
    """What one leaf must become, for which originals, in which change set."""

    leaf: ValueLeaf
    substitutions: tuple[Substitution, ...]
    images: tuple[str, ...]
    change_set: str

    @property
    def text(self) -> str:
        """The leaf's whole new text."""
        before = "" if self.leaf.leaf.value is None else printed(self.leaf)
        return replaced(before, self.substitutions)


@dataclass
class Redirection:
    """The edits made; ``failed`` maps a value whose edit cannot be made to the reason."""

    changes: list[LeafChange] = field(default_factory=list)
    guard: Edit | None = None
    guard_change_set: str | None = None
    failed: dict[ValueLeaf, Message] = field(default_factory=dict)


def redirect(root: Chart, intents: Sequence[Intent]) -> Redirection:
    """Edit the root values.yaml of ``root`` so that every intent holds."""
    result = Redirection()
    overriding: list[Intent] = []
    for intent in intents:
        try:
            if intent.leaf.chart.is_root:
                result.changes.extend(_own_changes(intent))
            else:
                _try_override(root, intent)
                overriding.append(intent)
        except CannotEdit as error:
            result.failed[intent.leaf] = error.reason
    if not result.failed and (result.changes or overriding):
        _insert(root, overriding, result)
    return result


def _own_changes(intent: Intent) -> Iterator[LeafChange]:
    """One change for a plain or quoted scalar; one for each part of a text around images.

    A block scalar and a template expression hold more than the image, which is left as it is.
    """
    leaf = intent.leaf
    if leaf.leaf.style not in {"literal", "folded"} and "{{" not in leaf.leaf.text:
        text = intent.text
        edit = replace_leaf(leaf.source, leaf.leaf, text)
        yield LeafChange(leaf, text, intent.images, intent.change_set, edit)
        return
    for start, end, new in intent.substitutions:
        edit = _inside_block(leaf, printed(leaf)[start:end], new)
        yield LeafChange(leaf, new, intent.images, intent.change_set, edit)


def _inside_block(leaf: ValueLeaf, old: str, new: str) -> Edit:
    """The edit of one part inside a scalar, which must occur there exactly once."""
    data, place = leaf.source.data, leaf.leaf
    raw = old.encode()
    if not raw or data.count(raw, place.start, place.end) != 1:
        raise CannotEdit(
            _(
                "%(path)s is a text in which %(text)s does not occur exactly once",
                path=dotted(leaf.path),
                text=old,
            )
        )
    start = data.index(raw, place.start, place.end)
    return Edit(leaf.source.file, start, start + len(raw), old, new)


def _root_values(root: Chart, intent: Intent) -> YamlSource:
    if root.values is None:
        raise CannotEdit(
            _(
                "%(path)s of a sub-chart must be overridden in the chart's own values.yaml,"
                " which is missing or does not parse",
                path=dotted(intent.leaf.path),
            )
        )
    return root.values


def _try_override(root: Chart, intent: Intent) -> None:
    source = _root_values(root, intent)
    for path in intent.leaf.override_paths:
        if any(isinstance(part, int) for part in path):
            raise CannotEdit(
                _(
                    "%(path)s is in a list of a sub-chart's values; the chart's own"
                    " values.yaml can only replace that list as a whole",
                    path=dotted(path),
                )
            )
        for depth in range(1, len(path)):
            above = source.leaf_at(path[:depth])
            if above is not None and above.value is None and _is_over_a_value(root, above.path):
                raise CannotEdit(
                    _(
                        "%(null)s is null in the chart's own values.yaml, which removes the whole"
                        " of it in Helm before 4.2 and nothing in Helm 4.2",
                        null=dotted(above.path),
                    )
                )
        set_keys(source, {path: intent.text})


def _is_over_a_value(root: Chart, null: Path) -> bool:
    """Whether the null at this path of the root chart means to remove a value of a sub-chart."""
    return any(
        each.leaf.chart.is_root and each.leaf.leaf.path == null for each in parent_nulls(root)
    )


def _insert(root: Chart, overriding: Sequence[Intent], result: Redirection) -> None:
    """Insert the overrides and the switch of the guard, one edit for each place."""
    new_values: dict[Path, tuple[str | bool, Intent | None]] = {
        path: (intent.text, intent) for intent in overriding for path in intent.leaf.override_paths
    }
    source = root.values
    if source is None:
        return
    if has_guard(root):
        leaf = source.leaf_at(GUARD)
        if leaf is None:
            new_values[GUARD] = (True, None)
        elif leaf.value is not True:
            # A switch that cannot be edited may be none: the proof shows.
            with suppress(CannotEdit):
                result.guard = replace_scalar(source, leaf, new=True)
                result.guard_change_set = _GUARD_SET
    for group in _by_place(source, new_values):
        _insert_group(source, group, result)


def _by_place(
    source: YamlSource, new_values: Mappable[Path, tuple[str | bool, Intent | None]]
) -> list[dict[Path, tuple[str | bool, Intent | None]]]:
    """The new keys, grouped by the first of them that is not there yet.

    Where a block map has keys, another can be inserted beside them on its own, to be decided on
    its own; what opens an empty map, or goes into a flow map, is one edit.
    """
    groups: dict[Path, dict[Path, tuple[str | bool, Intent | None]]] = {}
    for path, value in new_values.items():
        nodes = source.nodes_along(path)
        depth = max(len(nodes) - 1, 0)
        last = target_of(nodes[-1]) if nodes else None
        apart = isinstance(last, Mapping) and bool(last.pairs) and not last.flow
        groups.setdefault(path[: depth + apart], {})[path] = value
    return list(groups.values())


def _insert_group(
    source: YamlSource,
    group: Mappable[Path, tuple[str | bool, Intent | None]],
    result: Redirection,
) -> None:
    try:
        (edit,) = set_keys(source, {path: value for path, (value, _intent) in group.items()})
    except CannotEdit as error:
        for _value, intent in group.values():
            if intent is not None:
                result.failed[intent.leaf] = error.reason
        return
    intents = [intent for _value, intent in group.values() if intent is not None]
    names = {intent.change_set for intent in intents}
    name = min(names, default=_GUARD_SET)
    for each in dict.fromkeys(intents):
        result.changes.append(
            LeafChange(each.leaf, each.text, each.images, name, edit, is_override=True)
        )
    if GUARD in group:
        result.guard, result.guard_change_set = edit, name
    # What is inserted together is decided together.
    result.changes = [
        replace(change, change_set=name) if change.change_set in names else change
        for change in result.changes
    ]
