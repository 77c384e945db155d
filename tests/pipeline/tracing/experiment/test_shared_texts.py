"""Images that share a text with others, with checksums, or with a file that templates read."""

from __future__ import annotations

from pathlib import Path

from ...journey import examine_chart, pod

POD = pod("{{ .Values.image }}")
IMAGE = "image: quay.io/a/b:1\n"
CONFIG = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  text: |\n"


def test_a_checksum_in_the_text_of_an_image_is_a_consequence(tmp_path: Path) -> None:
    template = (
        POD
        + CONFIG
        + (
            '    agent:\n      image: "{{ .Values.agent.repository }}:{{ .Values.agent.tag }}"\n'
            "      id: {{ .Values.agent.repository | sha256sum }}\n"
            "      name: agent-{{ .Values.agent.repository | sha256sum | trunc 8 }}\n"
        )
    )
    values = IMAGE + 'agent: {repository: team/agent, tag: "2"}\n'
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.image("team/agent:2").status.value == "redirected"
    assert outcome.values == (
        'image: swr.example.com/osc/b:1\nagent: {repository: swr.example.com/osc/agent, tag: "2"}\n'
    )
    (change,) = outcome.report.verification.other_changes
    assert (change.path, change.cause) == ("data.text", "agent.repository")
    assert not [each for each in outcome.report.findings if each.rule == "PORTAL-009"]


def test_literals_of_one_text_name_their_own_lines(tmp_path: Path) -> None:
    template = (
        POD
        + CONFIG
        + (
            "    image: dev.example.net/team/images/one:latest\n"
            "    image: dev.example.net/team/images/two:latest\n"
        )
    )
    outcome = examine_chart(tmp_path, IMAGE, template)
    lines = template.split("\n")
    for name in ("one", "two"):
        image = outcome.image(f"dev.example.net/team/images/{name}:latest")
        (source,) = image.sources
        assert (image.status.value, source.role.value) == ("hardcoded", "reference")
        assert name in lines[source.line - 1]


def test_the_images_of_nodes_in_a_text_are_none(tmp_path: Path) -> None:
    template = (
        POD
        + CONFIG
        + ("    kind: Node\n    status:\n      images:\n      - names: [quay.io/team/a:1]\n")
    )
    outcome = examine_chart(tmp_path, IMAGE, template)
    assert [image.original for image in outcome.report.images] == ["quay.io/a/b:1"]


def test_an_image_in_a_file_that_templates_read_is_hard_coded_there(tmp_path: Path) -> None:
    template = '{{- $own := .Files.Get "internal/defaults.yaml" | fromYaml }}\n' + pod(
        '"{{ $own.registry }}/{{ $own.name }}:{{ $own.tag }}"'
    )
    defaults = '# ours\nregistry: quay.io/team\nname: central\ntag: "4.5"\n'
    outcome = examine_chart(tmp_path, "{}\n", template, **{"internal/defaults.yaml": defaults})
    image = outcome.image("quay.io/team/central:4.5")
    assert image.status.value == "hardcoded"
    assert {(source.file.rpartition("!/")[2], source.line) for source in image.sources} == {
        ("demo/internal/defaults.yaml", line) for line in (2, 3, 4)
    }
    (finding,) = [each for each in outcome.report.findings if each.rule == "OSC-HELM-008"]
    assert (finding.place.line, finding.help.text(str)) == (
        2,
        "Write quay.io/team into demo/values.yaml and let the template read it from there.",
    )
