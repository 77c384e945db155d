"""Plans over the images of the tests, and publishing with everything that is said noted down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviews.pipeline.core.messages import Message
from reviews.registry import (
    BlobRecords,
    Compression,
    Dialect,
    KnownBlobs,
    LayoutTarget,
    Outcome,
    PlannedChart,
    PlannedImage,
    PublishedImage,
    PublishPlan,
    Target,
    publish,
)

from .docker_registry import DockerRegistry
from .images import Images, MadeImage, write_package
from .scripted_registry import ScriptedRegistry
from .small_images import small_plan

ARCHITECTURES = ("x86_64", "aarch64")


@dataclass
class Publication:
    """Publishes, and notes what came: ``progress`` are bytes done, ``pauses`` seconds."""

    known: KnownBlobs = field(default_factory=BlobRecords)
    progress: list[tuple[int, int]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    should_stop: Callable[[], bool] = lambda: False

    def run(self, plan: PublishPlan, target: Target | LayoutTarget) -> tuple[PublishedImage, ...]:
        return tuple(
            publish(plan, target, self.known, self._note, self.should_stop, wait=self.pauses.append)
        )

    def _note(self, done: int, total: int, sentence: Message) -> None:
        self.progress.append((done, total))
        self.said.append(str(sentence))


def target_of(
    registry: DockerRegistry, dialect: Dialect = Dialect.DOCKER, **more: object
) -> Target:
    compression = Compression.GZIP if dialect is Dialect.DOCKER else Compression.NONE
    settings: dict[str, object] = {"dialect": dialect, "compression": compression, **more}
    return Target(registry.address, **settings)  # type: ignore[arg-type]


def plan_of(
    folder: Path,
    registry: str,
    images: Images,
    names: Sequence[str] = ("web",),
    form: str = "docker",
    charts: tuple[PlannedChart, ...] = (),
    tag: str = "1.0",
) -> PublishPlan:
    """A plan for ``names``, whose archives lie in a package in ``folder``."""
    files: dict[str, Path | bytes] = {}
    planned = []
    for name in names:
        made: Mapping[str, MadeImage] = getattr(images, name)
        for architecture in ARCHITECTURES:
            archive = f"{name}-{tag}-{architecture}.tar"
            files[archive] = getattr(made[architecture], form)
            planned.append(
                PlannedImage(
                    f"{registry}/osc/{name}:{tag}",
                    architecture,
                    archive=f"demo/images/{archive}",
                    config=made[architecture].config,
                    original=f"docker.io/demo/{name}:{tag}",
                )
            )
    package = write_package(folder / f"{'-'.join(names)}-{form}-{tag}.zip", files)
    return PublishPlan(package, tuple(planned), charts)


SCRIPTED_USER, SCRIPTED_PASSWORD = "publisher", "s3cret-Pa55word"


def scripted_target(registry: ScriptedRegistry, *, login: bool = False) -> Target:
    return Target(
        registry.address,
        user=SCRIPTED_USER if login else "",
        password=SCRIPTED_PASSWORD if login else "",
        dialect=Dialect.OCI,
        compression=Compression.NONE,
    )


def publish_one(
    registry: ScriptedRegistry, folder: Path, *, login: bool = False
) -> tuple[list[Outcome], Publication]:
    """Publish one small image, and say what became of it."""
    publication = Publication()
    plan = small_plan(folder, f"{registry.registry}/osc/web:1.0")
    published = publication.run(plan, scripted_target(registry, login=login))
    return [each.outcome for each in published], publication
