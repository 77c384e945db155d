"""The list of packages is complete, and each channel offers a version that is there.

**What.** `packageName` and at least one channel are given; each channel has a name and a
`currentCSV` that is the `metadata.name` of a ClusterServiceVersion in the archive; `defaultChannel`
is one of the channels and is there when there are several.

**Why.** A channel that points to nothing cannot be installed from. One wrong letter is enough.

**How to fix it.** Write the name of the CSV as its own file has it, with the `v` if it has one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import Channel, Manifest, channels
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import LIST, operator_package

ID = "OSC-OPR-003"
NAME = "channel-offer"
TITLE = _("A channel offers a version that is not there")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://docs.redhat.com/zh-cn/documentation/openshift_container_platform/4.7/html/operators/olm-package-manifest-format_olm-packaging-format"
)
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(packages=LIST.replace("packageName: demo-operator\n", "")).expecting(
        Expected(
            "OSC-OPR-003",
            "error",
            "demo/demo-operator.package.yaml:1:1",
            message="The list of packages has no packageName.",
            help="Add packageName, the name under which the operator is known.",
        )
    ),
    operator_package(
        packages=LIST.replace("currentCSV: demo-operator.v1", "currentCSV: demo.v1")
    ).expecting(
        Expected(
            "OSC-OPR-003",
            "error",
            "demo/demo-operator.package.yaml:4:15",
            message=Message(
                "The channel %(channel)s offers %(csv)s, which is not in the"
                " package. There is: %(names)s.",
                {"channel": "stable", "csv": "demo.v1.0.0", "names": ("demo-operator.v1.0.0",)},
            ),
            help=("Write the metadata.name of a ClusterServiceVersion that is in the package."),
        )
    ),
    operator_package(
        packages=LIST.replace("defaultChannel: stable", "defaultChannel: fast")
    ).expecting(
        Expected(
            "OSC-OPR-003",
            "error",
            "demo/demo-operator.package.yaml:5:17",
            message=Message(
                "defaultChannel is %(default)s, which is not a channel of the list.",
                {"default": "fast"},
            ),
            help=Message("Name one of the channels: %(names)s.", {"names": ("stable",)}),
        )
    ),
    operator_package(packages="packageName: demo-operator\nchannels: []\n").expecting(
        Expected(
            "OSC-OPR-003",
            "error",
            "demo/demo-operator.package.yaml:2:11",
            message="The list of packages has no channel, so it offers no version.",
            help="Add channels with a name and a currentCSV each.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What each list of packages leaves out or points to in vain."""
    operator = facts.operator
    if operator is None:
        return
    names = {csv.title for csv in operator.csvs}
    for packages in operator.lists:
        if not packages.text(("packageName",)):
            yield Problem(
                _("The list of packages has no packageName."),
                _("Add packageName, the name under which the operator is known."),
                packages.place(),
            )
        found = list(channels(packages))
        if not found:
            yield Problem(
                _("The list of packages has no channel, so it offers no version."),
                _("Add channels with a name and a currentCSV each."),
                packages.place(("channels",)),
            )
        for channel in found:
            if channel.current_csv not in names:
                yield _in_vain(packages, channel, names)
        yield from _default(packages, found)


def _in_vain(packages: Manifest, channel: Channel, names: set[str]) -> Problem:
    return Problem(
        _(
            "The channel %(channel)s offers %(csv)s, which is not in the package."
            " There is: %(names)s.",
            channel=channel.name or "?",
            csv=channel.current_csv or "?",
            names=tuple(sorted(names)) or "-",
        ),
        _("Write the metadata.name of a ClusterServiceVersion that is in the package."),
        packages.place((*channel.path, "currentCSV")),
    )


def _default(packages: Manifest, found: list[Channel]) -> Iterator[Problem]:
    default = packages.text(("defaultChannel",))
    if default in {channel.name for channel in found} or (not default and len(found) < 2):
        return
    message = (
        _("defaultChannel is %(default)s, which is not a channel of the list.", default=default)
        if default
        else _("There are several channels and no defaultChannel.")
    )
    yield Problem(
        message,
        _("Name one of the channels: %(names)s.", names=tuple(each.name for each in found)),
        packages.place(("defaultChannel",)),
    )
