"""`package` of a mapping's entry names an archive for `x86_64`, for `aarch64`, or for both.

**What.** `package` is a map with one or both of these two keys, each with the name of a file in
`images/`.

**Why.** The platform loads the archives by these words and merges two into one image for both
processors. It does not look under another word.

**How to fix it.** Write `x86_64` where other tools say `amd64`, and `aarch64` for `arm64`:

    package:
      x86_64: etcd-3.5.0-x86_64.tar
      aarch64: etcd-3.5.0-aarch64.tar
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...mapping.entries import MappingEntry
from ...mapping.parts import Part
from ...package.catalogue import ARCHITECTURES, meant_by
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import changed, mapped_chart

ID = "OSC-MAP-013"
NAME = "mapping-architectures"
TITLE = _("The mapping does not name its archives by x86_64 and aarch64")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (mapped_chart(), changed("x86_64:", "aarch64:"))
BAD: tuple[Example, ...] = (
    changed("x86_64:", "amd64:").expecting(
        Expected(
            "OSC-MAP-013",
            "error",
            "demo/images/mapping.yaml:9:5",
            message=Message("“%(key)s” is neither x86_64 nor aarch64.", {"key": "amd64"}),
            help=Message("Write “%(meant)s”.", {"meant": "x86_64"}),
        )
    ),
    changed("x86_64: etcd.tar", "x86_64:").expecting(
        Expected(
            "OSC-MAP-013",
            "error",
            "demo/images/mapping.yaml:9:12",
            message=Message(
                "%(key)s names no file, but a %(kind)s.",
                {"key": "x86_64", "kind": Message("null", {})},
            ),
            help=Message(
                "Write the name of the archive in images/: “%(key)s: name.tar”.", {"key": "x86_64"}
            ),
        )
    ),
    changed("x86_64: etcd.tar", "x86_64: [etcd.tar]").expecting(
        Expected(
            "OSC-MAP-013",
            "error",
            "demo/images/mapping.yaml:9:13",
            message=Message(
                "%(key)s names no file, but a %(kind)s.",
                {"key": "x86_64", "kind": Message("list", {})},
            ),
            help=Message(
                "Write the name of the archive in images/: “%(key)s: name.tar”.", {"key": "x86_64"}
            ),
        )
    ),
    changed("package:\n    x86_64: etcd.tar", "package: etcd.tar").expecting(
        Expected(
            "OSC-MAP-013",
            "error",
            "demo/images/mapping.yaml:8:3",
            message=Message(
                "“package” of the entry %(name)s must be a map with x86_64 or"
                " aarch64, but here is a %(kind)s.",
                {"name": "etcd", "kind": Message("text", {})},
            ),
            help="Write below “package” the name of the archive: “x86_64: name.tar”.",
        )
    ),
    changed("package:\n    x86_64: etcd.tar", "package: {}").expecting(
        Expected(
            "OSC-MAP-013",
            "error",
            "demo/images/mapping.yaml:8:3",
            message=Message(
                "“package” of the entry %(name)s must be a map with x86_64 or"
                " aarch64, but here is a %(kind)s.",
                {"name": "etcd", "kind": Message("map without keys", {})},
            ),
            help="Write below “package” the name of the archive: “x86_64: name.tar”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries whose archives are not given as a map from the two words to file names."""
    for entry in facts.mapping.all_entries if facts.mapping is not None else ():
        part = entry.parts.get("package")
        if part is None or part.is_missing:
            continue
        if not entry.package_parts:
            yield _no_map(entry, part)
        for key, archive in entry.package_parts.items():
            if key not in ARCHITECTURES:
                yield _unknown(key, archive)
            elif not isinstance(archive.value, str) or archive.is_missing:
                yield Problem(
                    _("%(key)s names no file, but a %(kind)s.", key=key, kind=_kind(archive)),
                    _("Write the name of the archive in images/: “%(key)s: name.tar”.", key=key),
                    archive.place,
                )


def _no_map(entry: MappingEntry, part: Part) -> Problem:
    return Problem(
        _(
            "“package” of the entry %(name)s must be a map with x86_64 or aarch64, but here is a"
            " %(kind)s.",
            name=entry.image,
            kind=part.kind_without_keys,
        ),
        _("Write below “package” the name of the archive: “x86_64: name.tar”."),
        part.key_place,
    )


def _unknown(key: str, archive: Part) -> Problem:
    meant = meant_by(key, ARCHITECTURES)
    remedy: Message = _("Use x86_64 or aarch64.")
    if meant is not None:
        remedy = _("Write “%(meant)s”.", meant=meant)
    return Problem(
        _("“%(key)s” is neither x86_64 nor aarch64.", key=key[:100]),
        remedy,
        archive.key_place,
    )


def _kind(part: Part) -> Message:
    return _("empty text") if part.value == "" else part.kind_name
