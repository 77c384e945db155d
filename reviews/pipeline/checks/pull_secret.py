"""Each Deployment of an operator pulls its images with the secret `default-secret`.

**What.** The pod template of every Deployment in `spec.install` has
`imagePullSecrets: [{name: default-secret}]`. It is an error where the package brings image
archives, otherwise for information.

**Why.** The platform's registry asks who pulls. In the customer's cluster the secret
`default-secret` answers; without it the kubelet may be refused.

**How to mend it.** Add the two lines to the pod's `spec`, beside `containers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..operator_examples import CSV, operator_package
from ..package.operator import DEPLOYMENTS
from ..policy import Policy

ID = "OSC-OPR-012"
NAME = "pull-secret"
TITLE = _("A Deployment does not pull with the secret default-secret")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0020.md"
_SECRETS = ("spec", "template", "spec", "imagePullSecrets")
_LINES = "              imagePullSecrets:\n              - name: default-secret\n"
_WITHOUT = CSV.replace(_LINES, "")
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(csv=_WITHOUT),
    operator_package(csv=CSV.replace("default-secret", "my-secret")),
    Example(
        {
            **operator_package(csv=_WITHOUT, folder="demo/package/demo-1.0.0.zip!/demo/").files,
            "demo/images/demo-1.0.0-x86_64.tar": "",
        }
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every Deployment without the secret."""
    severity = Severity.ERROR if facts.package.image_archives else Severity.INFO
    for csv in facts.operator.csvs if facts.operator is not None else ():
        for index in range(len(csv.items(DEPLOYMENTS))):
            path = (*DEPLOYMENTS, index, *_SECRETS)
            secrets = csv.items(path)
            if not any(isinstance(s, dict) and s.get("name") == "default-secret" for s in secrets):
                yield Problem(
                    _(
                        "The Deployment %(name)s pulls without the secret default-secret.",
                        name=csv.text((*DEPLOYMENTS, index, "name")),
                    ),
                    _("Add “imagePullSecrets: [{name: default-secret}]” to the pod's spec."),
                    csv.place(path),
                    severity=severity,
                )
