"""Renders a chart as it renders in a cluster of a given version, with given APIs.

The engine's library takes these in the options of ``helm_render``; its Python wrapper does not
pass them on. So this module, and no other, calls the library as the wrapper does. A release of
the wrapper that closes this door is an internal error: nothing would be rendered for the cluster
that is asked for. DNS look-ups by templates stay off, for the option is never given.
"""

from __future__ import annotations

import json
from typing import Any

import helm_python as helm
from helm_python import _native

FIRST_REVISION = 1


class DoorClosed(Exception):  # noqa: N818 - it says what happened
    """The wrapper no longer gives access to the library as this module needs it."""


def render(chart: helm.Chart, request: dict[str, Any]) -> dict[str, str]:
    """The manifests by template name.

    ``request`` has ``values``, ``release`` and ``namespace``, and under ``cluster`` None or the
    fields of a ``Cluster``. Raises as ``helm.Chart.render`` does, and DoorClosed.
    """
    options: dict[str, Any] = {"name": request["release"], "namespace": request["namespace"]}
    cluster = request.get("cluster")
    if cluster:
        is_upgrade = bool(cluster["is_upgrade"])
        options |= {
            "kube_version": cluster["version"],
            "api_versions": list(cluster["apis"]),
            "is_upgrade": is_upgrade,
            "is_install": not is_upgrade,
            "revision": FIRST_REVISION + is_upgrade,
        }
    values = json.dumps(request["values"] or {})
    try:
        handle, call = chart._raw(), _native.call_string  # noqa: SLF001 - see above
    except AttributeError as error:
        raise DoorClosed(str(error)) from error
    manifests: dict[str, str] = json.loads(call("helm_render", handle, values, json.dumps(options)))
    return manifests
