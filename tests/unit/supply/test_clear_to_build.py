"""Is a rack clear to build only when its whole kit is there, and is every piece given once?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Claim, Make
from rackwright.supply.clear_to_build import ClearRequest, RackOrder, SkuWindow, clear_to_build
from rackwright.supply.golden import GoldenUnits
from rackwright.supply.lots import Lot
from rackwright.tables.bom import Items, Structure

START = dt.date(2027, 1, 4)
INF = float("inf")


def request(*lots: Lot, racks: int = 4, structure: list[tuple[Any, ...]] | None = None, **changes: Any) -> ClearRequest:
    """Racks of two trays of one board each; trays are made at p2, racks at p1, a day apart."""
    rows = structure or [("sku", "tray", 0, 999, 2.0, 0.0, "", 1), ("tray", "board", 0, 999, 1.0, 0.0, "", 1)]
    names = sorted({name for row in rows for name in row[:2]})
    num = len(names)
    makes = tuple(
        Make.model_validate({"item": item, "plant": plant, "lead_time": "7 days"})
        for item, plant in (("sku", "p1"), ("tray", "p2"))
    )
    fields: dict[str, Any] = {
        "horizon": Horizon(START, START + dt.timedelta(weeks=52)),
        "weeks": 13,
        "lots": lots,
        "orders": (RackOrder("t1", "sku", racks, 30),),
        "claims": (),
        "makes": makes,
        "line_days": (0.0, 0.0),
        "windows": (SkuWindow("sku", 0.0, INF),),
        "structure": Structure.from_rows(rows),
        "items": Items.from_columns(
            item=names, name=names, part=[""] * num, level=[0] * num, lead_by=["supply"] * num, owner=[""] * num,
            phantom=[False] * num, cost_cent=[0] * num, mass_g=[0] * num,
            power_w=[0] * num, hts=[""] * num, origin=[""] * num,
        ),
        "sourced": frozenset({"sku", "tray", "board", "old-board", "new-board"}),
        "transit_days": {("p2", "p1"): 1.0, ("s1", "p2"): 5.0},
    }  # fmt: skip
    return ClearRequest(**(fields | changes))


def test_101_a_kit_is_complete_or_nothing_is_taken() -> None:
    """Five trays make two racks; the third lacks a tray's board and leaves the fifth tray where it is."""
    answer = clear_to_build(request(Lot(0, "tray", "p1", 5, "on hand")))
    assert [rack.day for rack in answer.racks] == [0, 0]
    assert answer.left == (Lot(0, "tray", "p1", 1, "on hand"),)
    held = answer.held[0]
    assert (held.tranche, held.racks, held.plant) == ("t1", 2, "p1")
    assert [(s.item, s.place, s.qty) for s in held.shortages] == [("board", "p2", 1.0)]


def test_102_what_is_not_there_is_made_from_parts_that_are() -> None:
    """Boards confirmed for day 20 reach the tray line on day 25; trays take 7 days and one more to the rack line."""
    answer = clear_to_build(request(Lot(20, "board", "s1", 4, "confirmed")))
    assert [rack.day for rack in answer.racks] == [33, 33]


def test_103_what_comes_after_the_window_does_not_count() -> None:
    """Boards of day 90 would be trays on day 103, after the window of 91 days."""
    answer = clear_to_build(request(Lot(90, "board", "s1", 4, "confirmed")))
    assert not answer.racks


def test_104_a_finished_rack_is_clear_where_it_stands() -> None:
    """A rack on hand is counted before any is built."""
    answer = clear_to_build(request(Lot(0, "sku", "x1", 1, "on hand"), Lot(0, "tray", "p1", 2, "on hand")))
    assert [(rack.plant, rack.is_finished) for rack in answer.racks] == [("x1", True), ("p1", False)]


def test_105_a_line_that_may_not_run_is_said() -> None:
    """With every part there and the line qualified after the window, nothing is clear and the line's date is named."""
    answer = clear_to_build(request(Lot(0, "tray", "p1", 8, "on hand"), line_days=(200.0, 0.0)))
    assert not answer.racks
    assert answer.held[0].line == "p1 may start it from 2027-07-23"
    assert answer.left[0].qty == 8


