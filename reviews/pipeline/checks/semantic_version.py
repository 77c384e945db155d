"""The version is a semantic version.

**What.** `version` in `metadata.yaml` of an OSC-format package has three numbers with dots between
them (`1.2.3`), perhaps with a pre-release behind a hyphen, as semver.org defines it.

**Why.** The platform orders the versions of a service by it. `v1.2.3` and `1.2` are no versions in
that order, and the upload fails.

**How to mend it.** Write all three numbers without a “v”: `1.2.0`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..policy import Policy
from ..semantic_version import SemanticVersion

ID = "OSC-NAME-004"
NAME = "semantic-version"
TITLE = _("The version is a semantic version")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (osc_package(metadata=OSC_METADATA.replace('"1.0.0"', "1.0.0-rc.1")),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', "version: v1.0.0")),
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', 'version: "1.0"')),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A version of another form."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    leaf = metadata.leaf_at(("version",)) if metadata is not None else None
    if (
        metadata is not None
        and leaf is not None
        and leaf.text
        and SemanticVersion.parse(leaf.text) is None
    ):
        yield Problem(
            _("“%(version)s” is no semantic version.", version=leaf.text[:100]),
            _("Write three numbers with dots between them, such as 1.2.0."),
            Place(metadata.file, leaf.line, leaf.column),
        )
