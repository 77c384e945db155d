"""OSC-format packages: what is read, which images are found, what is rewritten and proven."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from reviews.pipeline.archive.members import Archive
from reviews.pipeline.archive.reading import read_upload
from reviews.pipeline.checks.examples.charts import CHART, Example, bare_chart
from reviews.pipeline.checks.examples.osc_packages import (
    OSC_CRD,
    OSC_CSD,
    OSC_HELM_CHART,
    OSC_HELM_CSD,
    OSC_LIFECYCLE,
    OSC_METADATA,
    osc_chart_package,
    osc_package,
)
from reviews.pipeline.core.findings import Severity
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination.run import NotProven, examine, release, released_versions
from reviews.pipeline.package.csd import Definition
from reviews.pipeline.package.layout import Kind, kind_of
from reviews.pipeline.package.osc import OscPackage, osc_root, read_osc
from reviews.pipeline.package.version_definition import VersionDefinition
from reviews.pipeline.report.model import ChartFacts

from ..checks.boxes import written
from ..journey import tgz
from ..osc import POLICY, SPLIT_POD, SPLIT_VALUES, chart_with_sample, taken, unzipped

OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
LIFECYCLE = OSC_LIFECYCLE.replace(OURS, "quay.io/demo")
CSD = OSC_CSD.replace(OURS, "docker.io/demo")


def archive_of(example: Example, folder: Path) -> Archive:
    return read_upload(written(example, folder), Limits(), lambda _name: True)


def read(example: Example, folder: Path) -> OscPackage:
    return read_osc(archive_of(example, folder), Limits())


def rootless(example: Example) -> Example:
    """The same files in a zip without a top folder."""
    return Example({name.removeprefix("demo/"): text for name, text in example.files.items()})


def zipped(files: Mapping[str, str | bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


# What is read


def test_the_parts_of_a_package_are_read(tmp_path: Path) -> None:
    osc = read(osc_package(), tmp_path)
    (csd,) = osc.csds
    (definition,) = osc.definitions

    assert (osc.root, osc.path, osc.is_helm, osc.chart) == ("demo/", "demo", False, None)
    assert (osc.written("name"), osc.written("version")) == ("demo-operator", "1.0.0")
    assert definition == Definition(
        file="demo/manifests/demo_crd.yaml",
        name="demos.demo.example",
        group="demo.example",
        kind="Demo",
        schemas=definition.schemas,
    )
    assert list(definition.schemas) == ["v1"]
    assert (csd.crd_name, csd.role, osc.definition_of(csd)) == (
        "demos.demo.example",
        "serviceEntity",
        definition,
    )
    assert osc.version_definitions == (
        VersionDefinition("demos.demo.example", "url", "spec.image", ("1.0.0", "1.1.0")),
    )


@pytest.mark.parametrize(
    ("names", "root"),
    [
        (["metadata.yaml", "lifecycle.yaml"], ""),
        (["demo/metadata.yaml", "demo/lifecycle.yaml"], "demo/"),
        (["demo/metadata.yaml", "demo/manifests/x_crd.yaml"], "demo/"),
        (["demo/manifests/x_csd.yaml"], "demo/"),
        (["metadata.yaml", "lifecycle.yaml", "raw/Chart.yaml"], ""),
        (["__MACOSX/x", "demo/metadata.yaml", "demo/lifecycle.yaml"], "demo/"),
        (["demo/metadata.yaml"], None),
        (["demo/Chart.yaml", "demo/metadata.yaml", "demo/lifecycle.yaml"], None),
        (["Chart.yaml", "templates/metadata.yaml", "templates/lifecycle.yaml"], None),
        (["demo/manifests/x_crd.yaml", "demo/metadata/annotations.yaml"], None),
        (["a/b/metadata.yaml", "a/b/lifecycle.yaml"], None),
    ],
)
def test_a_package_is_recognised_by_its_files(
    names: list[str], root: str | None, tmp_path: Path
) -> None:
    archive = read_upload(
        zipped(dict.fromkeys(names, "a: 1\n"), tmp_path / "a.zip"), Limits(), lambda _name: True
    )

    assert osc_root(archive) == root
    assert (kind_of(archive) is Kind.OSC) == (root is not None)


def test_a_chart_with_a_file_called_lifecycle_is_a_chart(tmp_path: Path) -> None:
    chart = bare_chart(more={"metadata.yaml": "a: 1\n", "lifecycle.yaml": "a: 1\n"})

    assert kind_of(archive_of(chart, tmp_path)) is Kind.HELM


def test_an_older_crd_has_one_schema_for_its_version(tmp_path: Path) -> None:
    crd = OSC_CRD[: OSC_CRD.index("  versions:")] + (
        "  version: v1beta1\n  validation:\n    openAPIV3Schema: {type: object}\n"
    )
    (definition,) = read(osc_package(crd=crd), tmp_path).definitions

    assert definition.schemas == {"v1beta1": {"type": "object"}}


def test_several_crds_in_one_file_are_all_read(tmp_path: Path) -> None:
    crds = OSC_CRD + "---\n" + OSC_CRD.replace("demos", "backups")
    osc = read(osc_package(crd=crds), tmp_path)

    assert [each.name for each in osc.definitions] == [
        "demos.demo.example",
        "backups.demo.example",
    ]


def test_without_a_type_the_crd_shows_a_chart(tmp_path: Path) -> None:
    metadata = OSC_METADATA.replace("type: operator\n", "")
    (tmp_path / "other").mkdir()

    assert read(osc_chart_package(metadata=metadata), tmp_path).is_helm
    assert not read(osc_package(metadata=metadata), tmp_path / "other").is_helm


def test_a_file_that_does_not_parse_is_a_finding_and_the_rest_is_read(tmp_path: Path) -> None:
    outcome = taken(osc_package(csd="spec: [1\n", lifecycle=LIFECYCLE), tmp_path)

    assert outcome.report.findings[0].rule == "OSC-YAML-001"
    assert outcome.report.findings[0].place.file == "demo/manifests/demo_csd.yaml"
    assert outcome.images == {
        "quay.io/demo/demo-operator:1.0.0": (
            "redirected",
            "swr.example.com/osc/demo-operator:1.0.0",
        )
    }


def test_a_csd_past_the_limits_is_refused(tmp_path: Path) -> None:
    deep = written(osc_package(csd="a: " + "[" * 300), tmp_path)

    with pytest.raises(PackageRefused) as refused:
        examine(deep, POLICY)

    assert (refused.value.code, refused.value.file) == (
        "OSC-YAML-001",
        "demo/manifests/demo_csd.yaml",
    )


@pytest.mark.parametrize("text", ["", "null\n", "3\n", "- a\n", "text\n", "---\n---\n"])
@pytest.mark.parametrize("part", ["metadata", "lifecycle", "crd", "csd"])
def test_files_of_any_shape_are_examined(part: str, text: str, tmp_path: Path) -> None:
    package = osc_package(
        metadata=text if part == "metadata" else OSC_METADATA,
        lifecycle=text if part == "lifecycle" else OSC_LIFECYCLE,
        crd=text if part == "crd" else OSC_CRD,
        csd=text if part == "csd" else OSC_CSD,
    )

    assert Severity.ERROR in {each.severity for each in taken(package, tmp_path).report.findings}


@pytest.mark.parametrize(
    "text", ["{}", "[]", "3", '"a"', "null", '{"spec": []}', '{"spec": {"a": []}}']
)
def test_samples_of_any_shape_are_examined(text: str, tmp_path: Path) -> None:
    csd = OSC_CSD[: OSC_CSD.index("    {")] + f"    {text}\n"

    assert taken(osc_package(csd=csd), tmp_path).reported("OSC-FMT-019") == [
        "defaultConfiguration has nothing at spec.image."
    ]


def test_a_sample_with_a_number_of_a_thousand_digits_is_examined(tmp_path: Path) -> None:
    csd = OSC_CSD.replace('"size": 3', '"size": ' + "9" * 10_000)

    assert taken(osc_package(csd=csd), tmp_path).reported("OSC-FMT-017") == []


# Operator type: images are replaced where they are written


def test_images_of_the_operator_and_of_the_sample_are_rewritten(tmp_path: Path) -> None:
    outcome = taken(osc_package(lifecycle=LIFECYCLE, csd=CSD), tmp_path)

    assert outcome.images == {
        "quay.io/demo/demo-operator:1.0.0": (
            "redirected",
            "swr.example.com/osc/demo-operator:1.0.0",
        ),
        "docker.io/demo/demo:1.0.0": ("redirected", "swr.example.com/osc/demo:1.0.0"),
    }
    assert outcome.changed == {
        "demo/lifecycle.yaml": LIFECYCLE.replace("quay.io/demo", "swr.example.com/osc"),
        "demo/manifests/demo_csd.yaml": CSD.replace("docker.io/demo", "swr.example.com/osc"),
    }
    assert [each.rule for each in outcome.report.findings] == ["PORTAL-002", "PORTAL-002"]
    assert outcome.report.verification.renders == 0


def test_an_image_in_an_escaped_sample_is_rewritten_where_it_stands(tmp_path: Path) -> None:
    head = CSD[: CSD.index("  defaultConfiguration")]
    line = r'  defaultConfiguration: "{\"kind\": \"Demo\", \"spec\": {\"image\": \"a.io/b/c:1\"}}"'
    outcome = taken(osc_package(csd=f"{head}{line}\n"), tmp_path)
    fixed = line.replace("a.io/b/c:1", "swr.example.com/osc/c:1")

    assert outcome.changed["demo/manifests/demo_csd.yaml"] == f"{head}{fixed}\n"


def test_an_image_in_pieces_of_a_sample_is_rewritten_piece_by_piece(tmp_path: Path) -> None:
    whole = f'"image": "{OURS}/demo:1.0.0"'
    pieces = '"image": {"registry": "quay.io", "repository": "acme/demo", "tag": "1.0.0"}'
    outcome = taken(osc_package(csd=OSC_CSD.replace(whole, pieces)), tmp_path)

    wanted = pieces.replace("quay.io", "swr.example.com").replace("acme/demo", "osc/demo")
    assert outcome.images["quay.io/acme/demo:1.0.0"] == (
        "redirected",
        "swr.example.com/osc/demo:1.0.0",
    )
    assert outcome.changed["demo/manifests/demo_csd.yaml"] == OSC_CSD.replace(whole, wanted)


def test_a_piece_that_the_operator_completes_is_reported_and_left(tmp_path: Path) -> None:
    whole = f'"image": "{OURS}/demo:1.0.0"'
    outcome = taken(osc_package(csd=OSC_CSD.replace(whole, '"registry": "quay.io/acme"')), tmp_path)

    assert "demo/manifests/demo_csd.yaml" not in outcome.changed
    assert outcome.reported("OSC-OPR-010") == [
        (
            "The program completes these pieces of addresses at run time:"
            " spec.defaultConfiguration.spec.registry=quay.io/acme. They are not rewritten, so what"
            " they lead to is pulled from its old address."
        )
    ]


def test_images_elsewhere_are_reported_and_left(tmp_path: Path) -> None:
    default = "                  type: string\n"
    crd = OSC_CRD.replace(default, f"{default}                  default: quay.io/demo/demo:1\n", 1)
    outcome = taken(osc_package(crd=crd), tmp_path)

    assert outcome.images["quay.io/demo/demo:1"] == ("hardcoded", "swr.example.com/osc/demo:1")
    assert "demo/manifests/demo_crd.yaml" not in outcome.changed
    (finding,) = [each for each in outcome.report.findings if each.rule == "OSC-FMT-034"]
    assert (finding.place.file, finding.place.line, finding.image) == (
        "demo/manifests/demo_crd.yaml",
        24,
        "quay.io/demo/demo:1",
    )


def test_an_image_that_a_text_mentions_is_left(tmp_path: Path) -> None:
    metadata = OSC_METADATA + "detail: Runs quay.io/demo/demo:1 for you.\n"
    outcome = taken(osc_package(metadata=metadata), tmp_path)

    assert "quay.io/demo/demo:1" not in outcome.images
    assert "demo/metadata.yaml" not in outcome.changed
    assert [each.rule for each in outcome.report.findings if each.rule != "PORTAL-002"] == [
        "PORTAL-007"
    ]


def test_the_mark_is_added_at_the_top_of_metadata(tmp_path: Path) -> None:
    metadata = OSC_METADATA.replace("source: ISV\n", "")
    outcome = taken(osc_package(metadata=metadata), tmp_path)

    assert outcome.changed["demo/metadata.yaml"] == metadata + "source: ISV\n"


def test_a_package_without_a_top_folder_is_examined_alike(tmp_path: Path) -> None:
    example = rootless(osc_package(lifecycle=LIFECYCLE, csd=CSD))
    path = zipped(example.files, tmp_path / "demo.zip")
    report = examine(path, POLICY).report

    assert [each.file for each in report.rewrites] == [
        "lifecycle.yaml",
        "manifests/demo_csd.yaml",
    ]


# Helm type: the chart in raw/ is rewritten, with the engine's proof


def test_the_chart_is_rewritten_and_proven_by_rendering(tmp_path: Path) -> None:
    outcome = taken(chart_with_sample('{"size": 3}'), tmp_path)

    assert outcome.images == {
        "docker.io/bitnami/demo:1.0.0": ("redirected", "swr.example.com/osc/demo:1.0.0")
    }
    assert outcome.changed == {
        "demo/raw/values.yaml": SPLIT_VALUES.replace("docker.io", "swr.example.com").replace(
            "bitnami", "osc"
        )
    }
    assert outcome.report.verification.rendered
    assert outcome.report.package.charts == (ChartFacts("demo", "1.0.0", "demo/raw"),)


def moved(example: Example, below: str) -> Example:
    """The same package with its chart in the folder ``below`` of raw/."""
    files = {
        name.replace("demo/raw/", f"demo/raw/{below}"): text for name, text in example.files.items()
    }
    return Example(files)


def test_a_chart_in_a_folder_of_raw_is_found(tmp_path: Path) -> None:
    outcome = taken(moved(chart_with_sample('{"size": 3}'), "demo/"), tmp_path)

    assert list(outcome.changed) == ["demo/raw/demo/values.yaml"]
    assert outcome.report.verification.rendered
    assert outcome.reported("OSC-FMT-036") == []


def test_a_packed_chart_in_raw_is_rewritten_and_packed_again(tmp_path: Path) -> None:
    example = chart_with_sample('{"size": 3}')
    raw = {name: text for name, text in example.files.items() if name.startswith("demo/raw/")}
    files: dict[str, str | bytes] = {
        name: text for name, text in example.files.items() if name not in raw
    }
    files["demo/raw/demo-1.0.0.tgz"] = tgz(
        {name.replace("demo/raw/", "demo/"): text for name, text in raw.items()}
    )
    source, target = zipped(files, tmp_path / "in.zip"), tmp_path / "out.zip"
    examination = examine(source, POLICY)
    examination.write(target)
    after = unzipped(target.read_bytes())

    assert [each.file for each in examination.report.rewrites] == [
        "demo/raw/demo-1.0.0.tgz!/demo/values.yaml"
    ]
    with tarfile.open(fileobj=BytesIO(after["demo/raw/demo-1.0.0.tgz"])) as chart:
        inside = {each.name: chart.extractfile(each) for each in chart}
        texts = {name: stream.read().decode() for name, stream in inside.items() if stream}
    assert texts["demo/values.yaml"] == SPLIT_VALUES.replace(
        "docker.io", "swr.example.com"
    ).replace("bitnami", "osc")
    changed = [name for name, content in after.items() if _bytes(files[name]) != content]
    assert changed == ["demo/raw/demo-1.0.0.tgz"]
    again = examine(target, POLICY).report
    assert [(each.original, each.status.value) for each in again.images] == [
        ("swr.example.com/osc/demo:1.0.0", "unchanged")
    ]


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def test_a_sample_that_repeats_a_value_is_rewritten_with_it(tmp_path: Path) -> None:
    package = chart_with_sample('{"demo": {"registry": "docker.io", "imageVersion": "1.0.0"}}')
    outcome = taken(package, tmp_path)

    assert outcome.images == {
        "docker.io/bitnami/demo:1.0.0": ("redirected", "swr.example.com/osc/demo:1.0.0")
    }
    assert (
        '{"registry": "swr.example.com", "imageVersion": "1.0.0"}'
        in outcome.changed["demo/manifests/helmrelease_csd.yaml"]
    )
    edits = [each for each in outcome.report.findings if each.edit is not None]
    assert {each.change_set for each in edits} == {"image:demo.image"}
    assert {each.image for each in edits} == {"docker.io/bitnami/demo:1.0.0"}


def test_a_value_of_the_chart_is_no_image_of_its_own_in_a_sample(tmp_path: Path) -> None:
    outcome = taken(chart_with_sample('{"demo": {"image": "bitnami/demo"}}'), tmp_path)

    assert outcome.images == {
        "docker.io/bitnami/demo:1.0.0": ("redirected", "swr.example.com/osc/demo:1.0.0")
    }
    sample = outcome.changed["demo/manifests/helmrelease_csd.yaml"]
    assert '"spec": {"demo": {"image": "osc/demo"}}' in sample


def test_an_image_that_only_the_sample_gives_is_replaced_there(tmp_path: Path) -> None:
    pod = SPLIT_POD + "    - {name: side, image: {{ .Values.side.image }}}\n"
    outcome = taken(
        chart_with_sample('{"side": {"image": "quay.io/demo/side:1"}}', pod=pod), tmp_path
    )

    assert outcome.report.verification.rendered
    assert (
        '{"image": "swr.example.com/osc/side:1"}'
        in outcome.changed["demo/manifests/helmrelease_csd.yaml"]
    )


def test_a_block_of_text_that_a_sample_repeats_is_left_to_the_proof(tmp_path: Path) -> None:
    block = "demo:\n  pod: |\n    image: docker.io/bitnami/demo:1.0.0\n    name: demo\n"
    pod = SPLIT_POD[: SPLIT_POD.index("    - name")] + "    - {{ .Values.demo.pod | nindent 6 }}\n"
    text = '{"demo": {"pod": "image: docker.io/bitnami/demo:1.0.0\\nname: demo\\n"}}'
    outcome = taken(chart_with_sample(text, values=block, pod=pod), tmp_path)

    assert outcome.changed == {}
    assert outcome.images["docker.io/bitnami/demo:1.0.0"][0] == "unverified"


@pytest.mark.parametrize(
    "sample",
    [
        '{"a": 1e999}',
        '{"a": "\\ud800"}',
        '{"a": ' + "9" * 5_000 + "}",
        '{"demo": null}',
        '{"demo": {"image": 3}}',
        '{"": {"": ""}}',
        '{"a": ' * 150 + "1" + "}" * 150,
    ],
)
def test_odd_samples_of_a_chart_do_no_harm(sample: str, tmp_path: Path) -> None:
    outcome = taken(chart_with_sample(sample), tmp_path)

    assert list(outcome.changed) == ["demo/raw/values.yaml"]


def test_an_image_that_only_the_sample_shows_is_found(tmp_path: Path) -> None:
    pod = (
        "{{ if .Values.extra.enabled }}\napiVersion: v1\nkind: Pod\nmetadata: {name: extra}\n"
        "spec:\n  containers:\n    - {name: extra, image: '{{ .Values.extra.image }}'}\n{{ end }}\n"
    )
    package = chart_with_sample(
        '{"extra": {"enabled": "yes"}}',
        values=f"{SPLIT_VALUES}extra:\n  enabled:\n  image: quay.io/demo/extra:1\n",
        pod=f"{SPLIT_POD}---\n{pod}",
    )
    (image,) = [each for each in taken(package, tmp_path).report.images if "extra" in each.original]

    assert (image.status.value, image.target, image.shown_by) == (
        "redirected",
        "swr.example.com/osc/extra:1",
        ("demo/manifests/helmrelease_csd.yaml",),
    )


def test_what_a_sample_brings_back_is_excluded_and_reported(tmp_path: Path) -> None:
    sample = '{"demo": {"image": "other/demo", "registry": "docker.io"}}'
    outcome = taken(chart_with_sample(sample), tmp_path)

    assert outcome.images["docker.io/other/demo:1.0.0"][0] == "unverified"
    assert outcome.images["docker.io/bitnami/demo:1.0.0"][0] == "unverified"
    assert outcome.changed == {}


def test_a_sample_that_the_chart_refuses_is_reported(tmp_path: Path) -> None:
    stop = "{{ if .Values.stop }}{{ required `give a size` nil }}{{ end }}\n"
    outcome = taken(chart_with_sample('{"stop": true}', pod=stop + SPLIT_POD), tmp_path)

    assert outcome.images["docker.io/bitnami/demo:1.0.0"][0] == "redirected"
    assert [each.what for each in outcome.report.verification.unreached] == [
        "demo/manifests/helmrelease_csd.yaml"
    ]


def test_the_mark_of_a_package_with_a_chart_stands_in_metadata_only(tmp_path: Path) -> None:
    outcome = taken(osc_chart_package(chart=OSC_HELM_CHART), tmp_path)

    assert outcome.reported("OSC-ANN-001") == []
    assert "annotations" not in OSC_HELM_CHART


# The packaging guide's two examples of an instance version definition

GUIDE = "versionDefinition:\n    mode: {mode}\n    path: {path}\n    tags:    \n      - 0.0.1    \n      - 0.0.2    \n      - 0.0.3    \n"
GUIDE_REDIS = "swr.cn-east-3.myhuaweicloud.com/osc-official/redis:21.9.18_20210918221431"
GUIDE_CLICKHOUSE = """\
clickhouse:
  image: "swr.cn-east-3.myhuaweicloud.com/osctest/clickhouse-server"
  imageVersion: "0.0.1"
  imagePullPolicy: "IfNotPresent"
  imageBusybox: "swr.cn-north-7.myhuaweicloud.com/osctest/busybox:1.26.2"
