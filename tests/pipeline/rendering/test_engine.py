from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from types import FrameType

import pytest

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.rendering import (
    BudgetSpent,
    ChartRejected,
    Engine,
    EngineBroken,
    LintMessage,
    RenderStopped,
    engine_version,
)
from reviews.pipeline.rendering.process import Child

from .charts import CHART_YAML, archive, template, with_cache_sub_chart

ENDLESS = "{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}"
SHOP = {"shop/templates/a.yaml": "name: shop\n"}
SHOP_AND_CACHE = {**SHOP, "shop/charts/cache/templates/b.yaml": "image: redis:7\n"}


def test_a_chart_renders_with_its_own_values(engine: Engine) -> None:
    chart = engine.load(template("image: {{ .Values.image }}\n", "image: nginx:1\n"))
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": "image: nginx:1\n"}


def test_given_values_win(engine: Engine) -> None:
    chart = engine.load(template("image: {{ .Values.image }}\n", "image: nginx:1\n"))
    manifests = engine.render(chart, {"image": "größe\0\ud800"}).manifests
    assert manifests == {"shop/templates/a.yaml": "image: größe\0\ufffd\n"}


def test_the_release_is_named_as_helm_template_names_it(engine: Engine) -> None:
    chart = engine.load(template("{{ .Release.Name }} {{ .Release.Namespace }}"))
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": "release-name default"}


def test_a_sub_chart_that_was_off_can_be_turned_on_and_off_again(engine: Engine) -> None:
    chart = engine.load(with_cache_sub_chart())
    on = {"cache": {"enabled": True}}
    seen = [engine.render(chart, values).manifests for values in (None, on, None, on, on)]
    assert seen == [SHOP, SHOP_AND_CACHE, SHOP, SHOP_AND_CACHE, SHOP_AND_CACHE]


def test_a_null_does_not_outlive_its_render(engine: Engine) -> None:
    chart = engine.load(template("{{ .Values.a.b }}", "a: {b: 1}\n"))
    seen = [engine.render(chart, values).manifests for values in ({"a": {"b": None}}, None)]
    assert seen == [{"shop/templates/a.yaml": ""}, {"shop/templates/a.yaml": "1"}]


def test_the_values_that_the_templates_saw_stand_under_the_alias(engine: Engine) -> None:
    chart = engine.load(with_cache_sub_chart())
    rendering = engine.render(chart, {"cache": {"enabled": True}}, effective=True)
    assert rendering.effective == {"cache": {"enabled": True, "global": {}, "image": "redis:7"}}


def test_values_are_composed_for_a_chart_that_does_not_render(engine: Engine) -> None:
    chart = engine.load(template('{{ fail "no" }}', "image: nginx:1\n"))
    assert engine.values(chart, {"tag": "2"}) == {"image": "nginx:1", "tag": "2"}


def test_metadata_is_what_the_engine_read(engine: Engine) -> None:
    chart = engine.load(with_cache_sub_chart())
    engine.render(chart)
    assert engine.metadata(chart) == {
        "metadata": {
            "apiVersion": "v2",
            "name": "shop",
            "version": "1.0.0",
            "dependencies": [
                {
                    "name": "redis",
                    "version": "1.0.0",
                    "repository": "",
                    "condition": "cache.enabled",
                    "alias": "cache",
                }
            ],
        },
        "dependencies": [{"apiVersion": "v2", "name": "redis", "version": "1.0.0"}],
        "values": {"cache": {"enabled": False}},
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "length must be 1..2^31-1"),
        (b"no archive", "gzip: invalid header"),
        (archive({"Chart.yaml": "name: shop\n"}), "validation: chart.metadata.version is required"),
    ],
)
def test_an_archive_that_does_not_load_is_rejected(engine: Engine, data: bytes, words: str) -> None:
    with pytest.raises(ChartRejected) as rejected:
        engine.load(data)
    assert rejected.value.words == words


def test_a_template_that_fails_is_rejected_with_its_words(engine: Engine) -> None:
    chart = engine.load(template('{{ fail "give a password" }}'))
    with pytest.raises(ChartRejected) as rejected:
        engine.render(chart)
    assert rejected.value.words == (
        "execution error at (shop/templates/a.yaml:1:3): give a password"
    )


def test_words_that_are_no_text_are_still_reported(engine: Engine) -> None:
    chart = engine.load(template('{{ fail "\\xff!" }}'))
    with pytest.raises(ChartRejected) as rejected:
        engine.render(chart)
    assert rejected.value.words == "execution error at (shop/templates/a.yaml:1:3): \ufffd!"


def test_long_words_lose_their_middle(engine: Engine) -> None:
    chart = engine.load(template('{{ fail (printf "%s END" (repeat 100000 "y")) }}'))
    with pytest.raises(ChartRejected) as rejected:
        engine.render(chart)
    start = "execution error at (shop/templates/a.yaml:1:3): ".ljust(1997, "y")
    assert rejected.value.words == start + " ... " + " END".rjust(1997, "y")


