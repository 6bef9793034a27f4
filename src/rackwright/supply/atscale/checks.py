"""Which figures of a weekly network contradict what it is? All of them at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import numpy as np

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.supply.atscale.weekly import NONE, BoolArray, FloatArray, WeeklyNetwork

__all__ = ["check_network"]

NOT_NEGATIVE = (
    "holding_usd", "stock", "late_usd", "demand", "cost_usd", "hours", "content_usd", "input_qty", "center_hours",
    "supplier_qty", "content_target_usd", "short_usd",
)  # fmt: skip
POSITIVE = ("holding_usd",)
MOST = 5
"""Places named for one array."""


def check_network(net: WeeklyNetwork) -> None:
    """Refuse a network with figures that are negative, not finite or out of range, or with an item below itself.

    Raises
    ------
    InputError
        With every problem found; at most a few places of one array are named.
    """
    problems = [*_figures(net), *_numbers(net)]
    if not problems:
        problems = list(_structure(net))
    if problems:
        raise InputError(problems)


def _figures(net: WeeklyNetwork) -> Iterator[Problem]:
    for name in NOT_NEGATIVE:
        values = np.asarray(getattr(net, name), dtype=np.float64)
        yield from _named("bad-number", name, values, ~np.isfinite(values), "is not a finite number.")
        yield from _named("negative-value", name, values, values < 0, "is below 0.")
    for name in POSITIVE:
        values = np.asarray(getattr(net, name), dtype=np.float64)
        yield from _named("out-of-range", name, values, values == 0, "is 0; without it nothing tells early from late.")
    lead = np.asarray(net.lead_weeks, dtype=np.float64)
    yield from _named("out-of-range", "lead_weeks", lead, lead < 1, "is below one week.")


def _numbers(net: WeeklyNetwork) -> Iterator[Problem]:
    """Rows that are named but do not exist."""
    limits = {
        "into": (0, net.num_buffers), "input_of": (0, net.num_buffers), "center": (NONE, len(net.center_hours)),
        "supplier": (NONE, len(net.supplier_qty)), "content_row": (NONE, len(net.short_usd)),
    }  # fmt: skip
    for name, (least, above) in limits.items():
        values = np.asarray(getattr(net, name), dtype=np.float64)
        wrong = (values < least) | (values >= above)
        yield from _named("out-of-range", name, values, wrong, f"names none of the {above} rows there are.")


def _named(code: str, name: str, values: FloatArray, wrong: BoolArray, rule: str) -> Iterator[Problem]:
    for where in np.argwhere(wrong)[:MOST].tolist():
        place = Place(path=f"{name}[{', '.join(str(number) for number in where)}]")
        yield Problem(code, place, f"{values[tuple(where)]:g} {rule}", "Correct it.")


def _structure(net: WeeklyNetwork) -> Iterator[Problem]:
    """Items below themselves; items that stand before what takes them."""
    taker, used = net.item_of[net.into[net.taker_of]], net.item_of[net.input_of]
    below: dict[int, set[int]] = {}
    for item, part in zip(taker.tolist(), used.tolist(), strict=True):
        if item != part:
            below.setdefault(item, set()).add(part)
    try:
        TopologicalSorter(below).prepare()
    except CycleError as error:
        loop = " takes ".join(f"item {item}" for item in reversed(error.args[1]))
        yield Problem("bom-cycle", Place(path="input_of"), f"{loop}.", "Remove one of these inputs.")
        return
    for entry in np.flatnonzero(used < taker)[:MOST].tolist():
        rule = f"item {used[entry]} stands before item {taker[entry]}, which takes it."
        yield Problem("out-of-range", Place(path=f"input_of[{entry}]"), rule, "Sort items from the ends down.")
    same = np.flatnonzero(net.input_of == net.into[net.taker_of])[:MOST].tolist()
    for entry in same:
        rule = f"buffer {net.input_of[entry]} is filled from itself."
        yield Problem("bom-cycle", Place(path=f"input_of[{entry}]"), rule, "Remove this input.")
