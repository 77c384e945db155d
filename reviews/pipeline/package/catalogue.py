"""The words by which the catalogue files a service, in the annotations of charts and CSVs.

Sources: the provider guide's page on the contents of a service (osc_sp_0007) for what must be
there and for the twelve categories, the developer guide's pages for charts and operators
(osc_ss_0085, osc_ss_0084) for the other words. An annotation is one text, so a list is written
with commas. (In the OSC format the same words are YAML lists, checked by its schema.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ..core.findings import Place
from ..core.remedies import Setting
from ..core.suggestions import respelled
from ..yaml.source import Path, YamlSource, dotted, place_of
from .helm import Chart
from .operator import Operator
from .osc import OscPackage

CATEGORIES = (
    "AI/Machine Learning",
    "Application Runtime",
    "Big Data",
    "Database",
    "Monitoring",
    "Security",
    "Streaming & Messaging",
    "Integration & Delivery",
    "Logging & Tracing",
    "Developer Tools",
    "Networking",
    "Others",
)
ARCHITECTURES = ("x86_64", "aarch64")
DEFAULT_ARCHITECTURES = ("x86_64",)
"""What the platform assumes of a package that declares none."""
SCENES = ("CCE", "UCS")
DEVICES = ("CPU", "GPU", "NPU")
LISTS = ("categories", "architecture", "scenes", "devices", "industries")
"""The annotations that hold a list."""


@dataclass(frozen=True)
class Annotations:
    """The annotations of one document, at ``path`` of ``source``."""

    source: YamlSource
    path: Path

    @property
    def file(self) -> str:
        """The file's own name, for messages."""
        return PurePosixPath(self.source.file).name

    def at(self, key: str) -> Any:
        """The data of this annotation, None where there is none."""
        return self.source.data_at((*self.path, key))

    def names(self, key: str) -> str:
        """The dotted path of this annotation, for messages."""
        return dotted((*self.path, key))

    def place(self, key: str) -> Place:
        """Where this annotation is written, or would be."""
        return place_of(self.source, (*self.path, key))

    def words(self, key: str) -> list[str]:
        """The list that this annotation holds; empty where it is missing or no text."""
        written = self.at(key)
        if not isinstance(written, str):
            return []
        return [word.strip() for word in written.split(",") if word.strip()]

    def strangers(self, key: str, known: tuple[str, ...]) -> list[str]:
        """The words of this annotation that are not among the known ones."""
        return [word for word in self.words(key) if word not in known]

    def setting(self, key: str, value: str, choices: tuple[str, ...] = ()) -> Setting:
        """That this annotation is to be ``value``; ``choices`` are the words that it may have."""
        return Setting(self.source.file, (*self.path, key), value, choices)

    def corrected(self, key: str, known: tuple[str, ...], otherwise: str) -> Setting:
        """This annotation with the known words that are meant, ``otherwise`` where none is."""
        meant = (
            word if word in known else meant_by(word, known) or otherwise
            for word in self.words(key)
        )
        return self.setting(key, ",".join(dict.fromkeys(meant)), known)


def annotations_of(
    chart: Chart | None, operator: Operator | None, osc: OscPackage | None
) -> Iterator[Annotations]:
    """Those that the catalogue reads. None of an OSC-format package, whose words are elsewhere."""
    if osc is not None:
        return
    if chart is not None and chart.metadata is not None:
        yield Annotations(chart.metadata, ("annotations",))
    for csv in operator.csvs if operator is not None else ():
        yield Annotations(csv.source, ("metadata", "annotations"))


def declared_architectures(
    annotations: Sequence[Annotations], osc: OscPackage | None
) -> tuple[str, ...]:
    """The architectures that a package promises, in the platform's words and order; () for none.

    A word of another trade (``amd64``) counts as what it means. Source: the provider guide's
    page on the contents of a service.
    """
    written = [word for each in annotations for word in each.words("architecture")]
    if osc is not None and osc.metadata is not None:
        listed = osc.metadata.data_at(("architecture",))
        written += [word for word in listed if isinstance(word, str)] if listed else []
    meant = {meant_by(word, ARCHITECTURES) for word in written}
    return tuple(word for word in ARCHITECTURES if word in meant)


def meant_by(word: str, known: tuple[str, ...]) -> str | None:
    """The word of the platform that ``word`` says otherwise; None where it says none."""
    synonym = respelled(word, _SYNONYMS)
    if synonym is not None and _SYNONYMS[synonym] in known:
        return _SYNONYMS[synonym]
    return respelled(word, known)


_SYNONYMS = {
    "amd64": "x86_64",
    "x64": "x86_64",
    "x86": "x86_64",
    "arm64": "aarch64",
    "arm": "aarch64",
    "armv8": "aarch64",
    "ai": "AI/Machine Learning",
    "machinelearning": "AI/Machine Learning",
    "aimachinelearning": "AI/Machine Learning",
    "databases": "Database",
    "infrastructure": "Others",
    "analytics": "Big Data",
    "applicationserver": "Application Runtime",
    "messaging": "Streaming & Messaging",
    "streaming": "Streaming & Messaging",
    "streamingmessaging": "Streaming & Messaging",
    "cicd": "Integration & Delivery",
    "integrationdelivery": "Integration & Delivery",
    "logging": "Logging & Tracing",
    "tracing": "Logging & Tracing",
    "loggingtracing": "Logging & Tracing",
    "developertool": "Developer Tools",
    "network": "Networking",
    "other": "Others",
}
