"""Work that takes too much is ended from outside, whatever it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from reviews.jobs import confined
from reviews.jobs.confined import Watch, Work, WorkCrashed, run_confined
from reviews.jobs.process_memory import resident
from reviews.jobs.runner import Cancelled
from reviews.pipeline.core.messages import Message
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.core.refusal import PackageRefused

Progress = Callable[[str], None]
SEEN: list[str] = []
OTHERS: list[str] = []


def _run(work: Work, look: Callable[[], None] = lambda: None, limits: Limits | None = None) -> str:
    SEEN.clear()
    return run_confined(work, limits or Limits(), Watch(SEEN.append, look))


def _stopped_at(work: Work, limits: Limits | None = None) -> str:
    with pytest.raises(PackageRefused) as refused:
        _run(work, limits=limits)
    assert refused.value.code == "PORTAL-045"
    return str(refused.value.words.parameters["limit"])


def _all_children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """Let only children count that the test has started: engines of other tests may wait."""
    OTHERS[:] = _all_children()
    yield
    OTHERS.clear()


def _children() -> list[str]:
    return [each for each in _all_children() if each not in OTHERS]


def test_what_it_gives_and_its_stages_arrive() -> None:
    def work(progress: Progress) -> str:
        progress("unpack")
        progress("render")
        return "reports/" + "x" * 100_000

    assert _run(work) == "reports/" + "x" * 100_000
    assert SEEN == ["unpack", "render"]
    assert _children() == []


def test_it_stands_back_behind_the_pages(settings: Settings) -> None:
    settings.PORTAL_NICENESS = 3

    assert int(_run(lambda _progress: str(os.nice(0)))) == min(os.nice(0) + 3, 19)


def test_a_refusal_arrives_with_its_words() -> None:
    words = Message("%(a)s of %(b)s", {"a": Message("one"), "b": ("two", 3)})

    def work(_progress: Progress) -> str:
        raise PackageRefused("OSC-PKG-001", words, "demo.zip")

    with pytest.raises(PackageRefused) as refused:
        _run(work)

    assert (refused.value.code, refused.value.file) == ("OSC-PKG-001", "demo.zip")
    assert str(refused.value.words) == str(words)


def test_an_internal_error_arrives_with_its_traceback() -> None:
    def work(_progress: Progress) -> str:
        raise ZeroDivisionError("planted")

    with pytest.raises(WorkCrashed, match="ZeroDivisionError: planted"):
        _run(work)


def test_a_process_that_others_end_is_an_internal_error() -> None:
    def work(_progress: Progress) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    with pytest.raises(WorkCrashed, match="was ended by another"):
        _run(work)


def test_work_that_sleeps_is_ended_at_its_deadline() -> None:
    def work(_progress: Progress) -> str:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(3600)
        return ""

    assert _stopped_at(work, Limits(analysis_seconds=0.5)) == "0.5 seconds"
    assert _children() == []


def test_work_that_computes_is_ended_by_its_processor_time() -> None:
    def work(_progress: Progress) -> str:
        while True:
            pass

    assert (
        _stopped_at(work, Limits(analysis_processor_seconds=0.5)) == "0.5 seconds of the processor"
    )


def test_work_that_says_much_is_looked_at_no_more_often_than_other_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[None] = []

    def work(progress: Progress) -> str:
        for _each in range(50):
            progress("unpack")
            time.sleep(0.01)  # so that not all of them are read at once
        return "done"

    monkeypatch.setattr(confined, "_LOOK_SECONDS", 3600.0)
    assert _run(work, lambda: looks.append(None)) == "done"

    assert (len(SEEN), looks) == (50, [])


def test_work_that_grows_is_ended_by_its_memory() -> None:
    def work(_progress: Progress) -> str:
        held = []
        while True:
            held.append(bytearray(os.urandom(1 << 20)))

    assert _stopped_at(work, Limits(analysis_memory_bytes=700 << 20)) == "700 MiB of memory"


def test_work_is_ended_by_its_memory_together_with_that_of_what_it_starts() -> None:
    def work(progress: Progress) -> str:
        # It ends with the process that has started it: nobody else can close its input.
        hold = "held = b'x' * (500 << 20); print(flush=True); input()"
        with subprocess.Popen(
            [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            held = b"x" * (300 << 20)
            progress("held")
            time.sleep(3600)
        return str(len(held))

    # More than either of the two holds, less than both do.
    limits = Limits(analysis_memory_bytes=700 << 20, analysis_seconds=120)
    assert _stopped_at(work, limits) == "700 MiB of memory"


def test_what_is_shared_with_the_worker_counts_by_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confined, "_LOOK_SECONDS", 0.01)
    shared = os.urandom(400 << 20)

    def work(_progress: Progress) -> str:
        held = b"x" * (200 << 20)
        time.sleep(1)
        return str(len(held) + len(shared))

    most = resident(os.getpid()) + (100 << 20)
    assert _run(work, limits=Limits(analysis_memory_bytes=most)) == str(600 << 20)


def test_memory_that_is_wanted_at_once_is_refused_by_the_kernel() -> None:
    def work(_progress: Progress) -> str:
        return str(len(bytearray(64 << 30)))

    assert _stopped_at(work) == "1024 MiB of memory"


def test_what_nobody_wants_any_more_is_ended() -> None:
    def look() -> None:
        raise Cancelled

    def work(_progress: Progress) -> str:
        time.sleep(3600)
        return ""

    with pytest.raises(Cancelled):
        _run(work, look)
    assert _children() == []


def test_work_that_reads_or_writes_has_its_deadline_put_off_and_idle_work_has_not(
    tmp_path: Path,
) -> None:
    limits = Limits(analysis_seconds=1)

    def writes(_progress: Progress) -> str:
        for number in range(15):
            time.sleep(0.1)
            (tmp_path / "draft").write_text(str(number))
        return "written"

    def sleeps(_progress: Progress) -> str:
        time.sleep(60)
        return "slept"

    assert run_confined(writes, limits, Watch(SEEN.append, lambda: None, is_patient=True)) == (
        "written"
    )
    with pytest.raises(PackageRefused):
        run_confined(sleeps, limits, Watch(SEEN.append, lambda: None, is_patient=True))
