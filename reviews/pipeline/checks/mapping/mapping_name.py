"""`image` of a mapping's entry is a valid name of an image, without registry and tag.

**What.** Lower-case letters and digits, with single dots, underscores or dashes between them;
segments of a path are parted by slashes. There is no registry before the name and no tag after it.

**Why.** The image is pushed under this name, behind the platform's registry and organisation. A
registry refuses any other name.

**How to fix it.** Write the bare name: `etcd`, not `docker.io/bitnami/etcd:3.5`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import is_host, is_valid_repository
from ...mapping.parts import Part
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import changed, mapped_chart

ID = "OSC-MAP-005"
NAME = "mapping-name"
TITLE = _("The name in the mapping is not a valid image name")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (mapped_chart(), changed("image: etcd", "image: bitnami/etcd"))
BAD: tuple[Example, ...] = (
    changed("image: etcd", "image: Etcd").expecting(
        Expected(
            "OSC-MAP-005",
            "error",
            "demo/images/mapping.yaml:2:10",
            message=Message("“%(name)s” is not a valid image name.", {"name": "Etcd"}),
            help=Message("Write “image: %(name)s”.", {"name": "etcd"}),
        )
    ),
    changed("image: etcd", "image: etcd:3").expecting(
        Expected(
            "OSC-MAP-005",
            "error",
            "demo/images/mapping.yaml:2:10",
            message=Message(
                "“%(name)s” holds a tag or digest, which is no part of the name.",
                {"name": "etcd:3"},
            ),
            help=Message("Write “image: %(name)s”.", {"name": "etcd"}),
        )
    ),
    changed("image: etcd", "image: docker.io/etcd").expecting(
        Expected(
            "OSC-MAP-005",
            "error",
            "demo/images/mapping.yaml:2:10",
            message=Message(
                "“%(name)s” begins with a registry, which is the platform's to add.",
                {"name": "docker.io/etcd"},
            ),
            help=Message("Write “image: %(name)s”.", {"name": "etcd"}),
        )
    ),
    changed("image: etcd", "image: etcd/").expecting(
        Expected(
            "OSC-MAP-005",
            "error",
            "demo/images/mapping.yaml:2:10",
            message=Message("“%(name)s” is not a valid image name.", {"name": "etcd/"}),
            help=Message("Write “image: %(name)s”.", {"name": "etcd"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Names that no registry takes."""
    for entry in facts.mapping.all_entries if facts.mapping is not None else ():
        part = entry.parts.get("image")
        if part is None or part.is_missing or part.text is None:
            continue
        reason = _reason(part.text)
        if reason is not None:
            yield Problem(reason, _remedy(part), part.place)


def _reason(text: str) -> Message | None:
    """Why ``text`` is no name, None where it is one."""
    name = text[:200]
    first, slash, _rest = text.partition("/")
    if slash and is_host(first):
        return _("“%(name)s” begins with a registry, which is the platform's to add.", name=name)
    if ":" in text or "@" in text:
        return _("“%(name)s” holds a tag or digest, which is no part of the name.", name=name)
    if not is_valid_repository(text):
        return _("“%(name)s” is not a valid image name.", name=name)
    return None


def _remedy(part: Part) -> Message:
    """The name that was probably meant."""
    text = part.text or ""
    first, slash, rest = text.partition("/")
    bare = rest if slash and is_host(first) else text
    bare = bare.partition("@")[0].partition(":")[0].strip("/ ").lower()
    if is_valid_repository(bare):
        return _("Write “image: %(name)s”.", name=bare)
    return _("Write lower-case letters and digits, with single dots or dashes between them.")
