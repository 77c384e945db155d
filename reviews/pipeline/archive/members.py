"""What an archive holds: plain frozen data, whatever the container was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """The container, recognised by content and never by suffix."""

    ZIP = "zip"
    TGZ = "tgz"
    TAR = "tar"
    DIRECTORY = "directory"


def sniff(head: bytes) -> Form | None:
    """The form of an archive by its first bytes (512 suffice), or None when it is none.

    A gzip stream counts as ``TGZ``: whether it holds a tar is seen when it is read.
    """
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"}:
        return Form.ZIP
    if head[:2] == b"\x1f\x8b":
        return Form.TGZ
    if head[257:262] == b"ustar":
        return Form.TAR
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder of an archive.

    ``name`` has ``/`` between its parts, no leading ``./`` and no trailing ``/``; its letters
    are as stored. ``size`` is in bytes, ``mode`` the permission bits (0 to 0o777). ``content``
    is None for a folder and for a file that was only listed. ``dotted`` says that the name
    was stored with a leading ``./``, which Helm does not accept in a chart.
    """

    name: str
    is_folder: bool
    size: int
    mode: int
    content: bytes | None = field(repr=False)
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of an archive in stored order.

    ``where`` is what precedes their names in an address: empty for the outermost
    archive, ``etcd/package/etcd-helm.tgz!/`` for one inside.
    """

    form: Form
    where: str
    members: tuple[Member, ...]
    _by_name: Mapping[str, Member] = field(init=False, repr=False, compare=False)
    _sorted: tuple[tuple[str, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {member.name: member for member in self.members})
        places = sorted((member.name, at) for at, member in enumerate(self.members))
        object.__setattr__(self, "_sorted", tuple(places))

    def get(self, name: str) -> Member | None:
        """The member called ``name``, or None."""
        return self._by_name.get(name)

    def address(self, name: str) -> str:
        """The address of ``name``, seen from the root of the upload."""
        return self.where + name

    def files(self) -> Iterator[Member]:
        """The members that are not folders, in stored order."""
        return (member for member in self.members if not member.is_folder)

    def files_below(self, folder: str) -> Iterator[Member]:
        """As ``files``, those in ``folder``: its name ends with a slash, or is "" for all."""
        if not folder:
            return self.files()
        # The sign after the slash is the zero.
        first, last = (bisect_left(self._sorted, (name,)) for name in (folder, f"{folder[:-1]}0"))
        found = (self.members[at] for at in sorted(at for _name, at in self._sorted[first:last]))
        return (member for member in found if not member.is_folder)

    @property
    def total_bytes(self) -> int:
        """The unpacked size of all members, those only listed included."""
        return sum(member.size for member in self.members)
