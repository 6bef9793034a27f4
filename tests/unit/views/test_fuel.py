"""Fuel and carbon dioxide of on-site generation."""

from __future__ import annotations

import pytest

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import FuelGas
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.power.fuel import fuel_year
from rackwright.program.model import Program
from rackwright.program.sites import Generation
from rackwright.views.fuel import FUEL


@pytest.fixture(scope="module")
def own_power(one_pod_program: Program, catalog: Catalog) -> Plan:
    """The small example with 1 MW from the grid, two gas engines and gas at 4 USD/MMBtu."""
    (site,) = one_pod_program.sites
    first = site.energisation[0]
    steps = (
        *(step.model_copy(update={"power_w": 1e6}) for step in site.energisation),
        first.model_copy(update={"id": "engines", "kind": "on-site", "power_w": 6e6, "gate": ""}),
    )
    generation = (Generation(part="gas-engine-4mw", count=2, date=first.date),)
    changed = site.model_copy(
        update={"energisation": steps, "generation": generation, "fuel_usd_per_mwh": 4.0 * 3.412141633}
    )
    return plan_program(one_pod_program.model_copy(update={"sites": (changed,)}), catalog)


def test_101_fuel_of_a_year_by_hand(catalog: Catalog) -> None:
    """1 MW at 40 % burns 21,915 MWh a year: 74,777 MMBtu, 2.06 Mm3 and 3,968 t of CO2 at 53.06 kg/MMBtu."""
    year = fuel_year(1e6, 0.4, catalog.get(FuelGas, "natural-gas"))
    assert year.fuel_mwh == pytest.approx(8766.0 / 0.4)
    assert year.fuel_mmbtu == pytest.approx(74_777.0, rel=1e-4)
    assert year.co2_t == pytest.approx(74_777.0 * 53.06 / 1000.0, rel=1e-4)
    assert year.fuel_m3 == pytest.approx(74_777.0 / 1.026 * 28.316847, rel=1e-4)


def test_201_the_view_has_what_the_units_carry(own_power: Plan) -> None:
    """Electricity is the load of the units over a year, fuel lies within its band, and costs 4 USD/MMBtu."""
    shown = FUEL.build(own_power)
    row = dict(zip((column.name for column in shown.tables[0].columns), shown.tables[0].rows[0], strict=True))
    loads = own_power.power.elements.frame.filter(kind="engine").join(own_power.power.loads.frame, on="element")
    load_w = sum(loads["normal_w"].to_list())
    assert load_w > 0.0
    assert row["units"] == 2
    assert row["electric_mwh"] == pytest.approx(load_w * HOURS_PER_YEAR / 1e6)
    assert row["low_mmbtu"] < row["fuel_mmbtu"] < row["high_mmbtu"]
    assert row["cost_musd"] == pytest.approx(4.0 * row["fuel_mmbtu"] / 1e6)
    assert row["co2_t"] == pytest.approx(53.06 * row["fuel_mmbtu"] / 1e3, rel=1e-6)


def test_301_a_site_on_the_grid_has_none(one_pod: Plan) -> None:
    """Without on-site units the view says so."""
    assert FUEL.build(one_pod).tables == ()
