"""Every CRD that a ClusterServiceVersion owns is in the same folder and agrees with it.

**What.** For each entry of `spec.customresourcedefinitions.owned` there is a
CustomResourceDefinition of that name beside the CSV, with the same `kind` and with that version
among its versions. A CRD that is there and is neither owned nor required is a warning.

**Why.** The Operator Lifecycle Manager installs no operator whose owned CRDs are missing or
different, and refuses CRDs that nobody owns.

**How to fix it.** Add the CRD's file, or correct name, kind or version in the CSV.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...core.findings import Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import CRD_KIND, Manifest
from ...yaml.source import Path, dotted
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CRD, CSV, operator_package

ID = "OSC-OPR-005"
NAME = "owned-crd"
TITLE = _("An owned CRD is missing or disagrees")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://docs.redhat.com/zh-cn/documentation/openshift_container_platform/4.7/html/operators/olm-package-manifest-format_olm-packaging-format"
)
_OWNED = ("spec", "customresourcedefinitions", "owned")
_REQUIRED = ("spec", "customresourcedefinitions", "required")
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(
        crd=CRD.replace("  versions:\n  - name: v1\n", "  version: v1\n  versions:\n  - name: v1\n")
    ),
)
BAD: tuple[Example, ...] = (
    operator_package(
        csv=CSV.replace("name: demos.demo.example", "name: demo.demo.example")
    ).expecting(
        Expected(
            "OSC-OPR-005",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:32:13",
            message=Message(
                "%(csv)s owns %(name)s, but no CustomResourceDefinition of that name is beside it.",
                {"csv": "demo-operator.v1.0.0", "name": "demo.demo.example"},
            ),
            help="Put its file into the same folder, or correct the name.",
        ),
        Expected(
            "OSC-OPR-005",
            "warning",
            "demo/1.0.0/demos.demo.example.crd.yaml:4:9",
            message=Message(
                "%(csv)s neither owns nor requires %(name)s.",
                {"csv": "demo-operator.v1.0.0", "name": "demos.demo.example"},
            ),
            help=("Add it under spec.customresourcedefinitions.owned, or remove the file."),
        ),
    ),
    operator_package(csv=CSV.replace("      kind: Demo\n", "      kind: Demos\n")).expecting(
        Expected(
            "OSC-OPR-005",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:34:13",
            message=Message(
                "%(path)s is %(said)s; the CustomResourceDefinition has %(real)s.",
                {
                    "path": "spec.customresourcedefinitions.owned[0].kind",
                    "said": "Demos",
                    "real": "Demo",
                },
            ),
            help="Write the same in both files.",
        )
    ),
    operator_package(csv=CSV.replace("      version: v1\n", "      version: v2\n")).expecting(
        Expected(
            "OSC-OPR-005",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:33:16",
            message=Message(
                "%(path)s is %(said)s; the CustomResourceDefinition has %(real)s.",
                {
                    "path": "spec.customresourcedefinitions.owned[0].version",
                    "said": "v2",
                    "real": ("v1",),
                },
            ),
            help="Write the same in both files.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is missing beside each CSV, what disagrees with it, what nobody owns."""
    operator = facts.operator
    if operator is None:
        return
    for csv in operator.csvs:
        crds = {each.title: each for each in operator.beside(csv) if each.kind == CRD_KIND}
        for index, item in enumerate(csv.items(_OWNED)):
            path: Path = (*_OWNED, index)
            if isinstance(item, dict):
                yield from _entry(csv, path, crds)
        yield from _not_owned(csv, crds)


def _entry(csv: Manifest, path: Path, crds: Mapping[str, Manifest]) -> Iterator[Problem]:
    name = csv.text((*path, "name"))
    crd = crds.get(name)
    if crd is None:
        yield Problem(
            _(
                "%(csv)s owns %(name)s, but no CustomResourceDefinition of that name is beside it.",
                csv=csv.title,
                name=name or "?",
            ),
            _("Put its file into the same folder, or correct the name."),
            csv.place((*path, "name")),
        )
        return
    said, real = csv.text((*path, "kind")), crd.text(("spec", "names", "kind"))
    if said != real:
        yield _disagrees(csv, (*path, "kind"), said, real)
    version, versions = csv.text((*path, "version")), _versions(crd)
    if version not in versions:
        yield _disagrees(csv, (*path, "version"), version, tuple(versions))


def _disagrees(csv: Manifest, path: Path, said: str, real: Parameter) -> Problem:
    return Problem(
        _(
            "%(path)s is %(said)s; the CustomResourceDefinition has %(real)s.",
            path=dotted(path),
            said=said or "-",
            real=real or "-",
        ),
        _("Write the same in both files."),
        csv.place(path),
    )


def _versions(crd: Manifest) -> list[str]:
    listed = [
        crd.text(("spec", "versions", index, "name"))
        for index in range(len(crd.items(("spec", "versions"))))
    ]
    only = crd.text(("spec", "version"))
    return list(dict.fromkeys([*listed, *([only] if only else [])]))


def _not_owned(csv: Manifest, crds: Mapping[str, Manifest]) -> Iterator[Problem]:
    known = {
        csv.text((*path, index, "name"))
        for path in (_OWNED, _REQUIRED)
        for index in range(len(csv.items(path)))
    }
    for name, crd in crds.items():
        if name not in known:
            yield Problem(
                _("%(csv)s neither owns nor requires %(name)s.", csv=csv.title, name=name),
                _("Add it under spec.customresourcedefinitions.owned, or remove the file."),
                crd.place(("metadata", "name")),
                severity=Severity.WARNING,
            )
