"""The outer box: find the one deploy package and say what kind it is.

The kind follows from the content, never from the suffix (OSC-PKG-012 is about suffixes).
A service package is a zip with ``package/`` at its root or under its top folder;
anything else is tried as a bare chart, operator or OSC-format package, which skips
the outer layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property, partial
from pathlib import PurePosixPath

from ..archive.members import Archive, Form, Member, sniff
from ..archive.reading import read_inner
from ..core.messages import _
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from .osc import osc_root

_A_CSV = re.compile(
    rb"""^kind:[ \t]*["']?ClusterServiceVersion\b|"kind"\s*:\s*"ClusterServiceVersion\"""",
    re.MULTILINE,
)
_OPERATOR_FILES = (
    ".package.yaml",
    ".package.yml",
    ".clusterserviceversion.yaml",
    ".clusterserviceversion.yml",
    "_csv.yaml",
)
JUNK = ("__MACOSX/*", "*/__MACOSX/*", ".DS_Store", "*/.DS_Store", "Thumbs.db", "*/Thumbs.db")


class Kind(StrEnum):
    """The three kinds of deploy package the platform takes."""

    HELM = "helm"
    OPERATOR = "operator"
    OSC = "osc"


@dataclass(frozen=True)
class Package:
    """One upload, opened.

    ``deploy`` is the deploy package; for a bare upload that is the upload itself or the
    one archive in it. ``holders`` leads from the upload to it: each archive with the name
    of its member that holds the next one. ``opened`` are archives inside the deploy package
    whose files may be edited, too. ``top`` is the service package's top folder with
    a trailing slash, "" when ``package/`` is at the root of the zip, and None for a
    bare upload.
    """

    kind: Kind
    upload: Archive
    deploy: Archive
    holders: tuple[tuple[Archive, Member], ...]
    top: str | None
    opened: tuple[Archive, ...] = ()

    @property
    def is_service_package(self) -> bool:
        """Whether the outer-layout rules apply."""
        return self.top is not None

    @cached_property
    def image_archives(self) -> tuple[Member, ...]:
        """The members of ``images/`` that are image archives, listed but not read."""
        folder = f"{self.top}images/"
        return tuple(
            member
            for member in self.upload.files()
            if self.is_service_package
            and member.name.startswith(folder)
            and not member.name.endswith((".yaml", ".yml"))
        )

    @property
    def mapping(self) -> Member | None:
        """``images/mapping.yaml``, when it is there."""
        return (
            self.upload.get(f"{self.top}images/mapping.yaml") if self.is_service_package else None
        )


def is_read(name: str) -> bool:
    """Whether the content of this member of an upload is read at once.

    Everything is, but the image archives: they may hold many gigabytes and are only listed.
    """
    parts = PurePosixPath(name).parts
    return "images" not in parts[:-1] or name.endswith((".yaml", ".yml"))


def read_layout(
    upload: Archive, limits: Limits, opened: Callable[[Archive, Member], Archive] | None = None
) -> Package:
    """Find the deploy package in ``upload``.

    ``opened`` gives the archive that is a member of another, without it all of that is read.

    Raises PackageRefused with OSC-PKG-004 (no ``package/``), OSC-PKG-005 (not exactly one
    deploy package) or PORTAL-006 (no known kind); refusals of ``read_inner`` pass through.
    """
    opened = opened or partial(_read_member, limits=limits)
    top = _service_top(upload)
    if top is None:
        return _open_bare(upload, opened)
    member = _one_deploy_member(upload, f"{top}package/")
    return _follow(upload, member, top, opened)


def kind_of(archive: Archive) -> Kind | None:
    """The kind of deploy package that ``archive`` is, by its content."""
    names = [member.name for member in archive.files() if not is_junk(member.name)]
    if osc_root(archive) is not None:
        return Kind.OSC
    if any(name == "Chart.yaml" or name.partition("/")[2] == "Chart.yaml" for name in names):
        return Kind.HELM
    if any(map(_is_operator_file, archive.files())):
        return Kind.OPERATOR
    return None


def entries(archive: Archive, folder: str) -> dict[str, bool]:
    """What is directly in ``folder`` ("" for the root): each name, and whether a folder."""
    found: dict[str, bool] = {}
    for member in archive.members:
        if member.name.startswith(folder) and member.name != folder.rstrip("/"):
            name, below, _rest = member.name.removeprefix(folder).partition("/")
            found[name] = found.get(name, False) or bool(below) or member.is_folder
    return found


def is_junk(name: str) -> bool:
    """Whether a desktop system left this member behind."""
    return any(fnmatchcase(name, pattern) for pattern in JUNK)


def _is_operator_file(member: Member) -> bool:
    name = member.name.lower()
    if is_junk(member.name) or not name.endswith((".yaml", ".yml", ".json")):
        return False
    if name.endswith(_OPERATOR_FILES):
        return True
    # A bundle has no list of packages, and a CSV may be in a file of any name.
    return _A_CSV.search(member.content or b"") is not None


def _service_top(upload: Archive) -> str | None:
    """The folder that holds ``package/`` ("" for the root), or None for a bare upload."""
    if upload.form is not Form.ZIP:
        return None
    names = [member.name for member in upload.members if not is_junk(member.name)]
    tops = sorted({name.split("/")[0] for name in names})
    if any(name == "package" or name.startswith("package/") for name in names):
        return ""
    for top in tops:
        if any(name == f"{top}/package" or name.startswith(f"{top}/package/") for name in names):
            return f"{top}/"
    if kind_of(upload) is None and (_misspelt_folders(names) or not _lone_archive(upload)):
        _refuse_without_package(names)
    return None


def _refuse_without_package(names: list[str]) -> None:
    near = _misspelt_folders(names)
    if near:
        raise PackageRefused(
            "OSC-PKG-004",
            _(
                'the folder "%(found)s" must be called "package", exactly so.'
                " Rename it and zip the service package again.",
                found=near[0],
            ),
        )
    if any("images" in PurePosixPath(name).parts[:2] for name in names):
        raise PackageRefused(
            "OSC-PKG-004",
            _(
                'there is no folder "package" beside "images". Put the one Helm chart, operator'
                " or OSC-format package into it and zip the service package again."
            ),
        )
    raise PackageRefused(
        "PORTAL-006",
        _(
            "this is neither a service package (a zip with the folders package/ and images/)"
            " nor a Helm chart, an operator or an OSC-format package."
            " Send the zip that the packaging guide describes."
        ),
    )


def _misspelt_folders(names: list[str]) -> list[str]:
    """Folders at or below the top whose name was meant to be ``package``."""
    folders = {part for name in names for part in PurePosixPath(name).parts[:-1][:2]}
    return sorted(part for part in folders if part.lower() in {"package", "packages", "pkg"})


def _one_deploy_member(upload: Archive, folder: str) -> Member:
    inside = [
        member
        for member in upload.files()
        if member.name.startswith(folder)
        and "/" not in member.name.removeprefix(folder)
        and not is_junk(member.name)
        and sniff((member.content or b"")[:512]) is not None
    ]
    if len(inside) == 1:
        return inside[0]
    if not inside:
        raise PackageRefused(
            "OSC-PKG-005",
            _(
                "%(folder)s holds no deploy package. Put exactly one archive into it:"
                " a Helm chart (.tgz), an operator (.zip) or an OSC-format package (.zip).",
                folder=upload.address(folder),
            ),
            file=upload.address(folder.rstrip("/")),
        )
    raise PackageRefused(
        "OSC-PKG-005",
        _(
            "%(folder)s holds %(count)s archives (%(names)s) but must hold exactly one deploy"
            " package. Keep the one that deploys the whole service and remove the others.",
            folder=upload.address(folder),
            count=len(inside),
            names=tuple(PurePosixPath(member.name).name for member in inside),
        ),
        file=upload.address(folder.rstrip("/")),
    )


def _follow(
    upload: Archive,
    member: Member,
    top: str | None,
    opened: Callable[[Archive, Member], Archive],
) -> Package:
    """Open ``member``; where it only wraps one more archive, open that too.

    The packaging guide's last step zips "the Helm package", which may be a tgz already.
    """
    holders = [(upload, member)]
    deploy = opened(upload, member)
    kind = kind_of(deploy)
    if kind is None and (lone := _lone_archive(deploy)) is not None:
        holders.append((deploy, lone))
        deploy = opened(deploy, lone)
        kind = kind_of(deploy)
    if kind is None:
        raise _no_known_kind(deploy)
    return Package(kind, upload, deploy, tuple(holders), top)


def _read_member(archive: Archive, member: Member, limits: Limits) -> Archive:
    return read_inner(member.content or b"", f"{archive.address(member.name)}!/", limits)


def _lone_archive(archive: Archive) -> Member | None:
    files = [member for member in archive.files() if not is_junk(member.name)]
    if len(files) == 1 and sniff((files[0].content or b"")[:512]) is not None:
        return files[0]
    return None


def _open_bare(upload: Archive, opened: Callable[[Archive, Member], Archive]) -> Package:
    kind = kind_of(upload)
    if kind is not None:
        return Package(kind, upload, upload, (), None)
    lone = _lone_archive(upload)
    if lone is None:
        raise _no_known_kind(upload)
    return _follow(upload, lone, None, opened)


def _no_known_kind(archive: Archive) -> PackageRefused:
    return PackageRefused(
        "PORTAL-006",
        _(
            "%(where)s is no Helm chart (Chart.yaml in its top folder), no operator"
            " (*.package.yaml or *.clusterserviceversion.yaml) and no OSC-format package"
            " (metadata.yaml and lifecycle.yaml). Check that the right folder was packed.",
            where=archive.where.removesuffix("!/") or _("the upload"),
        ),
        file=archive.where.removesuffix("!/") or None,
    )
