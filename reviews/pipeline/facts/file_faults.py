"""What the API server would refuse of manifests that are installed as their files have them.

These are the files of operators and of packages in the OSC format, the pods that a
ClusterServiceVersion installs, and the sample instances: ``alm-examples`` of operators and
``defaultConfiguration`` of csd files, which the customer's form begins with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..cluster_schemas.custom import CustomSchemas
from ..cluster_schemas.faults import Fault, FaultKind, Pointer
from ..cluster_schemas.served import Kind
from ..core.clusters import ClusterVersion
from ..core.findings import Place
from ..package.csd import Csd
from ..package.operator import ALM_EXAMPLES, DEPLOYMENTS, Manifest, Operator
from ..package.osc import MANIFESTS, VENDOR, OscPackage
from ..yaml.embedded_json import JsonBroken, JsonInYaml
from ..yaml.source import YamlSource, place_of
from .manifest_faults import ManifestFault, ManifestFaults, VersionTally
from .one_manifest import faults_of, has_schema

_DEPLOYMENT: Kind = ("apps/v1", "Deployment")


@dataclass(frozen=True)
class _Manifest:
    """One manifest: its data, and where a field of it is written.

    ``is_sample`` and ``is_made_anew`` as in ``ManifestFault``.
    """

    data: dict[str, Any]
    place: Callable[[Pointer], Place]
    is_sample: bool = False
    is_made_anew: bool = False


def judged_files(
    operator: Operator | None, osc: OscPackage | None, versions: tuple[ClusterVersion, ...]
) -> ManifestFaults:
    """Compare the files of the package with the schemas of ``versions``, newest first."""
    manifests = [*_of_operator(operator), *_of_osc(osc)]
    custom = CustomSchemas.of(each.data for each in manifests)
    found: dict[tuple[object, ...], tuple[_Manifest, Fault, list[ClusterVersion]]] = {}
    tallies = []
    without: dict[Kind, int] = {}
    for number, version in enumerate(versions):
        valid = invalid = unknown = 0
        for each in manifests:
            kind = (str(each.data.get("apiVersion")), str(each.data.get("kind")))
            faults = tuple(
                faults_of(each.data, kind, version.minor, custom, is_sample=each.is_sample)
            )
            for fault in faults:
                place = each.place(fault.pointer)
                key = (place.file, fault.cause)
                found.setdefault(key, (each, fault, []))[2].append(version)
            if any(fault.kind is not FaultKind.DEPRECATED for fault in faults):
                invalid += 1
            elif has_schema(kind, custom):
                valid += 1
            else:
                unknown += 1
                if number == 0:
                    without[kind] = without.get(kind, 0) + 1
        count = len(manifests)
        tallies.append(VersionTally(version, True, True, count, valid, invalid, unknown))
    return ManifestFaults(
        tuple(
            _found(each, fault, seen, versions)
            for each, fault, seen in found.values()
            if fault.kind is not FaultKind.DEPRECATED or len(set(seen)) == len(versions)
        ),
        tuple(tallies) if manifests else (),
        without,
    )


def _found(
    each: _Manifest,
    fault: Fault,
    seen: list[ClusterVersion],
    versions: tuple[ClusterVersion, ...],
) -> ManifestFault:
    kind = str(each.data.get("kind"))
    metadata = each.data.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
    return ManifestFault(
        fault,
        each.place(fault.pointer),
        kind,
        name,
        tuple(sorted(set(seen))),
        len(set(seen)) == len(versions),
        is_sample=each.is_sample,
        is_made_anew=each.is_made_anew,
    )


def _of_operator(operator: Operator | None) -> Iterator[_Manifest]:
    """The files beside the CSV that a customer gets, its deployments and its samples."""
    csv = operator.csv if operator is not None else None
    if operator is None or csv is None:
        return
    for each in operator.beside(csv):
        data = each.source.data_at(())
        if isinstance(data, dict) and data.get("apiVersion") and data.get("kind"):
            yield _Manifest(data, each.place)
    for index, item in enumerate(csv.items(DEPLOYMENTS)):
        if isinstance(item, dict):
            yield _deployment(csv, index, item)
    leaf = csv.source.leaf_at(ALM_EXAMPLES)
    if leaf is not None and isinstance(leaf.value, str):
        try:
            found = JsonInYaml.parse(csv.source, leaf)
        except JsonBroken:
            return
        yield from _samples(csv.source, found)


def _deployment(csv: Manifest, index: int, item: Mapping[str, Any]) -> _Manifest:
    """A deployment of the CSV as the manifest that the operator manager makes of it."""
    api, kind = _DEPLOYMENT
    metadata = {"name": item.get("name"), "labels": item.get("label")}
    data = {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": item.get("spec")}

    def place(pointer: Pointer) -> Place:
        own = pointer
        for above, key in ((("metadata", "name"), "name"), (("metadata", "labels"), "label")):
            if pointer[:2] == above:
                own = (key, *pointer[2:])
        return csv.place((*DEPLOYMENTS, index, *own))

    return _Manifest(data, place, is_made_anew=True)


def _of_osc(osc: OscPackage | None) -> Iterator[_Manifest]:
    """The files of manifests/ that a cluster gets, and the sample of each csd file."""
    if osc is None:
        return
    for name, source in osc.sources.items():
        if not name.startswith(MANIFESTS) or name.startswith(VENDOR):
            continue
        for index, document in enumerate(source.roots):
            data = document.data
            if not isinstance(data, dict) or not (data.get("apiVersion") and data.get("kind")):
                continue
            if data["kind"] != "CustomServiceDefinition":
                yield _Manifest(data, _place_in(source, index))
    for csd in osc.csds:
        found = csd.configuration
        if isinstance(found, JsonInYaml):
            yield from _samples(csd.source, found)


def _place_in(source: YamlSource, index: int) -> Callable[[Pointer], Place]:
    root = source.roots[index]

    def place(pointer: Pointer) -> Place:
        if len(source.roots) == 1:
            return place_of(source, pointer)
        return Place(source.file, root.line, root.column)

    return place


def _samples(source: YamlSource, found: JsonInYaml) -> Iterator[_Manifest]:
    """Each custom resource in a text of JSON, which is one or a list of them."""
    # Every number as a float: Python refuses to convert very long whole ones.
    data = json.loads(found.text, parse_int=float)
    several = data if isinstance(data, list) else [data]
    for index, each in enumerate(several):
        above: Pointer = (index,) if isinstance(data, list) else ()
        if isinstance(each, dict) and each.get("apiVersion") and each.get("kind"):
            yield _Manifest(each, _place_in_json(source, found, above), is_sample=True)


def _place_in_json(
    source: YamlSource, found: JsonInYaml, above: Pointer
) -> Callable[[Pointer], Place]:
    def place(pointer: Pointer) -> Place:
        path = (*above, *pointer)
        while path:
            leaves: Iterable[Any] = (
                leaf for leaf in found.leaves if leaf.path[: len(path)] == path
            )
            leaf = next(iter(leaves), None)
            if leaf is not None:
                return Place(source.file, leaf.line, leaf.column)
            path = path[:-1]
        return Place(source.file)

    return place


def csd_schemas(osc: OscPackage | None) -> Iterator[tuple[Csd, Mapping[str, Any]]]:
    """Each csd file with the schema that the platform makes its form of."""
    for csd in osc.csds if osc is not None else ():
        definition = osc.definition_of(csd) if osc is not None else None
        schemas = definition.schemas.values() if definition is not None else ()
        for schema in schemas:
            if isinstance(schema, dict):
                yield csd, schema
