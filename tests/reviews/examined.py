"""What was examined and released once in a run of the tests, is not examined again.

The pipeline knows no clock, no network and no records: what it says depends on its arguments and
on the content of the package alone. Hundreds of tests begin with the same few packages, and what
they test begins after that. The first of them has the package really examined, in the process
and under the limits as always; the others get that report. Tests of the jobs themselves, and all
that start processes of their own, examine each time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reviews import pipeline
from reviews.pipeline import (
    Released,
    RenderedChanges,
    Report,
    dump_rendered,
    dump_report,
    load_rendered,
    load_report,
)
from reviews.pipeline.archive.writing import Written
from reviews.pipeline.checks.registry import RULES_VERSION


@dataclass(frozen=True)
class Examined:
    """An examination as far as the job of the analysis looks at it."""

    report: Report
    rendered: RenderedChanges | None


@dataclass(frozen=True)
class Remembered:
    """Reports and releases in ``folder``, which all processes of a run share."""

    folder: Path
    really_examine: Callable[..., Any] = pipeline.examine
    really_release: Callable[..., Released] = pipeline.release

    def examine(
        self, path: Path, policy: Any, *, progress: Callable[[str], None], **given: Any
    ) -> Examined:
        """As ``pipeline.examine``."""
        known = self._place("examined", path, policy, given)
        if not known.exists():
            done = self.really_examine(path, policy, progress=progress, **given)
            rendered = None if done.rendered is None else dump_rendered(done.rendered)
            self._write(known, json.dumps([dump_report(done.report), rendered]).encode())
            return Examined(done.report, done.rendered)
        kept, rendered = json.loads(known.read_bytes())
        report = load_report(kept)
        for stage in report.timings:
            if stage != "total":
                progress(stage)
        return Examined(report, None if rendered is None else load_rendered(rendered))

    def release(
        self, path: Path, edits: Any, policy: Any, destination: Path, **given: Any
    ) -> Released:
        """As ``pipeline.release``."""
        known = self._place("released", path, policy, {"edits": edits, **given})
        archive = known.with_suffix(".archive")
        if not known.exists():
            released = self.really_release(path, edits, policy, destination, **given)
            self._write(archive, destination.read_bytes())
            self._write(known, json.dumps(asdict(released)).encode())
            return released
        shutil.copyfile(archive, destination)
        found: Mapping[str, Any] = json.loads(known.read_bytes())
        return Released(**{**found, "written": Written(**found["written"])})

    def _place(self, deed: str, path: Path, policy: Any, given: Mapping[str, Any]) -> Path:
        asked = repr((deed, RULES_VERSION, policy, sorted(given.items())))
        content = hashlib.sha256(path.read_bytes())
        content.update(asked.encode())
        return self.folder / content.hexdigest()

    def _write(self, place: Path, content: bytes) -> None:
        """As a whole: other processes look meanwhile."""
        draft = place.with_name(f"{place.name}-{hashlib.sha256(content).hexdigest()[:16]}")
        draft.write_bytes(content)
        draft.replace(place)
