"""What a package ships against what it needs: which archive is whose, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.pipeline.core.messages import _
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.facts.image_coverage import ImageCoverage
from reviews.pipeline.facts.supply import NeededImage, Supply, SupplyState, pull_commands
from reviews.pipeline.image_archives import ArchiveForm, Flaw, ImageArchive, ShippedImage
from reviews.pipeline.image_archives.commands import file_name, pull_and_save
from reviews.pipeline.image_archives.names import architecture_in, label, stem
from reviews.pipeline.mapping.entries import ImageMapping, parse_mapping
from reviews.pipeline.mapping.proposal import ProposedMapping, WantedEntry
from reviews.pipeline.tracing.model import ImageSource, ImageStatus, SourceRole

OURS = "swr.example.com/osc"
ETCD = "docker.io/bitnami/etcd:3"
FILE = "demo/images/mapping.yaml"
DIGEST = "sha256:" + "ab" * 32
SHIPPED, MISSING = SupplyState.SHIPPED, SupplyState.MISSING
UNREADABLE, WRONG = SupplyState.UNREADABLE, SupplyState.WRONG_ARCHITECTURE


def needed(original: str = ETCD, path: str | None = "image", **more: object) -> NeededImage:
    """An image that the value at ``path`` decides."""
    name = original.partition("@")[0].rpartition("/")[2]
    image = NeededImage(
        original,
        f"{OURS}/{name}",
        ImageStatus.REDIRECTED,
        ()
        if path is None
        else (ImageSource("demo/values.yaml", path, 2, 3, SourceRole.REFERENCE),),
        (),
    )
    return replace(image, **more)  # type: ignore[arg-type]


def archive(name: str, *references: str, go: str = "amd64", **more: object) -> ImageArchive:
    """An archive with one image for each architecture in ``go``."""
    images = tuple(
        ShippedImage(references, "linux", each, "", f"sha256:{name}{each}", None, ())
        for each in go.split()
    )
    found = ImageArchive(
        name, f"demo/images/{name}", 10, "00" * 32, ArchiveForm.DOCKER, images=images
    )
    return replace(found, **more)  # type: ignore[arg-type]


def flawed(name: str, *references: str) -> ImageArchive:
    return archive(
        name, *references, go="amd64" if references else "", flaw=Flaw.CUT_OFF, words=_("It ends.")
    )


def mapping(text: str) -> ImageMapping:
    return parse_mapping(text.encode(), FILE, Limits())


def entry(original: str = ETCD, path: str = "image") -> WantedEntry:
    name, _colon, tag = original.rpartition("/")[2].partition(":")
    return WantedEntry((original,), name, tag, {"fullAddress": path})


def found(coverage: ImageCoverage) -> list[tuple[str, SupplyState, str | None]]:
    return [(each.architecture, each.state, each.archive) for each in coverage.supplies]


LED_TO = {
    "the name that is pulled": (ETCD, "docker.io/bitnami/etcd:3", False),
    "the same name, written shortly": (ETCD, "bitnami/etcd:3", False),
    "the name of the target": (ETCD, f"{OURS}/etcd:3", False),
    "a mirror": (ETCD, "mirror.example.com/bitnami/etcd:3", True),
    "a name that a partner gave": (ETCD, "hub.partner.example/store/etcd:3", True),
    "a bare name": (ETCD, "etcd:3", True),
    "an image without a tag": ("nginx", "docker.io/library/nginx:latest", False),
    "an image that was moved already": (f"{OURS}/etcd:3", "quay.io/coreos/etcd:3", True),
    "a tag beside a digest": (f"{ETCD}@{DIGEST}", "bitnami/etcd:3", False),
}


@pytest.mark.parametrize(("original", "reference", "likely"), LED_TO.values(), ids=LED_TO.keys())
def test_an_archive_is_found_by_what_it_calls_its_image(
    original: str, reference: str, likely: bool
) -> None:
    coverage = ImageCoverage((needed(original),), (), (archive("a.tar", reference),))

    assert coverage.supplies == (Supply(original, "x86_64", SHIPPED, "a.tar", is_likely=likely),)


NOT_LED_TO = {
    "another tag": "docker.io/bitnami/etcd:4",
    "another image of the same last name": "quay.io/coreos/etcd:3",
    "another image": "redis:7",
}


@pytest.mark.parametrize("reference", NOT_LED_TO.values(), ids=NOT_LED_TO.keys())
def test_an_archive_of_another_image_is_none(reference: str) -> None:
    coverage = ImageCoverage((needed(),), (), (archive("etcd-3-x86_64.tar", reference),))

    assert found(coverage) == [("x86_64", MISSING, None)]


@pytest.mark.parametrize("name", ["etcd-3-x86_64.tar", "etcd_3.tar", "etcd-x86_64.tar"])
def test_an_archive_that_names_nothing_is_found_by_its_file_name(name: str) -> None:
    assert found(ImageCoverage((needed(),), (), (archive(name),))) == [("x86_64", SHIPPED, name)]


def test_an_image_by_digest_is_found_by_its_manifest() -> None:
    image = archive("a.tar").images or ()
    shipped = archive("a.tar", images=tuple(replace(each, manifest=DIGEST) for each in image))

    assert found(ImageCoverage((needed(f"quay.io/a/b@{DIGEST}"),), (), (shipped,))) == [
        ("x86_64", SHIPPED, "a.tar")
    ]


def test_the_mapping_has_the_first_word() -> None:
    own = mapping(
        "instance:\n- image: etcd\n  tag: '3'\n  address: {fullAddress: image}\n"
        "  package: {x86_64: mine.tar}\n"
    )
    archives = (archive("etcd-3-x86_64.tar", ETCD), archive("mine.tar", "other:1"))

    assert ImageCoverage((needed(),), (), archives, mapping=own).archives_of(ETCD) == {
        "x86_64": "mine.tar"
    }


def test_each_declared_architecture_is_answered() -> None:
    archives = (archive("etcd-x86_64.tar", ETCD),)
    coverage = ImageCoverage((needed(),), (), archives, promised=("x86_64", "aarch64"))

    assert found(coverage) == [("x86_64", SHIPPED, "etcd-x86_64.tar"), ("aarch64", MISSING, None)]


def test_an_architecture_that_is_not_declared_is_reported_where_it_is_shipped() -> None:
    coverage = ImageCoverage((needed(),), (), (archive("a.tar", ETCD, go="amd64 arm64"),))

    assert coverage.supplies == (
        Supply(ETCD, "x86_64", SHIPPED, "a.tar"),
        Supply(ETCD, "aarch64", SHIPPED, "a.tar", is_declared=False),
    )


def test_a_flawed_archive_is_not_missing() -> None:
    by_name = ImageCoverage((needed(),), (), (flawed("etcd-3-x86_64.tar"),))
    by_content = ImageCoverage((needed(),), (), (flawed("a.tar", ETCD),))

    assert found(by_name) == [("x86_64", UNREADABLE, "etcd-3-x86_64.tar")]
    assert found(by_content)[:1] == [("x86_64", UNREADABLE, "a.tar")]


def test_an_archive_under_the_name_of_another_architecture_is_the_wrong_one() -> None:
    archives = (
        archive("etcd-3-x86_64.tar", ETCD),
        archive("etcd-3-aarch64.tar", ETCD, go="amd64"),
    )
    coverage = ImageCoverage((needed(),), (), archives, promised=("x86_64", "aarch64"))

    assert found(coverage) == [
        ("x86_64", SHIPPED, "etcd-3-x86_64.tar"),
        ("aarch64", WRONG, "etcd-3-aarch64.tar"),
    ]


def test_what_nobody_ships_on_purpose_needs_no_archive() -> None:
    images = (
        needed("a:1", status=ImageStatus.EXTERNAL),
        needed("b:1", status=ImageStatus.HARDCODED),
        needed("not an image", status=ImageStatus.UNVERIFIED),
        needed("c:1", status=ImageStatus.UNVERIFIED),
    )

    assert [each.original for each in ImageCoverage(images, (), ()).pulled] == ["c:1"]


def test_what_is_missing_is_reported_once_however_it_is_written() -> None:
    images = (needed("nginx:1"), needed("docker.io/library/nginx:1"), needed("redis:7"))
    coverage = ImageCoverage(images, (), (archive("redis.tar", "redis:7"),))

    assert [each.original for each in coverage.missing] == ["nginx:1"]


def test_an_image_that_has_one_architecture_lacks_the_other() -> None:
    images = (needed(), needed("redis:7"))
    coverage = ImageCoverage(
        images, (), (archive("etcd.tar", ETCD),), promised=("x86_64", "aarch64")
    )

    assert coverage.partly_missing("aarch64") == (images[0],)
    assert (coverage.ships("x86_64"), coverage.ships("aarch64")) == (True, False)


def test_the_lines_are_ready_to_copy() -> None:
    images = (needed("quay.io/coreos/etcd:3"), needed("redis:7"))
    coverage = ImageCoverage(
        images, (), (archive("redis.tar", "redis:7"),), promised=("x86_64", "aarch64")
    )

    assert pull_commands(coverage.supplies, "x86_64") == (
        (
            "docker pull --platform linux/amd64 quay.io/coreos/etcd:3"
            " && docker save -o etcd-3-x86_64.tar quay.io/coreos/etcd:3"
        ),
    )
    assert pull_commands(coverage.supplies, "aarch64") == (
        (
            "docker pull --platform linux/arm64 quay.io/coreos/etcd:3"
            " && docker save -o etcd-3-aarch64.tar quay.io/coreos/etcd:3"
        ),
        "docker pull --platform linux/arm64 redis:7 && docker save -o redis-7-aarch64.tar redis:7",
    )


LINES = {
    "no tag": ("nginx", "nginx", "nginx-latest-x86_64.tar"),
    "tag and digest": (f"a/b:1@{DIGEST}", "a/b:1", "b-1-x86_64.tar"),
    "digest": (f"a/b@{DIGEST}", f"a/b@{DIGEST}", "b-abababababab-x86_64.tar"),
    "a port": ("h.example:5000/b:1", "h.example:5000/b:1", "b-1-x86_64.tar"),
    "no reference": ("a; rm -rf /", "'a; rm -rf /'", "a-rm-rf-x86_64.tar"),
}


@pytest.mark.parametrize(("original", "name", "file"), LINES.values(), ids=LINES.keys())
def test_a_line_names_what_is_pulled_and_quotes_it(original: str, name: str, file: str) -> None:
    assert file_name(original, "x86_64") == file
    assert pull_and_save(original, "x86_64") == (
        f"docker pull --platform linux/amd64 {name} && docker save -o {file} {name}"
    )


NAMES = {
    "etcd-3.5.0-x86_64.tar": ("etcd-3.5.0-x86_64", "x86_64", "etcd-3-5-0"),
    "test-x86_64-2.0.1.tar": ("test-x86_64-2.0.1", "x86_64", "test-2-0-1"),
    "etcd_AARCH64.tar.gz": ("etcd_AARCH64", "aarch64", "etcd"),
    "etcd-arm64.tgz": ("etcd-arm64", "aarch64", "etcd"),
    "amd64.tar": ("amd64", "x86_64", ""),
    "charm64-3.tar": ("charm64-3", None, "charm64-3"),
    "etcd-3": ("etcd-3", None, "etcd-3"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_says_this(name: str) -> None:
    assert (stem(name), architecture_in(name), label(name)) == NAMES[name]


def test_a_mapping_is_proposed_with_the_archives_that_are_there() -> None:
    images = (needed(), needed("redis:7", "redis"), needed("lost:1", "lost"))
    wanted = (entry(), entry("redis:7", "redis"), entry("lost:1", "lost"))
    archives = (
        archive("etcd-x86_64.tar", ETCD),
        archive("etcd-aarch64.tar", ETCD, go="arm64"),
        archive("redis-x86_64.tar", "redis:7"),
    )
    coverage = ImageCoverage(images, wanted, archives, promised=("x86_64", "aarch64"), file=FILE)

    assert coverage.proposal == ProposedMapping(
        FILE,
        is_new=True,
        entries=(
            replace(
                wanted[0], package={"x86_64": "etcd-x86_64.tar", "aarch64": "etcd-aarch64.tar"}
            ),
            replace(wanted[1], package={"x86_64": "redis-x86_64.tar"}),
        ),
    )
    assert coverage.unproposed == ()


def test_an_architecture_that_is_not_promised_stays_out_of_the_mapping() -> None:
    archives = (archive("a.tar", ETCD), archive("b.tar", ETCD, go="arm64"))
    coverage = ImageCoverage((needed(),), (entry(),), archives, promised=("x86_64",), file=FILE)

    assert [dict(each.package) for each in coverage.entries] == [{"x86_64": "a.tar"}]


def test_where_nothing_is_promised_every_architecture_that_is_shipped_is_mapped() -> None:
    archives = (archive("a.tar", ETCD), archive("b.tar", ETCD, go="arm64"))
    coverage = ImageCoverage((needed(),), (entry(),), archives, file=FILE)

    assert [dict(each.package) for each in coverage.entries] == [
        {"x86_64": "a.tar", "aarch64": "b.tar"}
    ]
    assert coverage.declared == ("x86_64",)


UNNAMEABLE = {
    "two images": (
        (needed(), needed("redis:7", "redis")),
        (entry(), entry("redis:7", "redis")),
        archive("all.tar", ETCD, "redis:7"),
    ),
    "two architectures": ((needed(),), (entry(),), archive("all.tar", ETCD, go="amd64 arm64")),
    "a folder": (
        (needed(),),
        (entry(),),
        archive("all.tar", ETCD, address="demo/images/x86_64/all.tar"),
    ),
}


@pytest.mark.parametrize(
    ("images", "wanted", "shipped"), UNNAMEABLE.values(), ids=UNNAMEABLE.keys()
)
def test_an_archive_that_a_mapping_cannot_name_is_reported(
    images: tuple[NeededImage, ...], wanted: tuple[WantedEntry, ...], shipped: ImageArchive
) -> None:
    coverage = ImageCoverage(images, wanted, (shipped,), promised=("x86_64", "aarch64"), file=FILE)

    assert coverage.proposal is None
    assert [(image, str(words)) for image, words in coverage.unproposed] == [
        (
            image,
            (
                "its archive all.tar holds several images or architectures or is in a folder, or"
                " another entry writes to its values"
            ),
        )
        for image in images
    ]


REASONS = {
    f"quay.io/a/b@{DIGEST}": ("image", "it is named by its digest alone, and an entry needs a tag"),
    "a:1": (
        "images[0]",
        (
            "the guide does not say how a mapping names images[0], which is in a list or has a dot"
            " in a key"
        ),
    ),
    "b:1": (
        "image.name",
        (
            "no keys of a mapping write what image.name must hold. Let one value hold the whole"
            " address, or one the registry, one “organization/name” and one the tag"
        ),
    ),
}


@pytest.mark.parametrize("original", REASONS)
def test_the_reason_is_reported_why_there_is_no_entry(original: str) -> None:
    path, words = REASONS[original]
    shipped = archive("a.tar", "a:1", "b:1")
    shipped = replace(shipped, images=tuple(replace(e, manifest=DIGEST) for e in shipped.images))
    coverage = ImageCoverage((needed(original, path),), (), (shipped,), file=FILE)

    assert [str(reason) for _image, reason in coverage.unproposed] == [words]


OWN = (
    "instance:\n- image: etcd\n  tag: '3'\n"
    "  address: {endpoint: registry, repository: etcd.repository}\n"
    "  package: {x86_64: etcd.tar}\n"
)


def redis(**address: str) -> ImageCoverage:
    """A package whose mapping speaks of etcd alone, and whose redis has ``address``."""
    paths = tuple(
        ImageSource("demo/values.yaml", path, 1, 1, SourceRole.REPOSITORY)
        for path in address.values()
    )
    return ImageCoverage(
        (needed(ETCD, "etcd.repository"), replace(needed("redis:7"), sources=paths)),
        (
            WantedEntry((ETCD,), "etcd", "3", {"repository": "etcd.repository"}),
            WantedEntry(("redis:7",), "redis", "7", address),
        ),
        (archive("etcd.tar", ETCD), archive("redis.tar", "redis:7")),
        mapping=mapping(OWN),
        file=FILE,
    )


def test_the_mapping_that_is_there_is_completed() -> None:
    coverage = redis(fullAddress="redis.image")
    proposal = coverage.proposal
    edit = proposal.edit() if proposal is not None else None

    assert [each.original for each in coverage.unmapped] == ["redis:7"]
    assert edit is not None
    assert (edit.start, edit.before, edit.after) == (
        len(OWN),
        "",
        (
            '- image: redis\n  tag: "7"\n  address:\n    fullAddress: redis.image\n'
            "  package:\n    x86_64: redis.tar\n"
        ),
    )


def test_what_the_mapping_writes_likewise_is_written_again() -> None:
    coverage = redis(endpoint="registry", repository="redis.repository")

    assert [dict(each.address) for each in coverage.entries] == [
        {"endpoint": "registry", "repository": "redis.repository"}
    ]


def test_what_the_mapping_writes_otherwise_is_left_to_people() -> None:
    coverage = redis(prefixAddress="registry", repo="redis.name")

    assert (coverage.entries, coverage.proposal) == ((), None)


def test_an_image_whose_entry_moves_nothing_is_reported_by_another_rule() -> None:
    own = mapping(OWN.replace("etcd.repository", "nowhere").replace("registry", "neither"))
    coverage = ImageCoverage((needed(ETCD, "image"),), (entry(),), (), mapping=own, file=FILE)

    assert coverage.unmapped == ()


def test_where_no_file_may_be_proposed_none_is() -> None:
    coverage = ImageCoverage((needed(),), (entry(),), (archive("etcd.tar", ETCD),))

    assert coverage.proposal is None


def test_a_mapping_in_brackets_says_why_it_is_not_completed() -> None:
    coverage = replace(
        redis(fullAddress="redis.image"), mapping=mapping("instance: [{image: etcd}]")
    )

    assert (coverage.proposal, str(coverage.obstacle)) == (
        None,
        "“instance” is not written as a list of lines that begin with a dash.",
    )