def test_201_claims_take_their_parts_before_or_after_racks() -> None:
    """A sample before racks costs a rack; a spare after racks takes what is left and is short of the rest."""
    rows: dict[str, Any] = {"item": "tray", "plant": "p1", "qty": 1}
    sample = Claim(**rows, kind="sample")
    spare = Claim(**rows | {"qty": 3}, kind="spare", before_racks=False)
    answer = clear_to_build(request(Lot(0, "tray", "p1", 6, "on hand"), claims=(spare, sample)))
    assert len(answer.racks) == 2
    given = {(row.item, row.taker): row.qty for row in answer.given}
    assert given == {("tray", "sample"): 1.0, ("tray", "t1"): 4.0, ("tray", "spare"): 1.0}
    assert answer.held[-1].shortages[0].qty == pytest.approx(2.0)


def test_202_the_first_in_line_is_served_first() -> None:
    """Parts for three racks go to the tranche in front, and the rest to the next."""
    orders = (RackOrder("t1", "sku", 2, 60), RackOrder("t2", "sku", 2, 30))
    answer = clear_to_build(request(Lot(0, "tray", "p1", 6, "on hand"), orders=orders))
    assert [rack.tranche for rack in answer.racks] == ["t1", "t1", "t2"]


def test_203_an_alternate_fills_in_where_the_first_choice_is_short() -> None:
    """Of two alternates the preferred one is used while it lasts; each rack takes one kind as a whole."""
    rows = [("sku", "new-board", 0, 999, 2.0, 0.0, "b", 1), ("sku", "old-board", 0, 999, 2.0, 0.0, "b", 2)]
    lots = (Lot(0, "new-board", "p1", 3, "on hand"), Lot(0, "old-board", "p1", 2, "on hand"))
    answer = clear_to_build(request(*lots, structure=rows))
    assert len(answer.racks) == 2
    assert {(row.item, row.qty) for row in answer.given} == {("new-board", 2.0), ("old-board", 2.0)}
    assert {s.item for s in answer.held[0].shortages} == {"new-board"}


def test_204_nothing_is_given_twice() -> None:
    """What is given and what is left add up to the lots."""
    lots = (Lot(0, "tray", "p1", 3, "on hand"), Lot(10, "board", "s1", 4, "confirmed"))
    answer = clear_to_build(request(*lots))
    for item in ("tray", "board"):
        given = sum(row.qty for row in answer.given if row.item == item)
        left = sum(lot.qty for lot in answer.left if lot.item == item)
        assert given + left == pytest.approx(sum(lot.qty for lot in lots if lot.item == item))


def test_108_golden_units_come_before_racks() -> None:
    """Of parts for three racks one goes to the test cell; beyond the weeks looked at, none does."""
    lots = Lot(0, "tray", "p1", 6, "on hand")
    soon, later = (GoldenUnits("c1", "sku", "p1", 1, day, is_there=False) for day in (10.0, 200.0))
    answers = [clear_to_build(request(lots, golden=golden)) for golden in ((soon,), (later,), ())]
    assert [len(answer.racks) for answer in answers] == [2, 3, 3]
    assert [(row.item, row.qty) for row in answers[0].given if row.taker == "golden sku in c1"] == [("tray", 2.0)]


def test_109_golden_units_without_parts_are_a_shortage() -> None:
    """A cell whose unit lacks a board is told with what is missing, and takes nothing."""
    golden = (GoldenUnits("c1", "sku", "p1", 1, 10.0, is_there=False),)
    answer = clear_to_build(request(Lot(0, "tray", "p1", 1, "on hand"), golden=golden))
    held = next(row for row in answer.held if row.tranche == "golden sku in c1")
    assert [(row.item, row.qty) for row in held.shortages] == [("board", 1.0)]
    assert answer.left == (Lot(0, "tray", "p1", 1, "on hand"),)
