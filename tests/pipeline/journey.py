"""Small charts of our own, taken through the whole journey."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.model import Report, ReportedImage

POLICY = Policy(registry="swr.example.com", organization="osc")
CHART = (
    "apiVersion: v2\nname: demo\nversion: 1.0.0\nappVersion: '9.9'\nannotations:\n  source: ISV\n"
)


def tgz(files: Mapping[str, str | bytes]) -> bytes:
    """A gzip-compressed tar of ``files`` by full member name."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def pod(*images: str, name: str = "app") -> str:
    """A template of a Deployment whose containers have these image lines."""
    containers = "".join(
        f"        - name: c{number}\n          image: {image}\n"
        for number, image in enumerate(images)
    )
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n"
        f"  template:\n    spec:\n      containers:\n{containers}"
    )


@dataclass(frozen=True)
class Outcome:
    """What became of one chart: the report, and every file of the rewritten archive."""

    report: Report
    before: dict[str, str]
    after: dict[str, str]

    @property
    def values(self) -> str:
        """The rewritten root values.yaml."""
        return self.after["demo/values.yaml"]

    @property
    def images(self) -> dict[str, tuple[str, str | None]]:
        """Each original image with its status and target."""
        return {image.original: (image.status.value, image.target) for image in self.report.images}

    def image(self, original: str) -> ReportedImage:
        """The one entry of this original."""
        (image,) = [image for image in self.report.images if image.original == original]
        return image

    @property
    def changed_files(self) -> list[str]:
        """The names of the files that differ."""
        return [name for name, text in self.after.items() if self.before.get(name) != text]


def examine_chart(
    tmp_path: Path,
    values: str,
    templates: Mapping[str, str] | str,
    **more: str | bytes,
) -> Outcome:
    """Examine a chart called demo, write it rewritten, read it back.

    ``templates`` maps names below templates/ to text; a plain text is the only one.
    ``more`` gives further files by name.
    """
    named = {"app.yaml": templates} if isinstance(templates, str) else dict(templates)
    files: dict[str, str | bytes] = {"demo/Chart.yaml": CHART, "demo/values.yaml": values}
    files |= {f"demo/templates/{name}": text for name, text in named.items()}
    files |= {f"demo/{name}": text for name, text in more.items()}
    source = tmp_path / "demo-1.0.0.tgz"
    source.write_bytes(tgz(files))
    examination = examine(source, POLICY)
    target = tmp_path / "rewritten.tgz"
    examination.write(target)
    return Outcome(examination.report, texts(source), texts(target))


def texts(path: Path) -> dict[str, str]:
    """Every file of a tgz as text, by name."""
    found = {}
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                found[member.name] = stream.read().decode("utf-8", "replace")
    return found
