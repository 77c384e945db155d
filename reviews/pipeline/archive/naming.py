"""Names of members: what a name may be, and that no two can be taken for one another."""

from __future__ import annotations

import re
import unicodedata

from ..core.lookalikes import invisible_letter, plain_form
from ..core.messages import Message, _
from ..core.refusal import PackageRefused
from .refusals import printable, unsafe

# Of no policy: a path of 64 parts is no service package, and no file system takes a part
# of more than 255 bytes.
_MOST_PARTS = 64
_LONGEST_PART = 255
_DRIVE = re.compile(r"[A-Za-z]:")
# Letters that turn the reading direction: a name with them reads as another (Unicode TR 36).
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PERMISSION_BITS = 0o777
_SPECIAL_BITS = 0o7000


def decode_name(stored: bytes) -> str:
    """The name behind the stored bytes, which must be UTF-8; ``PackageRefused`` otherwise."""
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        encoding, name = _guess(stored)
    raise unsafe(
        _(
            "The name is stored as %(encoding)s, not as UTF-8, and differs from computer to"
            " computer. Give it an ASCII name, or pack again with a tool that writes UTF-8.",
            encoding=encoding,
        )
        if encoding
        else _(
            "The name is not stored as UTF-8 and differs from computer to computer. "
            "Give it an ASCII name, or pack again with a tool that writes UTF-8."
        ),
        name,
    )


def shown_name(stored: bytes) -> str:
    """A stored name for people, as far as its encoding can be guessed: never to find a file by."""
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(stored)[1]


def _guess(stored: bytes) -> tuple[str, str]:
    """The encoding of a name that is not UTF-8, empty where unknown, and the name.

    Windows in Chinese writes GBK, old zip tools CP437 (APPNOTE.TXT, appendix D). Both give some
    letters for nearly any bytes, so they are believed only where these are usual ones.
    """
    for encoding, is_usual in (("gbk", _is_chinese), ("cp437", _is_latin)):
        try:
            name = stored.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(is_usual(letter) for letter in name if not letter.isascii()):
            return encoding.upper(), name
    return "", stored.decode("ascii", "backslashreplace")


def _is_chinese(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and letter <= "\u00ff"


def normalise(stored: str) -> str:
    """``stored`` without leading ``./`` and trailing ``/``; empty for the root itself.

    Raises ``PackageRefused`` for a name that leads out of the archive or misleads a reader.
    """
    name = stored
    while name.startswith("./"):
        name = name[2:]
    if name in {"", "."}:
        return ""
    name = name.removesuffix("/") or name
    objection = objection_to(name)
    if objection is not None:
        raise unsafe(objection, stored)
    return name


def objection_to(name: str) -> Message | None:
    """Why ``name`` may not be a member's, or None when it may."""
    # Most names are plain, and a chart may be read many times.
    is_plain = name.isascii() and name.isprintable()
    if not is_plain and any(_misleads(letter) for letter in name):
        return _(
            "The name has a control character. Rename the file with plain letters and pack again."
        )
    hidden = invisible_letter(name)
    if hidden is not None:
        return _(
            "The name has a character that nobody sees (%(code)s). Type the name anew and pack"
            " again.",
            code=f"U+{ord(hidden):04X}",
        )
    if name.startswith("/") or _DRIVE.match(name):
        return _(
            "The name is an absolute path. Pack again from inside the folder, "
            "so that names are relative."
        )
    if "\\" in name:
        return _(
            "The name has a backslash. Pack again with a tool that writes / between folders, "
            "such as 7-Zip or zip."
        )
    return _objection_to_parts(name.split("/"))


def _objection_to_parts(parts: list[str]) -> Message | None:
    if ".." in parts:
        return _("The name leads out of the package by “..”. Pack again without it.")
    if "" in parts or "." in parts:
        return _(
            "The name has an empty part or “.” between slashes, which readers resolve "
            "differently. Pack again with plain names."
        )
    if len(parts) > _MOST_PARTS:
        return _(
            "The name has more than %(most)d folders. Pack again with fewer levels.",
            most=_MOST_PARTS,
        )
    if any(len(part.encode("utf-8", "surrogateescape")) > _LONGEST_PART for part in parts):
        return _(
            "A part of the name is longer than %(most)d bytes. Give it a shorter name.",
            most=_LONGEST_PART,
        )
    return None


def _misleads(letter: str) -> bool:
    return letter in _BIDIRECTIONAL or unicodedata.category(letter) in {"Cc", "Zl", "Zp"}


def permissions(name: str, mode: int) -> int:
    """The permission bits of ``mode``; refuses setuid, setgid and sticky."""
    if mode & _SPECIAL_BITS:
        raise unsafe(
            _(
                "The member carries a setuid, setgid or sticky bit. "
                "Take it away (chmod u-s,g-s,-t) and pack again."
            ),
            name,
        )
    return mode & _PERMISSION_BITS


class Names:
    """The names of one archive so far; refuses what two readers could understand differently."""

    def __init__(self) -> None:
        self._members: set[str] = set()
        self._files: set[str] = set()
        self._parents: set[str] = set()
        self._spellings: dict[str, str] = {}
        self._looks: dict[str, str] = {}

    def add(self, name: str, *, is_folder: bool) -> None:
        """Take one more name; raises ``PackageRefused`` when it clashes with an earlier one."""
        if name in self._members:
            raise unsafe(
                _("The archive has two members of this name. Pack again with one of them."), name
            )
        self._spell(name)
        self._members.add(name)
        if not is_folder:
            self._files.add(name)
        if not is_folder and name in self._parents:
            raise _file_and_folder(name)
        parent = name.rpartition("/")[0]
        while parent and parent not in self._parents:
            if parent in self._files:
                raise _file_and_folder(parent)
            self._spell(parent)
            self._parents.add(parent)
            parent = parent.rpartition("/")[0]

    def _spell(self, name: str) -> None:
        self._require_other_look(name)
        earlier = self._spellings.setdefault(_caseless(name), name)
        if earlier != name:
            raise unsafe(
                _(
                    "The name differs from “%(other)s” only in upper and lower case or in how "
                    "accents are written; on many computers they are one file. Rename one.",
                    other=printable(earlier),
                ),
                name,
            )

    def _require_other_look(self, name: str) -> None:
        plain = plain_form(name)
        earlier = self._looks.setdefault(plain, name)
        if earlier != name:
            raise unsafe(
                _(
                    "The name looks like “%(other)s”, with letters of another width. Rename one.",
                    other=printable(earlier),
                ),
                name,
            )


def _file_and_folder(name: str) -> PackageRefused:
    return unsafe(_("The name is a file and a folder at once. Rename one and pack again."), name)


def _caseless(name: str) -> str:
    """The canonical caseless form (Unicode 3.13, D145)."""
    decomposed = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFD", decomposed.casefold())
