"""Which racks stop with which feed?"""

from __future__ import annotations

import polars as pl

from rackwright.views.feeds import feeds_that_stop_racks

CHAIN = [
    ("grid", "utility", "", ""),
    ("board-a", "mv-switchgear", "grid", ""),
    ("board-b", "mv-switchgear", "grid", ""),
    ("genset", "generator", "", ""),
    ("lv", "lv-switchgear", "board-a", "genset"),
    ("ups", "ups", "lv", ""),
    ("bus-a", "busway", "ups", ""),
    ("bus-b", "busway", "board-b", ""),
    ("rack-00000", "rack", "bus-a", "bus-b"),
    ("rack-00001", "rack", "bus-a", ""),
    ("chiller", "cooling", "bus-a", ""),
]


def chain(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """A chain at one site."""
    schema = ["element", "kind", "upstream", "standby"]
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(site=pl.lit("s"))


def test_101_a_rack_with_two_cords_stops_for_none() -> None:
    """Rack 0 hangs on two feeds and never stops; rack 1 hangs on one and stops with each element of it."""
    found = {feed.element: feed.racks for feed in feeds_that_stop_racks(chain(*CHAIN))}
    assert found == {"lv": (1,), "ups": (1,), "bus-a": (1,)}


def test_102_a_second_source_carries() -> None:
    """Without the generator behind the board, the boards and the grid above stop what hangs on them alone."""
    alone = [row if row[0] != "lv" else ("lv", "lv-switchgear", "board-a", "") for row in CHAIN]
    found = {feed.element: feed.racks for feed in feeds_that_stop_racks(chain(*alone))}
    assert found["board-a"] == (1,)
    assert found["grid"] == (0, 1)


def test_103_no_power_no_answer() -> None:
    """A plan without a power chain has no feeds."""
    assert feeds_that_stop_racks(chain(*CHAIN).clear()) == []
