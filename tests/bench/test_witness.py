from __future__ import annotations

from pathlib import Path

import pytest

from .boxes import chart
from .witness import Spot, WitnessFailed, everything_on, renders

SWITCHED = """{{- if .Values.extra.enabled }}
apiVersion: v1
kind: Pod
metadata:
  name: extra
spec:
  containers:
    - name: extra
      image: extra:1
{{- end }}
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "demo.tgz"
    path.write_bytes(chart())
    return path


def spot(place: str, container: str) -> Spot:
    return Spot("demo/templates/pod.yaml", 0, "Pod", "release-name-web", container, place)


def test_the_bare_engine_shows_every_container(archive: Path) -> None:
    as_it_is, other = renders(archive, [{}, {"image": {"tag": "2"}}], 60.0)
    assert as_it_is.images == {
        spot(".spec.initContainers[0]", "wait"): "busybox:1.36",
        spot(".spec.containers[0]", "release-name-app"): "docker.io/acme/web:1.0",
    }
    assert other.images[spot(".spec.containers[0]", "release-name-app")] == "docker.io/acme/web:2"


def test_a_chart_that_does_not_render_says_why(tmp_path: Path) -> None:
    path = tmp_path / "demo.tgz"
    path.write_bytes(chart(pod='{{ fail "no way" }}'))
    (render,) = renders(path, [{}], 60.0)
    assert render.images == {}
    assert "no way" in (render.error or "")


def test_a_chart_renders_as_in_the_cluster_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "demo.tgz"
    path.write_bytes(chart(pod=SWITCHED.replace(":1", ":{{ .Capabilities.KubeVersion.Minor }}")))
    given = {"extra": {"enabled": True}}
    (render,) = renders(path, [given], 60.0, {"kube_version": "v1.27.0"})
    assert list(render.images.values()) == ["extra:27"]


def test_a_missing_archive_is_the_fault_of_the_bench(tmp_path: Path) -> None:
    with pytest.raises(WitnessFailed):
        renders(tmp_path / "none.tgz", [{}], 60.0)


def test_everything_is_turned_on_but_what_must_stay_off(tmp_path: Path) -> None:
    path = tmp_path / "demo.tgz"
    values = "extra:\n  enabled: false\nother:\n  create: false\nquiet: false\n"
    path.write_bytes(chart(values=values, pod=SWITCHED))
    on = everything_on(path, {"quiet": False}, {"other.create"}, 60.0)
    assert on == {"quiet": False, "extra": {"enabled": True}}
    (render,) = renders(path, [on or {}], 60.0)
    assert list(render.images.values()) == ["extra:1"]


def test_a_choice_that_does_not_go_with_the_rest_is_left(tmp_path: Path) -> None:
    path = tmp_path / "demo.tgz"
    pod = "{{ if .Values.useOther }}{{ fail `not both` }}{{ end }}" + SWITCHED
    path.write_bytes(chart(values="extra:\n  enabled: false\nuseOther: false\n", pod=pod))
    assert everything_on(path, {}, (), 60.0) == {"extra": {"enabled": True}}
    path.write_bytes(chart(values="extra:\n  enabled: false\nuseOther: false\n", pod=SWITCHED))
    assert everything_on(path, {}, (), 60.0) == {"extra": {"enabled": True}, "useOther": True}
    path.write_bytes(chart(values="useOther: false\n", pod="{{ fail `never` }}"))
    assert everything_on(path, {}, (), 60.0) is None
