"""What is fuzzed: each target takes any bytes, and fails where something breaks that must hold.

Refusals are right answers. Wrong are other exceptions, and what is accepted but read otherwise
than by the readers that come after us.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reviews.gateway.multipart import FormReader, Malformed
from reviews.pipeline.archive.members import Archive, Form
from reviews.pipeline.archive.reading import read_inner
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.image_archives import StoredArchives
from reviews.pipeline.image_archives.reading import read_archives
from reviews.pipeline.manifests.references import ImageReference, NotAReference
from reviews.pipeline.mapping.entries import parse_mapping
from reviews.pipeline.package.layout import read_layout
from reviews.pipeline.yaml.edit import CannotEdit, replace, splice
from reviews.pipeline.yaml.embedded_json import JsonBroken, JsonInYaml
from reviews.pipeline.yaml.source import YamlBroken, YamlSource
from tests.pipeline.archive.hostile import tar_of, tgz_of, zip_of
from tests.pipeline.archive_builders import (
    Image,
    containerd_archive,
    docker_25_members,
    docker_archive,
    oci_archive,
    service_package_with,
    tar,
)

LIMITS = Limits(chart_bytes=1 << 20, chart_file_bytes=1 << 18, members=200)
_FILES = (
    ("etcd/Chart.yaml", b"apiVersion: v2\n"),
    ("etcd/templates/", b""),
    ("etcd/a", b"a" * 600),
)
_SMALL = Image(layers=(b"layer\n" * 9,))


@dataclass(frozen=True)
class Target:
    """``check`` takes any bytes; ``make_seeds`` gives some that are in order."""

    name: str
    check: Callable[[bytes], None]
    make_seeds: Callable[[], Sequence[bytes]]

    @cached_property
    def seeds(self) -> Sequence[bytes]:
        """Where mutations begin."""
        return self.make_seeds()


def _archive(data: bytes) -> Archive | None:
    try:
        return read_inner(data, "", LIMITS)
    except PackageRefused:
        return None


def _check_zip(data: bytes) -> None:
    """What is taken, Python's reader reads alike."""
    archive = _archive(data)
    if archive is None or archive.form is not Form.ZIP:
        return
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        theirs = {
            each.filename.removeprefix("./").rstrip("/"): other.read(each)
            for each in other.infolist()
        }
    ours = {each.name: each.content or b"" for each in archive.members}
    theirs = {name: content for name, content in theirs.items() if name not in {"", "."}}
    _require(ours == theirs, f"{ours.keys()} and {theirs.keys()}")


def _check_tar(data: bytes) -> None:
    """What is taken, Python's reader reads alike."""
    archive = _archive(data)
    if archive is None or archive.form is Form.ZIP:
        return
    theirs = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as other:
        for each in other:
            stream = other.extractfile(each) if each.isreg() else None
            theirs[each.name.removeprefix("./").rstrip("/")] = stream.read() if stream else b""
    ours = {each.name: each.content or b"" for each in archive.members}
    theirs = {name: content for name, content in theirs.items() if name not in {"", "."}}
    _require(ours == theirs, f"{ours.keys()} and {theirs.keys()}")


def _check_layout(data: bytes) -> None:
    """Whatever an upload is, it is opened or refused."""
    archive = _archive(data)
    if archive is not None:
        with suppress(PackageRefused):
            read_layout(archive, LIMITS)


def _check_yaml(data: bytes) -> None:
    """Each value is where it says: to replace it changes it, and no other."""
    try:
        source = YamlSource.parse(data, "values.yaml", LIMITS)
    except YamlBroken:
        return
    for leaf in source.leaves[:20]:
        try:
            edit = replace(source, leaf, "changed")
        except CannotEdit:
            continue
        after = YamlSource.parse(splice(data, [edit]), "values.yaml", LIMITS)
        changed = {leaf.path, *leaf.aliased_by}
        wanted = {
            each.path: "changed" if each.path in changed else each.value for each in source.leaves
        }
        _require(
            {each.path: each.value for each in after.leaves} == wanted or _has_nan(source),
            f"{leaf.path} of {data!r}",
        )


def _has_nan(source: YamlSource) -> bool:
    return any(each.value != each.value for each in source.leaves)


def _check_json(data: bytes) -> None:
    """What is taken is JSON, and each string is where it says."""
    text = data.decode("utf-8", "replace")
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    try:
        source = YamlSource.parse(f"json: |-\n{lines}".encode(), "csv.yaml", LIMITS)
    except YamlBroken:
        return
    leaf = source.leaf_at(("json",))
    if leaf is None or not isinstance(leaf.value, str):
        return
    try:
        found = JsonInYaml.parse(source, leaf)
    except JsonBroken:
        return
    json.loads(leaf.text)
    for each in found.leaves[:20]:
        if isinstance(each.value, str) and each.start is not None:
            after = splice(source.data, [found.replace(each, "changed")])
            again = YamlSource.parse(after, "csv.yaml", LIMITS)
            inner = again.leaf_at(("json",))
            _require(inner is not None, f"{data!r}")
            if inner is not None:
                now = JsonInYaml.parse(again, inner).leaf_at(each.path)
                _require(now is not None, f"{each.path} of {data!r}")


