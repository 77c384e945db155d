"""Renders of one chart, observed as images in places."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from ...core.clusters import Cluster
from ...manifests.properties import properties_of
from ...manifests.rendered_pieces import Piece, composed, may_hold_pieces, texts_of_data
from ...manifests.workloads import (
    Document,
    Use,
    at,
    pieced_uses_in,
    settled,
    split_documents,
    uses_in,
)
from ...package.chart_values import ValueLeaf, effective_leaves, parent_nulls
from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected, Engine, Rendering
from ...yaml.source import Path
from .cheap import makes_keys, makes_only_random
from .copies import Changed, Copies, Copy
from .silent import silent_templates
from .unread import unread_files

# Bitnami's charts refuse images they do not know; a marked image is never known to them.
GUARD_OFF: Mapping[str, Any] = {"global": {"security": {"allowInsecureImages": True}}}

# The largest charts known render fewer than a thousand; each of these takes some milliseconds.
_MOST_DOCUMENTS = 5_000
_MOST_IMAGES = 5_000

# What ``Scenario.shown_by`` calls that is no value: what the cluster must have, and an upgrade.
CLUSTER, UPGRADE = "cluster:", "release:upgrade"

DocumentKey = tuple[str, int]


@dataclass(frozen=True, eq=False)
class Scenario:
    """One way to install the chart; each is a scenario of its own.

    ``values`` are given on top of the chart's own; ``shown_by`` names them for people,
    one ``path=value`` each, ``cluster:API``, ``cluster:VERSIONS`` or ``release:upgrade``, () for
    the default features. ``is_file`` says that they come from
    a values file that the chart brings for its own tests, and that it is named instead.
    ``is_bare`` says that the chart renders so only without its notes and schemas, which
    refuse the features together; each of them may still be installed.
    ``is_asked`` says that each setting is one that a condition or a refusal asks for.
    ``cluster`` is where it is installed, where that is another than the engine's.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    shown_by: tuple[str, ...] = ()
    is_file: bool = False
    is_bare: bool = False
    is_asked: bool = False
    cluster: Cluster | None = None

    @property
    def is_left_as_it_is(self) -> bool:
        """Whether a values file shows it that no rewrite changes, as those in ``ci/`` are."""
        return self.is_file and self.shown_by[0].startswith("ci/")


@dataclass(frozen=True)
class Observation:
    """One render, read: its documents and every image use in them."""

    documents: Mapping[DocumentKey, Document]
    uses: tuple[Use, ...]


