"""The upgrade path leads from earlier versions to this one.

**What.** `upgrade.replaces` and `upgrade.skips` of `lifecycle.yaml` name versions that are lower
than the package's own, and `upgrade.skipRange` is a range of versions such as `>=0.0.1 <0.0.5`.

**Why.** The platform offers the upgrade to customers who run one of these. A version that replaces
itself or a later one is never offered, or offered backwards.

**How to fix it.** Name earlier versions. Which of them exist is known to the platform only.
"""

from __future__ import annotations

from collections.abc import Iterator

from semver import Version

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...versions.semantic import is_version_range, parse_version
from ...yaml.source import Path, YamlSource, place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_LIFECYCLE, osc_package

ID = "OSC-FMT-033"
NAME = "upgrade-versions"
TITLE = _("The upgrade path does not lead from earlier versions to this one")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0012.html"
_UPGRADE = """\
upgrade:
  replaces: "0.9.0"
  skips: ["0.9.5"]
  skipRange: ">=0.9.1 <1.0.0"
"""
GOOD: tuple[Example, ...] = (osc_package(lifecycle=OSC_LIFECYCLE + _UPGRADE),)
BAD: tuple[Example, ...] = (
    osc_package(lifecycle=OSC_LIFECYCLE + _UPGRADE.replace("0.9.0", "1.0.0")).expecting(
        Expected(
            "OSC-FMT-033",
            "error",
            "demo/lifecycle.yaml:25:13",
            message=Message(
                "%(text)s is not lower than the package's own version.", {"text": "1.0.0"}
            ),
            help=("Name an earlier version of this service, as it is in metadata.yaml."),
        )
    ),
    osc_package(lifecycle=OSC_LIFECYCLE + _UPGRADE.replace("0.9.5", "1.1.0")).expecting(
        Expected(
            "OSC-FMT-033",
            "error",
            "demo/lifecycle.yaml:26:11",
            message=Message(
                "%(text)s is not lower than the package's own version.", {"text": "1.1.0"}
            ),
            help=("Name an earlier version of this service, as it is in metadata.yaml."),
        )
    ),
    osc_package(lifecycle=OSC_LIFECYCLE + _UPGRADE.replace("0.9.0", "v0.9.0")).expecting(
        Expected(
            "OSC-FMT-033",
            "error",
            "demo/lifecycle.yaml:25:13",
            message=Message("“%(text)s” is not a version such as 1.2.3.", {"text": "v0.9.0"}),
            help=("Name an earlier version of this service, as it is in metadata.yaml."),
        )
    ),
    osc_package(lifecycle=OSC_LIFECYCLE + _UPGRADE.replace("0.9.0", "0.9")).expecting(
        Expected(
            "OSC-FMT-033",
            "error",
            "demo/lifecycle.yaml:25:13",
            message=Message("“%(text)s” is not a version such as 1.2.3.", {"text": "0.9"}),
            help=("Name an earlier version of this service, as it is in metadata.yaml."),
        )
    ),
    osc_package(lifecycle=OSC_LIFECYCLE + _UPGRADE.replace("<1.0.0", "to 1.0.0")).expecting(
        Expected(
            "OSC-FMT-033",
            "error",
            "demo/lifecycle.yaml:27:14",
            message=Message("“%(text)s” is not a range of versions.", {"text": ">=0.9.1 to 1.0.0"}),
            help="Write it so: '>=0.0.1 <0.0.5'.",
        )
    ),
)

_PATH: Path = ("upgrade",)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Versions that are none, or not lower than the package's own, and ranges that are none."""
    osc = facts.osc
    if osc is None or osc.lifecycle is None:
        return
    for each in osc.violations_of(ID):
        yield Problem(each.message, _("Write versions in quotes, skips as a list."), each.place)
    own = parse_version(osc.written("version"))
    for path, text in _versions(osc.lifecycle):
        words = _objection(text, own)
        if words is not None:
            help_ = _("Name an earlier version of this service, as it is in metadata.yaml.")
            yield Problem(words, help_, place_of(osc.lifecycle, path))
    skipped = osc.lifecycle.data_at((*_PATH, "skipRange"))
    if isinstance(skipped, str) and not is_version_range(skipped):
        yield Problem(
            _("“%(text)s” is not a range of versions.", text=skipped[:100]),
            _("Write it so: '>=0.0.1 <0.0.5'."),
            place_of(osc.lifecycle, (*_PATH, "skipRange")),
        )


def _versions(lifecycle: YamlSource) -> Iterator[tuple[Path, str]]:
    replaced = lifecycle.data_at((*_PATH, "replaces"))
    if isinstance(replaced, str):
        yield (*_PATH, "replaces"), replaced
    skips = lifecycle.data_at((*_PATH, "skips"))
    for index, text in enumerate(skips if isinstance(skips, list) else ()):
        if isinstance(text, str):
            yield (*_PATH, "skips", index), text


def _objection(text: str, own: Version | None) -> Message | None:
    version = parse_version(text)
    if version is None:
        return _("“%(text)s” is not a version such as 1.2.3.", text=text[:100])
    if own is not None and version >= own:
        return _("%(text)s is not lower than the package's own version.", text=text)
    return None
