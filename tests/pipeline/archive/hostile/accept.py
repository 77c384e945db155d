"""Archives that must be taken, odd as some are, and what is then in them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from reviews.pipeline.archive.members import Form

from . import (
    CHART,
    VALUES,
    Forged,
    before_descriptor,
    forge,
    pax,
    record,
    tar_of,
    tgz,
    tgz_of,
    zip64_ended,
    zip_of,
)

LONG = "etcd/" + "/".join(["a-folder-with-a-name"] * 12) + "/values.yaml"


@dataclass(frozen=True)
class Accepted:
    """``members`` as (name, mode, content), the content None for a folder."""

    title: str
    build: Callable[[], bytes]
    form: Form
    members: tuple[tuple[str, int, bytes | None], ...]


class _Pipe(io.BytesIO):
    """Bytes that can only be appended to, as a pipe takes them."""

    def seekable(self) -> bool:
        return False


def _streamed_zip() -> bytes:
    output = _Pipe()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("etcd/Chart.yaml"), CHART)
        archive.writestr(zipfile.ZipInfo("etcd/empty"), b"")
    return output.getvalue()


def _zip64(output: io.BytesIO) -> bytes:
    with (
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(zipfile.ZipInfo("etcd/Chart.yaml"), "w", force_zip64=True) as member,
    ):
        member.write(CHART)
    return output.getvalue()


def _commented_zip() -> bytes:
    output = io.BytesIO(zip_of(("etcd/Chart.yaml", CHART)))
    with zipfile.ZipFile(output, "a") as archive:
        archive.comment = b"made by hand"
    return output.getvalue()


def _gzip_streams() -> bytes:
    tar = tar_of(("etcd/values.yaml", VALUES))
    return b"".join(gzip.compress(part, mtime=0) for part in (tar[:512], b"", tar[512:]))


ACCEPTED = (
    Accepted(
        "a zip with folders, modes and a Chinese name",
        lambda: zip_of(("etcd/", b""), ("etcd/values.yaml", VALUES), ("etcd/说明.md", b"hello")),
        Form.ZIP,
        (
            ("etcd", 0o755, None),
            ("etcd/values.yaml", 0o640, VALUES),
            ("etcd/说明.md", 0o640, b"hello"),
        ),
    ),
    Accepted(
        "the junk of a Mac, which a check reports",
        lambda: zip_of(("__MACOSX/._etcd", b"x"), ("etcd/.DS_Store", b"y")),
        Form.ZIP,
        (("__MACOSX/._etcd", 0o640, b"x"), ("etcd/.DS_Store", 0o640, b"y")),
    ),
    Accepted(
        "a zip from Windows, without Unix modes",
        lambda: forge(
            Forged(b"etcd/", b"", {"external": 0x10, "made_by": 20}),
            Forged(b"etcd/values.yaml", VALUES, {"external": 0x20, "made_by": 20}),
        ),
        Form.ZIP,
        (("etcd", 0o755, None), ("etcd/values.yaml", 0o644, VALUES)),
    ),
    Accepted(
        "a zip in UTF-8 that does not say so, as a Mac's Finder writes it",
        lambda: forge(Forged("etcd/说明.md".encode(), b"hello")),
        Form.ZIP,
        (("etcd/说明.md", 0o644, b"hello"),),
    ),
    Accepted(
        "a zip written to a pipe, sizes behind the content",
        _streamed_zip,
        Form.ZIP,
        (("etcd/Chart.yaml", 0o600, CHART), ("etcd/empty", 0o600, b"")),
    ),
    Accepted(
        "a zip64", lambda: _zip64(io.BytesIO()), Form.ZIP, (("etcd/Chart.yaml", 0o600, CHART),)
    ),
    Accepted(
        "a zip64 written to a pipe",
        lambda: _zip64(_Pipe()),
        Form.ZIP,
        (("etcd/Chart.yaml", 0o600, CHART),),
    ),
    Accepted(
        "a zip64 end record that agrees with the end record",
        lambda: zip64_ended(zip_of(("etcd/Chart.yaml", CHART), ("etcd/values.yaml", VALUES))),
        Form.ZIP,
        (("etcd/Chart.yaml", 0o640, CHART), ("etcd/values.yaml", 0o640, VALUES)),
    ),
    Accepted(
        "a header without sizes, before a data descriptor",
        before_descriptor,
        Form.ZIP,
        (("etcd/a", 0o644, b"content"),),
    ),
    Accepted(
        "a header with some of the sizes, before a data descriptor",
        lambda: before_descriptor(size=7),
        Form.ZIP,
        (("etcd/a", 0o644, b"content"),),
    ),
    Accepted(
        "a zip with a comment", _commented_zip, Form.ZIP, (("etcd/Chart.yaml", 0o640, CHART),)
    ),
    Accepted(
        "a zip that holds another one uncompressed, with an end record of its own",
        lambda: zip_of(("etcd/a.zip", zip_of(("a", b"b"))), method=zipfile.ZIP_STORED),
        Form.ZIP,
        (("etcd/a.zip", 0o640, zip_of(("a", b"b"))),),
    ),
    Accepted("an empty zip", zip_of, Form.ZIP, ()),
    Accepted(
        "a zip whose names begin with a dot",
        lambda: zip_of(("./", b""), ("./etcd/values.yaml", VALUES)),
        Form.ZIP,
        (("etcd/values.yaml", 0o640, VALUES),),
    ),
    Accepted(
        "an all-zero file of 900 KB: a thousandfold, but small",
        lambda: zip_of(("etcd/zeros", bytes(900_000))),
        Form.ZIP,
        (("etcd/zeros", 0o640, bytes(900_000)),),
    ),
    Accepted(
        "a tgz with folders",
        lambda: tgz_of(("etcd/", b""), ("etcd/Chart.yaml", CHART), ("etcd/empty", b"")),
        Form.TGZ,
        (("etcd", 0o755, None), ("etcd/Chart.yaml", 0o640, CHART), ("etcd/empty", 0o640, b"")),
    ),
    Accepted(
        "long and Chinese names in pax headers",
        lambda: tgz_of((LONG, VALUES), ("etcd/说明.md", b"hello")),
        Form.TGZ,
        ((LONG, 0o640, VALUES), ("etcd/说明.md", 0o640, b"hello")),
    ),
    Accepted(
        "long names as GNU tar writes them",
        lambda: gzip.compress(
            tar_of((LONG, VALUES), ("etcd/说明.md", b"hello"), form=tarfile.GNU_FORMAT)
        ),
        Form.TGZ,
        ((LONG, 0o640, VALUES), ("etcd/说明.md", 0o640, b"hello")),
    ),
    Accepted(
        "a name divided by ustar",
        lambda: tgz(record(b"values.yaml", VALUES, prefix=b"etcd/templates")),
        Form.TGZ,
        (("etcd/templates/values.yaml", 0o644, VALUES),),
    ),
    Accepted(
        "a tar of 1979, where a folder is a file with a slash",
        lambda: tgz(
            record(b"etcd/", kind=b"\0", magic=b""), record(b"etcd/a", b"b", b"\0", magic=b"")
        ),
        Form.TGZ,
        (("etcd", 0o644, None), ("etcd/a", 0o644, b"b")),
    ),
    Accepted(
        "a size in binary and one in a pax header",
        lambda: tgz(
            record(b"etcd/a", b"b", size=b"\x80" + bytes(10) + b"\1"),
            record(b"pax", pax(path="etcd/c", size="2"), b"x"),
            record(b"ignored", b"dd", size=b"00000000000\0"),
        ),
        Form.TGZ,
        (("etcd/a", 0o644, b"b"), ("etcd/c", 0o644, b"dd")),
    ),
    Accepted(
        "the commit that git archive notes for all members",
        lambda: tgz(
            record(b"pax_global_header", pax(comment="2c26b46b"), b"g"), record(b"etcd/a", b"b")
        ),
        Form.TGZ,
        (("etcd/a", 0o644, b"b"),),
    ),
    Accepted(
        "a tgz of the current folder",
        lambda: tgz_of(("./", b""), ("./etcd/values.yaml", VALUES)),
        Form.TGZ,
        (("etcd/values.yaml", 0o640, VALUES),),
    ),
    Accepted(
        "two gzip streams that make one tar, as Helm reads them",
        lambda: (
            gzip.compress(tar_of(("etcd/a", b"b"))[:700])
            + gzip.compress(tar_of(("etcd/a", b"b"))[700:])
        ),
        Form.TGZ,
        (("etcd/a", 0o640, b"b"),),
    ),
    Accepted(
        "a tar that ends without its two empty blocks, as Helm takes it",
        lambda: gzip.compress(record(b"etcd/a", b"b")),
        Form.TGZ,
        (("etcd/a", 0o644, b"b"),),
    ),
    Accepted("an empty tgz", tgz, Form.TGZ, ()),
    Accepted(
        "a tar without compression",
        lambda: tar_of(("etcd/a", b"b")),
        Form.TAR,
        (("etcd/a", 0o640, b"b"),),
    ),
    Accepted(
        "a gzip in three streams, the second of them empty",
        _gzip_streams,
        Form.TGZ,
        (("etcd/values.yaml", 0o640, VALUES),),
    ),
)
