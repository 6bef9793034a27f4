"""A small fabric with two planes and its reports."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from rackwright.asbuilt import device_names
from rackwright.plan import Plan

Row = tuple[str, str, str, str]


@pytest.fixture(scope="session")
def reports(one_pod: Plan) -> list[Row]:
    """What all devices of the scale-out network of the small example report when it is built as drawn, both ways."""
    names = dict(device_names(one_pod.fabric.devices).iter_rows())
    links = one_pod.fabric.links.frame.filter(pl.col("network") == "scale-out")
    rows: list[Row] = []
    for a, a_port, b, b_port in links.select("a_device", "a_port", "b_device", "b_port").iter_rows():
        one, other = (names[a], f"p{a_port + 1}"), (names[b], f"p{b_port + 1}")
        rows += [(*one, *other), (*other, *one)]
    return rows


@pytest.fixture
def moved(reports: list[Row]) -> Callable[..., list[Row]]:
    """Reports after the upper plugs of links (by number) have gone round: the first to the place of the second, ..."""

    def make(*links: int) -> list[Row]:
        rows = list(reports)
        tops = [rows[2 * link][2:] for link in links]
        for link, top in zip(links, tops[1:] + tops[:1], strict=True):
            low = rows[2 * link][:2]
            rows[2 * link], rows[2 * link + 1] = (*low, *top), (*top, *low)
        return rows

    return make
