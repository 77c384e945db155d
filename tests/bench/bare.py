"""The real engine and nothing else: a program that renders one archive and says what came.

Run as ``python -I -B bare.py``; it reads ``{"archive": path, "renders": [values, ...]}`` from
its input and answers with one ``{"manifests": {template: text}}`` or ``{"error": words}`` for
each; with ``"effective": true`` an answer has ``effective`` too, the values that the templates
saw. ``cluster`` are the options of the engine that say where it renders: ``kube_version`` and
``api_versions``. It imports nothing of the project, so that it can be a witness, and a measure of
what one render costs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import helm_python as helm
from helm_python import _native


def render(
    archive: bytes, values: dict[str, Any], cluster: dict[str, Any], *, effective: bool
) -> dict[str, Any]:
    """One render of a freshly loaded chart, as ``helm template`` does without a name."""
    options = json.dumps({"name": "release-name", "namespace": "default"} | cluster)
    try:
        chart = helm.Chart.load_archive(archive)
        # The wrapper's own method passes nothing of the cluster on.
        handle = chart._raw()
        reply = _native.call_string("helm_render", handle, json.dumps(values), options)
        manifests = json.loads(reply)
        more = {"effective": chart.merge_values(values)} if effective else {}
        return {"manifests": manifests} | more
    except (helm.HelmError, UnicodeDecodeError) as error:
        return {"error": str(error)[:4000]}


def main() -> None:
    """Answer the one request on standard input."""
    request = json.load(sys.stdin)
    archive = Path(request["archive"]).read_bytes()
    cluster, effective = request["cluster"], request.get("effective", False)
    replies = [
        render(archive, values, cluster, effective=effective) for values in request["renders"]
    ]
    json.dump(replies, sys.stdout)


if __name__ == "__main__":
    main()
