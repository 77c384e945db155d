from __future__ import annotations

from dataclasses import replace
from typing import Any

from .boxes import chart, tgz
from .judge import (
    Claims,
    Proof,
    container_name,
    hard_coded,
    image_verdicts,
    in_cluster,
    invented,
    prove,
    reachable,
    states_to_try,
)
from .truth import Literal, TrueImage, Truth
from .witness import Render, Spot

WEB = "docker.io/acme/web:1.0"
TARGET = "swr.example.com/osc/web:1.0"
APP = Spot("demo/templates/pod.yaml", 0, "Pod", "web", "release-name-app", ".spec.containers[0]")
WAIT = Spot("demo/templates/pod.yaml", 0, "Pod", "web", "wait", ".spec.initContainers[0]")


def true(value: str, container: str, verdict: str, state: str = "default") -> TrueImage:
    return TrueImage("demo/templates/pod.yaml", "Pod", container, value, state, verdict)


def truth(*images: TrueImage, literals: tuple[Literal, ...] = ()) -> Truth:
    return Truth({}, False, images, literals, frozenset(), frozenset(), (), (), frozenset())


def claim(original: str, status: str, container: str, **more: Any) -> dict[str, Any]:
    use = {"template": "demo/templates/pod.yaml", "kind": "Pod", "name": "web"}
    return {
        "original": original,
        "target": TARGET,
        "status": status,
        "sources": [],
        "used_by": [use | {"container": container}],
        "shown_by": [],
    } | more


def claims(*images: dict[str, Any]) -> Claims:
    finding = {"rule": "R-1", "message": "why", "image": "busybox:1.36", "edit": None}
    return Claims({"images": list(images), "findings": [finding]})


REDIRECTED = claim(WEB, "redirected", "release-name-app")


def proof(found: str) -> Proof:
    before = [Render({APP: WEB, WAIT: "busybox:1.36"})]
    after = [Render({APP: found, WAIT: "busybox:1.36"})]
    return prove(claims(REDIRECTED), ["default"], before, after)


def test_an_image_at_its_target_is_rendered_again() -> None:
    at_target = proof(TARGET)
    assert (at_target.wrong, at_target.stopped) == ([], [])
    (verdict,) = image_verdicts(
        truth(true(WEB, "demo-app", "controlled")), claims(REDIRECTED), at_target
    )
    assert (verdict.outcome, verdict.rendered_again) == ("redirected", True)


def test_a_promise_that_the_engine_does_not_keep_is_wrong() -> None:
    elsewhere = proof("elsewhere/web:1.0")
    assert [(each.promised, each.found) for each in elsewhere.wrong] == [
        (TARGET, "elsewhere/web:1.0")
    ]
    (verdict,) = image_verdicts(
        truth(true(WEB, "demo-app", "controlled")), claims(REDIRECTED), elsewhere
    )
    assert (verdict.outcome, verdict.rendered_again) == ("wrong", False)


def test_an_image_that_nobody_promised_must_stay() -> None:
    before, after = [Render({WAIT: "busybox:1.36"})], [Render({WAIT: "other:1"})]
    moved = prove(claims(), ["default"], before, after)
    assert [each.found for each in moved.wrong] == ["other:1"]


def test_an_image_at_its_target_without_a_promise_is_distinguished() -> None:
    unproven = claims(claim(WEB, "unverified", "release-name-app"))
    moved = prove(unproven, ["default"], [Render({APP: WEB})], [Render({APP: TARGET})])
    assert (moved.wrong, [each.found for each in moved.moved]) == ([], [TARGET])


def test_random_names_do_not_hide_a_container() -> None:
    before, after = replace(APP, container="a-x1", name="x1"), replace(APP, container="a-y2")
    seen = claims(claim(WEB, "redirected", "a-x1"))
    same = prove(seen, ["default"], [Render({before: WEB})], [Render({after: TARGET})])
    assert (same.wrong, len(same.good)) == ([], 1)


def test_a_container_is_known_whatever_the_release_and_chance_call_it() -> None:
    assert container_name("release-name-app") == container_name("demo-app") == "app"
    assert container_name("release-name-uxulw-test") == container_name("demo-feszx-test")


def test_the_same_template_of_another_subchart_is_another_place() -> None:
    other = replace(APP, template="demo/charts/sub/templates/pod.yaml")
    unseen = prove(claims(REDIRECTED), ["default"], [Render({other: WEB})], [Render({other: WEB})])
    assert (unseen.wrong, unseen.good) == ([], set())


def test_a_container_that_is_gone_is_wrong() -> None:
    gone = prove(claims(REDIRECTED), ["default"], [Render({APP: WEB})], [Render({})])
    assert [each.found for each in gone.wrong] == [None]


def test_a_state_that_stopped_rendering_is_reported() -> None:
    states = ["default", "a=true"]
    before = [Render({}), Render({}, "never did")]
    stopped = prove(claims(), states, before, [Render({}, "boom"), Render({}, "boom")])
    assert stopped.stopped == ["default: boom"]


