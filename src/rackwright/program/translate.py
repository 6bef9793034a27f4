"""What does a broken rule of the schema mean in plain words, where does it stand, and how is it mended?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rackwright.base.problem import Problem, did_you_mean
from rackwright.program.entry import Entry
from rackwright.program.model import Program
from rackwright.program.origins import Origins
from rackwright.program.shape import FieldShape, Path, shapes

__all__ = ["translate"]

_OWN_CODES: Final = (
    "bad-date",
    "negative-value",
    "not-a-quantity",
    "number-too-large",
    "out-of-range",
    "wrong-unit",
)
_ID_REPAIR: Final = (
    "Use up to 64 letters A-Z a-z, digits, and _ . + -, starting with a letter or digit; other text goes into `name`."
)
_TYPE_WORDS: Final[Mapping[str, str]] = {
    "string": "text (in quotes if it looks like a number)",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "dict": "a mapping of keys to values",
    "model": "a row: keys with values",
}
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than": ("gt", "must be above"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be below"),
    "less_than_equal": ("le", "must be at most"),
}


def translate(error: ValidationError, origins: Origins) -> list[Problem]:
    """Every broken rule of the schema as a problem of the file, in the order of the schema.

    Alternatives of one value (`4` or `auto`) become one problem that names them all.
    """
    groups: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        groups.setdefault(_value_path(detail["loc"], origins.raw), []).append(detail)
    return [_problem(path, details, origins) for path, details in groups.items()]


def _value_path(loc: Sequence[str | int], raw: Any) -> Path:
    """The written path of an error: names of alternatives that pydantic adds behind a value are left out."""
    path: list[str | int] = []
    value = raw
    cls: type[Entry] | None = Program
    for step in loc:
        if isinstance(step, int):
            if not isinstance(value, list | tuple):
                break
            value = value[step] if step < len(value) else None
        elif isinstance(value, Mapping):
            shape = shapes(cls).get(step) if cls else None
            value, cls = value.get(step), shape.row if shape else None
        else:
            break
        path.append(step)
    return tuple(path)


def _owner(path: Path) -> tuple[type[Entry], FieldShape | None]:
    """Class of the row that holds the value, and the field, if the class knows it."""
    cls: type[Entry] = Program
    shape: FieldShape | None = None
    for step in path:
        if isinstance(step, str):
            cls = shape.row if shape and shape.row else cls
            shape = shapes(cls).get(step)
    return cls, shape


def _problem(path: Path, details: list[ErrorDetails], origins: Origins) -> Problem:
    kind = details[0]["type"]
    cls, shape = _owner(path)
    name = str(path[-1]) if path else ""
    if kind == "missing":
        repair = f"Add `{name}:` {_meaning(shape)}".strip()
        return Problem("missing-field", origins.place(path[:-1]), f'the field "{name}" is missing.', repair)
    if kind == "extra_forbidden":
        place = origins.place(path, of_key=True)
        return Problem("unknown-field", place, f'there is no field "{name}" here.', did_you_mean(name, shapes(cls)))
    codes, rules, repairs = zip(*(_words(detail, shape) for detail in details), strict=True)
    rule = rules[0] if len(rules) == 1 else f"{_shown(details[0]['input'])} is not allowed here."
    return Problem(codes[0], origins.place(path), rule, _joined(repairs))


def _words(detail: ErrorDetails, shape: FieldShape | None) -> tuple[str, str, str]:
    """Code, rule and repair of one broken rule that is about a value."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in _OWN_CODES:
        return kind, str(detail["msg"]), _own_repair(kind, value, shape)
    if value is None:
        return "empty-value", "the field has no value.", "Give it one, or remove the key."
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        code = "negative-value" if isinstance(value, int | float) and value < 0 <= context[key] else "out-of-range"
        return code, f"{_shown(value)} {words} {context[key]:g}.", _meaning(shape)
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(context["expected"]))
        return "not-allowed", f"{_shown(value)} is not allowed here.", _allowed(value, allowed)
    if kind == "string_pattern_mismatch":
        return "bad-id", f"{_shown(value)} cannot be an id.", _ID_REPAIR
    if kind == "too_short":
        return "too-few", f"at least {context['min_length']} is needed here.", _meaning(shape)
    expected = next((words for start, words in _TYPE_WORDS.items() if kind.startswith(start)), "")
    if expected:
        return "wrong-type", f"{_shown(value)} is not {expected}.", f"Write {expected}. {_meaning(shape)}".strip()
    return "invalid-value", f"{_shown(value)}: {detail['msg']}.", _meaning(shape)


def _own_repair(kind: str, value: Any, shape: FieldShape | None) -> str:
    if kind == "bad-date":
        return f"{_shown(value)} is not one; write it like 2027-03-01."
    if kind in {"wrong-unit", "not-a-quantity"}:
        return f"Write a number with its unit. {_meaning(shape)}".strip()
    return "Check the number and its unit." if kind == "number-too-large" else _meaning(shape)


def _allowed(value: Any, allowed: Sequence[str]) -> str:
    near = did_you_mean(str(value), allowed)
    names = [f'"{name}"' for name in allowed if name]
    listed = f"Write {_or(names)}."
    return f"{near} {listed}" if near.startswith("Did") else listed


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _joined(repairs: Iterable[str]) -> str:
    kept = [repair for repair in dict.fromkeys(repairs) if repair]
    return " Or: ".join(kept)


def _meaning(shape: FieldShape | None) -> str:
    """What the field is, from its description."""
    return f"({shape.meaning})" if shape and shape.meaning else ""


def _shown(value: Any) -> str:
    """A value as a message shows it: short, in quotes, and never a whole list or mapping."""
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text[:60]}{"..." if len(text) > 60 else ""}"'
