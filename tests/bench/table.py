"""The records of all charts as one table of figures, and the list of what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median
from typing import Any

Json = dict[str, Any]

OUTCOMES = (
    "redirected",
    "hardcoded",
    "unverified",
    "unchanged",
    "external",
    "absent",
    "unseen",
    "wrong",
)
STAGES = (
    "unpack",
    "inspect",
    "render",
    "trace",
    "clusters",
    "validate",
    "check",
    "rewrite",
    "verify",
    "total",
)
LISTED = 60
SLOW_SECONDS = 10
MOST_MEBIBYTES = 400


def summary(records: Sequence[Json]) -> Json:
    """The figures of product's measurement over all ``records``."""
    examined = [record for record in records if record["outcome"] == "examined"]
    without = [record for record in examined if not record["has_subcharts"]]
    return {
        "charts": len(records),
        "outcomes": dict(Counter(record["outcome"] for record in records)),
        "rendered": sum(record["rendered"] for record in examined),
        "stopped_rendering": sum(bool(record["stopped"]) for record in examined),
        "bytes_outside_edits": sum(record["bytes_outside"] for record in examined),
        "members_outside_edits": sum(len(record["members_outside"]) for record in examined),
        "foreign_scalars": sum(len(record["foreign_scalars"]) for record in examined),
        "wrongly_changed": sum(len(record["wrong"]) for record in examined),
        "moved_unproven": sum(len(record["moved"]) for record in examined),
        "unexplained_changes": sum(len(record["other_changes"]) for record in examined),
        "images": {
            "no sub-charts, default": _images(without, "default"),
            "no sub-charts, features": _images(without, "features"),
            "all, default": _images(examined, "default"),
            "all, features": _images(examined, "features"),
            "all, ci values": _images(examined, "ci"),
        },
        "hard_coded": dict(
            Counter(each["result"] for record in examined for each in record["hard_coded"])
        ),
        "hard_coded_invented": sum(len(record["invented"]) for record in examined),
        "renders": _spread([record["renders"] for record in examined]),
        "seconds": {
            stage: _spread([record["timings"][stage] for record in examined]) for stage in STAGES
        },
        "mebibytes": _spread([record["mebibytes"] for record in examined]),
        "whole": _spread([record["seconds"] for record in examined]),
        "whole_ratio": _spread(list(_ratios(examined, "whole_seconds"))),
        "ratio": _spread(list(_ratios(examined, "default_seconds"))),
        "cluster_ratio": _spread(list(_ratios(examined, "cluster_seconds"))),
    }


def has_failed(figures: Json) -> bool:
    """Whether something happened that must never happen, or a chart took too much memory."""
    bad = ("bytes_outside_edits", "members_outside_edits", "stopped_rendering")
    crashes = sum(figures["outcomes"].get(name, 0) for name in ("crashed", "hung", "unjudged"))
    too_large = figures["mebibytes"].get("max", 0) > MOST_MEBIBYTES
    return bool(crashes or too_large or any(figures[name] for name in bad))


def _images(records: Iterable[Json], stage: str) -> dict[str, dict[str, int]]:
    """Verdict of the truth -> what became of its images -> how many positions."""
    counts: dict[str, Counter[str]] = {}
    for record in records:
        for image in record["images"]:
            if image["stage"] == stage:
                row = counts.setdefault(image["verdict"], Counter())
                row[image["outcome"]] += 1
                proven = image["outcome"] == "redirected" and image["rendered_again"]
                row["rendered again"] += proven
    return {verdict: dict(counts[verdict]) for verdict in sorted(counts)}


def _ratios(records: Iterable[Json], key: str) -> Iterator[float]:
    for record in records:
        if record["bare_seconds"] and record["rendered"]:
            yield min(record[key]) / min(record["bare_seconds"])


def _spread(numbers: Sequence[float]) -> Json:
    """Median, 90th percentile and largest of ``numbers``; empty for none."""
    if not numbers:
        return {}
    ordered = sorted(numbers)
    ninety = ordered[min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))]
    return {"median": median(ordered), "p90": ninety, "max": ordered[-1]}


def text(figures: Json, records: Sequence[Json]) -> str:
    """The table and, below it, what needs a look."""
    return "\n".join(
        [*_head(figures), "", *_matrix(figures), "", *_speed(figures), *_lists(records)]
    )


def _head(figures: Json) -> Iterator[str]:
    outcomes = ", ".join(f"{n} {name}" for name, n in sorted(figures["outcomes"].items()))
    yield f"charts                            {figures['charts']}: {outcomes}"
    yield f"  rendered and rendered again     {figures['rendered']}"
    for words, name in (
        ("stopped rendering", "stopped_rendering"),
        ("bytes changed outside edits", "bytes_outside_edits"),
        ("members changed outside edits", "members_outside_edits"),
        ("scalars edited, no image part", "foreign_scalars"),
        ("containers wrongly changed", "wrongly_changed"),
        ("containers moved, unproven", "moved_unproven"),
        ("other changes, cause unknown", "unexplained_changes"),
    ):
        yield f"  {words:<32}{figures[name]}"
    hard = figures["hard_coded"]
    yield (
        f"  hard-coded images               found {hard.get('found', 0)}, at another place"
        f" {hard.get('elsewhere', 0)}, missed {hard.get('missed', 0)},"
        f" invented {figures['hard_coded_invented']}"
    )