"""
GUIDE_PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: clickhouse}
spec:
  initContainers:
    - name: wait
      image: "{{ .Values.clickhouse.imageBusybox }}"
  containers:
    - name: clickhouse
      image: "{{ .Values.clickhouse.image }}:{{ .Values.clickhouse.imageVersion }}"
  imagePullSecrets: [{name: default-secret}]
"""


def defined(csd: str, mode: str, path: str) -> str:
    start, end = csd.index("versionDefinition"), csd.index("  defaultConfiguration")
    return csd[:start] + GUIDE.format(mode=mode, path=path) + csd[end:]


def test_the_guides_redis_is_in_order_but_for_the_tag_it_ships(tmp_path: Path) -> None:
    csd = defined(OSC_CSD, "url", "spec.image").replace(f"{OURS}/demo:1.0.0", GUIDE_REDIS)
    outcome = taken(osc_package(csd=csd), tmp_path)
    rules = [each.rule for each in outcome.report.findings if each.rule != "PORTAL-002"]

    assert rules == ["OSC-FMT-022"]
    assert outcome.reported("OSC-FMT-022") == [
        "The sample instance has the tag “21.9.18_20210918221431”, which is not among the tags."
    ]
    assert outcome.images[GUIDE_REDIS] == (
        "redirected",
        "swr.example.com/osc/redis:21.9.18_20210918221431",
    )


