"""Every archive that the mapping names is in `images`.

**What.** What is below `package` in `images/mapping.yaml` is the bare name of a file in the
folder `images`, letter by letter.

**Why.** The platform finds an archive by that name. One that it does not find stops the upload, or
leaves the image out.

**How to fix it.** Write the file's name as it is, without the folder, small and capital letters
alike; or add the archive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import PurePosixPath

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import bare_names
from ...mapping.parts import Part
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import ETCD_MAPPING, etcd, shipping_chart

ID = "OSC-MAP-014"
NAME = "mapped-archive"
TITLE = _("The mapping names an archive that is not there")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3.1-x86_64.tar": etcd()}).expecting(
        Expected(
            "OSC-MAP-014",
            "error",
            "demo/images/mapping.yaml:7:13",
            message=Message(
                "There is no file “%(name)s” in the folder “images”.", {"name": "etcd-3-x86_64.tar"}
            ),
            help=Message(
                "Write the name as it is there: %(meant)s.", {"meant": "etcd-3.1-x86_64.tar"}
            ),
        )
    ),
    shipping_chart({"Etcd-3-x86_64.tar": etcd()}).expecting(
        Expected(
            "OSC-MAP-014",
            "error",
            "demo/images/mapping.yaml:7:13",
            message=Message(
                "There is no file “%(name)s” in the folder “images”.", {"name": "etcd-3-x86_64.tar"}
            ),
            help=Message(
                "Write the name as it is there: %(meant)s.", {"meant": "Etcd-3-x86_64.tar"}
            ),
        )
    ),
    shipping_chart(
        {"etcd-3-x86_64.tar": etcd()},
        ETCD_MAPPING.replace("etcd-3-x86_64.tar", "images/etcd-3-x86_64.tar"),
    ).expecting(
        Expected(
            "OSC-MAP-014",
            "error",
            "demo/images/mapping.yaml:7:13",
            message=Message(
                "There is no file “%(name)s” in the folder “images”.",
                {"name": "images/etcd-3-x86_64.tar"},
            ),
            help=Message(
                "Write the name as it is there: %(meant)s.", {"meant": "etcd-3-x86_64.tar"}
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each file name that is no file in ``images``."""
    if facts.mapping is None:
        return
    folder = f"{facts.package.top}images/"
    there = {
        name
        for name, address in bare_names(facts.package)
        if address == facts.package.upload.address(folder + name)
    }
    for entry in facts.mapping.all_entries:
        for part in entry.package_parts.values():
            if isinstance(part.value, str) and part.value and part.value not in there:
                yield _problem(part, part.value, there)


def _problem(part: Part, name: str, there: Collection[str]) -> Problem:
    return Problem(
        _("There is no file “%(name)s” in the folder “images”.", name=name[:200]),
        _remedy(name, there),
        part.place,
    )


def _remedy(name: str, there: Collection[str]) -> Message:
    bare = PurePosixPath(name).name
    meant = bare if bare in there else None
    alike = [each for each in sorted(there) if each.lower() == bare.lower()]
    meant = meant or next(iter(alike or get_close_matches(bare, sorted(there), 1)), None)
    if meant is None:
        return _("Add the archive to the folder “images”, or write the name that it has there.")
    return _("Write the name as it is there: %(meant)s.", meant=meant)