def test_values_that_the_schema_forbids_are_rejected(engine: Engine) -> None:
    schema = '{"properties": {"replicas": {"type": "integer"}}}'
    chart = engine.load(archive({"values.schema.json": schema}))
    assert engine.render(chart, {"replicas": 2}).manifests == {}
    with pytest.raises(ChartRejected) as rejected:
        engine.render(chart, {"replicas": "two"})
    assert rejected.value.words.splitlines()[-1] == "- at '/replicas': got string, want integer"


def test_data_nested_too_deeply_is_rejected(engine: Engine) -> None:
    with pytest.raises(ChartRejected) as rejected:
        engine.metadata(engine.load(archive({"values.yaml": "a: " + "[" * 2000 + "]" * 2000})))
    assert rejected.value.words == "the data is nested too deeply to be read"


def test_lint_reports_each_message_with_its_place(engine: Engine) -> None:
    text = CHART_YAML + "dependencies:\n- {name: redis, version: 1.0.0}\n"
    data = archive({"Chart.yaml": text, "values.yaml": "", "templates/a.yaml": "a: 1\n b: 2"})
    assert engine.lint(data) == (
        LintMessage("info", "Chart.yaml", "icon is recommended"),
        LintMessage(
            "error",
            "templates/a.yaml",
            "unable to parse YAML: error converting YAML to JSON: yaml: line 2: "
            "mapping values are not allowed in this context",
        ),
        LintMessage("warning", "", "chart directory is missing these dependencies: redis"),
    )


def test_lint_lists_charts_in_the_same_order_each_time(engine: Engine) -> None:
    names = [f"s{number}" for number in range(8)]
    files = {
        f"charts/{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n"
        for name in names
    }
    data = archive(files)

    found = {message.text for _turn in range(5) for message in engine.lint(data)}

    missing = [text for text in found if "missing these dependencies" in text]
    assert missing == [f"chart metadata is missing these dependencies: {','.join(names)}"]


def test_lint_takes_values(engine: Engine) -> None:
    data = template("metadata: {name: {{ .Values.image.tag }}}")
    icon = LintMessage("info", "Chart.yaml", "icon is recommended")
    assert engine.lint(data, {"image": {"tag": "shop"}}) == (icon,)
    nil = 'shop/templates/a.yaml:1:27\n  executing "shop/templates/a.yaml" at <.Values.image.tag>'
    assert engine.lint(data) == (
        icon,
        LintMessage(
            "error", "templates/", f"{nil}:\n    nil pointer evaluating interface {{}}.tag"
        ),
    )


def test_lint_leaves_nothing_in_the_scratch_folder(scratch_root: Path) -> None:
    with Engine(Limits()) as engine:
        engine.lint(template("a: 1"))
        (folder,) = scratch_root.iterdir()
        assert list(folder.iterdir()) == []
    assert list(scratch_root.iterdir()) == []


def test_lint_rejects_what_is_no_archive(engine: Engine) -> None:
    with pytest.raises(ChartRejected) as rejected:
        engine.lint(b"no archive")
    assert rejected.value.words == "unable to extract tarball: gzip: invalid header"


def test_documents_are_typed_as_kubernetes_types_them(engine: Engine) -> None:
    documents = {
        "a: 1.20\nb: yes\nc: 0o17\nd: '1.20'\n1: x\n": {
            "a": 1.2,
            "b": True,
            "c": 15,
            "d": "1.20",
            "1": "x",
        },
        "a: &x [1]\nb: *x\n": {"a": [1], "b": [1]},
        "- 1\n": None,
        "": None,
        "# nothing\n": None,
        "a: [": None,
        "a: 1\0b: 2": None,
        "a: .inf": None,
        "a: " + "[" * 3000 + "]" * 3000: None,
    }
    assert engine.parse(list(documents)) == list(documents.values())


def test_templates_cannot_see_the_environment(engine: Engine) -> None:
    chart = engine.load(template('{{ env "PATH" }}'))
    with pytest.raises(ChartRejected) as rejected:
        engine.render(chart)
    assert rejected.value.words == (
        'parse error at (shop/templates/a.yaml:1): function "env" not defined'
    )


@pytest.mark.parametrize(
    "text",
    [
        '{{ getHostByName "localhost" }}',
        '{{ range lookup "v1" "Secret" "" "" }}{{ . }}{{ end }}',
        '{{ .Files.Get "../../../../../../etc/passwd" }}',
        '{{ .Files.Get "/etc/passwd" }}',
        '{{ range $path, $_ := .Files.Glob "/etc/*" }}{{ $path }}{{ end }}',
    ],
)
def test_templates_reach_neither_network_nor_cluster_nor_files(engine: Engine, text: str) -> None:
    assert engine.render(engine.load(template(text))).manifests == {"shop/templates/a.yaml": ""}


