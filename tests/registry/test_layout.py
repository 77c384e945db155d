"""An image layout on disk: many write at once, and what it gives is checked."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from reviews.registry import LayoutTarget, PublishError, WrongContent, read_back
from reviews.registry.layout import NAME, Layout
from reviews.registry.media_types import OCI_INDEX
from reviews.registry.patience import Patience
from reviews.registry.store import StoredManifest

from .publications import Publication
from .small_images import small_plan

_THREADS, _TAGS = 8, 12


def test_no_name_is_lost_when_many_are_given_at_once(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "layout")
    together = threading.Barrier(_THREADS)

    def work(number: int) -> None:
        layout = Layout(target, Patience())
        together.wait()
        for tag in range(_TAGS):
            manifest = StoredManifest(OCI_INDEX, json.dumps({"manifests": [], "n": tag}).encode())
            layout.put_manifest(f"swr.example.com/osc/image{number}", str(tag), manifest)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    entries = json.loads((target.root / "index.json").read_bytes())["manifests"]
    names = {entry["annotations"][NAME] for entry in entries}
    assert len(entries) == _THREADS * _TAGS
    assert names == {
        f"swr.example.com/osc/image{number}:{tag}"
        for number in range(_THREADS)
        for tag in range(_TAGS)
    }


def test_a_damaged_manifest_is_not_believed(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "layout")
    plan = small_plan(tmp_path, "swr.example.com/osc/web:1.0")
    (published,) = Publication().run(plan, target)
    (target.root / "blobs" / "sha256" / published.digest[7:]).write_bytes(b"{}")

    with pytest.raises(WrongContent):
        read_back(target, plan.images)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"manifests": 1}', "no JSON"])
def test_an_index_that_cannot_be_read_is_said(tmp_path: Path, content: str) -> None:
    target = LayoutTarget(tmp_path / "layout")
    plan = small_plan(tmp_path, "swr.example.com/osc/web:1.0")
    Publication().run(plan, target)
    (target.root / "index.json").write_text(content)

    with pytest.raises(PublishError) as error:
        read_back(target, plan.images)

    assert "index.json of the image layout" in str(error.value)
