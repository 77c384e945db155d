"""Every path in a chart's mapping leads to a value of the root `values.yaml`.

**What.** A path is written from the outermost key of `values.yaml`, with dots between the keys,
with neither `.Values.` nor a dot in front. At its end is a string, a number or nothing yet, and no
map and no list. A value that only a sub-chart's `values.yaml` has must be set in the root's, unless
the portal's own edit inserts it there. That one is a warning: the engine would take the value, but
whether the platform adds keys that are missing is not known.

**Why.** The platform writes to the path and looks at nothing else. Where it leads nowhere, the
image keeps its old address.

**How to fix it.** Name the value that decides the image: `image.repository`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.suggestions import nearest
from ...facts.model import Facts
from ...mapping.entries import ImageMapping, MappingEntry
from ...tracing.mapping_trial.written import Address, Fault, addresses_of, unspoken_by_name
from ...tracing.model import TracedImage
from ...yaml.nodes import Mapping, target_of
from ...yaml.source import Path, YamlSource, dotted
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import mapped_chart, with_address

ID = "OSC-MAP-009"
NAME = "mapping-path"
TITLE = _("A path in the mapping leads to no value")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (
    mapped_chart(),
    mapped_chart(
        with_address("{fullAddress: 'pods[0].image'}"),
        "pods:\n- image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3\n",
        "{{ (index .Values.pods 0).image }}",
    ),
)
BAD: tuple[Example, ...] = (
    mapped_chart(with_address("{endpoint: image.registrie}")).expecting(
        Expected(
            "OSC-MAP-009",
            "error",
            "demo/images/mapping.yaml:4:23",
            message=Message(
                "The entry for %(name)s writes to %(paths)s, which is in no"
                " values.yaml, and so moves no image.",
                {"name": "etcd", "paths": ("image.registrie",)},
            ),
            help=Message(
                "Name the values that decide %(image)s: %(deciding)s.",
                {
                    "image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "deciding": (
                        "image.registry",
                        "image.repository",
                        "image.tag",
                    ),
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
    mapped_chart(with_address("{fullAddress: image}")).expecting(
        Expected(
            "OSC-MAP-009",
            "error",
            "demo/images/mapping.yaml:4:26",
            message=Message(
                "The entry for %(name)s writes to %(paths)s, which is a map or a"
                " list and no single value.",
                {"name": "etcd", "paths": ("image",)},
            ),
            help=Message(
                "Name the values that decide %(image)s: %(deciding)s.",
                {
                    "image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "deciding": (
                        "image.registry",
                        "image.repository",
                        "image.tag",
                    ),
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
    mapped_chart(with_address("{endpoint: .Values.image.registry}")).expecting(
        Expected(
            "OSC-MAP-009",
            "error",
            "demo/images/mapping.yaml:4:23",
            message=Message(
                "The entry for %(name)s writes to “%(written)s”. A path begins with"
                " the outermost key of values.yaml, with nothing in front.",
                {"name": "etcd", "written": (".Values.image.registry",)},
            ),
            help=Message("Write %(path)s.", {"path": "image.registry"}),
        )
    ),
    mapped_chart(with_address("{endpoint: .image.registry}")).expecting(
        Expected(
            "OSC-MAP-009",
            "error",
            "demo/images/mapping.yaml:4:23",
            message=Message(
                "The entry for %(name)s writes to “%(written)s”. A path begins with"
                " the outermost key of values.yaml, with nothing in front.",
                {"name": "etcd", "written": (".image.registry",)},
            ),
            help=Message("Write %(path)s.", {"path": "image.registry"}),
        )
    ),
    mapped_chart(with_address("{endpoint: [image.registry]}")).expecting(
        Expected(
            "OSC-MAP-009",
            "error",
            "demo/images/mapping.yaml:4:23",
            message=Message(
                "The entry for %(name)s names no path for %(keys)s, but a %(kind)s.",
                {"name": "etcd", "keys": ("endpoint",), "kind": Message("list", {})},
            ),
            help=(
                "Name a value of values.yaml, from the outermost key, with dots between the keys."
            ),
        )
    ),
    mapped_chart(with_address("{endpoint: }")).expecting(
        Expected(
            "OSC-MAP-009",
            "error",
            "demo/images/mapping.yaml:4:22",
            message=Message(
                "The entry for %(name)s names no path for %(keys)s, but a %(kind)s.",
                {"name": "etcd", "keys": ("endpoint",), "kind": Message("null", {})},
            ),
            help=(
                "Name a value of values.yaml, from the outermost key, with dots between the keys."
            ),
        )
    ),
)

_MOST = 100  # values of which it is asked which one was meant


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each fault of an entry; one in all for values that only sub-charts have."""
    chart, mapping = facts.chart, facts.mapping
    if chart is None or mapping is None or chart.values is None:
        return
    addresses = addresses_of(mapping, chart, facts.trace, facts.leaves)
    found = [(each, what) for each in addresses if (what := _fault_of(each)) is not None]
    unspoken = unspoken_by_name(mapping, facts.trace) if found else {}
    groups: dict[tuple[MappingEntry | None, Fault | str], list[Address]] = {}
    for address, fault in found:
        of_all = fault is Fault.SUBCHART_ONLY
        groups.setdefault((None if of_all else address.entry, fault), []).append(address)
    deciding = _deciding(facts, mapping) if found else ()
    for (_entry, fault), same in groups.items():
        meant = unspoken.get(same[0].entry.name, [])
        yield Problem(
            _words(fault, same),
            _remedy(chart.values, same[0], fault, meant, deciding),
            same[0].part.place,
            image=meant[0].original if meant else None,
            severity=Severity.WARNING if fault is Fault.SUBCHART_ONLY else None,
        )


