"""The tags that archives ship an image with, as far as their names alone say it.

What the archives hold is read only after an image's address was planned; then it is compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..manifests.references import is_valid_tag
from ..package.layout import Package
from .names import bare_names, without_architecture

_VERSION = re.compile(r"[-_.]+(?P<tag>v?[0-9].*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ArchiveTags:
    """``names`` are the bare names of the archives that a package ships, () where it ships none."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, package: Package) -> ArchiveTags:
        return cls(tuple(name for name, _address in bare_names(package)))

    def tag_of(self, image: str) -> str | None:
        """The one tag that archives give the image with this last segment; else None.

        ``etcd-3.5.0-x86_64.tar`` and ``etcd-3.5.0-aarch64.tar`` give ``etcd`` the tag ``3.5.0``.
        """
        found = {tag for name in self.names if (tag := _tag_in(name, image)) is not None}
        return found.pop() if len(found) == 1 else None


def _tag_in(name: str, image: str) -> str | None:
    text = without_architecture(name)
    match = _VERSION.fullmatch(text[len(image) :]) if text.startswith(image) else None
    return match["tag"] if match is not None and is_valid_tag(match["tag"]) else None