class ChartRenderer:
    """Renders one chart as often as the experiment asks; parses each text only once.

    ``given`` are extra values (``--values`` or a ``ci/*-values.yaml``) that hold in every
    render; leaves that they shadow decide nothing and are left out of ``leaves``. ``given_by``
    names them, one ``path=value`` each, where they were found because the chart asks for them.
    ``emptied`` are the nulls over digests of sub-charts. Helm before 4.2 removes the digest and
    Helm 4.2 does not; every render is as if they were empty, as the rewritten chart has them. What
    other nulls mean to remove Helm 4.2 keeps only as long as the sub-chart is given no values, so
    that every render is given it. ``is_thorough``: the proof renders the chart as it is
    in every scenario, which may take long; else only with its default features, and with others a
    copy that makes no keys and leaves out what names no image.
    """

    def __init__(
        self,
        engine: Engine,
        chart: Chart,
        archive: bytes,
        given: Mapping[str, Any],
        given_by: tuple[str, ...] = (),
        *,
        is_thorough: bool = False,
    ) -> None:
        self.engine = engine
        self.is_thorough = is_thorough
        self.chart = chart
        self.given = given
        self.given_by = given_by
        self._copies = Copies(engine, chart, archive)
        self._copies.handle(Copy())
        self.emptied = _digests_under_null(chart)
        empty = overrides([(leaf, "") for leaf in self.emptied])
        self.leaves = _not_shadowed(effective_leaves(chart), merged(empty, given))
        self._nulls = [each for each in parent_nulls(chart) if each.leaf not in self.emptied]
        self._assumed = self._assumed_but_for(())
        # Where no template asks for the switch, giving it would only make a map of the values true.
        self._probed = GUARD_OFF if has_guard(chart) else {}
        self._cluster: Cluster | None = None
        # Most documents are the same in every render that is kept: so each is kept once.
        self._kept: dict[Document, Document] = {}
        self._parsed: dict[str, Any] = {}
        self._inner: dict[str, Any] = {}
        self._uses: dict[Document, tuple[Use, ...]] = {}
        self._pieced_uses: dict[Document, tuple[Use, ...]] = {}
        self._again: dict[object, Observation] = {}
        # What is rendered to look at images, and at whole manifests; see ``economise``.
        self._searched = Copy()
        self._whole = Copy()
        self._exact = Copy()
        self._needs_bare = False

    @contextmanager
    def within(self, cluster: Cluster | None) -> Iterator[None]:
        """Render everything in ``cluster`` until the block ends; None is the engine's own."""
        before, self._cluster = self._cluster, cluster
        try:
            yield
        finally:
            self._cluster = before

    def economise(self, base: Observation) -> None:
        """From here on have experiments make no keys and leave out what makes no image.

        That are templates that name none, and files that nothing reads. Each is left out only
        where the chart then shows the same images. ``base`` is the render of the chart as it is.
        """
        shown = {(use.key, use.text) for use in base.uses}
        self._copies.silent = silent_templates(self.chart, {use.template for use in base.uses})
        self._copies.unread = unread_files(self.chart)
        keyless = Copy(is_keyless=makes_keys(self.chart), is_lean=bool(self._copies.unread))
        for each in (replace(keyless, is_quiet=bool(self._copies.silent)), keyless):
            if each == Copy() or self._shown_by(each) == shown:
                self._searched, self._whole = each, replace(each, is_quiet=False)
                self._exact = self._whole if makes_only_random(self.chart) else Copy()
                return

    def _shown_by(self, copy: Copy) -> set[object] | None:
        """The images that a copy of the chart shows; None where it does not render."""
        try:
            seen = self.read(self._render(self._copies.handle(copy), {}))
        except (ChartRejected, BudgetSpent):
            return None
        return {(use.key, use.text) for use in seen.uses}

    @property
    def is_keyless(self) -> bool:
        """Whether experiments make no keys, so that they show other manifests than the chart."""
        return self._whole.is_keyless

    def search(
        self, scenario: Scenario, *, budgeted: bool = True, is_whole: bool = False
    ) -> Observation:
        """As ``observe``, for looking at images alone, or with all manifests where ``is_whole``.

        Raises like ``observe``.
        """
        copy = self._whole if is_whole else self._searched
        return self._observe(copy, scenario, budgeted=budgeted)

    def search_like(self, scenario: Scenario, whole: Observation) -> Observation:
        """As ``search`` with all manifests, where those that name no image are as in ``whole``.

        Raises like ``observe``.
        """
        seen = self._observe(self._searched, scenario, budgeted=True)
        if not self._searched.is_quiet:
            return seen
        silent = {
            key: document
            for key, document in whole.documents.items()
            if self._copies.is_silent(key[0])
        }
        return replace(seen, documents={**silent, **seen.documents})

    def are_searched(self, files: Collection[str]) -> bool:
        """Whether searches for images alone render the templates with these addresses, too."""
        silent = {where + name for where, names in self._copies.silent.items() for name in names}
        return not self._searched.is_quiet or silent.isdisjoint(files)

    def to_prove(
        self, scenario: Scenario, seen: Observation, *, is_whole: bool = False
    ) -> Observation:
        """The render of ``scenario`` to compare with that of the rewritten chart.

        ``seen`` is what a search has seen. Raises ChartRejected where the chart does not render so
        after all.
        """
        copy = self._proving(scenario)
        if (self._whole if is_whole else self._searched) == copy:
            return seen
        return self._observe(copy, scenario, budgeted=False)

    def _proving(self, scenario: Scenario) -> Copy:
        """The copy whose render of ``scenario`` is compared with that of the rewritten chart."""
        return Copy() if self._is_proven_whole(scenario) else self._exact

    def _proving_after(self, scenario: Scenario) -> Copy:
        """The copy of a rewritten chart whose render of ``scenario`` is compared."""
        is_quiet = self._searched.is_quiet and not self._is_proven_whole(scenario)
        return replace(self._proving(scenario), is_quiet=is_quiet)

    def _is_proven_whole(self, scenario: Scenario) -> bool:
        is_default = not scenario.values and scenario.cluster is None
        return is_default or self.is_thorough

    def compared(
        self, scenario: Scenario, documents: Mapping[DocumentKey, Document]
    ) -> Mapping[DocumentKey, Document]:
        """Those of ``documents`` that ``rewritten`` renders in ``scenario``, too."""
        if not self._proving_after(scenario).is_quiet:
            return documents
        return {
            key: document
            for key, document in documents.items()
            if not self._copies.is_silent(key[0])
        }

    def again(self, scenario: Scenario, templates: Collection[str] | None = None) -> Observation:
        """Another render of ``scenario``, to see what differs from render to render.

        ``templates`` are the engine's names of those that matter; without any, all do. It is the
        same one each time, for one more says nothing new. Raises ChartRejected, RenderStopped.
        """
        copy = self._exact_in(templates)
        values = repr(scenario.values)
        for each in (replace(copy, is_quiet=False), copy):
            if known := self._again.get((each, scenario.is_bare, values, scenario.cluster)):
                return known
        seen = self._observe(copy, scenario, budgeted=False)
        self._again[copy, scenario.is_bare, values, scenario.cluster] = seen
        return seen

    def _exact_in(self, templates: Collection[str] | None) -> Copy:
        """The copy that renders ``templates`` as the chart does, all where there are none."""
        is_quiet = templates is not None and not any(map(self._copies.is_silent, templates))
        return replace(self._exact, is_quiet=self._searched.is_quiet and is_quiet)

    def observe(self, scenario: Scenario, *, budgeted: bool = True) -> Observation:
        """Render the chart as it is in ``scenario``.

        Raises ChartRejected, RenderStopped or BudgetSpent as ``Engine.render`` does.
        """
        return self._observe(Copy(), scenario, budgeted=budgeted)

    def _observe(self, copy: Copy, scenario: Scenario, *, budgeted: bool) -> Observation:
        handle = self._copies.handle(copy.bare if scenario.is_bare else copy)
        with self.within(scenario.cluster):
            return self.read(self._render(handle, scenario.values, budgeted=budgeted))

    def rewritten(
        self,
        archive: bytes,
        scenarios: Iterable[Scenario],
        edited: Collection[ValueLeaf] = (),
    ) -> list[dict[DocumentKey, Document]]:
        """The documents of a rewritten chart in each of ``scenarios``. Raises ChartRejected.

        ``edited`` are the values that were edited: of these nothing is assumed any more.
        """
        assumed = self._assumed_but_for(edited)
        own = self._copies
        copies = Copies(self.engine, self.chart, archive, own.silent, own.unread, own.packed)
        result = []
        try:
            for scenario in scenarios:
                copy = self._proving_after(scenario)
                handle = copies.handle(copy.bare if scenario.is_bare else copy)
                values = merged(merged(assumed, self.given), scenario.values)
                rendering = self.engine.render(
                    handle, values, budgeted=False, cluster=scenario.cluster
                )
                result.append(self._to_keep(rendering))
        finally:
            copies.forget()
        return result

    def _assumed_but_for(self, edited: Collection[ValueLeaf]) -> dict[str, Any]:
        """What every render is given: the values that would go with the first mark, else."""
        assumed = overrides([(leaf, "") for leaf in self.emptied if leaf not in edited])
        for null in self._nulls:
            if null.leaf not in edited:
                assumed = merged(assumed, nested(null.path, null.kept))
        return assumed

    def is_strippable(self) -> bool:
        """Whether the chart has notes or schemas that may refuse values."""
        return any(
            each.member("values.schema.json") or each.member("templates/NOTES.txt")
            for each in self.chart.walk()
        )

    @contextmanager
    def marked(self, changed: Changed, templates: Collection[str]) -> Iterator[int]:
        """The number, in the block, of the chart with some files changed, for ``probe``.

        It has neither notes nor schemas.

        ``changed`` are the files by the ``where`` of their archive, ``templates`` the engine's
        names of those that are looked at. Raises ChartRejected.
        """
        copy = self._copies.narrowed(self._searched.bare, templates)
        handle = self._copies.load_changed(changed, copy)
        try:
            yield handle
        finally:
            self.engine.unload(handle)

    def without_keys(self, archive: bytes) -> bytes | None:
        """The archive of a rewritten chart, making no keys; None where that is not known to do."""
        # Lint looks at files that nothing reads, too.
        keyless = replace(self._whole, is_lean=False)
        return self._copies.made(archive, keyless) if self.is_keyless else None

    def probe(
        self,
        values: Mapping[str, Any],
        handle: int | None = None,
        *,
        budgeted: bool = True,
        exact: Collection[str] | None = None,
        templates: Collection[str] | None = None,
    ) -> Rendering:
        """Render with the guard off, where the chart has it, for reading marks.

        Notes and schemas may refuse a marked value, so a render that fails is tried once
        more without them. ``exact`` are templates that are compared with renders of the chart as it
        is: of these, only what is random anyway is left out. Where ``templates`` are given, others
        are left out that can be; they are the engine's names of those that are looked at. Raises
        like ``observe``.
        """
        values = merged(self._probed, values)
        if handle is not None:
            return self._render(handle, values, budgeted=budgeted)
        if templates is not None:
            narrow = self._copies.narrowed(self._searched.bare, templates)
            if narrow.only is not None:
                return self._render(self._copies.handle(narrow), values, budgeted=budgeted)
        copy = self._searched if exact is None else self._exact_in(exact)
        if self._needs_bare or copy != Copy():
            return self._render(self._copies.handle(copy.bare), values, budgeted=budgeted)
        try:
            return self._render(self._copies.handle(copy), values, budgeted=budgeted)
        except ChartRejected:
            if not self.is_strippable():
                raise
        self._needs_bare = True
        return self._render(self._copies.handle(copy.bare), values, budgeted=budgeted)

    def read(self, rendering: Rendering) -> Observation:
        """The documents and uses of a rendering."""
        documents = self._to_keep(rendering)
        return Observation(documents, self.uses_in(documents.values()))

    def _to_keep(self, rendering: Rendering) -> dict[DocumentKey, Document]:
        """As ``documents``, those of earlier renders again where they are the same."""
        found = self.documents(rendering)
        return {key: self._kept.setdefault(each, each) for key, each in found.items()}

    def uses_in(self, documents: Iterable[Document]) -> tuple[Use, ...]:
        """Every image use in ``documents``, in their order."""
        relevant = [document for document in documents if may_name_images(document.text)]
        self.parse(document.text for document in relevant)
        uses: list[Use] = []
        for document in relevant:
            uses += self._uses_in(document)
            if len(uses) > _MOST_IMAGES:
                raise ChartRejected(f"it names images more than {_MOST_IMAGES:,} times")
        return tuple(settled(uses, self._pieced(relevant)))

    def _uses_in(self, document: Document) -> tuple[Use, ...]:
        """The images of one document; most documents are the same in every render."""
        if document not in self._uses:
            self._uses[document] = tuple(uses_in(document, self._parsed[document.text]))
        return self._uses[document]

    def _pieced(self, documents: Iterable[Document]) -> list[Use]:
        """The images that documents spell in pieces, also those in texts that hold YAML."""
        hinting = [document for document in documents if may_hold_pieces(document.text)]
        fresh = [document for document in hinting if document not in self._pieced_uses]
        texts = {document: tuple(texts_of_data(self.data(document))) for document in fresh}
        self.parse(text for found in texts.values() for _pointer, text in found)
        for document, found in texts.items():
            inside = [(pointer, self.data_in(text)) for pointer, text in found]
            self._pieced_uses[document] = tuple(
                pieced_uses_in(document, self.data(document), inside)
            )
        return [use for document in hinting for use in self._pieced_uses[document]]

    @staticmethod
    def documents(rendering: Rendering) -> dict[DocumentKey, Document]:
        """The documents of a rendering by template and number.

        Raises ChartRejected where they are too many to be looked at.
        """
        found: dict[DocumentKey, Document] = {}
        for document in split_documents(rendering.manifests):
            if len(found) == _MOST_DOCUMENTS:
                raise ChartRejected(f"it renders more than {_MOST_DOCUMENTS:,} resources")
            found[document.template, document.index] = document
        return found

    def strings(self, rendering: Rendering, uses: Iterable[Use]) -> dict[object, str | None]:
        """What is now where each of ``uses`` was, by its key; None where nothing is."""
        documents = self.documents(rendering)
        found = {use.key: documents.get((use.template, use.index)) for use in uses}
        self.parse(document.text for document in found.values() if document is not None)
        strings: dict[object, str | None] = {}
        for use in uses:
            document = found[use.key]
            strings[use.key] = self.string_of(use, document) if document is not None else None
        return strings

    def string_of(self, use: Use, document: Document) -> str | None:
        """What is now where ``use`` was; of pieces, what they give together."""
        data = self.data(document)
        if use.pieces:
            return composed(use.pieces, lambda piece: self._piece(data, piece))
        text = at(data, use.pointer)
        return text if isinstance(text, str) else None

    def _piece(self, data: Any, piece: Piece) -> Any:
        value = at(data, piece.pointer)
        if not piece.inner:
            return value
        return at(self.data_in(value), piece.inner) if isinstance(value, str) else None

    def data_in(self, text: str) -> Any:
        """The data of a text that a document holds, None where it is no YAML and no properties."""
        if text not in self._inner:
            self.parse([text])
            data = self._parsed[text]
            is_yaml = data is not None and not isinstance(data, str)
            self._inner[text] = data if is_yaml else properties_of(text)
        return self._inner[text]

    def parse(self, texts: Iterable[str]) -> None:
        """Parse every text that was not parsed before, in one message to the engine."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._parsed))
        if fresh:
            self._parsed.update(zip(fresh, self.engine.parse(fresh), strict=True))

    def data(self, document: Document) -> Any:
        """The data of a document as Kubernetes types it, None where it does not parse."""
        if document.text not in self._parsed:
            self.parse([document.text])
        return self._parsed[document.text]

    def _render(
        self, handle: int, values: Mapping[str, Any], *, budgeted: bool = True
    ) -> Rendering:
        given = merged(self._assumed, self.given)
        return self.engine.render(
            handle, merged(given, values), budgeted=budgeted, cluster=self._cluster
        )


def has_guard(root: Chart) -> bool:
    """Whether a template of the chart or a sub-chart reads Bitnami's image switch."""
    return any(
        "allowInsecureImages" in text for chart in root.walk() for _n, text in chart.templates()
    )


