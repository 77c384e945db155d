"""What `images/mapping.yaml` says agrees with what the engine renders.

**What.** The portal tries the mapping out: it gives each piece of the new address to the value
that the mapping names, all entries together, and looks at the images that come of it, by rendering
where that is in doubt. An error says that an image does not become what the platform needs: the
path is not the value that decides, or the key asks for another piece than the value holds. A
warning says that the mapping gives another name or tag than the chart renders, that its paths
decide no image in any render, or that it could not be tried out.

The guide leaves open which pieces `repository`, `prefixAddress` and `repo` mean. The portal
tries every reading that it knows and accepts a mapping that is right under one of them.

**Why.** The platform trusts the mapping. Where it is wrong, the platform writes a right address to
a wrong place, and the image keeps its old one.

**How to fix it.** Name the values that the finding says decide the image. `fullAddress` writes the
whole address with its tag, `endpoint` the registry alone, `tag` the tag alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...mapping.entries import ImageMapping, MappingEntry
from ...tracing.mapping_trial.claims import Contradiction
from ...tracing.mapping_trial.written import entry_of
from ...tracing.model import ImageStatus, TracedImage
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import HOST, mapped_chart, with_address

ID = "OSC-MAP-011"
NAME = "mapping-contradicted"
TITLE = _("The mapping disagrees with what the engine renders")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"

_VALUES = (
    f"registry: {HOST}\nimage:\n  registry: docker.io\n"
    '  repository: osc-opensource/etcd\n  tag: "3"\n'
)
_IMAGE = '"{{ .Values.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'


def _package(address: str) -> Example:
    return mapped_chart(with_address(address), _VALUES, _IMAGE)


GOOD: tuple[Example, ...] = (
    _package("{endpoint: registry, repository: image.repository, tag: image.tag}"),
    mapped_chart(
        with_address("{repository: image, repo: unused}"),
        f"image: {HOST}/osc-opensource/etcd\nunused: ''\n",
        "{{ .Values.image }}:3",
    ),
)
BAD: tuple[Example, ...] = (
    _package("{fullAddress: image.repository}").expecting(
        Expected(
            "OSC-MAP-011",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "With this entry %(image)s would render as %(rendered)s and not as"
                " %(target)s. The entry names %(paths)s; the image is decided by"
                " %(deciding)s.",
                {
                    "image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "rendered": (
                        "swr.cn-east-3.myhuaweicloud.com/swr.cn-east-3.myhuaweicloud.com/os"
                        "c-opensource/etcd:3:3"
                    ),
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "paths": ("fullAddress: image.repository",),
                    "deciding": (
                        "registry",
                        "image.repository",
                        "image.tag",
                    ),
                },
            ),
            help=(
                "Name the values that decide the image, each with the key of the"
                " piece that it holds."
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
    _package("{endpoint: image.registry}").expecting(
        Expected(
            "OSC-MAP-011",
            "warning",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "The entry for %(name)s writes to %(paths)s, and that decides no"
                " image in any render.",
                {"name": "etcd", "paths": ("endpoint: image.registry",)},
            ),
            help=Message("Name the values that decide the image %(name)s.", {"name": "etcd"}),
        )
    ),
    _package("{endpoint: image.tag, repository: image.repository}").expecting(
        Expected(
            "OSC-MAP-011",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message(
                "With this entry %(image)s would render as %(rendered)s and not as"
                " %(target)s. The entry names %(paths)s; the image is decided by"
                " %(deciding)s.",
                {
                    "image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "rendered": (
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:swr.cn-east-3."
                        "myhuaweicloud.com"
                    ),
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "paths": (
                        "endpoint: image.tag",
                        "repository: image.repository",
                    ),
                    "deciding": (
                        "registry",
                        "image.repository",
                        "image.tag",
                    ),
                },
            ),
            help=(
                "Name the values that decide the image, each with the key of the"
                " piece that it holds."
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries that bring an image to another address, that name others, or that move none."""
    mapping, trial = facts.mapping, facts.mapping_trial
    if mapping is None or trial is None:
        return
    if trial.refused:
        yield _refused(mapping, trial.refused)
    if trial.is_cut_short:
        yield _cut_short(mapping)
    for each in trial.wrong:
        yield _contradicted(each)
    for entry in trial.idle:
        yield _idle(entry)
    for image in facts.trace.images:
        spoken = entry_of(mapping, image)
        if spoken is not None and image.status in {ImageStatus.REDIRECTED, ImageStatus.UNCHANGED}:
            yield from _called_otherwise(spoken, image)


def _refused(mapping: ImageMapping, words: str) -> Problem:
    return Problem(
        _(
            "With the addresses that the mapping writes the chart does not render any more:"
            " %(words)s",
            words=words,
        ),
        _("Name the values that decide the images, each with the key of the piece that it holds."),
        Place(mapping.file, 1, 1),
    )


def _cut_short(mapping: ImageMapping) -> Problem:
    return Problem(
        _(
            "The budget of renders ended before the mapping was tried out, so nothing is known"
            " of what it does."
        ),
        _("Compare the paths of the mapping with the values that the findings name."),
        Place(mapping.file, 1, 1),
        severity=Severity.WARNING,
    )


def _contradicted(each: Contradiction) -> Problem:
    return Problem(
        _(
            "With this entry %(image)s would render as %(rendered)s and not as %(target)s. The"
            " entry names %(paths)s; the image is decided by %(deciding)s.",
            image=each.original,
            rendered=each.rendered or "-",
            target=each.goal,
            paths=_paths(each.entry),
            deciding=tuple(each.deciding) or "-",
        ),
        _remedy(each),
        each.entry.place,
        image=each.original,
    )


def _remedy(each: Contradiction) -> Message:
    if each.is_right_otherwise:
        return _(
            "Use the keys that have one meaning, or each of the others in one meaning only: read"
            " otherwise, this entry would be right, but then another one is wrong."
        )
    return _("Name the values that decide the image, each with the key of the piece that it holds.")


def _idle(entry: MappingEntry) -> Problem:
    return Problem(
        _(
            "The entry for %(name)s writes to %(paths)s, and that decides no image in any render.",
            name=entry.image,
            paths=_paths(entry),
        ),
        _("Name the values that decide the image %(name)s.", name=entry.image),
        entry.place,
        severity=Severity.WARNING,
    )


def _called_otherwise(entry: MappingEntry, image: TracedImage) -> Iterator[Problem]:
    spans = image.spans
    if spans is None:
        return
    name, tag = entry.name, entry.tag
    rendered = spans.reference
    if (not name or name == rendered.name) and (not tag or tag == (rendered.tag or tag)):
        return
    yield Problem(
        _(
            "The mapping calls it %(mapped)s, but the chart renders %(image)s here. The address"
            " of the mapping replaces it.",
            mapped=f"{name}:{tag}" if tag else name,
            image=image.original,
        ),
        _("Make sure that the archive holds the image that the chart needs, or correct the entry."),
        entry.place,
        image=image.original,
        severity=Severity.WARNING,
    )


def _paths(entry: MappingEntry) -> Parameter:
    return tuple(f"{key}: {path}" for key, path in entry.addresses.items())
