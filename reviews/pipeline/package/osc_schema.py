"""Where the files of an OSC-format package break the format's schemas, in words.

The schemas are in schemas/, written from the developer guide's tables. Each constraint lies
below an ``x-rule``, the id of the rule that reports it; the innermost one counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from ..core.findings import Place
from ..core.messages import Message, Parameter, _, listed
from ..core.remedies import Setting
from ..core.suggestions import nearest
from ..yaml.source import Path, YamlSource, dotted, helm_text, place_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

SCHEMAS = FilePath(__file__).with_name("schemas")
_MOST = 1_000  # of a million wrong entries the first thousand are enough
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of a schema: the rule, the schema's keyword (``enum``), where, in what words.

    ``path`` leads to the value that is wrong, or to the map in which something is missing.
    ``correction`` is the word that was probably meant, where only some are allowed.
    """

    rule: str
    keyword: str
    path: Path
    place: Place
    message: Message
    correction: Setting | None = None


def violations_in(source: YamlSource, schema: str) -> Iterator[Violation]:
    """Where ``source`` breaks the schema of this name (``csd``), in the schema's order."""
    seen: set[tuple[str, Path]] = set()
    for error in islice(_validator(schema).iter_errors(source.tree), _MOST):
        path: Path = tuple(error.absolute_path)
        rule, words = _rule_of(error, _schema(schema)), words_of(error)
        if (str(words), path) not in seen:
            seen.add((str(words), path))
            yield Violation(
                rule,
                str(error.validator),
                path,
                place_of(source, path),
                words,
                _correction(error, source.file),
            )


def _correction(error: ValidationError, file: str) -> Setting | None:
    words = tuple(each for each in _allowed(error) if isinstance(each, str))
    found: Any = error.instance
    if not words or not isinstance(found, str):
        return None
    return Setting(file, tuple(error.absolute_path), nearest(found, words) or words[-1], words)


def _allowed(error: ValidationError) -> list[Any]:
    value: Any = error.validator_value
    match error.validator:
        case "enum":
            return list(value)
        case "const":
            return [value]
        case _:
            return []


def words_of(error: ValidationError) -> Message:
    """What ``error`` says, for the partner."""
    path: Path = tuple(error.absolute_path)
    where: Parameter = dotted(path) if path else _("The file")
    found: Any = error.instance
    limit: Any = error.validator_value
    names: dict[str, Parameter] = {"path": where, "found": _shown(found)}
    match error.validator:
        case "required":
            missing = [(*error.absolute_path, name) for name in limit if name not in found]
            return _("Missing: %(paths)s.", paths=tuple(map(dotted, missing)))
        case "type":
            return _wrong_type(where, limit, found)
        case "enum":
            names["allowed"] = tuple(_shown(each) for each in limit if each is not None)
            return _("%(path)s says “%(found)s”; allowed are: %(allowed)s.", **names)
        case "const":
            return _("%(path)s says “%(found)s”; it must be “%(wanted)s”.", wanted=limit, **names)
        case "pattern":
            return _("%(path)s says “%(found)s”, which is not of the form that is wanted.", **names)
        case "maxLength":
            return _(
                "%(path)s is %(length)d characters long; at most %(most)d are allowed.",
                path=where,
                length=len(found),
                most=limit,
            )
        case "minLength" | "minItems":
            return _("%(path)s is empty.", path=where)
        case "minimum" | "maximum":
            return _("%(path)s says %(found)s, which is out of range.", **names)
        case "uniqueItems":
            return _("%(path)s names something twice.", path=where)
        case "additionalProperties":
            schema: Any = error.schema
            known = schema["properties"]
            return _(
                "%(path)s has “%(unknown)s”; known are: %(known)s.",
                path=where,
                unknown=listed(sorted(_shown(name) for name in found if name not in known)),
                known=tuple(known),
            )
    raise AssertionError(f"no words for the keyword {error.validator}")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    return helm_text(value) if value is None or isinstance(value, int | float) else "…"


def _wrong_type(path: Parameter, wanted: str | list[str], found: object) -> Message:
    kind = wanted if isinstance(wanted, str) else wanted[0]
    if kind == "string" and isinstance(found, int | float):
        return _(
            "%(path)s is written without quotes, and YAML reads %(found)s, no text.",
            path=path,
            found=helm_text(found),
        )
    match kind:
        case "string":
            return _("%(path)s must be a text.", path=path)
        case "object":
            return _("%(path)s must be a map of names and values.", path=path)
        case "array":
            return _("%(path)s must be a list.", path=path)
        case "integer":
            return _("%(path)s must be a whole number.", path=path)
    raise AssertionError(f"no words for the type {kind}")


def _rule_of(error: ValidationError, schema: Mapping[str, Any]) -> str:
    """The innermost ``x-rule`` on the way from the root of the schema to what is broken."""
    rule = ""
    node: Any = schema
    for step in error.absolute_schema_path:
        if isinstance(node, dict):
            rule = node.get("x-rule", rule)
        if step != "if":  # is on the way before every "then"
            node = node[step]
    return rule


@cache
def _schema(name: str) -> Mapping[str, Any]:
    text = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(name: str) -> Draft202012Validator:
    # Costs a tenth of a second, which only packages of this kind have to pay.
    from jsonschema import Draft202012Validator as Validator  # noqa: PLC0415

    return Validator(_schema(name))
