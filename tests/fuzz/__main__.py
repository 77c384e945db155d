"""``python -m tests.fuzz``, or ``make fuzz``: each target for a while, until something breaks.

Where atheris is installed, inputs are bred by the code that they reach; elsewhere they are
mutations of seeds. What breaks something is kept in a file, and tried first the next time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, time_ns
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osc_portal.settings")
django.setup()

from .mutation import mutated  # noqa: E402 - what is fuzzed needs the settings
from .targets import TARGETS, Target  # noqa: E402 - as above


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz every chosen target; 1 where one broke."""
    options = _options(arguments)
    if options.guided:
        _guided(TARGETS[options.only], options)
        return 0
    broken = 0
    for target in TARGETS.values():
        if options.only in {"", target.name}:
            sys.stdout.write(f"{target.name}: {options.seconds} s\n")
            sys.stdout.flush()
            known = [
                _one(target, each) for each in sorted(_folder(options, target).glob("broken-*"))
            ]
            broken += known.count(False)
            broken += not (_bred if find_spec("atheris") else _tried)(target, options)
    return int(broken > 0)


def _one(target: Target, file: Path) -> bool:
    """Whether an input that broke something once is taken well now."""
    return _holds(target, file.read_bytes(), file)


def _holds(target: Target, data: bytes, kept_as: Path) -> bool:
    try:
        target.check(data)
    except Exception:  # noqa: BLE001 - whatever it is, it is what one looks for
        kept_as.parent.mkdir(parents=True, exist_ok=True)
        kept_as.write_bytes(data)
        sys.stdout.write(f"{traceback.format_exc()}\n{target.name} breaks: see {kept_as}\n")
        return False
    return True


def _tried(target: Target, options: argparse.Namespace) -> bool:
    """Mutations of the seeds, one after the other."""
    end, number = monotonic() + options.seconds, time_ns()
    first = number
    while monotonic() < end:
        data = mutated(target.seeds, number)
        name = f"broken-{hashlib.sha256(data).hexdigest()[:16]}"
        if not _holds(target, data, _folder(options, target) / name):
            return False
        number += 1
    sys.stdout.write(f"{target.name}: {number - first} inputs\n")
    return True


def _bred(target: Target, options: argparse.Namespace) -> bool:
    """The same by atheris, in a process of its own: it ends the one that it runs in."""
    own = [sys.executable, "-m", "tests.fuzz", "--guided", "--only", target.name]
    own += ["--seconds", str(options.seconds), "--folder", str(options.folder)]
    return subprocess.run(own, check=False).returncode == 0


def _guided(target: Target, options: argparse.Namespace) -> None:
    atheris = import_module("atheris")
    corpus = _folder(options, target) / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    _instrument(atheris)
    limits = [f"-max_total_time={options.seconds}", "-timeout=30", "-rss_limit_mb=2048"]
    kept = f"-artifact_prefix={_folder(options, target)}/broken-"
    atheris.Setup([sys.argv[0], *limits, "-max_len=16384", kept, str(corpus)], target.check)
    atheris.Fuzz()


def _instrument(atheris: Any) -> None:
    """Count which code of the pipeline is reached, that of loaded modules too."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("reviews.pipeline", "reviews.gateway")):
            for each in vars(module).values():
                if getattr(each, "__module__", "") == name:
                    _count(atheris, each)


def _count(atheris: Any, each: object) -> None:
    members = vars(each).values() if isinstance(each, type) else (each,)
    for member in members:
        function = getattr(member, "__func__", member)
        if hasattr(function, "__code__"):
            atheris.instrument_func(function)


def _folder(options: argparse.Namespace, target: Target) -> Path:
    return Path(options.folder, target.name)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--only", default="", choices=["", *TARGETS], help="one target")
    parser.add_argument("--folder", default=os.environ.get("FUZZ_FOLDER", "var/fuzz"))
    parser.add_argument("--guided", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
