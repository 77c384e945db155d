"""Reports made by hand, small enough to compare whole."""

from __future__ import annotations

from dataclasses import replace

from reviews.pipeline.core.findings import Edit, Finding, Place, Severity
from reviews.pipeline.core.messages import _
from reviews.pipeline.facts.model import OtherChange
from reviews.pipeline.facts.supply import Supply, SupplyState
from reviews.pipeline.image_archives import ArchiveForm, Flaw, ImageArchive, Layer, ShippedImage
from reviews.pipeline.mapping.proposal import ProposedMapping, WantedEntry
from reviews.pipeline.package.layout import Kind
from reviews.pipeline.report.model import (
    STAGES,
    ChartFacts,
    Choice,
    ClusterResult,
    ImageUse,
    OriginalLine,
    PackageFacts,
    ProvenBy,
    Remedy,
    RemedyLine,
    Report,
    ReportedImage,
    Rewrite,
    Unreached,
    Verification,
    WithoutSchema,
)
from reviews.pipeline.tracing.model import ImageSource, ImageStatus, SourceRole

CHART = "demo/package/demo-1.0.0.tgz!/demo"
VALUES = f"{CHART}/values.yaml"
JOB = f"{CHART}/templates/job.yaml"

REGISTRY_EDIT = Edit(VALUES, 17, 26, "docker.io", "swr.example.com")
REPOSITORY_EDIT = Edit(VALUES, 41, 53, "bitnami/demo", "osc/demo")

LITERAL = Finding(
    rule="OSC-HELM-008",
    name="literal-image",
    severity=Severity.ERROR,
    title=_("A template names an image itself"),
    message=_("%(image)s stands in the template, where no value reaches it.", image="busybox:1"),
    help=_("Move the image to values.yaml."),
    place=Place(JOB, 12, 18),
    image="busybox:1",
)
REGISTRY = Finding(
    rule="PORTAL-002",
    name="redirect-image",
    severity=Severity.WARNING,
    title=_("An image is pulled from elsewhere"),
    message=_("This registry must be %(registry)s.", registry="swr.example.com"),
    help=_("Approve the change."),
    place=Place(VALUES, 2, 13),
    image="docker.io/bitnami/demo:1.0",
    change_set="demo",
    edit=REGISTRY_EDIT,
)
REPOSITORY = replace(
    REGISTRY,
    message=_("This repository must be %(repository)s.", repository="osc/demo"),
    place=Place(VALUES, 3, 15),
    edit=REPOSITORY_EDIT,
)
LOOSE = Finding(
    rule="OSC-NAME-006",
    name="outer-file-name",
    severity=Severity.INFO,
    title=_("The file has another name"),
    message=_("100%% of such files are called otherwise."),
    help=_("Rename it."),
    place=Place(),
)

REDIRECTED = ReportedImage(
    original="docker.io/bitnami/demo:1.0",
    target="swr.example.com/osc/demo:1.0",
    status=ImageStatus.REDIRECTED,
    sources=(
        ImageSource(VALUES, "image.registry", 2, 13, SourceRole.REGISTRY),
        ImageSource(VALUES, "image.repository", 3, 15, SourceRole.REPOSITORY),
    ),
    used_by=(ImageUse(f"{CHART}/templates/web.yaml", "Deployment", "demo", "web"),),
    shown_by=("web.enabled=true",),
    archives={"x86_64": "demo-1.0-x86_64.tar"},
    supplies=(
        Supply("docker.io/bitnami/demo:1.0", "x86_64", SupplyState.SHIPPED, "demo-1.0-x86_64.tar"),
        Supply("docker.io/bitnami/demo:1.0", "aarch64", SupplyState.MISSING, is_declared=False),
    ),
)
HARDCODED = ReportedImage(
    original="busybox:1",
    target="swr.example.com/osc/busybox:1",
    status=ImageStatus.HARDCODED,
    sources=(ImageSource(JOB, None, 12, 18, SourceRole.REFERENCE),),
    used_by=(ImageUse(JOB, "Job", "init", "init"),),
)

DEMO_ENTRY = WantedEntry(
    originals=("docker.io/bitnami/demo:1.0",),
    image="demo",
    tag="1.0",
    address={"endpoint": "image.registry", "repository": "image.repository", "tag": "image.tag"},
    change_sets=("demo",),
    is_ambiguous=True,
)

FULL = Report(
    package=PackageFacts(
        file="demo-1.0.0.zip",
        sha256="0f" * 32,
        kind=Kind.HELM,
        service="demo",
        version="1.0.0",
        charts=(ChartFacts("demo", "1.0.0", CHART),),
    ),
    images=(REDIRECTED, HARDCODED),
    findings=(LITERAL, REGISTRY, REPOSITORY, LOOSE),
    rewrites=(Rewrite(VALUES, f"--- a/{VALUES}\n+++ b/{VALUES}\n", (OriginalLine(1, "image:"),)),),
    remedies=(
        Remedy(
            VALUES,
            (RemedyLine("context", 1, "image:"), RemedyLine("added", 2, "  tag: lts")),
            (0, 2),
            (Choice("image.tag", ("lts", "edge")),),
            is_example=True,
        ),
    ),
    verification=Verification(
        rendered=True,
        renders=7,
        images_total=2,
        images_redirected=1,
        proven_by=ProvenBy.RENDERING,
        clusters=(
            ClusterResult(
                "v1.28.8-r0", True, 2, 1, manifests=4, valid=2, invalid=1, not_validated=1
            ),
            ClusterResult("v1.25.0-r0", renders=False),
        ),
        without_schema=(WithoutSchema("monitoring.coreos.com/v1", "ServiceMonitor", 1),),
        other_changes=(
            OtherChange(
                "t/web.yaml", "Deployment", "demo", "a.checksum", "1", "2", "image.registry"
            ),
        ),
        unreached=(
            Unreached(
                "metrics",
                _("It needs %(what)s.", what="a cluster"),
            ),
        ),
    ),
    timings=dict.fromkeys(STAGES, 0.25),
    engine="helm v4.2.3",
    rules="1",
    archives=(
        ImageArchive(
            name="demo-1.0-x86_64.tar",
            address="demo/images/demo-1.0-x86_64.tar",
            size=10240,
            sha256="0a" * 32,
            form=ArchiveForm.DOCKER,
            images=(
                ShippedImage(
                    references=("bitnami/demo:1.0",),
                    os="linux",
                    architecture="amd64",
                    variant="",
                    config="sha256:" + "0b" * 32,
                    manifest=None,
                    layers=(Layer("sha256:" + "0c" * 32, 2048),),
                ),
            ),
        ),
        ImageArchive(
            name="torn.tar",
            address="demo/images/torn.tar",
            size=5,
            sha256="0d" * 32,
            compression="gzip",
            flaw=Flaw.CUT_OFF,
            words=_("It ends after %(size)s bytes.", size=5),
        ),
    ),
    wanted=(DEMO_ENTRY,),
    mapping=ProposedMapping(
        "demo/images/mapping.yaml",
        is_new=True,
        entries=(replace(DEMO_ENTRY, package={"x86_64": "demo-1.0-x86_64.tar"}),),
    ),
)

EMPTY = Report(
    package=PackageFacts("demo", None, Kind.OPERATOR, None, None),
    images=(),
    findings=(),
    rewrites=(),
    verification=Verification(rendered=False, renders=0, images_total=0, images_redirected=0),
    timings=dict.fromkeys(STAGES, 0.0),
    engine="helm v4.2.3",
    rules="1",
)
