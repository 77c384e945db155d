"""After the rewrite no image is outside the platform's registry.

**What.** The portal rewrites the package, renders it, and counts the images that pods still pull
from elsewhere. This finding lists them all in one place; each has a finding of its own that says
why, so the list is for information. An image that no other finding explains makes it an error.

**Why.** The platform keeps the images in its own registry, and a customer's cluster may reach no
other. What is left outside fails on the day of deployment.

**How to fix it.** Fix the findings of the images named. Images that customers are meant to pull
from elsewhere can be put on the administrators' list.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.model import ImageStatus, TracedImage
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-017"
NAME = "image-left-behind"
TITLE = _("Images outside the target registry remain after the rewrite")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5"
GOOD: tuple[Example, ...] = (
    bare_chart(
        "backup: quay.io/team/backup:1.2\nagent: quay.io/team/agent:1\n",
        pod("{{ .Values.backup }}", "{{ .Values.agent }}"),
    ),
    bare_chart(f"image: {_OURS}\n", pod("{{ .Values.image }}")),
    bare_chart("note: quay.io/team/backup:1.2\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=pod("quay.io/team/backup:1.2", "quay.io/team/agent:1")).expecting(
        Expected(
            "OSC-HELM-017",
            "info",
            "demo",
            message=Message(
                "After the rewrite these images stay outside of %(registry)s: %(images)s.",
                {
                    "registry": "swr.cn-east-3.myhuaweicloud.com",
                    "images": (
                        "quay.io/team/backup:1.2",
                        "quay.io/team/agent:1",
                    ),
                },
            ),
            help="Fix the findings of these images, then upload the package again.",
            images=(
                "quay.io/team/backup:1.2",
                "quay.io/team/agent:1",
            ),
        )
    ),
    bare_chart(
        "one: quay.io/one/agent:1\ntwo: ghcr.io/two/agent:1\n",
        pod("{{ .Values.one }}", "{{ .Values.two }}"),
    ).expecting(
        Expected(
            "OSC-HELM-017",
            "info",
            "demo",
            message=Message(
                "After the rewrite these images stay outside of %(registry)s: %(images)s.",
                {
                    "registry": "swr.cn-east-3.myhuaweicloud.com",
                    "images": (
                        "quay.io/one/agent:1",
                        "ghcr.io/two/agent:1",
                    ),
                },
            ),
            help="Fix the findings of these images, then upload the package again.",
            images=(
                "quay.io/one/agent:1",
                "ghcr.io/two/agent:1",
            ),
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """One problem with all images that stay behind."""
    left = [image for image in facts.trace.images if _is_left(image)]
    if facts.chart is None or not left:
        return
    explained = _explained(facts)
    unexplained = [image for image in left if image.original not in explained]
    images = list(dict.fromkeys(image.original for image in left))
    yield Problem(
        _(
            "After the rewrite these images stay outside of %(registry)s: %(images)s.",
            registry=policy.registry,
            images=tuple(images),
        ),
        _("Fix the findings of these images, then upload the package again."),
        Place(facts.chart.path),
        images=tuple(images),
        severity=None if unexplained else Severity.INFO,
    )


def _is_left(image: TracedImage) -> bool:
    return image.is_pulled and image.status in {ImageStatus.HARDCODED, ImageStatus.UNVERIFIED}


def _explained(facts: Facts) -> set[str]:
    """The original images of which another rule says why they stay."""
    explained = {original for each in facts.trace.collisions for original in each.originals}
    explained |= {
        image.original for image in facts.trace.images if image.status is ImageStatus.UNVERIFIED
    }
    if facts.chart is not None:
        literals = facts.hard_coded
        explained |= {original for each in literals if each.decides for original in each.images}
    return explained
