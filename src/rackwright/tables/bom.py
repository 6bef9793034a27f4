"""What bom hands on: what was placed, by scope, and the structure below it."""

from __future__ import annotations

from dataclasses import dataclass

from polars import Boolean, Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Bom", "ItemNeeds", "Items", "Structure", "Totals"]


class Items(Table):
    """Everything that is needed, at every level."""

    item = Column(String, "item number", key=True)
    name = Column(String, "name")
    part = Column(String, "catalog part; empty if none")
    level = Column(Int32, "lowest level at which it occurs, 0 for what is placed", ge=0)
    lead_by = Column(String, "stage that dates it: supply or schedule")
    owner = Column(String, "party")
    phantom = Column(Boolean, "True if never stocked")
    cost_cent = Column(Int64, "standard cost", unit="cent", ge=0, formula="bom-cost")
    mass_g = Column(Int64, "mass", unit="g", ge=0, formula="bom-mass")
    power_w = Column(Int64, "electric load of one", unit="W", ge=0, formula="bom-power")
    hts = Column(String, "tariff heading")
    origin = Column(String, "usual origin")


class Structure(Table):
    """Parent and component."""

    parent = Column(String, "parent item", key=True)
    component = Column(String, "component item", key=True)
    from_day = Column(Int32, "effective from", unit="day", key=True)
    to_day = Column(Int32, "first day no longer effective", unit="day")
    qty = Column(Float64, "components in one parent", ge=0)
    scrap_share = Column(Float64, "components lost", ge=0, le=1)
    group = Column(String, "alternate group; empty if none")
    priority = Column(Int32, "preference in the group", ge=1)


class ItemNeeds(Table):
    """Top-level needs: what a tranche, block, hall or site asks for."""

    item = Column(String, "item", key=True)
    scope = Column(String, "tranche, block, hall or site", key=True)
    scope_id = Column(String, "which one", key=True)
    index = Column(Int32, "ordinal of the kit within the scope, 0 for the first", key=True, ge=0)
    qty = Column(Int64, "pieces", ge=0)
    trigger = Column(String, "what it is for: rack, fabric, cable, spare, cooling, power")


class Totals(Table):
    """Everything exploded to every level, scrap included."""

    item = Column(String, "item", key=True)
    qty = Column(
        Float64, "pieces over the horizon", ge=0, formula="bom-explosion", inputs=("needs.qty", "structure.qty")
    )


@dataclass(frozen=True)
class Bom:
    """Result of the stage."""

    items: Items
    structure: Structure
    needs: ItemNeeds
    totals: Totals
    checks: Checks
    omissions: tuple[str, ...]
