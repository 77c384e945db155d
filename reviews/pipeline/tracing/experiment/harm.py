"""What an edited value would make wrong beside the images that it is edited for."""

from __future__ import annotations

from dataclasses import dataclass

from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf


@dataclass(frozen=True)
class Harm:
    """One field that would be wrong after the edit of ``leaf``.

    ``use`` is the image that would be led astray; None where it is a label or a name that would
    not be legal any more. ``template`` is an address, ``path`` leads to the field inside the
    resource, ``after`` is its text after the edit.
    """

    leaf: ValueLeaf
    use: Use | None
    template: str
    kind: str
    name: str
    path: str
    before: str
    after: str
