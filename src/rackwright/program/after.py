"""Which activity, with which lag, does an entry of `after` name?"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from rackwright.base.units import UnitError, parse_quantity

__all__ = ["After", "parse_after"]

_AFTER: Final = re.compile(r"(?P<name>\S+)(?:\s+(?P<sign>[+-])\s*(?P<lag>[0-9].{0,40}))?")


@dataclass(frozen=True, slots=True)
class After:
    """A predecessor, finish to start: `project.activity`, and the least elapsed days between them."""

    activity: str
    lag_days: float = 0.0


def parse_after(text: str, project: str, known: AbstractSet[str]) -> After | None:
    """Read `evt`, `evt +5 days` or `other-project.evt -2 weeks`.

    Parameters
    ----------
    text
        As written.
    project
        Project in which it stands: a bare name means an activity of the same project.
    known
        Full names `project.activity` of all activities.

    Returns
    -------
    The predecessor, or None if there is no such activity or the lag is not a time.

    Examples
    --------
    >>> parse_after("evt +1 week", "tx", {"tx.evt"})
    After(activity='tx.evt', lag_days=7.0)
    """
    match = _AFTER.fullmatch(text.strip())
    if match is None:
        return None
    try:
        lag_days = parse_quantity(match["sign"] + match["lag"], "time") if match["lag"] else 0.0
    except UnitError:
        return None
    for name in (f"{project}.{match['name']}", match["name"]):
        if name in known:
            return After(name, lag_days)
    return None
