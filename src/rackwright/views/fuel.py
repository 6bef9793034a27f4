"""How much fuel does on-site generation burn in a year, what does it cost, and what does it emit?"""

from __future__ import annotations

import polars as pl

from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import FuelGas
from rackwright.catalog.parts import Generator
from rackwright.plan import Plan
from rackwright.power.fuel import FuelYear, fuel_year
from rackwright.views.absent import absent
from rackwright.views.equipment import ON_SITE
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["FUEL"]

GAS = "natural-gas"
NOTE = (
    "Units carry what the grid does not give at peak IT load on the design day, held all year: an upper bound. Heat is "
    "the higher heating value; natural gas in all units. Methane that slips and heat that is used are left out. Band: "
    "that of the part's efficiency, which is for the maker to state. Price: `fuel_price` of the site."
)
COLUMNS = (
    TableColumn("site", "Site"),
    TableColumn("part", "Unit"),
    TableColumn("units", "Units"),
    TableColumn("electric_mwh", "Electricity", "MWh", 0),
    TableColumn("efficiency", "Efficiency", digits=1, is_share=True),
    TableColumn("fuel_mmbtu", "Fuel", "MMBtu", 0),
    TableColumn("low_mmbtu", "from", "MMBtu", 0),
    TableColumn("high_mmbtu", "to", "MMBtu", 0),
    TableColumn("fuel_m3", "Gas", "m3", 0),
    TableColumn("co2_t", "CO2", "t", 0),
    TableColumn("cost_musd", "Fuel cost", "MUSD", 2),
)


def _show(plan: Plan) -> Shown:
    units = plan.power.elements.frame.filter(pl.col("kind").is_in(ON_SITE)).join(plan.power.loads.frame, on="element")
    if not units.height:
        return absent(plan, "No on-site generation", "power")
    catalog, rows, co2_t, made_mwh = plan.catalog(), [], 0.0, 0.0
    prices = {site.id: site.fuel_usd_per_mwh for site in plan.program.sites}
    for (site, part), own in units.group_by("site", "part", maintain_order=True):
        load_w = float(own["normal_w"].to_numpy().sum())
        row, year = _row(catalog, str(part), load_w, prices[str(site)])
        rows.append((str(site), str(part), own.height, *row))
        if year is not None:
            co2_t, made_mwh = co2_t + year.co2_t, made_mwh + year.electric_mwh
    lead = f"{made_mwh:,.0f} MWh a year from {units.height} units on site, and {co2_t:,.0f} t of CO2 with them."
    return Shown(lead, (ViewTable("Fuel of a year", COLUMNS, tuple(rows), NOTE),))


def _row(
    catalog: Catalog, name: str, load_w: float, usd_per_mwh: float | None
) -> tuple[tuple[Cell, ...], FuelYear | None]:
    """Cells of a part after its count; without figures where the catalog states no efficiency."""
    efficiency, gas = catalog.get(Generator, name).efficiency_share, catalog.get(FuelGas, GAS)
    if efficiency is None:
        return (None,) * (len(COLUMNS) - 3), None
    year = fuel_year(load_w, efficiency.value, gas)
    low, high = (fuel_year(load_w, share, gas).fuel_mmbtu for share in reversed(efficiency.band))
    cost = year.fuel_mwh * usd_per_mwh / 1e6 if usd_per_mwh is not None else None
    cells = (year.electric_mwh, efficiency.value, year.fuel_mmbtu, low, high, year.fuel_m3, year.co2_t, cost)
    return cells, year


FUEL = View(
    "fuel",
    "Fuel of on-site generation",
    "How much fuel does on-site generation burn in a year, what does it cost, and what does it emit?",
    _show,
    in_report=False,
)
