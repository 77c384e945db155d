"""The clusters a package is examined for: versions of Kubernetes and the APIs they serve.

A version is written as its cluster shows it: ``v1.28.8-r0`` on CCE. To Helm what follows the
hyphen makes it a pre-release, so charts are rendered for the numbers alone, ``v1.28.8``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .messages import Message, _

OLDEST_MINOR, NEWEST_MINOR = 25, 37
"""The minor versions of Kubernetes 1 of which the API server's schemas are known."""

_VERSION = re.compile(
    r"v?1\.(?P<minor>[0-9]{1,3})(?:\.(?P<patch>[0-9]{1,3}))?(?P<label>-[0-9A-Za-z.-]{1,40})?"
)
_DNS = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_API = re.compile(
    rf"(?:{_DNS}(?:\.{_DNS})*/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?(?:/[A-Z][A-Za-z0-9]*)?"
)
_LONGEST_API = 253


class UnknownCluster(ValueError):  # noqa: N818 - what was given, not what failed
    """A text that names no version or API of a cluster; ``words`` say what to write instead."""

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, slots=True, order=True)
class ClusterVersion:
    """One version of Kubernetes 1; ``label`` is what follows the numbers, ``-r0`` on CCE."""

    minor: int
    patch: int = 0
    label: str = ""

    @classmethod
    def parse(cls, text: str) -> ClusterVersion:
        """The version that ``text`` is: ``1.28``, ``v1.28`` or ``v1.28.3-r0``.

        UnknownCluster: it is none, or one outside v1.25 to v1.37.
        """
        found = _VERSION.fullmatch(text.strip())
        if found is None:
            raise UnknownCluster(
                _(
                    "%(text)s is no version of Kubernetes: write one such as 1.28 or v1.28.3-r0",
                    text=repr(text),
                )
            )
        minor = int(found["minor"])
        if not OLDEST_MINOR <= minor <= NEWEST_MINOR:
            raise UnknownCluster(
                _(
                    "%(text)s is not known here: give a version from v1.%(oldest)s to"
                    " v1.%(newest)s",
                    text=repr(text),
                    oldest=OLDEST_MINOR,
                    newest=NEWEST_MINOR,
                )
            )
        return cls(minor, int(found["patch"] or 0), found["label"] or "")

    @property
    def number(self) -> str:
        """Its numbers alone, as Helm takes them for no pre-release: ``v1.28.8``."""
        return f"v1.{self.minor}.{self.patch}"

    @property
    def short(self) -> str:
        """What people call it: ``1.28``."""
        return f"1.{self.minor}"

    def __str__(self) -> str:
        return f"{self.number}{self.label}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """What templates see of a cluster in one render.

    ``version`` is what ``.Capabilities.KubeVersion`` has, ``apis`` are the API versions beside
    those that the engine always has. ``is_upgrade`` says that an earlier revision is installed.
    """

    version: str
    apis: tuple[str, ...] = ()
    is_upgrade: bool = False


def parse_api(text: str) -> str:
    """The API ``text`` names: ``monitoring.coreos.com/v1``, or with ``/ServiceMonitor`` behind.

    UnknownCluster: it names none.
    """
    api = text.strip()
    if len(api) > _LONGEST_API or not _API.fullmatch(api):
        raise UnknownCluster(
            _(
                "%(text)s is no API version: write GROUP/VERSION or GROUP/VERSION/KIND, such as"
                " monitoring.coreos.com/v1",
                text=repr(text),
            )
        )
    return api


def versions_of(texts: tuple[str, ...]) -> tuple[ClusterVersion, ...]:
    """The versions that ``texts`` are, newest first, each once; UnknownCluster as ``parse``."""
    return tuple(sorted({ClusterVersion.parse(text) for text in texts}, reverse=True))
