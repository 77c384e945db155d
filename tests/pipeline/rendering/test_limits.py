"""Charts that exhaust the engine: each is stopped with a reason, and harms no later render."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from reviews.pipeline.core.policy import GIB, MIB, Limits
from reviews.pipeline.rendering import ChartRejected, Engine, RenderStopped

from .charts import template

# Little memory and all the time for what must run out of memory, and the other way round.
SHORT_OF_MEMORY = Limits(
    render_seconds=60, analysis_render_seconds=600, render_memory_bytes=384 * MIB
)
SHORT_OF_TIME = Limits(render_seconds=1)
ROOMY = Limits(render_seconds=60, analysis_render_seconds=600, render_memory_bytes=2 * GIB)

MEMORY_HOGS = {
    "a list of a hundred million numbers": "{{ range until 100000000 }}x{{ end }}",
    "a text of two billion letters": '{{ repeat 2000000000 "x" }}',
    "a random text of two billion letters": "{{ randAlphaNum 2000000000 }}",
    "an indent of two billion blanks": '{{ indent 2000000000 "x" }}',
    "a text doubled for ever": '{{ $x := "x" }}{{ range until 64 }}{{ $x = print $x $x }}{{ end }}',
}
TIME_HOGS = {
    "nested ranges": "{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}",
    "certificates": '{{ range until 1000 }}{{ $_ := genCA "shop" 365 }}{{ end }}',
}
SELF_INCLUDING = {
    "include": '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
    "template": '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    "tpl": '{{ define "x" }}{{ tpl "{{ include \\"x\\" . }}" . }}{{ end }}{{ include "x" . }}',
}
HUGE_OUTPUT = '{{ $x := repeat 1000000 "x" }}{{ range until 70 }}{{ $x }}{{ end }}'


def assert_a_good_chart_still_renders(engine: Engine) -> None:
    chart = engine.load(template("a: 1"))
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": "a: 1"}


@pytest.mark.parametrize("text", MEMORY_HOGS.values(), ids=MEMORY_HOGS)
def test_a_chart_that_needs_too_much_memory_is_stopped(text: str, scratch_root: Path) -> None:
    with Engine(SHORT_OF_MEMORY) as engine:
        good, hog = engine.load(template("a: 0")), engine.load(template(text))
        with pytest.raises(RenderStopped) as stopped:
            engine.render(hog)
        assert (stopped.value.kind, stopped.value.limit) == ("memory", 384 * MIB)
        assert engine.render(good).manifests == {"shop/templates/a.yaml": "a: 0"}
        assert_a_good_chart_still_renders(engine)
        assert engine.renders == 3
    assert list(scratch_root.iterdir()) == []


@pytest.mark.parametrize("text", TIME_HOGS.values(), ids=TIME_HOGS)
def test_a_chart_that_needs_too_much_time_is_stopped(text: str, scratch_root: Path) -> None:
    with Engine(SHORT_OF_TIME) as engine:
        hog = engine.load(template(text))
        with pytest.raises(RenderStopped) as stopped:
            engine.render(hog)
        assert stopped.value.words == (
            "rendering did not finish within its limit of time: 1 seconds"
        )
        assert list(scratch_root.iterdir()) == []
        assert_a_good_chart_still_renders(engine)
    assert list(scratch_root.iterdir()) == []


def test_time_in_which_the_machine_did_something_else_is_not_counted() -> None:
    with Engine(SHORT_OF_TIME) as engine:
        chart = engine.load(template("a: 1"))
        assert engine._child is not None
        pid = engine._child._process.pid
        os.kill(pid, signal.SIGSTOP)
        resume = threading.Timer(1.5, os.kill, (pid, signal.SIGCONT))
        resume.start()
        assert engine.render(chart).manifests == {"shop/templates/a.yaml": "a: 1"}
        resume.join()
        assert engine.render_seconds < 1


def test_a_child_that_never_goes_on_is_ended(scratch_root: Path) -> None:
    with Engine(SHORT_OF_TIME) as engine:
        chart = engine.load(template("a: 1"))
        assert engine._child is not None
        os.kill(engine._child._process.pid, signal.SIGSTOP)
        with pytest.raises(RenderStopped) as stopped:
            engine.render(chart)
        assert stopped.value.kind == "time"
        assert_a_good_chart_still_renders(engine)
    assert list(scratch_root.iterdir()) == []


def test_linting_is_bounded_too() -> None:
    with Engine(SHORT_OF_TIME) as engine:
        with pytest.raises(RenderStopped) as stopped:
            engine.lint(template(TIME_HOGS["nested ranges"]))
        assert stopped.value.kind == "time"
        assert_a_good_chart_still_renders(engine)


def test_a_chart_that_renders_too_much_is_stopped(scratch_root: Path) -> None:
    with Engine(ROOMY) as engine:
        hog = engine.load(template(HUGE_OUTPUT))
        with pytest.raises(RenderStopped) as stopped:
            engine.render(hog)
        assert (stopped.value.kind, stopped.value.limit) == ("output", 64 * MIB)
        assert_a_good_chart_still_renders(engine)
    assert list(scratch_root.iterdir()) == []


@pytest.mark.parametrize("text", SELF_INCLUDING.values(), ids=SELF_INCLUDING)
def test_a_template_that_includes_itself_is_rejected(text: str) -> None:
    with Engine(ROOMY) as engine:
        chart = engine.load(template(text))
        with pytest.raises(ChartRejected) as rejected:
            engine.render(chart)
        assert type(rejected.value) is ChartRejected
        assert len(rejected.value.words) <= 4000
        assert_a_good_chart_still_renders(engine)
