"""Operators: read in both layouts, every image replaced where it is written and nowhere else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from reviews.pipeline.archive.reading import read_upload
from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.examples.operators import CRD, CSV, CSV_FILE, LIST, operator_package
from reviews.pipeline.core.findings import Edit
from reviews.pipeline.core.policy import Limits, Policy
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination.run import NotProven, examine, release
from reviews.pipeline.package.operator import OperatorLayout, read_operator

from ..checks.boxes import written
from ..operators import (
    CSV_ADDRESS,
    INSTANCE_IMAGE,
    OPERATOR_IMAGE,
    POLICY,
    TARGET,
    examine_example,
    examine_operator,
    plain_csv,
    rewritten,
)

IMAGE_LINE = f"                image: {OPERATOR_IMAGE}\n"
DIGEST = "sha256:" + "0123456789abcdef" * 4


def in_container(lines: str) -> str:
    """The CSV in order with further lines in its container, as they stand there."""
    indented = "".join(f"                {line}\n" for line in lines.splitlines())
    return _ours(CSV.replace(IMAGE_LINE, IMAGE_LINE + indented))


def in_pod(lines: str) -> str:
    """The CSV in order with further lines in its pod."""
    indented = "".join(f"              {line}\n" for line in lines.splitlines())
    return _ours(
        CSV.replace("              containers:\n", f"{indented}              containers:\n")
    )


def with_annotation(text: str) -> str:
    """The CSV in order with one more annotation."""
    return _ours(CSV.replace("    categories:", f"    {text}\n    categories:"))


def with_examples(text: str) -> str:
    """The CSV in order with this annotation in place of alm-examples."""
    start, end = CSV.index("    alm-examples"), CSV.index("    architecture")
    return _ours(CSV[:start] + text + CSV[end:])


def _ours(csv: str) -> str:
    return csv.replace("swr.cn-east-3.myhuaweicloud.com/osc-opensource", TARGET)


def written_out(lines: str, image: str) -> str:
    """``lines`` with ``image`` where they say IMAGE, the names of variables left."""
    return re.sub(r"(?<![A-Z_])IMAGE(?![A-Z_])", image, lines)


def read(example: Example, tmp_path: Path) -> list[str]:
    upload = read_upload(written(example, tmp_path), Limits(), lambda _name: True)
    return [csv.title for csv in read_operator(upload, Limits()).csvs]


# reading


def test_the_version_of_the_default_channel_is_examined_first(tmp_path: Path) -> None:
    packages = (
        "packageName: demo-operator\ndefaultChannel: stable\nchannels:\n"
        "- {name: fast, currentCSV: demo-operator.v1.1.0}\n"
        "- {name: stable, currentCSV: demo-operator.v1.0.1}\n"
    )
    more = {
        f"{version}/demo.clusterserviceversion.yaml": CSV.replace(
            "1.0.0\n  namesp", f"{version}\n  namesp"
        )
        for version in ("1.0.1", "1.1.0")
    }

    assert read(operator_package(packages=packages, more=more), tmp_path) == [
        "demo-operator.v1.0.1",
        "demo-operator.v1.1.0",
        "demo-operator.v1.0.0",
    ]


@pytest.mark.parametrize(
    ("example", "layout"),
    [
        (operator_package(), OperatorLayout.PACKAGE_MANIFEST),
        (
            operator_package(
                without=("packages", "csv", "crd"),
                more={
                    "manifests/demo.clusterserviceversion.yaml": CSV,
                    "metadata/annotations.yaml": (
                        "annotations:\n"
                        "  operators.operatorframework.io.bundle.package.v1: demo-operator\n"
                    ),
                },
            ),
            OperatorLayout.BUNDLE,
        ),
    ],
)
def test_both_layouts_give_the_same(
    example: Example, layout: OperatorLayout, tmp_path: Path
) -> None:
    upload = read_upload(written(example, tmp_path), Limits(), lambda _name: True)

    operator = read_operator(upload, Limits())

    assert (operator.layout, operator.service, operator.version) == (
        layout,
        "demo-operator",
        "1.0.0",
    )
    package = examine(tmp_path / "demo-1.0.0.zip", POLICY).report.package
    assert (package.kind.value, package.service, package.version) == (
        "operator",
        "demo-operator",
        "1.0.0",
    )


def test_a_csv_is_recognised_by_its_kind_whatever_its_file_is_called(tmp_path: Path) -> None:
    example = operator_package(without=("csv",), more={"1.0.0/operator.yaml": plain_csv()})

    assert read(example, tmp_path) == ["demo-operator.v1.0.0"]
    assert examine_example(tmp_path, example).changed.keys() == {"demo/1.0.0/operator.yaml"}


@pytest.mark.parametrize("text", [plain_csv(), json.dumps(yaml.safe_load(plain_csv()), indent=1)])
def test_a_csv_alone_in_a_file_of_any_name_is_an_operator(text: str, tmp_path: Path) -> None:
    example = Example({"demo/manifests/operator.json": text, "demo/README.md": ""})

    outcome = examine_example(tmp_path, example)

    assert outcome.report.package.kind.value == "operator"
    assert outcome.changed == {"demo/manifests/operator.json": text.replace("quay.io/demo", TARGET)}


def test_a_csv_behind_another_document_of_its_file_is_edited_in_its_place(tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, f"{CRD}---\n{plain_csv()}")

    assert outcome.csv == f"{CRD}---\n" + rewritten(
        plain_csv(),
        {
            "quay.io/demo/demo:": f"{TARGET}/demo:",
            "quay.io/demo/demo-operator": f"{TARGET}/demo-operator",
        },
    )
    assert outcome.report.verification.other_changes == ()


def test_a_directory_is_an_operator_too(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for name, text in operator_package(csv=plain_csv()).files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    report = examine(folder, POLICY).report

    assert [image.status.value for image in report.images] == ["redirected", "redirected"]


def test_a_file_that_does_not_parse_is_reported_and_the_others_are_examined(tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, plain_csv(), **{"1_DOT_0_DOT_0__b_DOT_yaml": "a: [\n"})

    assert [(each.place.file, each.severity.value) for each in outcome.of("OSC-YAML-001")] == [
        ("demo/1.0.0/b.yaml", "error")
    ]
    assert len(outcome.report.images) == 2


def test_yaml_past_the_limits_is_refused(tmp_path: Path) -> None:
    deep = "a: " + "[" * 300 + "]" * 300
    path = written(operator_package(more={"1.0.0/deep.yaml": deep}), tmp_path)

    with pytest.raises(PackageRefused) as refused:
        examine(path, POLICY)

    assert (refused.value.code, refused.value.file) == ("OSC-YAML-001", "demo/1.0.0/deep.yaml")


# every place of an image


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        ("env:\n- name: BACKUP_IMAGE\n  value: IMAGE", "quay.io/acme/app:1"),
        ("env:\n- {name: RELATED_IMAGE_A, value: 'IMAGE'}", "quay.io/acme/app"),
        ("env: [{name: RELATED_IMAGE_A, value: IMAGE}]", "app"),
        ('env:\n- name: RELATED_IMAGE_A\n  value: "IMAGE" # ours', "app:3"),
        ("env:\n- name: MAP\n  value: |\n    2.7=IMAGE\n", "quay.io/acme/app:1"),
        ("command: [op, --backup=IMAGE]", "quay.io/acme/app:1"),
        ("command:\n- sh\n- -c\n- >-\n  op --one=IMAGE\n  --two", "quay.io/acme/app:1"),
        ('args: ["--image=IMAGE", "-v"]', "quay.io/acme/app:1"),
        ("args:\n- '--it''s=IMAGE'\n", "quay.io/acme/app:1"),
        ('args: ["--a=\\x41 \\"IMAGE\\""]', "quay.io/acme/app:1"),
    ],
)
def test_each_reference_of_a_container_is_replaced_as_a_whole(
    lines: str, image: str, tmp_path: Path
) -> None:
    target = f"{TARGET}/{image.rpartition('/')[2]}"

    outcome = examine_operator(tmp_path, in_container(written_out(lines, image)))

    assert outcome.csv == in_container(written_out(lines, target))
    assert outcome.images[image, "redirected"] == target


@pytest.mark.parametrize(
    "lines",
    [
        "initContainers:\n- {name: init, image: IMAGE}",
        "ephemeralContainers:\n- name: debug\n  image: 'IMAGE'",
        "volumes:\n- name: data\n  image:\n    reference: IMAGE\n    pullPolicy: Always",
    ],
)
def test_each_image_field_of_a_pod_is_replaced(lines: str, tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, in_pod(lines.replace("IMAGE", "acme/app:1")))

    assert outcome.csv == in_pod(lines.replace("IMAGE", f"{TARGET}/app:1"))


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        ("containerImage: quay.io/acme/app", f"containerImage: {TARGET}/app"),
        ("containerImage: acme/app:1", f"containerImage: {TARGET}/app:1"),
        (f"containerImage: acme/app:1@{DIGEST}", f"containerImage: {TARGET}/app:1"),
        (f"containerImage: acme/app@{DIGEST}", f"containerImage: {TARGET}/app@{DIGEST}"),
        (
            "operators.openshift.io/must-gather-image: quay.io/acme/gather",
            f"operators.openshift.io/must-gather-image: {TARGET}/gather",
        ),
        (
            'operatorframework.io/initialization-resource: "{\\"image\\": \\"acme/app:1\\"}"',
            f'operatorframework.io/initialization-resource: "{{\\"image\\": \\"{TARGET}/app:1\\"}}"',
        ),
    ],
)
def test_annotations_that_are_an_image_are_replaced(
    annotation: str, wanted: str, tmp_path: Path
) -> None:
    outcome = examine_operator(tmp_path, with_annotation(annotation))

    assert outcome.csv == with_annotation(wanted)


def test_related_images_are_replaced_beside_the_variables(tmp_path: Path) -> None:
    csv = in_container("env:\n- {name: RELATED_IMAGE_A, value: 'quay.io/acme/app:1'}")
    csv += "  relatedImages:\n  - name: another-name\n    image: quay.io/acme/app:1\n"

    outcome = examine_operator(tmp_path, csv)

    assert outcome.csv == csv.replace("quay.io/acme", TARGET)
    assert {each.change_set for each in outcome.of("PORTAL-002")} == {"image:quay.io/acme/app:1"}


EXAMPLE = '[{"kind": "Demo", "spec": {"image": "%s", "name": "it\'s é"}}]'


@pytest.mark.parametrize(
    "written_as",
    [
        lambda text: "    alm-examples: |-\n      " + text.replace(", ", ",\n        ") + "\n",
        lambda text: "    alm-examples: >-\n      " + text.replace(", ", ",\n      ") + "\n",
        lambda text: "    alm-examples: '" + text.replace("'", "''") + "'\n",
        lambda text: (
            "    alm-examples: '" + text.replace("'", "''").replace(", ", ",\n\n     ") + "'\n"
        ),
        lambda text: "    alm-examples: " + json.dumps(text, ensure_ascii=False) + "\n",
        lambda text: "    alm-examples: " + json.dumps(text) + "\n",
        lambda text: (
            "    alm-examples: "
            + json.dumps(text, ensure_ascii=False).replace("spec", "\\\n      spec")
            + " # folded\n"
        ),
    ],
)
@pytest.mark.parametrize(
    "image", ["acme/app:1", "app:3", "quay.io/acme/app", "localhost:5000/app:1"]
)
def test_json_in_alm_examples_is_edited_and_never_wrapped_anew(
    written_as: type[str], image: str, tmp_path: Path
) -> None:
    target = f"{TARGET}/{image.rpartition('/')[2]}"

    outcome = examine_operator(tmp_path, with_examples(written_as(EXAMPLE % image)))

    assert outcome.csv == with_examples(written_as(EXAMPLE % target))
    assert outcome.images[image, "redirected"] == target


def test_an_image_across_the_fold_of_a_quoted_text_is_replaced_with_its_fold(
    tmp_path: Path,
) -> None:
    folded = '    alm-examples: "[{\\"image\\": \\"quay.io/ac\\\n      me/app:1\\"}]"\n'
    joined = f'    alm-examples: "[{{\\"image\\": \\"{TARGET}/app:1\\"}}]"\n'

    assert examine_operator(tmp_path, with_examples(folded)).csv == with_examples(joined)


def test_references_in_the_arguments_of_an_example_keep_what_stands_around_them(
    tmp_path: Path,
) -> None:
    text = '    alm-examples: \'[{"args": ["--a\\u0026b=\\"quay.io/acme/app:1\\"", "x \\/ y"]}]\'\n'

    outcome = examine_operator(tmp_path, with_examples(text))

    assert outcome.csv == with_examples(text.replace("quay.io/acme", TARGET))


def test_several_images_in_one_block_of_text_are_edits_of_their_own(tmp_path: Path) -> None:
    lines = (
        "env:\n- name: VERSIONS\n  value: |\n    1.0=quay.io/acme/app:1.0\n"
        "    2.0=quay.io/acme/app:2.0\n    # as before\n"
    )

    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.csv == in_container(lines.replace("quay.io/acme", TARGET))
    assert [(each.place.line, each.image) for each in outcome.of("PORTAL-002")] == [
        (65, "quay.io/acme/app:1.0"),
        (66, "quay.io/acme/app:2.0"),
    ]


def test_crlf_and_other_habits_of_the_file_stay(tmp_path: Path) -> None:
    csv = (
        plain_csv().replace("version: 1.0.0", "version: 1.0.0   # a comment").replace("\n", "\r\n")
    )
    csv = csv.rstrip()

    outcome = examine_operator(tmp_path, csv)

    assert outcome.csv == csv.replace("quay.io/demo", TARGET)


# which image it is


def test_short_and_full_names_are_one_image(tmp_path: Path) -> None:
    lines = (
        "env:\n- {name: A_IMAGE, value: 'nginx:1.25'}\n"
        "- {name: B_IMAGE, value: 'docker.io/library/nginx:1.25'}\n"
    )

    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.csv == in_container(
        f"env:\n- {{name: A_IMAGE, value: '{TARGET}/nginx:1.25'}}\n"
        f"- {{name: B_IMAGE, value: '{TARGET}/nginx:1.25'}}\n"
    )
    assert {each.change_set for each in outcome.of("PORTAL-002")} == {
        "image:docker.io/library/nginx:1.25"
    }


def test_an_image_with_and_without_its_digest_is_one_image(tmp_path: Path) -> None:
    lines = f"args: [--a=acme/app:1, '--b=acme/app:1@{DIGEST}']\n"

    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.csv == in_container(f"args: [--a={TARGET}/app:1, '--b={TARGET}/app:1']\n")


def test_two_images_with_one_target_are_reported_and_left(tmp_path: Path) -> None:
    lines = "args: [--a=quay.io/one/app:1, --b=quay.io/two/app:1]"

    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.changed == {}
    assert [each.severity.value for each in outcome.of("PORTAL-001")] == ["error"]
    assert [key for key in outcome.images if key[1] == "unverified"] == [
        ("quay.io/one/app:1", "unverified"),
        ("quay.io/two/app:1", "unverified"),
    ]


def test_replacements_are_made_at_once_and_never_chained(tmp_path: Path) -> None:
    policy = Policy(registry="quay.io", organization="acme")
    lines = "args: [--a=docker.io/x/app:1, --b=quay.io/acme/app:2, --c=docker.io/acme/b:1]"
    example = operator_package(csv=in_container(lines), without=())

    outcome = examine_example(tmp_path, example, policy)

    wanted = "args: [--a=quay.io/acme/app:1, --b=quay.io/acme/app:2, --c=quay.io/acme/b:1]"
    assert outcome.csv == in_container(wanted).replace(TARGET, "quay.io/acme")
    assert outcome.images["quay.io/acme/app:2", "unchanged"] == "quay.io/acme/app:2"


def test_what_customers_pull_from_elsewhere_on_purpose_is_left(tmp_path: Path) -> None:
    policy = Policy("swr.example.com", "osc", external=("docker.io/library/nginx:*",))
    example = operator_package(csv=in_container("args: [--a=docker.io/nginx:1]"))

    outcome = examine_example(tmp_path, example, policy)

    assert outcome.changed == {}
    assert outcome.images["docker.io/nginx:1", "external"] == f"{TARGET}/nginx:1"


def test_a_second_examination_changes_nothing(tmp_path: Path) -> None:
    once = examine_operator(tmp_path, plain_csv()).csv

    assert examine_operator(tmp_path, once).changed == {}


def test_the_mapping_names_the_image(tmp_path: Path) -> None:
    mapping = (
        "instances:\n- image: demo-server\n  tag: 2.0.0\n  address:\n    fullAddress: spec.image\n"
    )
    inside = operator_package(csv=plain_csv(), folder="demo/package/demo-1.0.0.zip!/demo/")
    path = written(Example({**inside.files, "demo/images/mapping.yaml": mapping}), tmp_path)

    report = examine(path, POLICY).report

    assert {image.original: image.target for image in report.images} == {
        "quay.io/demo/demo:1.0.0": f"{TARGET}/demo-server:2.0.0",
        "quay.io/demo/demo-operator:1.0.0": f"{TARGET}/demo-operator:1.0.0",
    }


# what is left, and said so


@pytest.mark.parametrize(
    "text",
    [
        "description: Use quay.io/acme/app:1, see https://quay.io/acme/app:1",
        "description: |-\n    One line\n\n    docker run quay.io/acme/app:1\n",
    ],
)
def test_text_that_mentions_an_image_is_left_and_listed(text: str, tmp_path: Path) -> None:
    csv = _ours(CSV).replace("  displayName: Demo\n", f"  displayName: Demo\n  {text}\n")

    outcome = examine_operator(tmp_path, csv)

    assert outcome.changed == {}
    assert [(each.severity.value, str(each.message)) for each in outcome.of("PORTAL-007")] == [
        (
            "info",
            "Mentioned at spec.description: quay.io/acme/app:1. It is text and stays as it is.",
        )
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "env: [{name: IMAGE_PULL_POLICY, value: IfNotPresent}]",
        "env: [{name: DOCS, value: 'https://quay.io/acme/app:1'}]",
        "env: [{name: ADDRESS, value: 'db.acme.svc:5432'}]",
        "env: [{name: WATCH, value: 'apps/v1'}]",
        "args: ['--metrics=127.0.0.1:8080', '--zap=a/b', 'user:pass@db.acme.example:3306/x']",
        "volumeMounts: [{name: a, mountPath: /etc/app/config.yaml}]",
    ],
)
def test_what_only_looks_like_an_image_is_no_image(lines: str, tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.changed == {}
    assert sorted(outcome.images) == [
        (f"{TARGET}/demo-operator:1.0.0", "unchanged"),
        (f"{TARGET}/demo:1.0.0", "unchanged"),
    ]


COMPLETED = (
    "The program completes these pieces of addresses at run time: {}. They are not rewritten, so"
    " what they lead to is pulled from its old address."
)


@pytest.mark.parametrize(
    ("lines", "pieces"),
    [
        ("env:\n- {name: REGISTRY, value: quay.io}\n- {name: X, value: y}", "REGISTRY=quay.io"),
        (
            (
                "env:\n- {name: REGISTRY, value: quay.io}\n- {name: PROJECT, value: acme}\n"
                "- {name: A_REPO, value: a}\n- {name: A_TAG, value: '1'}\n"
                "- {name: PULL_SECRET_IMAGE, value: x/y}"
            ),
            "REGISTRY=quay.io, PROJECT=acme, A_REPO=a, A_TAG=1",
        ),
        (
            "env: [{name: RELATED_IMAGE_REGISTRY, value: nvcr.io/nvidia/cloud}]",
            "RELATED_IMAGE_REGISTRY=nvcr.io/nvidia/cloud",
        ),
        ("env: [{name: A_IMAGE, value: 'quay.io/a/b:$(V)'}]", "A_IMAGE=quay.io/a/b:$(V)"),
        ("env: [{name: A_IMAGE, value: '$REGISTRY/a/b:1'}]", "A_IMAGE=$REGISTRY/a/b:1"),
        ("env: [{name: CHART, value: 'oci://quay.io/a/chart:1'}]", "CHART=quay.io/a/chart:1"),
    ],
)
def test_what_is_completed_at_run_time_is_reported_with_its_pieces_and_left(
    lines: str, pieces: str, tmp_path: Path
) -> None:
    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.changed == {}
    assert [(each.severity.value, str(each.message)) for each in outcome.of("OSC-OPR-010")] == [
        ("warning", COMPLETED.format(pieces))
    ]


@pytest.mark.parametrize(
    ("lines", "piece"),
    [
        ("args: [--image-repo=quay.io/acme, -v]", "quay.io/acme"),
        ("args: [--image-repo=quay.io/acme/app]", "quay.io/acme/app"),
        ("args: [--default-registry, quay.io/acme]", "quay.io/acme"),
        ("command: [sh, -c, 'op --image-registry quay.io --v=2']", "quay.io"),
        ("args: ['--image=quay.io/acme/app:${VERSION}']", "quay.io/acme/app:${VERSION}"),
        ("args: ['--chart=oci://quay.io/acme/app:1']", "quay.io/acme/app:1"),
    ],
)
def test_a_piece_in_an_argument_is_reported_and_left(
    lines: str, piece: str, tmp_path: Path
) -> None:
    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.changed == {}
    (found,) = outcome.of("OSC-OPR-010")
    assert f"={piece}. They are not rewritten" in str(found.message)


def test_a_name_without_registry_is_a_piece_where_its_container_gets_a_registry(
    tmp_path: Path,
) -> None:
    lines = "env:\n- {name: REGISTRY, value: quay.io}\n- {name: A_IMAGE, value: 'acme/app:1'}"
    related = lines.replace("A_IMAGE", "RELATED_IMAGE_A")

    assert examine_operator(tmp_path, in_container(related)).csv == in_container(
        related.replace("acme/", f"{TARGET}/")
    )
    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.changed == {}
    assert [str(each.message) for each in outcome.of("OSC-OPR-010")] == [
        COMPLETED.format("REGISTRY=quay.io, A_IMAGE=acme/app:1")
    ]


def test_what_other_images_begin_with_is_their_prefix_and_no_image(tmp_path: Path) -> None:
    lines = "args: [--from=nvcr.io/nvidia/cloud, --a=nvcr.io/nvidia/cloud/app:1]"

    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.csv == in_container(lines.replace("nvcr.io/nvidia/cloud/", f"{TARGET}/"))


PIECES = """\
    alm-examples: |-
      [
        {
          "kind": "Demo",
          "spec": {
            "api": {"image": {"registry": "quay.io", "repository": "acme/api", "tag": "1"}},
            "web": {"repository": "quay.io/acme", "imageName": "web", "tagName": "2"},
            "vault": {"image": {"repository": "vault", "tag": "1.5"}},
            "agent": {"image": {"repository": "acme/agent", "tag": 2.0}},
            "runtime": {"name": "java", "version": "17"},
            "build": {"output": {"image": "registry.build.svc:5000/demo/app:1"}}
          }
        }
      ]
