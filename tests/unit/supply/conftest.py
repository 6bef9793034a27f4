"""A small world for supply: one SKU of two boards, made at one or two plants, accepted at one campus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from rackwright.base.horizon import Horizon
from rackwright.program.header import Party, Policy
from rackwright.program.model import SupplyProgram
from rackwright.supply.request import Campus, HallDate, Sku, SupplyRequest, Want, WantPoint
from rackwright.tables.bom import ItemNeeds, Items, Structure, Totals
from rackwright.tables.schedule import Gates, LineUse, Readiness
from rackwright.tables.siting import BlockHalls, Blocks, Envelopes, Tranches
from rackwright.tables.sizing import Rates

START = dt.date(2027, 1, 4)
WEEKS = 20
MakeRequest = Callable[..., SupplyRequest]


def day(number: int) -> str:
    """Date of a day of the plan."""
    return (START + dt.timedelta(days=number)).isoformat()


def policy(**changes: Any) -> Policy:
    """Lateness is dear, capital costs a tenth a year."""
    rows = {
        "late_price_per_rack_day": "10 kUSD",
        "price_of_rack_not_delivered": "5 MUSD",
        "energy_price": "60 USD/MWh",
        "capital_cost": 0.1,
        "ready_at": 0.8,
        "whole_rack_weeks": 0,
        "weekly_buckets": 104,
    }
    return Policy.model_validate(rows | changes)


def supply(**tables: Any) -> SupplyProgram:
    """Boards from one supplier, racks from plant p1; a table given replaces the default of that name."""
    rows: dict[str, Any] = {
        "plants": [
            {"id": "p1", "name": "Plant 1", "country": "US"},
            {"id": "p2", "name": "Plant 2", "country": "MX"},
        ],
        "suppliers": [
            {"id": "s1", "name": "Supplier A", "country": "TW"},
            {"id": "s2", "name": "Supplier B", "country": "TW"},
        ],
        "cells": [
            {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0}
        ],
        "makes": [{"item": "sku", "plant": "p1", "lead_time": "7 days", "cost": "10 kUSD", "labour_hours": 20}],
        "routes": [{"item": "sku", "plant": "p1", "step": 1, "cell": "c1", "hours": "100 h"}],
        "offers": [
            {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days",
             "allocation_per_week": 6, "origin": "TW"}
        ],
        "lanes": [{"from": "TW", "to": "*", "mode": "air", "transit": "7 days"}],
    }  # fmt: skip
    return SupplyProgram.model_validate(rows | tables)


def make(
    *,
    racks: int = 8,
    need_day: int = 70,
    tables: dict[str, Any] | None = None,
    structure: list[tuple[Any, ...]] | None = None,
    **changes: Any,
) -> SupplyRequest:
    """The small world, with tables of supply.yaml or fields of the request replaced."""
    structure = structure or [("sku", "board", 0, WEEKS * 7, 2.0, 0.0, "", 1)]
    names = sorted({"sku", "board"} | {name for row in structure for name in row[:2]})
    cents = {"sku": 25_000_000, "board": 10_000_000}
    fields: dict[str, Any] = {
        "horizon": Horizon(START, START + dt.timedelta(weeks=WEEKS)),
        "policy": policy(),
        "parties": (Party(id="maker", name="Maker", role="manufacturer"),),
        "supply": supply(**(tables or {})),
        "campuses": (Campus("x1", "US", 50.0),),
        "halls": (HallDate("h1", "x1", 0, ""),),
        "skus": (Sku("sku", "plat", 100_000.0, 0, WEEKS * 7, 0),),
        "blocks": Blocks.from_columns(
            block=["b1"], site=["x1"], platform=["plat"], units=[racks], racks=[racks], need_day=[need_day]
        ),
        "block_halls": BlockHalls.from_columns(block=["b1"], hall=["h1"], first_unit=[0], units=[racks]),
        "tranches": tranches(racks=racks, need_day=need_day),
        "envelopes": Envelopes.empty(),
        "items": Items.from_columns(
            item=names, name=names, part=[""] * len(names), level=[0] * len(names), lead_by=["supply"] * len(names),
            owner=[""] * len(names), phantom=[False] * len(names),
            cost_cent=[cents.get(name, 100_000) for name in names],
            mass_g=[1_000_000] * len(names),
            power_w=[0] * len(names), hts=["8471.50"] * len(names), origin=[""] * len(names),
        ),
        "structure": Structure.from_rows(structure),
        "needs": ItemNeeds.from_rows([("sku", "tranche", "t1", 0, racks, "rack")]),
        "totals": Totals.from_rows([(name, 1.0) for name in names]),
        "gates": Gates.empty(),
        "readiness": Readiness.empty(),
        "line_use": LineUse.empty(),
        "rates": Rates.from_rows([("train", "plat", 4, 5.0, 10.0, 12.0)]),
        "wants": (Want("train", 1.0, True, ("b1",), (WantPoint(0, 60.0),)),),
    }  # fmt: skip
    return SupplyRequest(**(fields | changes))


def tranches(*, racks: int, need_day: int, accepted: int = 0, accept_days: int = 7, state: str = "planned") -> Tranches:
    """One tranche that fills the block."""
    return Tranches.from_columns(
        tranche=["t1"], block=["b1"], configuration=["sku"], first_unit=[0], units=[racks], racks=[racks],
        accepted_racks=[accepted], need_day=[need_day], accept_days=[accept_days], state=[state],
    )  # fmt: skip


@pytest.fixture
def world() -> MakeRequest:
    """Builder of the small world."""
    return make