def test_the_guides_clickhouse_is_in_order(tmp_path: Path) -> None:
    package = osc_chart_package(
        csd=defined(OSC_HELM_CSD, "tag", "clickhouse.imageVersion"),
        values=GUIDE_CLICKHOUSE,
        more={"raw/templates/pod.yaml": GUIDE_PODS},
    )
    outcome = taken(package, tmp_path)

    assert [each.rule for each in outcome.report.findings if each.rule != "PORTAL-002"] == []
    assert outcome.changed == {
        "demo/raw/values.yaml": GUIDE_CLICKHOUSE.replace(
            "swr.cn-east-3.myhuaweicloud.com/osctest", "swr.example.com/osc"
        ).replace("swr.cn-north-7.myhuaweicloud.com/osctest", "swr.example.com/osc")
    }


# The release before, and the release itself


def test_the_versions_of_a_release_are_read_for_the_next(tmp_path: Path) -> None:
    path = written(osc_package(), tmp_path)

    assert released_versions(path, Limits()) == (
        VersionDefinition("demos.demo.example", "url", "spec.image", ("1.0.0", "1.1.0")),
    )


def test_a_chart_has_no_instance_versions(tmp_path: Path) -> None:
    assert released_versions(written(bare_chart(), tmp_path), Limits()) == ()


