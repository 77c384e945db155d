"""The ``images/mapping.yaml`` that the portal proposes: entries, and the edit that writes them.

The entries are data of the report, so that the file can be written again from what was decided:
an entry whose edits were not approved is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ..core.findings import Edit
from ..yaml.append import ItemSlot
from ..yaml.spelling import spelled

MAPPING = "images/mapping.yaml"
CHANGE_SET = MAPPING
"""The change set of the proposed mapping: one, decided as a whole, after all others."""
LIST = "instance"
"""What the guide's Helm form calls the list of entries."""


@dataclass(frozen=True, slots=True)
class WantedEntry:
    """An entry that the mapping of a package should have.

    ``originals`` are the images that it moves, ``image`` and ``tag`` what they are pushed as.
    ``address`` maps a key of the mapping to a dotted path in the root values.yaml, ``package`` an
    architecture to a file name in ``images/``. ``change_sets`` are the edits without which the
    entry is wrong: a path that an edit inserts, or an image that is not redirected after all.
    ``is_ambiguous`` says that a key is among those whose meaning the guide leaves open.
    """

    originals: tuple[str, ...]
    image: str
    tag: str
    address: Mapping[str, str] = field(default_factory=dict)
    package: Mapping[str, str] = field(default_factory=dict)
    change_sets: tuple[str, ...] = ()
    is_ambiguous: bool = False

    def lines(self) -> Iterator[str]:
        """The entry as an item of a block list, in the form of the guide."""
        yield f"- image: {spelled(self.image)}"
        yield f"  tag: {spelled(self.tag)}"
        for name, written in (("address", self.address), ("package", self.package)):
            yield f"  {name}:"
            yield from (f"    {key}: {spelled(text)}" for key, text in written.items())


@dataclass(frozen=True, slots=True)
class ProposedMapping:
    """Entries to be written: as a new file, or behind those of the file that is there.

    ``file`` is the address of the mapping. ``start`` is the byte offset of the insertion and
    ``indent`` how many spaces are before the list's dashes; both are 0 for a new file.
    ``replaced`` is the text that makes room, ``head`` and ``tail`` are before and behind the
    entries, ``newline`` between their lines (see ``ItemSlot``).
    """

    file: str
    is_new: bool
    entries: tuple[WantedEntry, ...]
    start: int = 0
    indent: int = 0
    replaced: str = ""
    head: str = f"{LIST}:\n"
    tail: str = "\n"
    newline: str = "\n"

    @classmethod
    def behind(cls, file: str, slot: ItemSlot, entries: tuple[WantedEntry, ...]) -> ProposedMapping:
        """``entries`` behind those that the mapping at the address ``file`` has."""
        return cls(
            file,
            is_new=False,
            entries=entries,
            start=slot.start,
            indent=slot.indent,
            replaced=slot.replaced,
            head=slot.head,
            tail=slot.tail,
            newline=slot.newline,
        )

    def edit(self, rejected: Collection[str] = ()) -> Edit | None:
        """The edit without the entries that rest on a ``rejected`` change set; None: none is left.

        The same entries give the same bytes.
        """
        kept = [each for each in self.entries if not set(each.change_sets) & set(rejected)]
        if not kept:
            return None
        lines = [" " * self.indent + line for entry in kept for line in entry.lines()]
        text = self.head + self.newline.join(lines) + self.tail
        end = self.start + len(self.replaced.encode())
        return Edit(self.file, self.start, end, None if self.is_new else self.replaced, text)
