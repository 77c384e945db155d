"""README.md has the six headings of the catalogue page.

**What.** `README.md` has headings for 介绍, 功能, 版本列表, 服务架构, 快速上手 and 许可证
(introduction, functions, versions, architecture, quick start and licence).

**Why.** The platform shows the file as the service's page in the catalogue, and customers look for
these.

**How to fix it.** Add the headings, with a few lines below each.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import README
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-FMT-038"
NAME = "readme-headings"
TITLE = _("README.md lacks headings of the catalogue page")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0004.html"
_HEADINGS = ("介绍", "功能", "版本列表", "服务架构", "快速上手", "许可证")
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(without=("README.md",)).expecting(
        Expected(
            "OSC-FMT-038",
            "info",
            "demo",
            message=Message(
                "README.md has no heading for: %(missing)s.",
                {
                    "missing": (
                        "介绍",
                        "功能",
                        "版本列表",
                        "服务架构",
                        "快速上手",
                        "许可证",
                    )
                },
            ),
            help="Add the headings to README.md in the package's top folder.",
        )
    ),
    osc_package(readme="# 介绍\n## 功能\n").expecting(
        Expected(
            "OSC-FMT-038",
            "info",
            "demo/README.md",
            message=Message(
                "README.md has no heading for: %(missing)s.",
                {
                    "missing": (
                        "版本列表",
                        "服务架构",
                        "快速上手",
                        "许可证",
                    )
                },
            ),
            help="Add the headings to README.md in the package's top folder.",
        )
    ),
    osc_package(readme="介绍 功能 版本列表 服务架构 快速上手 许可证\n").expecting(
        Expected(
            "OSC-FMT-038",
            "info",
            "demo/README.md",
            message=Message(
                "README.md has no heading for: %(missing)s.",
                {
                    "missing": (
                        "介绍",
                        "功能",
                        "版本列表",
                        "服务架构",
                        "快速上手",
                        "许可证",
                    )
                },
            ),
            help="Add the headings to README.md in the package's top folder.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The headings that are missing."""
    if facts.osc is None:
        return
    member = facts.osc.member(README)
    text = (member.content or b"").decode("utf-8", "replace") if member is not None else ""
    found = " ".join(line for line in text.splitlines() if line.startswith("#"))
    missing = [heading for heading in _HEADINGS if heading not in found]
    if missing:
        yield Problem(
            _("README.md has no heading for: %(missing)s.", missing=tuple(missing)),
            _("Add the headings to README.md in the package's top folder."),
            Place(facts.osc.address(README) if member is not None else facts.osc.path or None),
        )