def may_name_images(text: str) -> bool:
    """Whether parsing the document can show an image: a cheap look at its text.

    Bodies of custom resource definitions describe fields and name no image that is pulled;
    their defaults are looked at where they are written.
    """
    if "kind: CustomResourceDefinition" in text[:2000]:
        return False
    return "mage" in text or "IMAGE" in text or ("/" in text and (":" in text or "@" in text))


def overrides(pairs: Sequence[tuple[ValueLeaf, Any]]) -> dict[str, Any]:
    """Values that set each leaf to what is given, lists of the chart kept whole around it."""
    tree: dict[str, Any] = {}
    for leaf, value in pairs:
        for path in leaf.paths:
            _place(tree, path, value, leaf)
    return tree


def nested(path: Path, value: Any) -> dict[str, Any]:
    """Values that set one path to ``value``."""
    tree: Any = value
    for part in reversed(path):
        tree = {part: tree}
    return dict(tree)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two trees of values as one, ``above`` winning, maps merged key by key."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            result[key] = merged(old, value)
        else:
            result[key] = value
    return result


def _place(tree: dict[str, Any], path: Path, value: Any, leaf: ValueLeaf) -> None:
    node: Any = tree
    for depth, part in enumerate(path[:-1]):
        following = path[depth + 1]
        missing = part not in node if isinstance(node, dict) else node[part] is None
        if missing:
            is_list = isinstance(following, int)
            node[part] = copy.deepcopy(leaf.list_above(path, depth + 1)) if is_list else {}
        node = node[part]
    node[path[-1]] = value


def _digests_under_null(root: Chart) -> tuple[ValueLeaf, ...]:
    """The nulls of the root chart over a digest that a sub-chart gives."""
    return tuple(
        each.leaf
        for each in parent_nulls(root)
        if each.is_scalar
        and each.leaf.chart.is_root
        and isinstance(each.over.leaf.value, str)
        and each.over.leaf.value
        and ("digest" in (key := str(each.leaf.path[-1]).lower()) or key.startswith("sha"))
    )


def _not_shadowed(
    leaves: Mapping[Path, ValueLeaf], given: Mapping[str, Any]
) -> Mapping[Path, ValueLeaf]:
    if not given and () not in leaves:  # a file that holds one scalar has no value to be given
        return leaves
    return {path: leaf for path, leaf in leaves.items() if not is_given(path, given)}


def is_given(path: Path, given: Any) -> bool:
    """Whether the values ``given`` set what is at ``path``, or something above it."""
    for part in path:
        if not isinstance(given, Mapping):
            return True
        if part not in given:
            return False
        given = given[part]
    return True
