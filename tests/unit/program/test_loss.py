"""A supplier or a country that is lost gives nothing any more, and what nothing is left for is named."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml

from rackwright.base.errors import InputError
from rackwright.catalog import Catalog
from rackwright.program import Program, scenario_program
from rackwright.program.check import check_program
from rackwright.program.loss import left_without
from rackwright.program.scenarios import ArchitectureShift, Change, Scenario
from rackwright.program.shift import apply_shifts
from rackwright.program.supply import Commit, OpenOrder

PAGE = Path(__file__).parents[3] / "docs" / "stages" / "scenarios.md"
DAY = dt.date(2027, 6, 1)


def given(program: Program, **where: str) -> float:
    """Pieces a week that the offers of a supplier or an origin still give."""
    rows = program.supply.offers
    return sum(row.per_week.value for row in rows if all(getattr(row, name) == value for name, value in where.items()))


def lost(program: Program, **shift: str) -> Program:
    """The program after one loss."""
    return apply_shifts(program, [ArchitectureShift.model_validate(shift)])


def test_101_a_supplier_takes_all_that_hangs_on_it(one_pod_program: Program) -> None:
    """Its offers give nothing; its terms, commits and open orders go; other suppliers keep theirs."""
    commit = Commit(item="gpu-gb300", supplier="supplier-a", date=DAY, qty=8, confirmed_on=one_pod_program.as_of)
    order = OpenOrder(item="gpu-gb300", supplier="supplier-a", plant="columbus", promised=DAY, qty=8)
    other = OpenOrder(item="cold-plate-set", supplier="supplier-b", plant="columbus", promised=DAY, qty=8)
    supply = one_pod_program.supply.model_copy(update={"commits": (commit,), "open_orders": (order, other)})
    program = one_pod_program.model_copy(update={"supply": supply})
    after = lost(program, kind="supplier-lost", supplier="supplier-a")
    assert given(program, supplier="supplier-a") > given(after, supplier="supplier-a") == 0.0
    assert given(after, supplier="supplier-b") == given(program, supplier="supplier-b") > 0.0
    assert after.supply.commits == ()
    assert after.supply.open_orders == (other,)
    assert [row.supplier for row in after.supply.terms] == [
        row.supplier for row in program.supply.terms if row.supplier != "supplier-a"
    ]


def test_102_a_country_takes_its_plants_too(one_pod_program: Program) -> None:
    """Offers of its origin and of its suppliers give nothing, and its plants make nothing and release no stock."""
    plant = one_pod_program.supply.plants[0].model_copy(update={"country": "MX"})
    supply = one_pod_program.supply.model_copy(update={"plants": (plant, *one_pod_program.supply.plants[1:])})
    program = one_pod_program.model_copy(update={"supply": supply})
    after = lost(program, kind="country-lost", country="MX")
    assert given(after, origin="MX") == given(after, supplier="supplier-c") == 0.0
    assert all(row.end == program.horizon.start for row in after.supply.makes if row.plant == plant.id)
    assert all(row.status == "hold" for row in after.supply.stock if row.plant == plant.id)
    assert given(after, origin="TW") == given(program, origin="TW")


def test_103_projects_buy_from_who_is_left(one_pod_program: Program) -> None:
    """A procurement goes to the other supplier of its item; with none left it is not there within the horizon."""
    own = next(row for row in one_pod_program.supply.offers if row.item == "hv-mv-60mva")
    second = own.model_copy(update={"supplier": "supplier-e"})
    supply = one_pod_program.supply.model_copy(update={"offers": (*one_pod_program.supply.offers, second)})
    more = one_pod_program.model_copy(update={"supply": supply})
    loss = {"kind": "supplier-lost", "supplier": "supplier-f"}
    bought = {row.item: row for project in lost(more, **loss).projects for row in project.activities if row.item}
    assert (bought["hv-mv-60mva"].supplier, bought["hv-mv-60mva"].modes) == ("supplier-e", ())
    alone = {row.item: row for project in lost(one_pod_program, **loss).projects for row in project.activities}
    days = (one_pod_program.horizon.end - one_pod_program.horizon.start).days
    assert [mode.duration.value for mode in alone["hv-mv-60mva"].modes] == [days]


def test_104_what_nothing_is_left_for_is_named(one_pod_program: Program) -> None:
    """Items without another source, and procurements that wait in vain; what another supplier sells is not named."""
    loss = {"kind": "supplier-lost", "supplier": "supplier-f"}
    found = left_without(one_pod_program, lost(one_pod_program, **loss))
    assert found == ("genset-3mw", "hv-mv-60mva", "pod-site.buy-gensets", "pod-site.buy-transformer")


def test_201_check_warns_where_the_loss_stands(one_pod_program: Program, catalog: Catalog) -> None:
    """One warning a scenario names the items; a source added by the same scenario's edits takes its item off."""
    shift = ArchitectureShift(kind="supplier-lost", supplier="supplier-f")
    offer = next(row for row in one_pod_program.supply.offers if row.item == "genset-3mw")
    again = offer.model_copy(update={"supplier": "supplier-e"}).model_dump(
        by_alias=True, exclude_unset=True, mode="json"
    )
    plain = Scenario(id="gone", name="gone", shifts=(shift,))
    mended = Scenario(id="mended", name="mended", parent="gone", changes=(Change(at="offers", add=_written(again)),))
    both = Scenario(id="both", name="both", shifts=(shift,), changes=(Change(at="offers", add=_written(again)),))
    program = one_pod_program.model_copy(update={"scenarios": (plain, mended, both)})
    told = [problem for problem in check_program(program, catalog) if problem.code == "nothing-left"]
    assert [(problem.place.path, problem.severity) for problem in told] == [
        ("scenarios[gone].shifts[0]", "warning"),
        ("scenarios[both].shifts[0]", "warning"),
    ]
    assert "genset-3mw" in told[0].rule
    assert "genset-3mw" not in told[1].rule


def _written(row: dict[str, object]) -> dict[str, object]:
    """An offer as people write it."""
    kept = {name: row[name] for name in ("item", "supplier", "origin")}
    return kept | {"price": "1 MUSD", "lead_time": "40 weeks", "allocation_per_week": 1}


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        ({"kind": "supplier-lost", "supplier": "supplier-z"}, "supplier-z"),
        ({"kind": "supplier-lost"}, "needs `supplier`"),
        ({"kind": "country-lost", "country": "ZZ"}, "ZZ"),
        ({"kind": "country-lost", "country": "US"}, "has a campus"),
        ({"kind": "country-lost", "country": "VN", "from": "2027-06-01"}, "whole horizon"),
    ],
)
def test_202_a_loss_that_makes_no_sense_is_named(one_pod_program: Program, shift: dict[str, str], words: str) -> None:
    """Unknown names, a day, and the country of a campus are told with their place."""
    with pytest.raises(InputError) as caught:
        lost(one_pod_program, **shift)
    assert [problem.place.path for problem in caught.value.problems] == ["shifts[0]"]
    assert words in caught.value.problems[0].rule


def test_301_the_page_shows_what_works(one_pod_program: Program, catalog: Catalog) -> None:
    """The scenarios written on the documentation page can be made of the example of one pod, each without an error."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    block = next(text for text in blocks if "country-lost" in text)
    scenarios = tuple(Scenario.model_validate(row) for row in yaml.safe_load(block)["scenarios"])
    program = one_pod_program.model_copy(update={"scenarios": scenarios})
    assert not [problem for problem in check_program(program, catalog) if problem.severity == "error"]
    for scenario in scenarios:
        assert scenario_program(program, scenario.id, catalog=catalog) != program
