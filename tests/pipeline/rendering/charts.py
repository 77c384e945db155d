"""Small charts written in code, as the archives that Helm packs."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping

CHART_YAML = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"


def archive(files: Mapping[str, str]) -> bytes:
    """A tgz of ``files``: path inside the chart's folder -> text; a Chart.yaml is added."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for path, text in {"Chart.yaml": CHART_YAML, **files}.items():
            data = text.encode()
            member = tarfile.TarInfo(f"shop/{path}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def template(text: str, values: str = "{}\n") -> bytes:
    """A chart with one template."""
    return archive({"values.yaml": values, "templates/a.yaml": text})


def with_cache_sub_chart() -> bytes:
    """A chart whose sub-chart ``redis`` is aliased ``cache`` and off by default."""
    dependency = (
        "dependencies:\n- {name: redis, version: 1.0.0, alias: cache, condition: cache.enabled}\n"
    )
    return archive(
        {
            "Chart.yaml": CHART_YAML + dependency,
            "values.yaml": "cache: {enabled: false}\n",
            "templates/a.yaml": "name: shop\n",
            "charts/redis/Chart.yaml": "apiVersion: v2\nname: redis\nversion: 1.0.0\n",
            "charts/redis/values.yaml": "image: redis:7\n",
            "charts/redis/templates/b.yaml": "image: {{ .Values.image }}\n",
        }
    )