def test_a_release_applies_exactly_the_approved_edits(tmp_path: Path) -> None:
    source = written(osc_package(lifecycle=LIFECYCLE, csd=CSD), tmp_path)
    report = examine(source, POLICY).report
    edits = [
        each.edit
        for each in report.findings
        if each.edit is not None and each.image == "docker.io/demo/demo:1.0.0"
    ]
    target = tmp_path / "released.zip"
    expected = {"docker.io/demo/demo:1.0.0": "swr.example.com/osc/demo:1.0.0"}
    release(source, edits, POLICY, target, expected=expected)
    after = unzipped(target.read_bytes())

    assert after["demo/lifecycle.yaml"].decode() == LIFECYCLE
    assert after["demo/manifests/demo_csd.yaml"].decode() == CSD.replace(
        "docker.io/demo", "swr.example.com/osc"
    )


def test_a_release_of_a_chart_without_the_edit_of_its_sample_is_not_proven(tmp_path: Path) -> None:
    package = chart_with_sample('{"demo": {"registry": "docker.io"}}')
    source = written(package, tmp_path)
    report = examine(source, POLICY).report
    edits = [
        each.edit
        for each in report.findings
        if each.edit is not None and each.place.file == "demo/raw/values.yaml"
    ]
    expected = {"docker.io/bitnami/demo:1.0.0": "swr.example.com/osc/demo:1.0.0"}

    with pytest.raises(NotProven):
        release(source, edits, POLICY, tmp_path / "released.zip", expected=expected)

    assert not (tmp_path / "released.zip").exists()


def test_a_service_package_holds_it_and_the_rest_is_untouched(tmp_path: Path) -> None:
    inner = osc_package(lifecycle=LIFECYCLE).files
    files = {f"demo/package/demo-operator-1.0.0.zip!/{name}": text for name, text in inner.items()}
    outcome = taken(Example({**files, "demo/extends/note.txt": CHART}), tmp_path)

    assert [each.file for each in outcome.report.rewrites] == [
        "demo/package/demo-operator-1.0.0.zip!/demo/lifecycle.yaml",
        "demo/package/demo-operator-1.0.0.zip!/demo/manifests/demo_csd.yaml",
    ]
    assert (outcome.report.package.service, outcome.report.package.version) == (
        "demo-operator",
        "1.0.0",
    )
    again = unzipped(outcome.after["demo/package/demo-operator-1.0.0.zip"])
    assert list(again) == list(inner)