"""


def test_the_pieces_of_an_example_are_replaced_so_that_they_give_the_target(
    tmp_path: Path,
) -> None:
    outcome = examine_operator(tmp_path, with_examples(PIECES))

    host, organization = TARGET.split("/")
    assert outcome.csv == with_examples(
        rewritten(
            PIECES,
            {
                '"registry": "quay.io", "repository": "acme/api"': (
                    f'"registry": "{host}", "repository": "{organization}/api"'
                ),
                '"repository": "quay.io/acme"': f'"repository": "{TARGET}"',
                '"repository": "vault"': f'"repository": "{TARGET}/vault"',
                '"repository": "acme/agent"': f'"repository": "{TARGET}/agent"',
            },
        )
    )
    assert {key: target for key, target in outcome.images.items() if key[1] == "redirected"} == {
        ("quay.io/acme/api:1", "redirected"): f"{TARGET}/api:1",
        ("quay.io/acme/web:2", "redirected"): f"{TARGET}/web:2",
        ("vault:1.5", "redirected"): f"{TARGET}/vault:1.5",
        ("acme/agent", "redirected"): f"{TARGET}/agent",
    }
    assert [(each.severity.value, str(each.message)) for each in outcome.of("OSC-OPR-010")] == [
        (
            "info",
            (
                "metadata.annotations.alm-examples[0].spec.build.output.image gives"
                " registry.build.svc:5000/demo/app:1, which is in the registry of the customer's"
                " own cluster. It is left as it is."
            ),
        )
    ]
    assert outcome.report.verification.other_changes == ()


def test_the_findings_of_an_image_in_pieces_say_which_piece_becomes_what(tmp_path: Path) -> None:
    text = '    alm-examples: \'[{"a": {"registry": "quay.io", "image": "a/b", "tag": "1"}}]\'\n'

    outcome = examine_operator(tmp_path, with_examples(text))

    assert [str(each.message) for each in outcome.of("PORTAL-002")] == [
        (
            "metadata.annotations.alm-examples[0].a.registry decides the registry of"
            " quay.io/a/b:1: quay.io becomes swr.example.com."
        ),
        (
            "metadata.annotations.alm-examples[0].a.image decides the repository of"
            " quay.io/a/b:1: a/b becomes osc/b."
        ),
    ]
    assert {each.change_set for each in outcome.of("PORTAL-002")} == {"image:quay.io/a/b:1"}
    (image,) = [each for each in outcome.report.images if each.original == "quay.io/a/b:1"]
    assert [(each.path, each.role.value) for each in image.sources] == [
        ("metadata.annotations.alm-examples[0].a.registry", "registry"),
        ("metadata.annotations.alm-examples[0].a.image", "repository"),
        ("metadata.annotations.alm-examples[0].a.tag", "tag"),
    ]


def test_pieces_and_the_whole_reference_of_one_image_are_one_change(tmp_path: Path) -> None:
    pieces = '"a": {"repository": "acme/b", "tag": "1"}, "c": {"image": "acme/b:1"}'
    text = f"    alm-examples: '[{{{pieces}}}]'\n"

    outcome = examine_operator(tmp_path, with_examples(text))

    assert outcome.csv == with_examples(text.replace("acme/b", f"{TARGET}/b"))
    assert outcome.images["acme/b:1", "redirected"] == f"{TARGET}/b:1"


def test_pieces_that_collide_with_another_image_are_left(tmp_path: Path) -> None:
    pieces = '"a": {"repository": "acme/b", "tag": "1"}, "c": {"image": "quay.io/x/b:1"}'

    outcome = examine_operator(tmp_path, with_examples(f"    alm-examples: '[{{{pieces}}}]'\n"))

    assert outcome.changed == {}
    assert [each.images for each in outcome.of("PORTAL-001")] == [("quay.io/x/b:1", "acme/b:1")]


@pytest.mark.parametrize(
    ("spec", "pieces"),
    [
        ('"imageRegistry": "quay.io", "image": {"name": "a/b", "tag": "1"}', ["a/b", "quay.io"]),
        ('"registry": "quay.io", "a": {"image": "acme/b:1"}', ["acme/b:1", "quay.io"]),
        ('"repository": "quay.io/a/", "image": "b", "tag": "1"', ["quay.io/a/"]),
    ],
)
def test_pieces_of_an_example_that_something_else_completes_are_reported_and_left(
    spec: str, pieces: list[str], tmp_path: Path
) -> None:
    outcome = examine_operator(tmp_path, with_examples(f"    alm-examples: '[{{{spec}}}]'\n"))

    assert outcome.changed == {}
    found = " ".join(sorted(str(each.message) for each in outcome.of("OSC-OPR-010")))
    assert [piece in found for piece in pieces] == [True for _each in pieces]


def test_the_images_of_examples_that_are_no_json_are_not_lost(tmp_path: Path) -> None:
    text = '    alm-examples: |-\n      [{"image": "quay.io/acme/app:1",}]\n'

    outcome = examine_operator(tmp_path, with_examples(text))

    assert outcome.changed == {}
    assert outcome.images["quay.io/acme/app:1", "unverified"] == f"{TARGET}/app:1"
    assert [(each.place.line, each.place.column) for each in outcome.of("OSC-OPR-007")] == [(7, 38)]
    assert outcome.reported("OSC-OPR-007") == [
        (
            7,
            (
                "alm-examples of demo-operator.v1.0.0 cannot be read: This is not JSON: nothing"
                " follows this comma before “}”. Remove the comma."
            ),
        )
    ]
    assert outcome.of("OSC-OPR-008") == []


def test_a_csv_that_the_platform_would_not_rewrite_is_an_error(tmp_path: Path) -> None:
    example = operator_package(without=("csv",), more={"1.0.0/demo.csv.yaml": plain_csv()})

    assert [
        each.severity.value for each in examine_example(tmp_path, example).of("OSC-OPR-004")
    ] == ["error"]


@pytest.mark.parametrize(
    "entry",
    [
        "{name: RELATED_IMAGE_A}",
        "{name: RELATED_IMAGE_A, value: ''}",
        "{name: RELATED_IMAGE_A, valueFrom: {configMapKeyRef: {name: a, key: b}}}",
    ],
)
def test_a_related_image_without_a_value_is_reported(entry: str, tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, in_container(f"env: [{entry}]"))

    assert outcome.reported("OSC-OPR-010") == [
        (62, "The value of RELATED_IMAGE_A is not given here, so no image can be rewritten.")
    ]


def test_an_anchor_that_feeds_only_images_is_edited_once(tmp_path: Path) -> None:
    lines = "env:\n- {name: A_IMAGE, value: &a 'quay.io/acme/app:1'}\n- {name: B_IMAGE, value: *a}"

    outcome = examine_operator(tmp_path, in_container(lines))

    assert outcome.csv == in_container(lines.replace("quay.io/acme", TARGET))
    assert outcome.images["quay.io/acme/app:1", "redirected"] == f"{TARGET}/app:1"


def test_an_anchor_that_feeds_something_else_too_is_left_with_the_reason(tmp_path: Path) -> None:
    csv = in_container("env:\n- {name: A_IMAGE, value: &a 'quay.io/acme/app:1'}")
    csv = csv + "  displayedAs: *a\n"

    outcome = examine_operator(tmp_path, csv)

    assert outcome.changed == {}
    assert [each.severity.value for each in outcome.of("PORTAL-004")] == ["warning"]
    assert "spec.displayedAs, which is no image" in str(outcome.of("PORTAL-004")[0].message)


def test_an_image_that_is_no_reference_is_reported(tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, in_pod("initContainers:\n- {name: a, image: 'Bad Name'}"))

    assert outcome.changed == {}
    assert outcome.images["Bad Name", "unverified"] == "Bad Name"
    assert [each.severity.value for each in outcome.of("PORTAL-004")] == ["warning"]


# outside of the CSV


def test_an_image_outside_the_csv_is_reported_with_file_and_line(tmp_path: Path) -> None:
    crd = CRD.replace(
        "                type: string\n",
        "                type: string\n                default: quay.io/acme/app:1\n",
    )
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a.yaml: |\n"
        "    # was quay.io/acme/old:1\n    image: quay.io/acme/app:1\n"
    )
    example = operator_package(csv=_ours(CSV), crd=crd, more={"1.0.0/c.yaml": config})

    outcome = examine_example(tmp_path, example)

    found = outcome.of("OSC-OPR-009")
    assert [
        (each.place.file, each.place.line, each.place.column, each.image) for each in found
    ] == [
        ("demo/1.0.0/c.yaml", 7, 12, "quay.io/acme/app:1"),
        ("demo/1.0.0/demos.demo.example.crd.yaml", 24, 26, "quay.io/acme/app:1"),
    ]
    assert {each.severity.value for each in found} == {"error"}
    assert outcome.images["quay.io/acme/app:1", "hardcoded"] == f"{TARGET}/app:1"
    (image,) = [each for each in outcome.report.images if each.status.value == "hardcoded"]
    assert {source.path for source in image.sources} == {None}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "tests/scorecard/config.yaml",
            (
                "apiVersion: scorecard.operatorframework.io/v1alpha3\nkind: Configuration\n"
                "stages:\n- tests:\n  - image: quay.io/acme/test:1\n"
            ),
        ),
        ("metadata/notes.yaml", "note: see quay.io/acme/test:1\n"),
    ],
)
def test_files_that_nobody_deploys_are_only_listed(name: str, text: str, tmp_path: Path) -> None:
    outcome = examine_example(tmp_path, operator_package(csv=_ours(CSV), more={name: text}))

    assert outcome.of("OSC-OPR-009") == []
    assert [(each.place.file, each.severity.value) for each in outcome.of("PORTAL-007")] == [
        (f"demo/{name}", "info")
    ]


# the packaging guide's etcd


GUIDE = """\
apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata:
  annotations:
    capabilities: Full Lifecycle
    categories: Database
    containerImage: quay.io/coreos/etcd-operator@sha256:66a37fd61a06a43969854ee6d3e21087a98b93838e284a6086b13917f96b0d9b
    createdAt: 2019-02-28 01:03:00
    description: Create and maintain highly-available etcd clusters on Kubernetes
    repository: https://github.com/coreos/etcd-operator
    tectonic-visibility: ocs
  name: etcdoperator.v0.9.4
  namespace: placeholder
