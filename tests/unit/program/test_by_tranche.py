"""Does every tranche get the revision its rows make, and only revisions that differ?"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rackwright.program.by_tranche import as_written, by_tranche
from rackwright.program.check import check_program
from rackwright.program.entry import AS_WRITTEN
from rackwright.program.model import Program
from rackwright.program.supply import BomRow, Item, Make, Offer, RouteStep

SKU = "gb300-nvl72"


def changed(program: Program, *rows: dict[str, Any], **tables: tuple[Any, ...]) -> Program:
    """The program with more rows of the structure, and more rows of other tables of supply."""
    grown: dict[str, Any] = {name: (*getattr(program.supply, name), *more) for name, more in tables.items()}
    grown["bom"] = (*program.supply.bom, *(BomRow.model_validate({"qty": 1.0} | row) for row in rows))
    return program.model_copy(update={"supply": program.supply.model_copy(update=grown)})


def lines(program: Program, item: str) -> set[str]:
    """Direct components of an item, without rows that are kept for other tranches."""
    return {row.component for row in program.supply.bom if row.parent == item and not row.tranches}


def rack_of(program: Program, tranche: str) -> str:
    """Configuration of a tranche."""
    return next(row.configuration for row in program.tranches if row.id == tranche)


def test_101_without_rows_by_tranche_nothing_changes(one_pod: Program) -> None:
    """A program whose rows name no tranche is the same object."""
    assert by_tranche(one_pod) is one_pod


def test_102_the_named_tranche_gets_a_revision(one_pod: Program) -> None:
    """The tranche a row names is built with it, on the same lines; the other one is built as before."""
    found = by_tranche(changed(one_pod, {"parent": SKU, "component": "cpu-arm-72", "tranches": ["pod-1b"]}))
    assert rack_of(found, "pod-1a") == SKU
    assert rack_of(found, "pod-1b") == f"{SKU}+pod-1b"
    assert lines(found, f"{SKU}+pod-1b") - lines(found, SKU) == {"cpu-arm-72"}
    steps = [(row.step, row.cell, row.hours) for row in found.supply.routes if row.item == SKU]
    assert steps == [(row.step, row.cell, row.hours) for row in found.supply.routes if row.item == f"{SKU}+pod-1b"]
    assert found.platforms[0].configurations[-1].id == SKU


def test_103_in_a_group_the_row_replaces_those_that_name_none(one_pod: Program) -> None:
    """The old part of the group is not built into the named tranche."""
    rows = ({"parent": SKU, "component": "nvidia-sn2201", "group": "g"},
            {"parent": SKU, "component": "cpu-arm-72", "group": "g", "tranches": ["pod-1a"]})  # fmt: skip
    found = by_tranche(changed(one_pod, *rows))
    assert "nvidia-sn2201" in lines(found, rack_of(found, "pod-1b"))
    assert "nvidia-sn2201" not in lines(found, rack_of(found, "pod-1a"))


def test_104_what_stands_between_rack_and_row_is_revised_too(one_pod: Program) -> None:
    """An item made for the rack gets a revision with its make and its route, and goes into the rack's revision."""
    rows = ({"parent": SKU, "component": "door"}, {"parent": "door", "component": "hinge", "tranches": ["pod-1b"]})
    make = Make.model_validate({"item": "door", "plant": "columbus", "lead_time": "2 days"}, context=AS_WRITTEN)
    text = {"item": "door", "plant": "columbus", "step": 1, "cell": "col-rack", "hours": "1 h"}
    step = RouteStep.model_validate(text, context=AS_WRITTEN)
    found = by_tranche(changed(one_pod, *rows, makes=(make,), routes=(step,)))
    assert "door+pod-1b" in lines(found, f"{SKU}+pod-1b")
    assert lines(found, "door+pod-1b") == {"hinge"}
    assert {"door", "door+pod-1b"} <= {row.item for row in found.supply.makes} & {r.item for r in found.supply.routes}


def test_106_a_drawn_tray_is_revised_too(one_pod: Program) -> None:
    """A row below a tray of the rack's drawing makes a tray of its own, which is the same catalog part."""
    row = {"parent": "gb300-compute-tray", "component": "bracket", "tranches": ["pod-1a"]}
    found = by_tranche(changed(one_pod, row))
    tray = "gb300-compute-tray+pod-1a"
    assert "bracket" in lines(found, tray)
    assert tray in lines(found, f"{SKU}+pod-1a")
    assert [item.part for item in found.supply.items if item.id == tray] == ["gb300-compute-tray"]
    assert rack_of(found, "pod-1b") == SKU


@given(first=st.sets(st.sampled_from(["pod-1a", "pod-1b"])), second=st.sets(st.sampled_from(["pod-1a", "pod-1b"])))
def test_105_every_tranche_is_built_by_its_own_rows(one_pod: Program, first: set[str], second: set[str]) -> None:
    """Whatever rows name, a tranche takes the rows that name it or none; revising twice is revising once."""
    rows = ({"parent": SKU, "component": "x", "tranches": tuple(sorted(first))},
            {"parent": SKU, "component": "y", "tranches": tuple(sorted(second))})  # fmt: skip
    written = changed(one_pod, *rows)
    found = by_tranche(written)
    for tranche in ("pod-1a", "pod-1b"):
        wanted = {name for name, named in (("x", first), ("y", second)) if not named or tranche in named}
        assert lines(found, rack_of(found, tranche)) & {"x", "y"} == wanted
    assert as_written(found) == written
    assert by_tranche(found) == found


def test_201_an_offer_of_what_is_revised_is_named(one_pod: Program) -> None:
    """A rack that is bought cannot be revised by tranche: the offer does not say which one comes."""
    text = {"item": SKU, "supplier": "supplier-a", "price": "3 MUSD", "lead_time": "10 weeks",
            "allocation_per_week": 1, "origin": "TW"}  # fmt: skip
    offer = Offer.model_validate(text, context=AS_WRITTEN)
    row = {"parent": SKU, "component": "cpu-arm-72", "tranches": ["pod-1b"]}
    codes = {finding.code for finding in check_program(changed(one_pod, row, offers=(offer,)), None)}
    assert "tranche-row-in-bought-item" in codes


def test_202_a_revised_program_passes_the_checks_of_the_written_one(one_pod: Program) -> None:
    """Checks of the revised program, which a what-if edits, find nothing more."""
    written = changed(one_pod, {"parent": SKU, "component": "cpu-arm-72", "tranches": ["pod-1b"]})
    one, two = ({found.code for found in check_program(each, None)} for each in (written, by_tranche(written)))
    assert two <= one


def test_203_a_users_own_id_that_is_a_revisions_name_is_refused(one_pod: Program) -> None:
    """The rows of such an item would be taken for the revision's; another id with a plus is fine."""
    row = {"parent": "gb300-compute-tray", "component": "cpu-arm-72", "tranches": ["pod-1b"]}
    for name, is_clash in ((f"{SKU}+pod-1a", True), ("gb300-compute-tray+pod-1b", True), ("manifold+pod-1b", False)):
        item = Item.model_validate({"id": name, "name": "Own"})
        found = check_program(changed(one_pod, row, items=(item,)), None)
        paths = [problem.place.path for problem in found if problem.code == "revision-name"]
        assert paths == ([f"items[{name}].id"] if is_clash else [])