def _check_mapping(data: bytes) -> None:
    with suppress(YamlBroken):
        parse_mapping(data, "images/mapping.yaml", LIMITS)


def _check_reference(data: bytes) -> None:
    """What is taken is written again as it was, and its full form is its own full form."""
    text = data.decode("utf-8", "replace")
    try:
        reference = ImageReference.parse(text)
    except NotAReference:
        return
    _require(str(reference) == text, text)
    full = reference.normal()
    _require(ImageReference.parse(full).normal() == full, text)


def _check_images(data: bytes) -> None:
    """An image archive is read or has a flaw; what is listed can be read again for publishing."""
    with tempfile.TemporaryDirectory() as folder:
        path = service_package_with(Path(folder, "etcd.zip"), {"a.tar": data}, stored=True)
        upload = read_inner(path.read_bytes(), "", Limits())
        package = read_layout(upload, Limits())
        inspection = read_archives(path, package, Limits())
        _require(len(inspection.archives) == 1, "one archive")
        archive = inspection.archives[0]
        if archive.flaw is None:
            with StoredArchives(path, Limits()) as stored:
                listed = stored.images(archive.address)
                for image in listed:
                    for layer in image.layers:
                        size = sum(len(each) for each in stored.content(archive.address, layer))
                        _require(size == layer.size, f"{layer.digest} has {size} bytes")
            configs = {each.config for each in archive.images}
            _require({each.config_digest for each in listed} == configs, f"{configs}")


def _check_form(data: bytes) -> None:
    """A form is read alike in one piece and byte by byte."""
    _require(_form(data, len(data) or 1) == _form(data, 1), f"{data!r}")


def _form(data: bytes, at_once: int) -> list[object] | None:
    reader, found = FormReader(b"b"), list[object]()
    try:
        for begin in range(0, len(data), at_once):
            for each in reader.feed(data[begin : begin + at_once]):
                if isinstance(each, bytes) and found and isinstance(found[-1], bytes):
                    found[-1] += each
                elif each or not isinstance(each, bytes):
                    found.append(each)
        reader.end()
    except Malformed:
        return None
    return found


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise AssertionError(words)


_YAML = (
    b"image: &a {registry: docker.io, 'tag': \"1\"}\nlist:\n- *a\n- ~\n- !!str 1\nblock: |\n  x\n  y\n",
    b"# comment\na: 'it''s'\nb: \"x\\ny\\u00e9\"\nc: >-\n  folded\n  text\n<<: {d: 1}\n? e\n: f\n",
    b"\xef\xbb\xbfa:   1 # one\n\xc3\xa9: [x, {y: z}, ]\n---\nb: 2\n...\n",
)
_JSON = (
    b'[{"kind": "Demo", "spec": {"image": "quay.io/a/b:1", "n": [1, -2.5e3, true, null]}}]',
    b'{"a":"\\u00e9\\n\\"","b":{"c":[]},"\xc3\xa9":"\xf0\x9f\x92\xbe"}',
)
_MAPPING = (
    b"helm:\n- {name: a, image: docker.io/a/b:1, path: .Values.image, arch: [x86_64]}\n",
    b"operator:\n  - name: a\n    containerName: b\nother: []\n",
)
_REFERENCES = (
    b"docker.io/library/nginx:1.25",
    b"localhost:5000/a__b/c-d.e@sha256:" + b"0" * 64,
    b"[::1]:5000/a/b:v1",
)
_FORM = (
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.zip"\r\n\r\nPK\r\n--b--',
)

TARGETS: Mapping[str, Target] = {
    each.name: each
    for each in (
        Target("zip", _check_zip, lambda: [zip_of(*_FILES), zip_of(*_FILES, method=0)]),
        Target(
            "tar",
            _check_tar,
            lambda: [tar_of(*_FILES), tar_of(*_FILES, form=tarfile.GNU_FORMAT), tgz_of(*_FILES)],
        ),
        Target(
            "layout",
            _check_layout,
            lambda: [zip_of(("etcd/package/etcd.tgz", gzip.compress(tar_of(*_FILES), 0)))],
        ),
        Target("yaml", _check_yaml, lambda: _YAML),
        Target("json", _check_json, lambda: _JSON),
        Target("mapping", _check_mapping, lambda: _MAPPING),
        Target("reference", _check_reference, lambda: _REFERENCES),
        Target(
            "images",
            _check_images,
            lambda: [
                oci_archive(_SMALL),
                docker_archive(_SMALL),
                containerd_archive(_SMALL),
                tar(docker_25_members(_SMALL)),
            ],
        ),
        Target("form", _check_form, lambda: _FORM),
    )
}
