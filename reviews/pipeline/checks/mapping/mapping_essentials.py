"""Every entry of the mapping has `image`, `tag` and `package`.

**What.** An entry of `instance` says under which name and tag the image is pushed, and which
archives in `images/` hold it.

**Why.** The platform loads the archives, pushes the image under this name and tag, and writes the
address that comes of it. Without one of the three it cannot do that.

**How to fix it.** Complete the entry:

    - image: etcd
      tag: "3.5.0"
      package:
        x86_64: etcd-3.5.0-x86_64.tar
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...mapping.entries import MappingEntry
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import changed, mapped_chart

ID = "OSC-MAP-004"
NAME = "mapping-essentials"
TITLE = _("An entry of the mapping lacks its name, its tag or its archives")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (mapped_chart(),)
BAD: tuple[Example, ...] = (
    changed('  tag: "3"\n  address', "  address").expecting(
        Expected(
            "OSC-MAP-004",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "The entry %(name)s does not say: %(missing)s.",
                {"name": "etcd", "missing": ("tag",)},
            ),
            help=Message("Add to the entry: %(missing)s.", {"missing": ("tag",)}),
        )
    ),
    changed("image: etcd", "image: ''").expecting(
        Expected(
            "OSC-MAP-004",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "The entry %(name)s does not say: %(missing)s.",
                {"name": "instance[0]", "missing": ("image",)},
            ),
            help=Message("Add to the entry: %(missing)s.", {"missing": ("image",)}),
        )
    ),
    changed("image: etcd", "image: [etcd]").expecting(
        Expected(
            "OSC-MAP-004",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "The entry %(name)s does not say: %(missing)s.",
                {"name": "instance[0]", "missing": ("image",)},
            ),
            help=Message("Add to the entry: %(missing)s.", {"missing": ("image",)}),
        )
    ),
    changed("  package:\n    x86_64: etcd.tar\n", "  package:\n").expecting(
        Expected(
            "OSC-MAP-004",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "The entry %(name)s does not say: %(missing)s.",
                {"name": "etcd", "missing": ("package",)},
            ),
            help=Message("Add to the entry: %(missing)s.", {"missing": ("package",)}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each entry that lacks something, with all that it lacks."""
    for entry in facts.mapping.entries if facts.mapping is not None else ():
        missing = [key for key in ("image", "tag", "package") if _is_missing(entry, key)]
        if missing:
            yield Problem(
                _(
                    "The entry %(name)s does not say: %(missing)s.",
                    name=entry.image or f"{entry.section}[{entry.item.name}]",
                    missing=tuple(missing),
                ),
                _("Add to the entry: %(missing)s.", missing=tuple(missing)),
                entry.place,
            )


def _is_missing(entry: MappingEntry, key: str) -> bool:
    """Whether nothing is there, or something that cannot be a name or a tag."""
    part = entry.parts.get(key)
    if part is None or part.is_missing:
        return True
    return key != "package" and part.text is None
