"""Packages within the limits of an upload that only a slow algorithm has to fear.

Each is one kind and grows in one way alone: what grows stands in its name. They are packed without
compression, since what unpacks to 200 times its size is refused at once.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Mapping

from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.examples.operators import CSV, operator_package
from reviews.pipeline.checks.examples.osc_packages import (
    OSC_CSD,
    OSC_METADATA,
    osc_chart_package,
    osc_package,
)
from tests.pipeline.archive.hostile import tar_of, zip_of

Package = tuple[str, bytes]
"""The name of an upload and its content."""

_CHART = "apiVersion: v2\nname: etcd\nversion: 1.0.0\ndescription: Keeps keys.\n"
_CONTAINER = "spec:\n  containers:\n    - {{name: c, image: {image}}}\n"
_POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n" + _CONTAINER
_NUMBERED = "{{ $i }}"


def chart(files: Mapping[str, str], values: str = "image: quay.io/etcd/etcd:1\n") -> Package:
    """A bare chart with ``files``, by their names in it."""
    held = {"Chart.yaml": _CHART, "values.yaml": values, **files}
    members = ((f"etcd/{name}", text.encode()) for name, text in held.items())
    return "etcd-1.0.0.tgz", gzip.compress(tar_of(*members), 0, mtime=0)


def service(files: Mapping[str, bytes | str]) -> Package:
    """A service package with a small chart and ``files`` below its folder."""
    inner = chart({"templates/pod.yaml": _pod("etcd", "{{ .Values.image }}")})[1]
    held: dict[str, bytes | str] = {"package/etcd-helm-1.0.0.tgz": inner, **files}
    return "etcd.zip", zip_of(
        *(
            (f"etcd/{name}", content if isinstance(content, bytes) else content.encode())
            for name, content in held.items()
        ),
        method=zipfile.ZIP_STORED,
    )


def _pod(name: str, image: str) -> str:
    return _POD.format(name=name, image=image)


def _ranged(count: int, body: str) -> Package:
    text = f"{{{{ range $i := until {count} }}}}---\n{body}{{{{ end }}}}"
    return chart({"templates/many.yaml": text})


def _pods(count: int) -> Package:
    return _ranged(count, _pod(f"p{_NUMBERED}", f'"docker.io/a/b{_NUMBERED}:1"'))


def _written_pods(count: int) -> Package:
    text = "---\n".join(_pod(f"p{n}", f"docker.io/a/b{n}:1") for n in range(count))
    return chart({"templates/many.yaml": text})


def _image_values(count: int) -> Package:
    values = "".join(f"image{n}: docker.io/a/b{n}:1\n" for n in range(count))
    body = "{{ range $k, $v := .Values }}---\n" + _pod("{{ $k }}", "{{ $v }}") + "{{ end }}"
    return chart({"templates/many.yaml": body}, values)


def _split_values(count: int) -> Package:
    values = "parts:\n" + "".join(
        f"  p{n}: {{registry: docker.io, repository: a/b{n}, tag: '1'}}\n" for n in range(count)
    )
    image = '"{{ $v.registry }}/{{ $v.repository }}:{{ $v.tag }}"'
    body = "{{ range $k, $v := .Values.parts }}---\n" + _pod("{{ $k }}", image) + "{{ end }}"
    return chart({"templates/many.yaml": body}, values)


def _switches(count: int) -> Package:
    values = "".join(f"s{n}: {{enabled: false, image: 'a/b{n}:1'}}\n" for n in range(count))
    body = "".join(
        f"{{{{ if .Values.s{n}.enabled }}}}---\n"
        + _pod(f"p{n}", f"{{{{ .Values.s{n}.image }}}}")
        + "{{ end }}"
        for n in range(count)
    )
    return chart({"templates/many.yaml": body}, values)


def _subcharts(count: int) -> Package:
    files = {}
    for n in range(count):
        files[f"charts/s{n}/Chart.yaml"] = f"apiVersion: v2\nname: s{n}\nversion: 1.0.0\n"
        files[f"charts/s{n}/values.yaml"] = f"image: docker.io/a/b{n}:1\n"
        files[f"charts/s{n}/templates/pod.yaml"] = _pod(f"p{n}", "{{ .Values.image }}")
    return chart(files)


def _templates(count: int) -> Package:
    return chart(
        {f"templates/t{n}.yaml": _pod(f"p{n}", f"docker.io/a/b{n}:1") for n in range(count)}
    )


def _broken_files(count: int) -> Package:
    return chart({f"files/{'x' * 80}{n}.yaml": "a: [1\nb: }\n" for n in range(count)})


def _texts(count: int, line: str) -> Package:
    body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: |\n"
    return chart({"templates/text.yaml": body + f"    {line}\n" * count})


def _file_of(text: str) -> Package:
    return chart({"files/text.txt": text, "README.md": text})


def _template_of(text: str) -> Package:
    return chart({"templates/text.yaml": "# " + text + "\n"})


def _values(values: str) -> Package:
    return chart({"templates/pod.yaml": _pod("etcd", "{{ .Values.image }}")}, values)


def _examples(text: str) -> Package:
    begin, behind = CSV.index("      [\n"), CSV.index("    architecture:")
    return _of(operator_package(csv=CSV[:begin] + f"      {text}\n" + CSV[behind:]))


def _csv_with(more: str) -> Package:
    return _of(operator_package(csv=CSV + more))


def _of(example: Example) -> Package:
    return "demo.zip", zip_of(
        *((name, text.encode()) for name, text in example.files.items()),
        method=zipfile.ZIP_STORED,
    )


def _configuration(text: str) -> Package:
    begin = OSC_CSD.index("  versionDefinition:")
    return _of(
        osc_package(csd=OSC_CSD[:begin] + f"  defaultConfiguration: '{text}'\n" + OSC_CSD[begin:])
    )


def _mapping(count: int) -> Package:
    entries = "".join(
        f"  - {{name: n{n}, image: docker.io/a/b{n}, path: .image}}\n" for n in range(count)
    )
    return service({"images/mapping.yaml": "helm:\n" + entries})


def _deploys(count: int) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d{{ $i }}}\nspec:\n"
        "  replicas: many\n  colour: red\n  selector: {matchLabels: {app: x}}\n"
        "  template:\n    metadata: {labels: {app: y}}\n    spec:\n      strange: yes\n"
        "      containers: [{name: c, image: '" + "docker.io/a/b{{ $i }}:1" + "'}]\n"
    ) * count


SLOW: Mapping[str, Callable[[], Package]] = {
    "1,500 pods of a range": lambda: _pods(1_500),
    "3,000 pods of a range": lambda: _pods(3_000),
    "20,000 pods of a range": lambda: _pods(20_000),
    "20,000 pods of one image": lambda: _ranged(20_000, _pod(f"p{_NUMBERED}", "docker.io/a/b:1")),
    "20,000 pods of one value": lambda: _ranged(20_000, _pod("p", "{{ $.Values.image }}")),
    "10,000 pods written out": lambda: _written_pods(10_000),
    "5,000 values that are images": lambda: _image_values(5_000),
    "3,000 images of three values": lambda: _split_values(3_000),
    "a List of 20,000 pods": lambda: chart(
        {
            "templates/many.yaml": "apiVersion: v1\nkind: List\nitems:\n"
            "{{ range $i := until 20000 }}"
            "- {apiVersion: v1, kind: Pod, metadata: {name: 'p{{ $i }}'}, spec: {containers:"
            " [{name: c, image: 'docker.io/a/b{{ $i }}:1'}]}}\n{{ end }}"
        }
    ),
    "a pod of 50,000 containers": lambda: chart(
        {
            "templates/many.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
            "  containers:\n{{ range $i := until 50000 }}"
            "  - {name: 'c{{ $i }}', image: 'docker.io/a/b{{ $i }}:1'}\n{{ end }}"
        }
    ),
    "1,000 feature switches": lambda: _switches(1_000),
    "1,500 sub-charts": lambda: _subcharts(1_500),
    "5,000 templates": lambda: _templates(5_000),
    "5,000 broken YAML files": lambda: _broken_files(5_000),
    "5,000 wrong Deployments": lambda: _ranged(5_000, _deploys(1)),
    "values of 990,000 numbers": lambda: _values("a: [" + "0," * 989_000 + "0]\n"),
    "values of 320,000 numbers": lambda: _values("a: [" + "0," * 320_000 + "0]\n"),
    "values of 400,000 keys": lambda: _values("".join(f"k{n}: 1\n" for n in range(400_000))),
    "values of 160,000 keys": lambda: _values("".join(f"k{n}: 1\n" for n in range(160_000))),
    "values with 160,000 keys twice": lambda: _values("k: 1\n" * 160_000),
    "values nested 190 deep, 1,700 times": lambda: _values(
        "".join(f"k{n}: {'[' * 190}{']' * 190}\n" for n in range(1_700))
    ),
    "values nested 100,000 deep": lambda: _values("a: " + "[" * 100_000 + "]" * 100_000 + "\n"),
    "values of a line of 5 MB": lambda: _values("a: " + "x" * 5_000_000 + "\n"),
    "values with 100,000 aliases": lambda: _values("a: &a 1\nb: [" + "*a, " * 100_000 + "*a]\n"),
    "values with 5,000 merge keys": lambda: _values(
        "a0: &a0 {k: 1}\n"
        + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 700))
    ),
    "1,000,000 documents of a template": lambda: chart(
        {"templates/many.yaml": "{{ range until 1000000 }}---\n{{ end }}"}
    ),
    "1,000,000 documents in values": lambda: _values("---\n" * 1_000_000),
    "200,000 small documents": lambda: _ranged(200_000, "a: 1\n"),
    "20,000 resources of one name": lambda: _ranged(
        20_000, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    ),
    "a ConfigMap with 100,000 image lines": lambda: _texts(100_000, "image: docker.io/a/b:1"),
    "a ConfigMap with 60,000 reported nodes": lambda: _texts(
        60_000, '- names: ["docker.io/a/b@sha256:' + "0" * 64 + '"]'
    ),
    "a ConfigMap of a line of 4 MB": lambda: _texts(1, "docker.io/a/b:1 " * 250_000),
    "a template of 4 MB of braces": lambda: _template_of("{" * 4_000_000),
    "a template of 1,000,000 actions": lambda: _template_of("{{ 1 }}" * 600_000),
    "a template of 500,000 values": lambda: _template_of("{{ .Values.image }}" * 200_000),
    "a file of 4 MB of letters": lambda: _file_of("a" * 4_000_000),
    "a file of 4 MB of slashes": lambda: _file_of("/" * 4_000_000),
    "a file of 4 MB of colons": lambda: _file_of(":a" * 2_000_000),
    "a file of 4 MB of dots": lambda: _file_of("a." * 2_000_000),
    "a file of 300,000 images": lambda: _file_of("image: docker.io/a/b:1\n" * 200_000),
    "a file of 1,000,000 headings": lambda: _file_of("# a\n" * 1_000_000),
    "alm-examples of 1,000,000 lists": lambda: _examples("[" + "[]," * 1_000_000 + "[]]"),
    "alm-examples of 300,000 objects": lambda: _examples("[" + '{"a":1},' * 300_000 + "{}]"),
    "alm-examples nested 100,000 deep": lambda: _examples("[" * 100_000 + "]" * 100_000),
    "alm-examples of a string of 4 MB": lambda: _examples(json.dumps(["x" * 4_000_000])),
    "alm-examples with 4 MB of blanks": lambda: _examples("[" + " " * 4_000_000 + "]"),
    "alm-examples of 20,000 images": lambda: _examples(
        json.dumps(
            [{"kind": "Demo", "spec": {"image": f"quay.io/a/b{n}:1"}} for n in range(20_000)]
        )
    ),
    "a CSV with 50,000 related images": lambda: _csv_with(
        "  relatedImages:\n"
        + "".join(f"    - {{name: n{n}, image: quay.io/a/b{n}:1}}\n" for n in range(50_000))
    ),
    "a configuration of 1,000,000 lists": lambda: _configuration("[" + "[]," * 1_000_000 + "[]]"),
    "metadata with 200,000 categories": lambda: _of(
        osc_package(metadata=OSC_METADATA.replace("  - Database\n", "  - Database\n" * 200_000))
    ),
    "a readme of 1,000,000 headings": lambda: _of(osc_package(readme="# a\n" * 1_000_000)),
    "an OSC chart of 5,000 wrong files": lambda: _of(
        osc_chart_package(more={f"raw/files/x{n}.yaml": "a: [1\n" for n in range(5_000)})
    ),
    "a mapping of 50,000 entries": lambda: _mapping(50_000),
    "5,000 image archives that are none": lambda: service(
        {f"images/a{n}.tar": b"x" for n in range(5_000)}
    ),
    "9,000 names of 200 letters": lambda: service(
        {f"docs/{'x' * 200}{n}.md": b"x" for n in range(9_000)}
    ),
}
