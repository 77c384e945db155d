"""What an examination has learned, as plain data: the report's nouns.

``storage`` keeps a report, ``public_json``, ``text`` and ``sarif`` write it. Addresses of files
are those of findings everywhere: from the root of what was handed in, ``!/`` enters an archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..core.findings import Edit, Finding, Severity
from ..core.messages import Message
from ..diff.files import LineKind
from ..facts.model import OtherChange
from ..facts.supply import Supply
from ..image_archives import ImageArchive
from ..mapping.proposal import ProposedMapping, WantedEntry
from ..package.layout import Kind
from ..package.version_definition import VersionDefinition
from ..tracing.model import ImageSource, ImageStatus

SCHEMA = "osc-portal/report/2"
READABLE = frozenset({"osc-portal/report/1", SCHEMA})
"""The schemas of stored reports that can be read; what an earlier one lacks is empty."""

STAGES = (
    "unpack",
    "inspect",
    "render",
    "trace",
    "clusters",
    "validate",
    "check",
    "rewrite",
    "verify",
    "archives",
    "total",
)
"""The keys of ``Report.timings``, in the order in which the work is done."""


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A container that pulls an image: template file, resource, and the container's name."""

    template: str
    kind: str
    name: str
    container: str


@dataclass(frozen=True, slots=True)
class ReportedImage:
    """One image in one status.

    ``original`` is exactly what the package renders as it came in. ``target`` is None where
    none is known. ``shown_by`` names the settings without which the image does not appear.
    ``archives`` gives, by architecture, the image archive that the package ships for it,
    ``supplies`` also what is missing or cannot be used; both are empty before the archives were
    read, and for an image that needs none. ``completed_at_runtime`` is given where ``original`` is
    no image, but a registry from which a program pulls images that it knows: the pieces of their
    addresses that the package gives, by role. ``instance_tag`` is given where an instance pulls the
    image only when it is upgraded to this tag, and then ``is_published`` says that an earlier
    release has published it, so that nothing need be shipped.
    ``clusters`` are the cluster versions that show it,
    () where that does not follow from the version.
    """

    original: str
    target: str | None
    status: ImageStatus
    sources: tuple[ImageSource, ...] = ()
    used_by: tuple[ImageUse, ...] = ()
    shown_by: tuple[str, ...] = ()
    archives: Mapping[str, str] = field(default_factory=dict)
    supplies: tuple[Supply, ...] = ()
    completed_at_runtime: Mapping[str, str] | None = None
    instance_tag: str | None = None
    is_published: bool = False
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """A chart of the package, sub-charts too; ``path`` is the address of its folder."""

    name: str
    version: str | None
    path: str


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What was handed in: ``file`` is its own name, ``sha256`` None for a folder.

    ``instance_versions`` are its instance version definitions, () where it has none.
    """

    file: str
    sha256: str | None
    kind: Kind
    service: str | None
    version: str | None
    charts: tuple[ChartFacts, ...] = ()
    instance_versions: tuple[VersionDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginalLine:
    """A line of a file as it was uploaded; ``line`` is its 1-based number."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What the proposed edits change in one file, as a unified diff.

    ``around`` are the keys around the changed lines, as far as they are further away.
    """

    file: str
    diff: str
    around: tuple[OriginalLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreached:
    """Something that no rendering showed: ``what``, in the package's own words, and ``why``."""

    what: str
    why: Message


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """A line of a remedy.

    ``line`` is its 1-based number, of an added one in the file as it then is. The ``context``
    shows where it belongs: the keys around it, or the line above.
    """

    kind: LineKind
    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The ``words`` that are allowed at the dotted ``path``."""

    path: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the partner writes at one place of the file at the address ``file``.

    ``findings`` are the positions of all that it fixes. ``is_example`` says that it has values
    which only the partner knows.
    """

    file: str
    lines: tuple[RemedyLine, ...]
    findings: tuple[int, ...]
    choices: tuple[Choice, ...] = ()
    is_example: bool = False

    @property
    def added(self) -> int:
        """How many lines are to be pasted."""
        return sum(each.kind == "added" for each in self.lines)

    @property
    def first_line(self) -> int | None:
        """The line of the uploaded file at which to begin: what changes, else the line above."""
        known = [each for each in self.lines if each.kind != "added" and each.line is not None]
        removed = (each.line for each in known if each.kind == "removed")
        return next(removed, known[-1].line if known else None)


