"""The name of an image in SWR has letters, digits, underscores and hyphens only.

**What.** The image's name in the platform's registry, the last part of its address, has another
character, such as a dot. It is looked at only where the registry is SWR
(`swr.….myhuaweicloud.com`).

**Why.** The page of SWR on which images are uploaded refuses such a name, and so may those who
store the package's images. It is a warning, because `docker push` may take it.

**How to fix it.** Give the image another name in `images/mapping.yaml`, or call it otherwise in the
chart: `app-server` in place of `app.server`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import parsed
from ...tracing.model import ImageStatus
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-018"
NAME = "registry-name-refused"
TITLE = _("SWR may refuse the name of an image")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/swr_faq/swr_faq_0017.html"

GOOD: tuple[Example, ...] = (
    bare_chart("image: docker.io/team/app_server-2:1.0\n", pod("{{ .Values.image }}")),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        "image: docker.io/team/app.server:1.0\n",
        pod("{{ .Values.image }}"),
        fixed={
            "values.yaml": "image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/app.server:1.0\n"
        },
    ).expecting(
        Expected(
            "PORTAL-018",
            "warning",
            "demo/values.yaml:1:8",
            message=Message(
                "%(image)s is to be called “%(name)s” in SWR, whose page takes only"
                " letters, digits, “_” and “-” in a name.",
                {"image": "docker.io/team/app.server:1.0", "name": "app.server"},
            ),
            help=("Give the image another name in images/mapping.yaml, or rename it in the chart."),
            image="docker.io/team/app.server:1.0",
        )
    ),
)

_SWR = re.compile(r"swr\.[a-z0-9-]+\.myhuaweicloud\.com")
_TAKEN = re.compile(r"[A-Za-z0-9_-]+")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every target in SWR with such a name, once."""
    seen: set[str] = set()
    for image in facts.trace.images:
        reference = parsed(image.target) if image.target else None
        if reference is None or image.status is ImageStatus.EXTERNAL:
            continue
        name = reference.name
        if not _SWR.fullmatch(reference.registry) or _TAKEN.fullmatch(name) or name in seen:
            continue
        seen.add(name)
        first = image.sources[0] if image.sources else None
        yield Problem(
            _(
                "%(image)s is to be called “%(name)s” in SWR, whose page takes only letters,"
                " digits, “_” and “-” in a name.",
                image=image.original,
                name=name,
            ),
            _("Give the image another name in images/mapping.yaml, or rename it in the chart."),
            Place(first.file, first.line, first.column) if first is not None else Place(),
            image=image.original,
        )
