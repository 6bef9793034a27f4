from __future__ import annotations

from rackwright.program.change import apply_changes
from rackwright.program.difference import ProgramChange, diff_programs
from rackwright.program.model import Program
from rackwright.program.scenarios import Change


def test_equal_programs_do_not_differ(one_pod: Program) -> None:
    """A program does not differ from its copy."""
    assert diff_programs(one_pod, one_pod.model_copy(deep=True)) == []


def test_order_of_rows_is_no_difference(one_pod: Program) -> None:
    """Rows are matched by what identifies them, so their order does not matter."""
    supply = one_pod.supply
    turned = supply.model_copy(update={"offers": supply.offers[::-1], "bom": supply.bom[::-1]})
    assert diff_programs(one_pod, one_pod.model_copy(update={"supply": turned})) == []


def test_changes_come_in_program_order_with_units(one_pod: Program) -> None:
    """Changed fields, removed and added rows are listed in the order of the program, as people write them."""
    changes = [
        Change(at="duties[example-vn]", remove=True),
        Change(at="suppliers", add={"id": "supplier-g", "name": "Supplier G", "country": "US"}),
        Change(at="halls[ohio-1].it_power", set="5 MW"),
        Change(at="policy.budget", set="90 MUSD"),
        Change(at="offers[0].lead_time", set="30 weeks"),
        Change(at="blocks[pod-1].units", set="auto"),
    ]
    assert diff_programs(one_pod, apply_changes(one_pod, changes)) == [
        ProgramChange("policy.budget", "changed", "120 MUSD", "90 MUSD"),
        ProgramChange("halls[ohio-1].it_power", "changed", "4 MW", "5 MW"),
        ProgramChange("blocks[pod-1].units", "changed", "2", "auto"),
        ProgramChange("suppliers[supplier-g]", "added", "", "supplier-g"),
        ProgramChange("offers[gpu-gb300@supplier-a@taoyuan].lead_time", "changed", "182 (140..252) d", "210 d"),
        ProgramChange("duties[example-vn]", "removed", "example-vn", ""),
    ]


def test_rows_of_one_name_are_told_apart(one_pod: Program) -> None:
    """A second row of one name is matched as the second."""
    lot = one_pod.supply.stock[0]
    two = one_pod.supply.model_copy(update={"stock": (lot, lot)})
    changed = one_pod.supply.model_copy(update={"stock": (lot, lot.model_copy(update={"qty": 9.0}))})
    found = diff_programs(one_pod.model_copy(update={"supply": two}), one_pod.model_copy(update={"supply": changed}))
    assert found == [ProgramChange("stock[mgx-48u@columbus@free#2].qty", "changed", "4", "9")]
