"""What code in the child can still do, tried by code that runs in the same sandbox."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

import pytest

from reviews.pipeline.core.policy import MIB, Limits
from reviews.pipeline.rendering import Engine, LintMessage
from reviews.pipeline.rendering.process import COLLECTOR, spawn

from .charts import template
from .other_user import open_interpreter

PROGRAM = """
import ctypes, errno, json, os, sys
sys.path.append(sys.argv.pop())
from helm_child.sandbox import confine

def refusal(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    except MemoryError:
        return "MemoryError"
    return None

settings = json.loads(sys.argv[1])
measures = confine(**settings)
{probe}
print(json.dumps([measures, probe()]))
"""
MEASURES = ("landlock", "seccomp", "network-namespace")


class Confined(Protocol):
    def __call__(self, body: str, *, needs: tuple[str, ...] = ()) -> Any: ...


@pytest.fixture
def confined(tmp_path: Path) -> Confined:
    """Run the body of a function in the sandbox and give what it returns.

    The test is skipped where the kernel allows none of the measures that it asks for.
    """

    def run(body: str, *, needs: tuple[str, ...] = ()) -> Any:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        settings = {
            "memory_bytes": 512 * MIB,
            "file_bytes": MIB,
            "scratch": str(scratch),
            "parent": os.getpid(),
        }
        probe = "def probe():\n" + textwrap.indent(textwrap.dedent(body), "    ")
        process = spawn(PROGRAM.replace("{probe}", probe), [json.dumps(settings)], str(scratch))
        output, errors = process.communicate(timeout=600)
        assert (process.returncode, errors.decode()) == (0, "")
        measures, result = json.loads(output)
        if needs and not set(needs) & set(measures):
            pytest.skip(f"this machine allows none of: {', '.join(needs)}")
        return result

    return run


def test_only_the_scratch_folder_can_be_written(confined: Confined, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    outside.chmod(0o666)
    result = confined(
        f"""
        return [
            refusal(lambda: open({str(outside)!r}, "w")),
            refusal(lambda: open({str(tmp_path / "new")!r}, "w")),
            refusal(lambda: os.unlink({str(outside)!r})),
            refusal(lambda: open("inside", "w")),
        ]
        """,
        needs=("landlock",),
    )
    assert result == ["EACCES", "EACCES", "EACCES", None]


def test_files_of_the_machine_cannot_be_read(confined: Confined, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    result = confined(
        f"""
        paths = ["/etc/passwd", "/proc/self/environ", {str(secret)!r}, {str(Path.cwd() / "manage.py")!r}]
        return [refusal(lambda: open(path)) for path in paths] + [refusal(lambda: os.listdir("/"))]
        """,
        needs=("landlock",),
    )
    assert result == ["EACCES"] * 5


def test_a_server_on_this_machine_cannot_be_reached(confined: Confined) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = confined(
            f"""
            import socket
            return refusal(lambda: socket.create_connection(("127.0.0.1", {port}), timeout=5))
            """,
            needs=MEASURES,
        )
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert result in {"EPERM", "EACCES", "ENETUNREACH"}


def test_no_other_process_can_be_started(confined: Confined) -> None:
    result = confined(
        """
        return [
            refusal(os.fork),
            refusal(lambda: os.execv("/bin/true", ["true"])),
            refusal(lambda: os.posix_spawn("/bin/true", ["true"], {})),
        ]
        """,
        needs=("seccomp",),
    )
    assert result == ["EPERM", "EPERM", "EPERM"]


def test_threads_can_be_started(confined: Confined) -> None:
    result = confined(
        """
        import threading
        seen = []
        threads = [threading.Thread(target=seen.append, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(seen)
        """
    )
    assert result == list(range(8))


def test_no_other_process_can_be_signalled_or_looked_into(confined: Confined) -> None:
    result = confined(
        """
        import resource
        parent = os.getppid()
        return [
            refusal(lambda: os.kill(parent, 0)),
            refusal(lambda: os.pidfd_open(parent)),
            refusal(lambda: resource.prlimit(parent, resource.RLIMIT_CORE)),
        ]
        """,
        needs=("seccomp",),
    )
    assert result == ["EPERM", "EPERM", "EPERM"]


def test_the_environment_is_temporary_files_and_the_collector_of_garbage(
    confined: Confined, tmp_path: Path
) -> None:
    environment = confined("return dict(os.environ)")
    environment.pop("LC_CTYPE", None)  # the interpreter sets it itself where there is no locale
    assert environment == {"TMPDIR": str(tmp_path / "scratch"), **COLLECTOR}


def test_no_descriptor_but_the_pipes_is_inherited(confined: Confined) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(server.fileno(), True)
        result = confined(
            "return [number for number in range(64) if not refusal(lambda: os.fstat(number))]"
        )
    assert result == [0, 1, 2]


def test_sizes_are_bounded(confined: Confined) -> None:
    result = confined(
        """
        def write(length):
            with open("file", "wb", buffering=0) as file:
                file.write(bytes(length))
                file.write(b"!")
        return [
            refusal(lambda: write(1024 * 1024 - 1)),
            refusal(lambda: write(1024 * 1024)),
            refusal(lambda: bytearray(256 * 1024 * 1024)),
            refusal(lambda: bytearray(1024 * 1024 * 1024)),
            refusal(lambda: [open("file") for _ in range(64)]),
        ]
        """
    )
    assert result == [None, "EFBIG", None, "MemoryError", "EMFILE"]


def test_privileges_are_gone_for_good(confined: Confined) -> None:
    result = confined(
        """
        libc = ctypes.CDLL(None)
        return [libc.prctl(39, 0, 0, 0, 0), libc.prctl(3, 0, 0, 0, 0), refusal(lambda: os.chroot("."))]
        """
    )
    assert result == [1, 0, "EPERM"]


def test_the_engine_reports_its_isolation() -> None:
    with Engine(Limits()) as engine:
        assert set(engine.isolation) <= {
            "network-namespace",
            "user-namespace",
            "unprivileged-user",
            "no-capabilities",
            "no-new-privileges",
            "landlock",
            "seccomp",
        }
        assert "no-new-privileges" in engine.isolation


def test_a_child_does_not_outlive_a_parent_that_is_killed(scratch_root: Path) -> None:
    program = """
import time
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.rendering import Engine, LintMessage
engine = Engine(Limits())
engine.isolation
print(engine._child._process.pid, flush=True)
time.sleep(600)
"""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        env={"TMPDIR": str(scratch_root)},
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.send_signal(signal.SIGKILL)
    deadline = monotonic() + 600
    while _is_alive(child) and monotonic() < deadline:
        sleep(0.01)
    assert not _is_alive(child)
    (abandoned,) = scratch_root.iterdir()
    with Engine(Limits()):
        assert abandoned not in list(scratch_root.iterdir())
    assert list(scratch_root.iterdir()) == []


def test_the_folder_of_a_living_engine_is_not_taken_for_abandoned(scratch_root: Path) -> None:
    with Engine(Limits()) as first:
        (folder,) = scratch_root.iterdir()
        with Engine(Limits()):
            assert folder in list(scratch_root.iterdir())
        assert first.lint(template("metadata: {name: shop}")) == (
            LintMessage("info", "Chart.yaml", "icon is recommended"),
        )


def _is_alive(process: int) -> bool:
    """Whether it runs: one that is dead but not yet reaped does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


_BUSY = """
import threading, time
threading.stack_size(65536)
wait = threading.Event().wait
for number in range(3000):
    threading.Thread(target=wait, daemon=True).start()
print("up", flush=True)
time.sleep(3600)
"""
_RENDER = """
import os, sys
if os.geteuid() == 0:
    os.setgroups([]); os.setresgid(65533, 65533, 65533); os.setresuid(65533, 65533, 65533)
import subprocess
busy = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
busy.stdout.readline()
from reviews.pipeline.rendering import Engine
from reviews.pipeline.core.policy import Limits
with Engine(Limits()) as engine:
    print("started", len(engine.isolation) > 0)
busy.kill()
busy.wait()
"""


def test_the_engine_starts_beside_many_threads_of_the_same_user(tmp_path: Path) -> None:
    opened = open_interpreter(tmp_path) if os.geteuid() == 0 else []
    if opened is None:
        pytest.skip("no other user can start this interpreter")

    done = subprocess.run(
        [*opened, sys.executable, "-c", _RENDER, _BUSY],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "started True\n"), done.stderr
