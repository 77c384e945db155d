"""The ``images/mapping.yaml`` that the portal proposes: entries, and the edit that writes them.

The entries are data of the report, so that the file can be written again from what was decided:
an entry whose edits were not approved is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .findings import Edit

MAPPING = "images/mapping.yaml"
CHANGE_SET = MAPPING
"""The change set of the proposed mapping: one, decided as a whole, after all others."""


@dataclass(frozen=True, slots=True)
class WantedEntry:
    """An entry that the mapping of a package should have.

    ``originals`` are the images that it moves, ``image`` and ``tag`` what they are pushed as.
    ``address`` maps a key of the mapping to a dotted path in the root values.yaml, ``package`` an
    architecture to a file name in ``images/``. ``change_sets`` are the edits without which the
    entry is wrong: a path that an edit inserts, or an image that is not redirected after all.
    ``is_ambiguous`` tells that a key is among those whose meaning the guide leaves open.
    """

    originals: tuple[str, ...]
    image: str
    tag: str
    address: Mapping[str, str] = field(default_factory=dict)
    package: Mapping[str, str] = field(default_factory=dict)
    change_sets: tuple[str, ...] = ()
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class ProposedMapping:
    """Entries to be written: as a new file, or behind those of the file that is there.

    ``file`` is the address of the mapping. ``start`` is the byte offset of the insertion and
    ``indent`` how many spaces stand before the list's dashes; both are 0 for a new file.
    """

    file: str
    is_new: bool
    entries: tuple[WantedEntry, ...]
    start: int = 0
    indent: int = 0

    def edit(self, rejected: Collection[str] = ()) -> Edit | None:
        """The edit without the entries that rest on a ``rejected`` change set; None: none is left.

        The same entries give the same bytes.
        """
        raise NotImplementedError