spec:
  version: 0.9.4
"""
GUIDE_MARKED = GUIDE.replace("  annotations:\n", "  annotations:\n    source: ISV\n")


def test_the_guides_etcd_is_marked_as_the_guide_prints_it(tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, GUIDE)

    (mark,) = outcome.of("OSC-ANN-001")
    assert mark.edit is not None
    data = GUIDE.encode()
    after = data[: mark.edit.start] + mark.edit.after.encode() + data[mark.edit.end :]
    assert after.decode() == GUIDE_MARKED
    assert outcome.csv == GUIDE_MARKED.replace("quay.io/coreos/", f"{TARGET}/")
    assert outcome.report.verification.other_changes == ()


HEAD, REST = CSV.split("  annotations:\n")
REST = REST[REST.index("  name: demo-operator") :]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", None),
        ("  annotations: {}\n", "  annotations:\n    source: ISV\n"),
        ("  annotations:\n", "  annotations:\n    source: ISV\n"),
        ("  annotations: null\n", "  annotations:\n    source: ISV\n"),
        ("  annotations: {a: b}\n", "  annotations: {source: ISV, a: b}\n"),
        ("  annotations: {source: Huawei, a: b}\n", "  annotations: {source: ISV, a: b}\n"),
        (
            "  annotations:\n    a: b\n    source: 'isv'\n",
            "  annotations:\n    a: b\n    source: 'ISV'\n",
        ),
    ],
)
def test_the_mark_is_set_whatever_the_annotations_are(
    before: str, after: str | None, tmp_path: Path
) -> None:
    outcome = examine_operator(tmp_path, _ours(HEAD + before + REST))

    if after is None:
        namespace = "  namespace: placeholder\n"
        wanted = HEAD + REST.replace(namespace, f"{namespace}  annotations:\n    source: ISV\n")
    else:
        wanted = HEAD + after + REST
    assert outcome.csv == _ours(wanted)
    assert outcome.report.verification.other_changes == ()


def test_a_mark_that_is_there_is_left(tmp_path: Path) -> None:
    outcome = examine_operator(tmp_path, _ours(CSV))

    assert outcome.changed == {}
    assert [each for each in outcome.report.findings if each.rule.startswith("OSC-ANN")] == []


# proof and release


def test_the_report_says_that_nothing_was_rendered(tmp_path: Path) -> None:
    verification = examine_operator(tmp_path, plain_csv()).report.verification

    assert (verification.rendered, verification.renders) == (False, 0)
    assert (verification.images_total, verification.images_redirected) == (2, 2)
    assert verification.unreached == ()


def test_an_operator_is_released_with_the_edits_that_were_approved(tmp_path: Path) -> None:
    path = written(operator_package(csv=plain_csv()), tmp_path)
    target = tmp_path / "released.zip"
    found = examine(path, POLICY).report.findings
    chosen = [each.edit for each in found if each.image == "quay.io/demo/demo:1.0.0" and each.edit]

    release(
        path, chosen, POLICY, target, expected={"quay.io/demo/demo:1.0.0": f"{TARGET}/demo:1.0.0"}
    )

    assert {image.original for image in examine(target, POLICY).report.images} == {
        f"{TARGET}/demo:1.0.0",
        "quay.io/demo/demo-operator:1.0.0",
    }


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([], "no edit was made"),
        ([("quay.io/demo/demo:1.0.0", f"{TARGET}/other:1.0.0")], "after the rewrite it reads"),
        (
            [
                ("quay.io/demo/demo:1.0.0", f"{TARGET}/demo:1.0.0"),
                ("Demo Software\n    email", "X\n    email"),
            ],
            "nothing explains why",
        ),
    ],
)
def test_a_release_that_is_not_what_was_approved_is_not_written(
    edits: list[tuple[str, str]], words: str, tmp_path: Path
) -> None:
    csv = plain_csv()
    path = written(operator_package(csv=csv), tmp_path)
    target = tmp_path / "released.zip"
    made = [
        Edit(
            CSV_ADDRESS,
            csv.encode().index(old.encode()),
            csv.encode().index(old.encode()) + len(old),
            old,
            new,
        )
        for old, new in edits
    ]

    with pytest.raises(NotProven, match=words):
        release(
            path, made, POLICY, target, expected={"quay.io/demo/demo:1.0.0": f"{TARGET}/demo:1.0.0"}
        )

    assert not target.exists()


def test_the_names_of_the_samples_are_those_of_the_examples() -> None:
    assert LIST.split("currentCSV: ")[1].split("\n")[0] in CSV
    assert CSV_FILE.startswith("1.0.0/")
    assert INSTANCE_IMAGE in CSV