def test_a_link_in_the_archive_is_not_followed(engine: Engine) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for path, text in (
            ("Chart.yaml", CHART_YAML),
            ("templates/a.yaml", '{{ .Files.Get "l" }}'),
        ):
            member = tarfile.TarInfo(f"shop/{path}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("shop/l")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    chart = engine.load(packed.getvalue())
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": ""}


def test_a_chatty_engine_does_not_block_the_conversation(engine: Engine) -> None:
    keys = [f"a-rather-long-name-of-a-table-{number}" for number in range(3000)]
    chart = engine.load(template("a: 1", "".join(f"{key}: {{x: 1}}\n" for key in keys)))
    manifests = engine.render(chart, dict.fromkeys(keys, "no table")).manifests
    assert manifests == {"shop/templates/a.yaml": "a: 1"}


def test_a_large_archive_travels_whole(engine: Engine) -> None:
    noise = os.urandom(2_000_000).hex()
    text = '{{ .Files.Get "noise" }}'
    chart = engine.load(archive({"noise": noise, "templates/a.yaml": text}))
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": noise}


def test_renders_are_counted_and_bounded_but_the_proof_is_not_starved() -> None:
    with Engine(Limits(analysis_renders=2)) as engine:
        chart = engine.load(template("a: 1"))
        seconds = engine.render(chart).seconds + engine.render(chart, budgeted=False).seconds
        with pytest.raises(BudgetSpent):
            engine.render(chart)
        assert (engine.renders, engine.render_seconds) == (2, seconds)
        engine.render(chart, budgeted=False)
        engine.values(chart)
        assert engine.renders == 4


def test_a_render_stopped_by_the_end_of_the_budget_is_no_fault_of_the_chart() -> None:
    with Engine(Limits(analysis_render_seconds=0.3)) as engine:
        chart = engine.load(template(ENDLESS))
        # On a busy machine one render may end before it has had all its processor time.
        while engine.spent < 1:
            with pytest.raises(BudgetSpent):
                engine.render(chart)
        with pytest.raises(BudgetSpent):
            engine.render(engine.load(template("a: 1")))


def test_a_forgotten_chart_is_unknown(engine: Engine) -> None:
    first, second = engine.load(template("a: 1")), engine.load(template("a: 2"))
    engine.unload(first)
    with pytest.raises(KeyError):
        engine.render(first)
    assert engine.render(second).manifests == {"shop/templates/a.yaml": "a: 2"}


def test_an_interrupted_conversation_does_not_garble_the_next(engine: Engine) -> None:
    class Interrupted(Exception):  # noqa: N818
        pass

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted

    def render_for_a_moment() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        engine.render(endless)

    endless, good = engine.load(template(ENDLESS)), engine.load(template("a: 1"))
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(Interrupted):
            render_for_a_moment()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert engine.render(good).manifests == {"shop/templates/a.yaml": "a: 1"}


def test_a_child_killed_by_someone_else_is_an_internal_error_and_is_replaced(
    engine: Engine,
) -> None:
    chart = engine.load(template("a: 1"))
    assert engine._child is not None
    os.kill(engine._child._process.pid, signal.SIGKILL)
    with pytest.raises(EngineBroken) as broken:
        engine.render(chart)
    assert not isinstance(broken.value, RenderStopped)
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": "a: 1"}


@pytest.mark.parametrize("crashes", [1, 2, 3])
def test_an_engine_that_crashes_is_asked_again_twice(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, crashes: int
) -> None:
    chart, other = engine.load(template("a: 1")), engine.load(template("b: 1"))
    left, exchange = [crashes], Child.exchange

    def crash(child: Child, text: bytes, blob: bytes, seconds: float) -> bytes:
        if left[0] and b'"render"' in text:
            left[0] -= 1
            os.kill(child._process.pid, signal.SIGABRT)
        return exchange(child, text, blob, seconds)

    monkeypatch.setattr(Child, "exchange", crash)
    if crashes == 3:
        with pytest.raises(EngineBroken) as broken:
            engine.render(chart)
        assert "exit status -6" in str(broken.value)
    assert engine.render(chart).manifests == {"shop/templates/a.yaml": "a: 1"}
    assert engine.render(other).manifests == {"shop/templates/a.yaml": "b: 1"}


def test_a_closed_engine_leaves_neither_process_nor_folder(scratch_root: Path) -> None:
    with Engine(Limits()) as engine:
        engine.load(template("a: 1"))
        assert engine._child is not None
        child = engine._child._process.pid
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
    assert list(scratch_root.iterdir()) == []


def test_a_missing_interpreter_is_an_internal_error(
    scratch_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(scratch_root / "python"))
    with pytest.raises(EngineBroken):
        Engine(Limits())
    assert list(scratch_root.iterdir()) == []


def test_a_missing_engine_is_an_internal_error(
    tmp_path: Path, scratch_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with Engine(Limits()) as engine, pytest.raises(EngineBroken) as broken:
        engine.load(template("a: 1"))
    assert str(broken.value) == (
        "the engine failed: the engine does not load: No module named 'helm_python'"
    )
    assert list(scratch_root.iterdir()) == []


def test_the_version_reported_is_that_of_the_engine() -> None:
    program = "import helm_python; print('helm', helm_python.helm_sdk_version(), end='')"
    printed = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, check=True, text=True
    )
    assert engine_version() == printed.stdout