def _fault_of(address: Address) -> Fault | str | None:
    """What is wrong with it; "prefix" where that is the way it begins."""
    if address.fault is not None:
        return address.fault
    written = str(address.part.value)
    begins_wrong = written != written.strip() or written.startswith((".", "Values."))
    return "prefix" if begins_wrong else None


def _words(fault: Fault | str, same: list[Address]) -> Message:
    paths = tuple(dotted(each.path) for each in same)
    name = same[0].entry.image
    match fault:
        case Fault.NO_TEXT:
            return _(
                "The entry for %(name)s names no path for %(keys)s, but a %(kind)s.",
                name=name,
                keys=tuple(each.key for each in same),
                kind=same[0].part.kind_name,
            )
        case Fault.NO_SCALAR:
            return _(
                "The entry for %(name)s writes to %(paths)s, which is a map or a list and no single"
                " value.",
                name=name,
                paths=paths,
            )
        case Fault.SUBCHART_ONLY:
            return _(
                "The mapping writes to %(paths)s, which only a sub-chart's values.yaml has. Whether"
                " the platform adds it to the root's is not known.",
                paths=paths,
            )
        case Fault.NOWHERE:
            return _(
                "The entry for %(name)s writes to %(paths)s, which is in no values.yaml, and so"
                " moves no image.",
                name=name,
                paths=paths,
            )
    return _(
        "The entry for %(name)s writes to “%(written)s”. A path begins with the outermost key of"
        " values.yaml, with nothing in front.",
        name=name,
        written=tuple(str(each.part.value) for each in same),
    )


def _remedy(
    values: YamlSource,
    address: Address,
    fault: Fault | str,
    meant: list[TracedImage],
    deciding: Sequence[str],
) -> Message:
    if fault == "prefix":
        return _("Write %(path)s.", path=dotted(address.path))
    if fault is Fault.SUBCHART_ONLY:
        return _("Set these values in the root values.yaml, too.")
    its_own = {path for image in meant for each in image.sources if (path := each.path)}
    if its_own - {"appVersion"}:
        return _(
            "Name the values that decide %(image)s: %(deciding)s.",
            image=meant[0].original,
            deciding=tuple(sorted(its_own - {"appVersion"})),
        )
    near = nearest(dotted(address.path), (*_beside(values, address.path), *deciding))
    if near is not None:
        return _("Probably %(path)s is meant.", path=near)
    return _("Name a value of values.yaml, from the outermost key, with dots between the keys.")


def _beside(values: YamlSource, path: Path) -> Iterator[str]:
    """The values in the map at which the path ends."""
    nodes = values.nodes_along(path)
    for depth in range(len(nodes), 0, -1):
        node = target_of(nodes[depth - 1])
        if isinstance(node, Mapping) and node.effective:
            names = islice(node.effective, _MOST)
            yield from (dotted((*path[: depth - 1], name)) for name in names)
            break


def _deciding(facts: Facts, mapping: ImageMapping) -> tuple[str, ...]:
    """The values that decide images and that no entry names."""
    taken = {text for entry in mapping.entries for text in entry.paths.values()}
    sources = (each.path for image in facts.trace.images for each in image.sources)
    found = dict.fromkeys(path for path in sources if path and path not in taken)
    return tuple(islice(found, _MOST))