class ProvenBy(StrEnum):
    """How it was proven that images lead to their targets."""

    RENDERING = "rendering"
    PARSING = "parsing"


@dataclass(frozen=True, slots=True)
class ClusterResult:
    """What was proven for one cluster version.

    ``renders`` says whether the chart installs there at all: ``kubeVersion`` admits it, and it
    renders. The images are those that this version shows, the manifests those of the default
    render; ``not_validated`` are those of kinds of which nobody has a schema.
    """

    version: str
    renders: bool
    images_total: int = 0
    images_redirected: int = 0
    manifests: int = 0
    valid: int = 0
    invalid: int = 0
    not_validated: int = 0


@dataclass(frozen=True, slots=True)
class WithoutSchema:
    """How many manifests of a kind could not be validated, for nobody has a schema of it."""

    api_version: str
    kind: str
    manifests: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What rendering the rewritten package has proven, or parsing it where nothing renders it.

    ``rendered`` says whether it could be rendered at all, ``renders`` how often the engine was
    asked in the whole examination; of operators false and 0. ``proven_by`` is how it was proven,
    None where nothing is. ``clusters`` has a result for each cluster version, newest first, and
    ``without_schema`` what could not be validated.
    """

    rendered: bool
    renders: int
    images_total: int
    images_redirected: int
    other_changes: tuple[OtherChange, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    proven_by: ProvenBy | None = None
    clusters: tuple[ClusterResult, ...] = ()
    without_schema: tuple[WithoutSchema, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an examination has learned.

    ``timings`` are seconds for each of ``STAGES``. ``engine`` names the renderer
    (``helm v4.2.3``), ``rules`` the version of the rule set.

    ``archives`` are the image archives of the package, None while nobody has read them: then
    everything that rests on them is missing, too. ``wanted`` are the entries that its mapping
    should have, ``mapping`` what is proposed to write, None where nothing is. ``remedies`` are what
    the partner writes by hand.
    """

    package: PackageFacts
    images: tuple[ReportedImage, ...]
    findings: tuple[Finding, ...]
    rewrites: tuple[Rewrite, ...]
    verification: Verification
    timings: Mapping[str, float]
    engine: str
    rules: str
    archives: tuple[ImageArchive, ...] | None = ()
    wanted: tuple[WantedEntry, ...] = ()
    mapping: ProposedMapping | None = None
    remedies: tuple[Remedy, ...] = ()

    def __post_init__(self) -> None:
        if set(self.timings) != set(STAGES):
            raise ValueError(f"timings must be {STAGES}, not {tuple(self.timings)}")

    @property
    def is_complete(self) -> bool:
        """Whether the image archives were read."""
        return self.archives is not None

    @property
    def pulled(self) -> tuple[ReportedImage, ...]:
        """The images of a deployment.

        Without what programs complete to images at run time, and without those of upgrades.
        """
        return tuple(image for image in self.needed if image.instance_tag is None)

    @property
    def completed(self) -> tuple[ReportedImage, ...]:
        """What programs complete to images at run time."""
        return tuple(image for image in self.images if image.completed_at_runtime is not None)

    @property
    def upgrades(self) -> tuple[ReportedImage, ...]:
        """The images that instances pull only after an upgrade."""
        return tuple(image for image in self.images if image.instance_tag is not None)

    @property
    def needed(self) -> tuple[ReportedImage, ...]:
        """The images of a deployment and of the upgrades that are offered."""
        return tuple(image for image in self.images if image.completed_at_runtime is None)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Every proposed edit, each once, by file and place."""
        edits = dict.fromkeys(finding.edit for finding in self.findings if finding.edit)
        return tuple(sorted(edits, key=lambda edit: (edit.file, edit.start, edit.end)))

    def count(self, severity: Severity) -> int:
        """How many findings weigh exactly this much."""
        return sum(finding.severity is severity for finding in self.findings)
