"""What the file name of an image archive says.

Source: the provider guide's page on image archives gives letters, digits and ``_ - .`` for these
names and forbids an end in one of the three. Its samples are called ``name-version-architecture``;
another page has the architecture in the middle, so it is looked for anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..package.layout import Package, is_junk

_WORDS = {
    "x86_64": "x86_64",
    "x86-64": "x86_64",
    "amd64": "x86_64",
    "aarch64": "aarch64",
    "arm64": "aarch64",
}
_ENDINGS = (".tar.gz", ".tar.zst", ".tar.xz", ".tar.bz2", ".tgz", ".tar")
_ARCHITECTURE = re.compile(
    rf"(?:^|(?<=[-_.]))(?:{'|'.join(_WORDS)})(?=$|[-_.])", re.IGNORECASE | re.ASCII
)
_BETWEEN = re.compile(r"[^a-z0-9]+")


def bare_names(package: Package) -> Iterator[tuple[str, str]]:
    """The bare name and the address of each file in ``images/`` that should be an archive."""
    for member in package.image_archives:
        if not is_junk(member.name):
            yield PurePosixPath(member.name).name, package.upload.address(member.name)


def stem(name: str) -> str:
    """``name`` without its ending: ``etcd-3-x86_64`` of ``etcd-3-x86_64.tar``."""
    ending = next((each for each in _ENDINGS if name.lower().endswith(each)), "")
    return name[: len(name) - len(ending)]


def architecture_in(name: str) -> str | None:
    """The architecture that a file name gives, in the platform's words; None where it gives none.

    The last one counts, where it gives several.
    """
    found = _ARCHITECTURE.findall(stem(name))
    return _WORDS[found[-1].lower()] if found else None


def label(name: str) -> str:
    """What a file name says beside its architecture, in a form in which names are compared."""
    return plain(_ARCHITECTURE.sub("", stem(name)))


def without_architecture(name: str) -> str:
    """``name`` without its ending and its architecture: ``etcd-3`` of ``etcd-3-x86_64.tar``."""
    return _ARCHITECTURE.sub("", stem(name)).strip("-_.")


def plain(text: str) -> str:
    """``text`` with its letters small and one dash for all that is no letter or digit."""
    return _BETWEEN.sub("-", text.lower()).strip("-")