def _matrix(figures: Json) -> Iterator[str]:
    columns = [*OUTCOMES, "rendered again"]
    head = "".join(f"{column:>{max(len(column), 5) + 2}}" for column in columns)
    yield f"{'container images by truth':<34}{'all':>5}{head}"
    for group, rows in figures["images"].items():
        yield group
        for verdict, row in rows.items():
            total = sum(row.get(outcome, 0) for outcome in OUTCOMES)
            cells = "".join(
                f"{row.get(column, 0) or '.':>{max(len(column), 5) + 2}}" for column in columns
            )
            yield f"  {verdict:<32}{total:>5}{cells}"


def _speed(figures: Json) -> Iterator[str]:
    yield f"{'':<34}{'median':>9}{'p90':>9}{'max':>9}"
    yield _line("renders a chart", figures["renders"], 0)
    for stage in STAGES:
        yield _line(f"processor seconds: {stage}", figures["seconds"][stage], 3)
    yield _line("processor seconds: whole analysis", figures["whole"], 3)
    yield _line("mebibytes: analysis and engine", figures["mebibytes"], 0)
    yield _line("whole analysis / one bare render", figures["whole_ratio"], 2)
    yield _line("default features / one bare render", figures["ratio"], 2)
    yield _line("cluster versions / one bare render", figures["cluster_ratio"], 2)


def _line(words: str, spread: Json, digits: int) -> str:
    cells = "".join(f"{spread[key]:>9.{digits}f}" for key in ("median", "p90", "max") if spread)
    return f"{words:<34}{cells}"


def _lists(records: Sequence[Json]) -> Iterator[str]:
    for title, lines in (
        ("crashed, hung or refused", _bad_ends(records)),
        ("stopped rendering", _each(records, "stopped", str)),
        ("wrongly changed", _each(records, "wrong", _wrong)),
        ("changed outside edits", _each(records, "members_outside", str)),
        ("edited, no image part", _each(records, "foreign_scalars", str)),
        ("changed with unknown cause", _each(records, "other_changes", _other)),
        ("hard-coded, not found in place", _each(records, "hard_coded", _hard)),
        ("hard-coded, invented", _each(records, "invented", _invented)),
        ("controlled by a value, not redirected", _each(records, "images", _miss)),
        ("more than ten processor seconds", _slow(records)),
        (f"more than {MOST_MEBIBYTES} MiB at one moment", _large(records)),
    ):
        found = list(lines)
        if found:
            yield f"\n{title} ({len(found)})"
            yield from (f"  {line}" for line in found[:LISTED])
            if len(found) > LISTED:
                yield f"  ... and {len(found) - LISTED} more in the JSON"


def _bad_ends(records: Iterable[Json]) -> Iterator[str]:
    """Charts that came to the same end in the same place are reported once."""
    ends: dict[tuple[str, str], list[str]] = {}
    for record in records:
        if record["outcome"] != "examined":
            place = record.get("traceback", "").splitlines()[-10:-1]
            what = f"{record['outcome']}: {record['words']}"
            end = "\n".join([what, *(f"    {line}" for line in place)])
            ends.setdefault((record["outcome"], end), []).append(record["chart"])
    for (_outcome, end), charts in sorted(ends.items(), key=lambda item: -len(item[1])):
        yield f"{len(charts)} x {end}\n    {', '.join(charts)}"


def _slow(records: Iterable[Json]) -> Iterator[str]:
    for record in sorted(records, key=lambda each: -float(each.get("seconds", 0))):
        if record.get("seconds", 0) > SLOW_SECONDS:
            yield f"{record['chart']}: {record['seconds']:.1f} s, {record['renders']} renders"


def _large(records: Iterable[Json]) -> Iterator[str]:
    for record in sorted(records, key=lambda each: -float(each.get("mebibytes", 0))):
        if record.get("mebibytes", 0) > MOST_MEBIBYTES:
            yield (
                f"{record['chart']}: {record['mebibytes']:.0f} MiB,"
                f" of each process {record['mebibytes_of_each']}"
            )


def _each(records: Iterable[Json], key: str, words: Callable[[Any], str | None]) -> Iterator[str]:
    for record in records:
        counted = Counter(line for each in record.get(key, ()) if (line := words(each)))
        for line, times in counted.items():
            yield f"{record['chart']}: {line}" + (f" (x{times})" if times > 1 else "")


def _wrong(each: Json) -> str:
    spot = each["spot"]
    return (
        f"{spot['template']} {spot['kind']} {spot['container']} [{each['state'][:80]}]:"
        f" {each['original']} is {each['found']}, promised {each['promised']}"
    )


def _other(each: Json) -> str:
    return (
        f"{each['template']} {each['kind']} {each['name']} {each['path']}:"
        f" {str(each['before'])[:60]} -> {str(each['after'])[:60]}"
    )


def _hard(each: Json) -> str | None:
    if each["result"] == "found":
        return None
    return f"{each['template']} {each['value']}: {each['result']}: {each['where']}"


def _invented(each: Json) -> str:
    return f"{each['value']}: the truth says {each['truth']}"


def _miss(image: Json) -> str | None:
    if image["verdict"] not in {"controlled", "subchart-values-only"}:
        return None
    if image["outcome"] in {"redirected", "unchanged"}:
        return None
    return (
        f"[{image['stage']}, {image['verdict']}] {image['value']} {image['outcome']}"
        f" {image['reason'][:160]}"
    )
