"""Which edit does one line name, such as `duties[s301].rate = 25 %`?

A line is a path as in scenarios.yaml and what becomes of it: `PATH = VALUE` sets, `PATH * FACTOR` scales, `PATH + TIME`
and `PATH - TIME` shift. An edit written as in scenarios.yaml, `{at: "PATH", remove: true}`, works too, for every kind.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from pydantic import ValidationError

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.program.scenarios import Change

__all__ = ["written_change"]

_LINE: Final = re.compile(r"\s*(?P<path>(?:[^\[\]=*+\-\s]|\[[^\[\]]*\])+)\s*(?P<sign>[=*+\-])\s*(?P<value>.+?)\s*")
REPAIR: Final = (
    "Write `PATH = VALUE`, `PATH * FACTOR`, `PATH + 8 weeks`, `PATH - 10 days`, or an edit as in scenarios.yaml, "
    'such as `{at: "offers[item=x,supplier=y]", remove: true}`.'
)


def written_change(text: str, *, where: str = "--set") -> Change:
    """The edit a line names.

    Raises
    ------
    InputError
        The line is none; `where` tells which one.

    Examples
    --------
    >>> written_change("offers[item=x,supplier=y].lead_time + 8 weeks").shift
    '+8 weeks'
    >>> written_change("serving[chat].demand[*].output * 1.2").scale
    1.2
    """
    if text.strip().startswith("{"):
        return _validated(_mapping(text, where), where)
    match = _LINE.fullmatch(text)
    if match is None:
        raise InputError([Problem("bad-change", Place(path=where), f'"{text}" is not an edit.', REPAIR)])
    path, sign, value = match["path"], match["sign"], match["value"]
    if sign == "*":
        return _validated({"at": path, "scale": _value(value)}, where)
    if sign in "+-":
        return _validated({"at": path, "shift": f"{sign}{value}"}, where)
    return _validated({"at": path, "set": _value(value)}, where)


def _value(text: str) -> Any:
    """A value as YAML reads it; text that is no YAML stays as it is."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _mapping(text: str, where: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise InputError([Problem("bad-change", Place(path=where), f'"{text}" is not an edit.', REPAIR)]) from None


def _validated(fields: Any, where: str) -> Change:
    try:
        return Change.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        rule = f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}."
        raise InputError([Problem("bad-change", Place(path=where), rule, REPAIR)]) from None
