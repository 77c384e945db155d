"""Before the approval it is known what would stop the publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline import ImageArchive
from reviews.pipeline.image_archives.model import Layer, ShippedImage
from reviews.registry import Compression, LayoutTarget, PlannedImage, Target, foresee
from reviews.registry.layout import Layout
from reviews.registry.media_types import Descriptor, artifact_manifest
from reviews.registry.patience import Patience

from .publications import Publication
from .scripted_registry import ScriptedRegistry, serving
from .small_images import layer, small_image, small_plan

_ADDRESS = "demo/images/web.tar"
_UNLESS_PACKED = (
    "takes 2.0 MiB. Publishing stops there unless gzip makes it small enough: split the layer."
)


@pytest.fixture
def registry() -> Iterator[ScriptedRegistry]:
    with serving() as running:
        yield running


def _image(registry: str, config: str = "sha256:1", architecture: str = "x86_64") -> PlannedImage:
    return PlannedImage(f"{registry}/osc/web:1.0", architecture, _ADDRESS, config)


def _archive(*sizes: int) -> ImageArchive:
    """An archive of which one image, that of ``_image``, has layers of these sizes."""
    shipped = ShippedImage(
        ("web:1.0",),
        "linux",
        "amd64",
        "",
        "sha256:1",
        None,
        tuple(Layer(f"sha256:{size}", size) for size in sizes),
    )
    other = replace(shipped, config="sha256:2", layers=(Layer("sha256:0", 1 << 40),))
    return ImageArchive("web.tar", _ADDRESS, 1, "", images=(shipped, other))


def _words(target: Target | LayoutTarget, *images: PlannedImage) -> list[str]:
    archives = [_archive(100, 3 << 20)]
    return [str(each.words) for each in foresee(target, images, archives)]


def test_what_can_be_published_has_no_obstacle_and_nothing_is_sent(
    registry: ScriptedRegistry,
) -> None:
    target = Target(registry.address, layer_limit=3 << 20, name_pattern="osc/*")

    assert _words(target, _image(registry.registry)) == []
    assert registry.manifests == {}


def test_a_name_that_the_target_does_not_take_is_foreseen(registry: ScriptedRegistry) -> None:
    target = Target(registry.address, name_pattern="*/*/*")

    (words,) = _words(target, _image(registry.registry))

    assert words.startswith("The target takes names like “*/*/*” only, and")
    assert registry.noted == []


@pytest.mark.parametrize(
    ("compression", "end"),
    [
        (Compression.NONE, "takes 2.0 MiB. Publishing stops there: split the layer."),
        (
            Compression.GZIP,
            _UNLESS_PACKED,
        ),
    ],
)
def test_a_layer_that_the_target_does_not_take_is_foreseen(
    registry: ScriptedRegistry, compression: Compression, end: str
) -> None:
    target = Target(registry.address, layer_limit=2 << 20, compression=compression)

    (words,) = _words(target, _image(registry.registry))

    assert words == f"web.tar has a layer of 3.0 MiB, and the target {end}"


def test_a_tag_with_another_image_is_foreseen(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "layout")
    Publication().run(small_plan(tmp_path, "swr.example.com/osc/web:1.0"), target)

    same = small_image([layer("one", 100_000), layer("two")]).config
    of_same = _words(target, _image("swr.example.com", same))
    of_another_architecture = _words(target, _image("swr.example.com", architecture="aarch64"))
    (of_other,) = _words(target, _image("swr.example.com"))

    assert (of_same, of_another_architecture) == ([], [])
    assert of_other == (
        "swr.example.com/osc/web:1.0 is there already with another image for x86_64, which is never"
        " overwritten: publishing stops there. Give the package another tag, or have the one in the"
        " registry removed."
    )


def test_a_tag_that_is_no_image_is_foreseen(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "layout")
    layout = Layout(target, Patience())
    config = Descriptor("application/vnd.example.config", layout.put_blob("", b"{}"), 2)
    manifest = artifact_manifest(config, [])
    layout.put_manifest("swr.example.com/osc/web", "1.0", manifest)

    (words,) = _words(target, _image("swr.example.com"))

    assert "is there already, and is no image: publishing stops there." in words


def test_two_images_at_one_address_are_foreseen(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "layout")
    other = replace(_image("swr.example.com", "sha256:2"), archive="demo/images/other.tar")

    (words,) = _words(target, _image("swr.example.com"), other)

    assert words.startswith("The package has two images for “swr.example.com/osc/web:1.0”")


def test_what_is_not_shipped_or_comes_from_elsewhere_is_no_obstacle(
    registry: ScriptedRegistry,
) -> None:
    target = Target(registry.address, name_pattern="*/*/*")
    image = _image(registry.registry)

    assert _words(target, replace(image, archive=None), replace(image, is_asked=False)) == []
