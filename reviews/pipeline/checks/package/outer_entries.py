"""The service package holds nothing that does not belong to it.

**What.** The service's folder holds `package`, `images` and perhaps `extends`; `package` holds the
one deploy package. Nothing else is there, and nothing that a desktop system left behind
(`__MACOSX`, `.DS_Store`, `Thumbs.db`).

**Why.** The platform reads none of it. A chart's folder beside its archive, an older version, a
note with a password: what is not needed is delivered to every customer all the same.

**How to fix it.** Take it out and zip the folder again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...archive.members import Archive
from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import Package, entries, is_junk
from ...package.signature import is_signature
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-006"
NAME = "outer-entries"
TITLE = _("The service package holds something that does not belong to it")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
AFTER = ("OSC-PKG-007",)
GOOD: tuple[Example, ...] = (
    service_package(more={"images/mapping.yaml": "instance: []\n", "extends/note.txt": "\n"}),
)
BAD: tuple[Example, ...] = (
    service_package(more={"package/README.md": "Read me.\n"}).expecting(
        Expected(
            "OSC-PKG-006",
            "warning",
            "demo/package/README.md",
            message=Message(
                "“%(name)s” has no meaning here; known are: %(wanted)s.",
                {"name": "README.md", "wanted": "demo-1.0.0.tgz"},
            ),
            help="Take it out and zip the service's folder again.",
        )
    ),
    service_package(more={"docs/manual.txt": "Read me.\n"}).expecting(
        Expected(
            "OSC-PKG-006",
            "warning",
            "demo/docs",
            message=Message(
                "“%(name)s” has no meaning here; known are: %(wanted)s.",
                {"name": "docs", "wanted": "package, images, extends"},
            ),
            help="Take it out and zip the service's folder again.",
        )
    ),
    service_package(more={"package/.DS_Store": "desktop\n"}).expecting(
        Expected(
            "OSC-PKG-006",
            "warning",
            "demo/package/.DS_Store",
            message=Message("A desktop system left “%(name)s” behind.", {"name": ".DS_Store"}),
            help="Leave it out when you zip: zip -r demo.zip demo -x '*/.DS_Store'.",
        )
    ),
    Example({**service_package().files, "__MACOSX/._demo": "desktop\n"}).expecting(
        Expected(
            "OSC-PKG-006",
            "warning",
            "__MACOSX",
            message=Message("A desktop system left “%(name)s” behind.", {"name": "__MACOSX"}),
            help="Leave it out when you zip: zip -r demo.zip demo -x '*/.DS_Store'.",
        )
    ),
)

_KNOWN = {"package", "images", "extends"}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is in the service's folder or in ``package`` and does not belong there."""
    package = facts.package
    if package.top is None:
        return
    yield from _left_behind(package.upload)
    for name in entries(package.upload, package.top):
        if name not in _KNOWN and not _is_junk(name):
            yield _needless(package, f"{package.top}{name}", "package, images, extends")
    folder = f"{package.top}package/"
    deploy = package.holders[0][1].name
    for name in entries(package.upload, folder):
        is_needed = folder + name == deploy or is_signature(name) or _is_junk(name)
        if not is_needed:
            yield _needless(package, folder + name, deploy.removeprefix(folder))


def _is_junk(name: str) -> bool:
    return is_junk(name) or is_junk(f"{name}/x")


def _left_behind(upload: Archive) -> Iterator[Problem]:
    """Each file or folder of a desktop system, once."""
    seen: set[str] = set()
    for member in upload.members:
        parts = member.name.split("/")
        for most in range(1, len(parts) + 1):
            name = "/".join(parts[:most])
            if _is_junk(parts[most - 1]):
                if name not in seen:
                    seen.add(name)
                    yield Problem(
                        _("A desktop system left “%(name)s” behind.", name=parts[most - 1]),
                        _("Leave it out when you zip: zip -r demo.zip demo -x '*/.DS_Store'."),
                        Place(upload.address(name)),
                    )
                break


def _needless(package: Package, name: str, wanted: str) -> Problem:
    return Problem(
        _(
            "“%(name)s” has no meaning here; known are: %(wanted)s.",
            name=name.rpartition("/")[2],
            wanted=wanted,
        ),
        _("Take it out and zip the service's folder again."),
        Place(package.upload.address(name)),
    )
