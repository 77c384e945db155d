"""The real engine and nothing else: a program that renders one archive and says what came.

Run as ``python -I -B bare.py``; it reads ``{"archive": path, "renders": [values, ...]}`` from
its input and answers with one ``{"manifests": {template: text}}`` or ``{"error": words}`` for
each; with ``"effective": true`` an answer has ``effective`` too, the values that the templates
saw. It imports nothing of the project, so that it can be a witness, and a measure of what one
render costs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import helm_python as helm


def render(archive: bytes, values: dict[str, Any], *, effective: bool) -> dict[str, Any]:
    """One render of a freshly loaded chart, as ``helm template`` does without a name."""
    try:
        chart = helm.Chart.load_archive(archive)
        manifests = chart.render(values, name="release-name", namespace="default")
        more = {"effective": chart.merge_values(values)} if effective else {}
        return {"manifests": manifests} | more
    except (helm.HelmError, UnicodeDecodeError) as error:
        return {"error": str(error)[:4000]}


def main() -> None:
    """Answer the one request on standard input."""
    request = json.load(sys.stdin)
    archive = Path(request["archive"]).read_bytes()
    effective = request.get("effective", False)
    replies = [render(archive, values, effective=effective) for values in request["renders"]]
    json.dump(replies, sys.stdout)


if __name__ == "__main__":
    main()
