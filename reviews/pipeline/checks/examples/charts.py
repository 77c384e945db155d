"""The proof that a check carries with it: small packages, written out file by file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .expected import Expected


@dataclass(frozen=True, slots=True)
class Example:
    """A package small enough to read, for ``GOOD`` and ``BAD`` of a check.

    ``files`` maps addresses to text. Addresses are those of findings: the top folder comes
    first and ``!/`` enters an archive, so ``{"demo/Chart.yaml": ..., "demo/values.yaml": ...}``
    is a bare chart and ``{"demo/package/demo-1.0.0.tgz!/demo/Chart.yaml": ...}`` a service
    package.

    ``fixed`` holds, for a bad example, every file that the proposed edits change, as it is
    afterwards. It is empty where the check has no more than a remedy in words.

    ``before`` holds the files of the release before, for a check that compares with it.

    ``limits`` are fields of ``Limits`` that are narrower than usual, so that it stays small.

    ``findings`` is all that the check reports on a bad example, in the order of the report.
    """

    files: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Expected, ...] = ()

    def expecting(self, *findings: Expected) -> Example:
        """This package, on which the check reports exactly ``findings``."""
        return replace(self, findings=findings)


CHART = """\
apiVersion: v2
name: demo
version: 1.0.0
description: Runs demo clusters.
maintainers:
  - name: Demo Software
    email: care@demo-software.example
annotations:
  source: ISV
  categories: Database
  architecture: x86_64
  scenes: CCE
"""
"""A Chart.yaml in order."""


def bare_chart(
    values: str = "{}\n",
    template: str = "",
    *,
    metadata: str = CHART,
    more: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> Example:
    """A bare chart in the folder ``demo`` with one template.

    ``more`` are further files and ``fixed`` the changed ones, by their names in that folder.
    """
    files = {
        "Chart.yaml": metadata,
        "values.yaml": values,
        "templates/pod.yaml": template or pod(),
        **(more or {}),
    }
    return Example(below("demo/", files), below("demo/", fixed or {}))


def service_package(
    deploy: str = "package/demo-1.0.0.tgz", *, more: Mapping[str, str] | None = None
) -> Example:
    """A service package in the folder ``demo``, with a small chart at ``deploy``.

    ``more`` are further files by their names in that folder.
    """
    files = {"Chart.yaml": CHART, "values.yaml": "{}\n", "templates/pod.yaml": pod()}
    return Example({**below(f"demo/{deploy}!/demo/", files), **below("demo/", more or {})})


def pod(*images: str) -> str:
    """A template of one pod with a container for each of ``images``, as written there."""
    containers = "".join(
        f"    - name: main{number or ''}\n      image: {image}\n"
        for number, image in enumerate(images)
    )
    return (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\nspec:\n"
        f"  containers:{' []' if not images else ''}\n{containers}"
    )


def below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    """``files`` with their names put below ``folder``, which ends in a slash."""
    return {folder + name: text for name, text in files.items()}
