"""Each Deployment of an operator pulls its images with the secret `default-secret`.

**What.** The pod template of every Deployment that a ClusterServiceVersion installs, or the
`lifecycle.yaml` of a package in the OSC format, has `imagePullSecrets` with `default-secret`. A
ServiceAccount beside the ClusterServiceVersion may have it instead, where the pod itself names no
secret. It is an error where the package brings image archives, otherwise for information, and it is
reported once for each file.

**Why.** The platform's registry asks who pulls. In the customer's cluster the secret
`default-secret` answers; without it the kubelet may be refused.

**How to fix it.** Add the lines to the spec of each pod, beside `containers`; where there is such
a list, add the second one to it:

    imagePullSecrets:
    - name: default-secret

The pods that the operator makes for its instances need it as well. The portal cannot see these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.pod_secrets import DEFAULT_SECRET, secret_names
from ...package.operator import DEPLOYMENTS, Manifest, Operator
from ...yaml.source import Path, YamlSource, place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package
from ..examples.osc_packages import OSC_LIFECYCLE, osc_package

ID = "OSC-OPR-012"
NAME = "pull-secret"
TITLE = _("A Deployment does not pull with the secret default-secret")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0020.md"

_LINES = "              imagePullSecrets:\n              - name: default-secret\n"
_WITHOUT = CSV.replace(_LINES, "")
_ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: demo-operator
imagePullSecrets:
- name: default-secret
"""
_ACCOUNT_FILE = "1.0.0/demo-operator.serviceaccount.yaml"
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(csv=_WITHOUT, more={_ACCOUNT_FILE: _ACCOUNT}),
    osc_package(),
)
BAD: tuple[Example, ...] = (
    operator_package(csv=_WITHOUT).expecting(
        Expected(
            "OSC-OPR-012",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:56:15",
            message=Message(
                "These Deployments pull without the secret default-secret: %(names)s.",
                {"names": ("demo-operator",)},
            ),
            help=(
                "Add “- name: default-secret” to “imagePullSecrets” in the spec of"
                " each pod, beside “containers”."
            ),
        )
    ),
    operator_package(
        csv=CSV.replace("default-secret", "my-secret"), more={_ACCOUNT_FILE: _ACCOUNT}
    ).expecting(
        Expected(
            "OSC-OPR-012",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:58:15",
            message=Message(
                "These Deployments pull without the secret default-secret: %(names)s.",
                {"names": ("demo-operator",)},
            ),
            help=(
                "Add “- name: default-secret” to “imagePullSecrets” in the spec of"
                " each pod, beside “containers”."
            ),
        )
    ),
    osc_package(lifecycle=OSC_LIFECYCLE.replace("default-secret", "my-secret")).expecting(
        Expected(
            "OSC-OPR-012",
            "info",
            "demo/lifecycle.yaml:20:15",
            message=Message(
                "These Deployments pull without the secret default-secret: %(names)s.",
                {"names": ("demo-operator",)},
            ),
            help=(
                "Add “- name: default-secret” to “imagePullSecrets” in the spec of"
                " each pod, beside “containers”."
            ),
        )
    ),
    Example(
        {
            **operator_package(csv=_WITHOUT, folder="demo/package/demo-1.0.0.zip!/demo/").files,
            "demo/images/demo-1.0.0-x86_64.tar": "",
        }
    ).expecting(
        Expected(
            "OSC-OPR-012",
            "error",
            "demo/package/demo-1.0.0.zip!/demo/1.0.0/demo-operator.v1.0.0.clust"
            "erserviceversion.yaml:56:15",
            message=Message(
                "These Deployments pull without the secret default-secret: %(names)s.",
                {"names": ("demo-operator",)},
            ),
            help=(
                "Add “- name: default-secret” to “imagePullSecrets” in the spec of"
                " each pod, beside “containers”."
            ),
        )
    ),
)

_Accounts = Mapping[str, tuple[str, ...]]
_POD: Path = ("spec", "template", "spec")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The Deployments without the secret, once for each file that describes some."""
    operator = facts.operator
    if operator is not None:
        for csv in operator.csvs:
            yield from _problems(facts, csv.source, DEPLOYMENTS, _accounts(operator, csv))
    if facts.osc is not None and not facts.osc.is_helm and facts.osc.lifecycle is not None:
        yield from _problems(facts, facts.osc.lifecycle, ("install", "deployments"), {})


def _problems(
    facts: Facts, source: YamlSource, path: Path, accounts: _Accounts
) -> Iterator[Problem]:
    found = source.data_at(path)
    # A Deployment without the spec of a pod is the matter of the rules about its form.
    lacking = [
        (index, str(deployment.get("name") or ""))
        for index, deployment in enumerate(found if isinstance(found, list) else ())
        if (spec := source.data_at((*path, index, *_POD))) is not None
        and DEFAULT_SECRET not in _secrets(spec, accounts)
    ]
    if lacking:
        yield Problem(
            _(
                "These Deployments pull without the secret default-secret: %(names)s.",
                names=tuple(name for _index, name in lacking),
            ),
            _(
                "Add “- name: default-secret” to “imagePullSecrets” in the spec of each pod,"
                " beside “containers”."
            ),
            place_of(source, (*path, lacking[0][0], *_POD, "imagePullSecrets")),
            severity=Severity.ERROR if facts.package.image_archives else None,
        )


def _secrets(spec: Any, accounts: _Accounts) -> tuple[str, ...]:
    """The secrets of a pod's spec, its own or else those of its ServiceAccount."""
    if not isinstance(spec, dict):
        return ()
    account = str(spec.get("serviceAccountName") or spec.get("serviceAccount") or "default")
    return secret_names(spec) or accounts.get(account, ())


def _accounts(operator: Operator, csv: Manifest) -> _Accounts:
    """The secrets of the ServiceAccounts beside ``csv``, by name."""
    return {
        each.title: secret_names(each.source.tree)
        for each in operator.beside(csv)
        if each.kind == "ServiceAccount"
    }
