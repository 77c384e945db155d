"""Operators on the bench: every image place of the truth, and every byte that changes.

The rewritten zip is read with plain libraries and no code of the pipeline: which members
differ, whether they differ by the reported edits alone, and whether the parsed files differ
exactly where an image was, or the mark of the source.
"""

from __future__ import annotations

import difflib
import json
import re
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import yaml

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.public_json import to_json

from .archives import spliced
from .judge import Json

LISTED = 40
_STEP = re.compile(r"\[(\d+)\]")
_OUTSIDE = {"crd.default", "other-manifest"}
_TEXTS = {"crd.text", "csv.description", "scorecard"}


def measure_operator(operator: Path, truth_file: Path) -> Json:
    """Everything the bench says of one operator, as one flat record."""
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    record: Json = {"operator": operator.name, "outcome": "examined", "csvs": truth["n_csv"]}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rewritten = Path(folder, "rewritten.zip")
        try:
            started = perf_counter()
            examination = examine(operator, Policy())
            record["seconds"] = perf_counter() - started
            examination.write(rewritten)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a line of the table
            words = f"{type(error).__name__}: {error}"[:500]
            return record | {
                "outcome": "crashed",
                "words": words,
                "traceback": traceback.format_exc(),
            }
        before, after = _members(operator), _members(rewritten)
    return record | _judge(to_json(examination.report), truth, before, after)


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _judge(
    report: Json, truth: Json, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> Json:
    edits = [found["edit"] for found in report["findings"] if found["edit"]]
    images = [found for found in report["findings"] if found["edit"] and found["image"]]
    known = {ref["value"] for ref in truth["refs"]}
    return {
        "places": list(_places(report, truth, before, after)),
        "invented": [found["image"] for found in images if found["image"] not in known],
        "image_edits": len({json.dumps(found["edit"], sort_keys=True) for found in images}),
        "lines": sum(_lines(before[name], after[name]) for name in before) - _marks(report),
        "outside_edits": [
            name for name in before if after.get(name) != _with_edits(name, before[name], edits)
        ]
        + sorted(before.keys() ^ after.keys()),
        "unintended": list(_unintended(report, before, after)),
    }


def _with_edits(name: str, data: bytes, edits: Sequence[Json]) -> bytes:
    unique = {json.dumps(edit, sort_keys=True): edit for edit in edits if edit["file"] == name}
    return spliced(data, list(unique.values()))


def _marks(report: Json) -> int:
    return sum(bool(found["edit"]) and not found["image"] for found in report["findings"])


def _lines(before: bytes, after: bytes) -> int:
    if before == after:
        return 0
    old, new = before.decode().splitlines(), after.decode().splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return sum(
        max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"
    )


def _places(
    report: Json, truth: Json, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> Iterator[Json]:
    """What became of every place of the truth: ``redirected``, ``reported`` or ``left`` unsaid."""
    targets = {image["original"]: image["target"] for image in report["images"]}
    for ref in truth["refs"]:
        (name,) = [each for each in before if each.endswith(ref["file"])]
        old, new = (_at(_load(files[name]), ref["path"]) for files in (before, after))
        goal = targets.get(ref["value"])
        moved = (
            goal is not None
            and isinstance(old, str)
            and isinstance(new, str)
            and new.count(goal) > old.count(goal)
            and new != old
        )
        reported = any(
            found["file"] == name and ref["value"] in f"{found['image']} {found['message']}"
            for found in report["findings"]
        )
        outcome = "redirected" if moved else "reported" if reported else "left"
        yield {key: ref[key] for key in ("file", "cls", "path", "value")} | {"outcome": outcome}


def _load(data: bytes) -> Any:
    """The first document, every scalar as it is written."""
    return next(iter(yaml.load_all(data, Loader=yaml.CBaseLoader)), None)


def _at(data: Any, path: str) -> Any:
    """What stands at a path of the truth, whose keys may hold dots; None when nothing does."""
    if not path:
        return data
    if isinstance(data, list):
        step = _STEP.match(path)
        if step is None or int(step[1]) >= len(data):
            return None
        return _at(data[int(step[1])], path[step.end() :].removeprefix("."))
    for key in data if isinstance(data, dict) else ():
        if path == key or path.startswith((f"{key}.", f"{key}[")):
            found = _at(data[key], path.removeprefix(key).removeprefix("."))
            if found is not None:
                return found
    return data if isinstance(data, str) else None


def _unintended(
    report: Json, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> Iterator[str]:
    """Every string that differs otherwise than by images that became their targets."""
    targets = {
        image["original"]: image["target"]
        for image in report["images"]
        if image["status"] == "redirected"
    }
    for name, data in before.items():
        if after.get(name) == data:
            continue
        old = list(yaml.load_all(data, Loader=yaml.CBaseLoader))
        new = list(yaml.load_all(after[name], Loader=yaml.CBaseLoader))
        for pointer, was, now in _differences(old, new, ""):
            if pointer.endswith(".metadata.annotations.source") and now == "ISV":
                continue
            if _replaced(was, targets) != now:
                yield f"{name}{pointer}"


def _replaced(text: Any, targets: Mapping[str, str]) -> Any:
    """``text`` with all images replaced at once, the longest first."""
    if not isinstance(text, str) or not targets:
        return text
    names = "|".join(re.escape(each) for each in sorted(targets, key=len, reverse=True))
    whole = rf"(?<![\w./:@-])(?:{names})(?![\w/:@-]|\.\w)"
    return re.sub(whole, lambda match: targets[match.group()], text)


def _differences(old: Any, new: Any, pointer: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(new.keys() - old.keys())]:
            yield from _differences(old.get(key), new.get(key), f"{pointer}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from _differences(was, now, f"{pointer}[{index}]" if pointer else f"#{index}")
    elif old != new:
        yield pointer, old, new


def operator_figures(records: Sequence[Json]) -> Json:
    """The figures over all operators."""
    examined = [record for record in records if record["outcome"] == "examined"]
    counts: dict[str, Counter[str]] = {}
    for place in (place for record in examined for place in record["places"]):
        group = (
            "outside" if place["cls"] in _OUTSIDE else "text" if place["cls"] in _TEXTS else "csv"
        )
        counts.setdefault(group, Counter())[place["outcome"]] += 1
    edits = sum(record["image_edits"] for record in examined)
    seconds = sorted(record["seconds"] / max(record["csvs"], 1) for record in examined)
    return {
        "operators": len(records),
        "crashed": len(records) - len(examined),
        "places": {group: dict(count) for group, count in counts.items()},
        "invented": sum(len(record["invented"]) for record in examined),
        "image_edits": edits,
        "lines_per_place": sum(record["lines"] for record in examined) / edits if edits else 0.0,
        "outside_edits": sum(len(record["outside_edits"]) for record in examined),
        "exactly_as_intended": sum(not record["unintended"] for record in examined),
        "seconds_per_csv": {
            "median": median(seconds),
            "p90": seconds[round(0.9 * (len(seconds) - 1))],
            "max": seconds[-1],
        }
        if seconds
        else {},
    }


def operators_failed(figures: Json) -> bool:
    """Whether something happened that must never happen."""
    examined = figures["operators"] - figures["crashed"]
    return bool(
        figures["crashed"] or figures["outside_edits"] or figures["exactly_as_intended"] != examined
    )


def operator_text(figures: Json, records: Sequence[Json]) -> str:
    """The table of the operators, and below it what needs a look."""
    examined = figures["operators"] - figures["crashed"]
    lines = [f"operators                         {figures['operators']}: {examined} examined"]
    for group, words in (
        ("csv", "image places in CSVs"),
        ("outside", "images outside of CSVs"),
        ("text", "texts and test tools"),
    ):
        count = figures["places"].get(group, {})
        lines.append(
            f"  {words:<32}{sum(count.values())}: redirected {count.get('redirected', 0)},"
            f" reported {count.get('reported', 0)}, left unsaid {count.get('left', 0)}"
        )
    lines += [
        f"  {words:<32}{figures[name]}"
        for words, name in (
            ("edits that the truth knows not", "invented"),
            ("members changed outside edits", "outside_edits"),
            ("difference exactly as intended", "exactly_as_intended"),
        )
    ]
    lines.append(f"  {'lines changed per image place':<32}{figures['lines_per_place']:.2f}")
    if times := figures["seconds_per_csv"]:
        lines.append(
            f"  {'seconds a CSV':<32}median {times['median']:.3f}, p90 {times['p90']:.3f},"
            f" max {times['max']:.3f}"
        )
    return "\n".join([*lines, *_looks(records)])


def _looks(records: Sequence[Json]) -> Iterator[str]:
    for title, found in (
        ("crashed", [f"{r['operator']}: {r['words']}" for r in records if "words" in r]),
        ("unintended differences", _each(records, "unintended")),
        ("edits that the truth knows not", _each(records, "invented")),
        (
            "left unsaid",
            [
                f"{record['operator']} {place['cls']} {place['path']} {place['value']}"
                for record in records
                for place in record.get("places", ())
                if place["outcome"] == "left"
            ],
        ),
    ):
        if found:
            yield f"\n{title}"
            yield from (f"  {line}" for line in found[:LISTED])


def _each(records: Sequence[Json], name: str) -> list[str]:
    return [f"{record['operator']} {what}" for record in records for what in record.get(name, ())]