def test_misses_carry_the_reason_of_the_report() -> None:
    known = truth(
        true("busybox:1.36", "wait", "controlled"),
        true(WEB, "demo-app", "controlled"),
        true("nginx:1", "n", "controlled"),
    )
    seen = claims(claim("busybox:1.36", "unverified", "wait"), claim(WEB, "redirected", "other"))
    assert [(v.outcome, v.reason) for v in image_verdicts(known, seen, Proof())] == [
        ("unverified", "R-1: why"),
        ("unseen", ""),
        ("absent", ""),
    ]


def literal(line: int) -> dict[str, Any]:
    source = {"file": "demo/templates/pod.yaml", "path": None, "line": line, "column": 14}
    return claim("busybox:1.36", "hardcoded", "wait", sources=[source])


def results(line: int, *literals: Literal) -> list[str]:
    known = truth(true("busybox:1.36", "wait", "hard-coded"), literals=literals)
    return [result for _, result, _ in hard_coded(known, claims(literal(line)), chart())]


def test_a_hard_coded_image_is_found_in_the_line_that_holds_it() -> None:
    there = Literal("templates/pod.yaml", 8, "image: busybox:1.36")
    assert results(8, there) == ["found"]
    assert results(8) == ["found"]
    assert results(7, there) == ["elsewhere"]
    assert results(7) == ["elsewhere"]


def test_a_hard_coded_image_with_another_status_is_missed() -> None:
    known = truth(true("busybox:1.36", "wait", "hard-coded"))
    seen = claims(claim("busybox:1.36", "unverified", "wait"))
    assert [found[1:] for found in hard_coded(known, seen, chart())] == [
        ("missed", "unverified R-1: why")
    ]


def test_a_hard_coded_image_is_invented_when_a_value_controls_it() -> None:
    known = truth(true("busybox:1.36", "wait", "controlled"))
    assert list(invented(known, claims(literal(8)), chart())) == [("busybox:1.36", "controlled")]
    assert list(invented(truth(), claims(literal(7)), chart())) == [("busybox:1.36", "unknown")]
    assert list(invented(truth(), claims(literal(8)), chart())) == []


def test_every_switch_and_file_that_shows_an_image_is_a_state() -> None:
    shown = claim(WEB, "redirected", "a", shown_by=["x.enabled=true", "y=true"])
    report = {"images": [shown, claim(WEB, "redirected", "b", shown_by=["ci/x-values.yaml"])]}
    archive = tgz({"demo/ci/x-values.yaml": "k: {v: 2}\n"})
    flagged = replace(truth(), base_values={"k": {"v": 1}}, flags=("k.on",), files=("ci/none",))
    assert states_to_try(flagged, report, archive, 16) == [
        ("default", {"k": {"v": 1}}),
        ("k.on=true", {"k": {"v": 1, "on": True}}),
        ("ci/none", {"k": {"v": 1}}),
        ("x.enabled=true y=true", {"k": {"v": 1}, "x": {"enabled": True}, "y": True}),
        ("ci/x-values.yaml", {"k": {"v": 2}}),
    ]
    assert len(states_to_try(flagged, report, archive, 2)) == 2


def test_images_of_a_values_file_that_is_not_in_the_package_are_left_out() -> None:
    there = true(WEB, "a", "controlled", "ci:ci/x-values.yaml")
    known = replace(
        truth(there, true(WEB, "a", "controlled", "ci:ci/none")),
        files=("ci/x-values.yaml", "ci/none"),
    )
    archive = tgz({"demo/ci/x-values.yaml": "k: 1\n"})
    assert reachable(known, archive).images == (there,)


def test_what_is_no_image_and_what_a_finding_foretells_is_no_wrong_change() -> None:
    before, after = [Render({APP: "acme/web:", WAIT: WEB})], [Render({APP: "x:", WAIT: "x:1"})]
    finding = {"rule": "PORTAL-016", "file": "demo/values.quay.yaml", "image": None, "edit": None}
    report = Claims({"images": [], "findings": [finding | {"message": "why"}]})
    assert prove(report, ["values.quay.yaml"], before, after).wrong == []
    (wrong,) = prove(report, ["default"], before, after).wrong
    assert (wrong.original, wrong.found) == (WEB, "x:1")


def test_tags_that_follow_from_the_cluster_are_those_of_the_cluster_that_is_sold() -> None:
    known = truth(true("acme/kubectl:1.36", "wait", "hard-coded"), true(WEB, "app", "controlled"))
    measured = [Render({WAIT: "acme/kubectl:1.36", APP: WEB})]
    sold = [Render({WAIT: "acme/kubectl:1.34", APP: "docker.io/acme/other:1.0"})]
    assert [image.value for image in in_cluster(known, measured, sold).images] == [
        "acme/kubectl:1.34",
        WEB,
    ]
