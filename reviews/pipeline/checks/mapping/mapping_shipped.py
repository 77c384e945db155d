"""A package that ships images says in `images/mapping.yaml` which value holds which image.

**What.** There are archives in `images`, and `images/mapping.yaml`. The portal proposes it for a
chart: an entry for each image that values decide, with the paths of these values and the archives
that hold the image. Each key is the one that writes exactly what the values hold after the other
edits of this review, so the mapping is decided last; an entry whose image was left at its old
address is left out. For an operator the platform is known to read the file, but not in which form.

**Why.** The platform gives every image an address of its own and writes it to the places that the
mapping names. Without it the archives are stored, and the package pulls from where it pulled
before.

**How to fix it.** You need not do anything where the portal proposes the file. Elsewhere add
it. What `repository`, `prefixAddress` and `repo` write is open in the guide as it is known to us:
confirm such an entry with the platform once.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.address_parts import AMBIGUOUS_KEYS
from ...core.findings import DONE_ON_APPROVAL, Edit, Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage, misspelt_mapping
from ...facts.model import Facts
from ...mapping.proposal import CHANGE_SET, MAPPING, ProposedMapping
from ...package.layout import Kind
from ..examples.charts import Example, below
from ..examples.expected import Expected
from ..examples.image_archives import ETCD, ETCD_MAPPING, OURS, etcd, image_archive, shipping_chart
from ..examples.operators import operator_package

ID = "OSC-MAP-001"
NAME = "mapping-shipped"
TITLE = _("There are image archives, but no images/mapping.yaml")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
_TWO = """\
- image: agent
  tag: "1.10"
  address:
    fullAddress: image2
  package:
    x86_64: agent-1.10-x86_64.tar
"""
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd()}, None, fixed=ETCD_MAPPING).expecting(
        Expected(
            "OSC-MAP-001",
            "error",
            "demo/images/mapping.yaml",
            message=Message(
                "Nothing says which images the archives hold and where their new"
                " addresses belong: %(names)s.",
                {"names": Listed(("etcd-3-x86_64.tar",))},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="images/mapping.yaml",
            edit=Edit(
                "demo/images/mapping.yaml",
                start=0,
                end=0,
                before=None,
                after=(
                    "instance:\n"
                    "- image: etcd\n"
                    '  tag: "3"\n'
                    "  address:\n"
                    "    fullAddress: image\n"
                    "  package:\n"
                    "    x86_64: etcd-3-x86_64.tar\n"
                ),
            ),
        )
    ),
    shipping_chart(
        {
            "etcd-3-x86_64.tar": etcd(),
            "agent-1.10-x86_64.tar": image_archive("quay.io/demo/agent:1.10"),
        },
        None,
        images=(ETCD, f"{OURS}/agent:1.10"),
        fixed=ETCD_MAPPING + _TWO,
    ).expecting(
        Expected(
            "OSC-MAP-001",
            "error",
            "demo/images/mapping.yaml",
            message=Message(
                "Nothing says which images the archives hold and where their new"
                " addresses belong: %(names)s.",
                {
                    "names": Listed(
                        (
                            "etcd-3-x86_64.tar",
                            "agent-1.10-x86_64.tar",
                        )
                    )
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="images/mapping.yaml",
            edit=Edit(
                "demo/images/mapping.yaml",
                start=0,
                end=0,
                before=None,
                after=(
                    "instance:\n"
                    "- image: etcd\n"
                    '  tag: "3"\n'
                    "  address:\n"
                    "    fullAddress: image\n"
                    "  package:\n"
                    "    x86_64: etcd-3-x86_64.tar\n"
                    "- image: agent\n"
                    '  tag: "1.10"\n'
                    "  address:\n"
                    "    fullAddress: image2\n"
                    "  package:\n"
                    "    x86_64: agent-1.10-x86_64.tar\n"
                ),
            ),
        )
    ),
    Example(
        {
            **operator_package(folder="demo/package/demo-operator-1.0.0.zip!/demo/").files,
            **below("demo/images/etcd-3-x86_64.tar!/", etcd()),
        }
    ).expecting(
        Expected(
            "OSC-MAP-001",
            "warning",
            "demo/images/mapping.yaml",
            message=Message(
                "Nothing says which images the archives hold and where their new"
                " addresses belong: %(names)s.",
                {"names": Listed(("etcd-3-x86_64.tar",))},
            ),
            help=(
                "Add images/mapping.yaml in the form that the guide gives for this"
                " kind of package. The portal proposes none, for it does not know"
                " that form in full."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A package with archives and without the file; with what is proposed, and what cannot be."""
    package, coverage = facts.package, facts.coverage
    if package.top is None or coverage is None or not coverage.archives:
        return
    if package.mapping is not None or misspelt_mapping(package) is not None:
        return
    place = Place(package.upload.address(package.top + MAPPING))
    proposal = coverage.proposal
    yield Problem(
        _message(coverage),
        _remedy(facts, proposal),
        place,
        change_set=CHANGE_SET if proposal is not None else None,
        edit=proposal.edit() if proposal is not None else None,
        severity=None if package.kind is Kind.HELM else Severity.WARNING,
    )
    if package.kind is Kind.HELM:
        yield from _without_entry(coverage, place)


def _message(coverage: ImageCoverage) -> Message:
    return _(
        "Nothing says which images the archives hold and where their new addresses belong:"
        " %(names)s.",
        names=listed(archive.name for archive in coverage.archives),
    )


def _remedy(facts: Facts, proposal: ProposedMapping | None) -> Message:
    if facts.package.kind is not Kind.HELM:
        return _(
            "Add images/mapping.yaml in the form that the guide gives for this kind of package. The"
            " portal proposes none, for it does not know that form in full."
        )
    if proposal is None:
        return _("Add images/mapping.yaml with an entry for each image.")
    keys = {key for each in proposal.entries if each.is_ambiguous for key in each.address}
    if not keys:
        return DONE_ON_APPROVAL
    return _(
        "You need not do anything: when the reviewer approves this, the portal adds the file to the"
        " released package. What a key writes is open in the guide for some of these, so the"
        " reviewer confirms them: %(keys)s.",
        keys=tuple(sorted(keys & AMBIGUOUS_KEYS)),
    )


def _without_entry(coverage: ImageCoverage, place: Place) -> Iterator[Problem]:
    """The images that no entry can be proposed for, those of one reason together."""
    by_reason: dict[str, tuple[Message, list[str]]] = {}
    for image, reason in coverage.unproposed:
        by_reason.setdefault(str(reason), (reason, []))[1].append(image.original)
    for words, images in by_reason.values():
        yield Problem(
            _(
                "No entry can be proposed for %(images)s: %(reason)s.",
                images=listed(images),
                reason=words,
            ),
            _("Fix the reason, or write the entry yourself."),
            place,
            image=images[0],
            images=tuple(images),
        )
