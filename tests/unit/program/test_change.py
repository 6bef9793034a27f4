from __future__ import annotations

import datetime as dt

import pytest

from rackwright.base.errors import InputError
from rackwright.base.units import Estimate
from rackwright.catalog.index import Catalog
from rackwright.program.change import apply_changes
from rackwright.program.change_path import parse_path
from rackwright.program.difference import diff_programs
from rackwright.program.model import Program
from rackwright.program.scenario_tree import scenario_program, scenario_trail
from rackwright.program.scenarios import Change, Scenario


def change(program: Program, **fields: object) -> Program:
    """The program after one change."""
    return apply_changes(program, [Change.model_validate(fields)])


def paths(a: Program, b: Program) -> list[str]:
    """Paths that differ."""
    return [row.path for row in diff_programs(a, b)]


def test_set_reads_a_value_as_written(one_pod: Program) -> None:
    """`set` takes a value as a person writes it, and changes nothing else."""
    changed = change(one_pod, at="policy.energy_price", set="75 USD/MWh")
    assert changed.policy.energy_usd_per_mwh == 75.0
    assert paths(one_pod, changed) == ["policy.energy_price"]


def test_scale_keeps_the_band(one_pod: Program) -> None:
    """`scale` multiplies value and band."""
    changed = change(one_pod, at="serving[chat].demand[0].output", scale=2)
    assert changed.serving[0].demand[0].output_tok_s == Estimate(2.0e6, 1.6e6, 2.6e6)


def test_scale_rounds_counts(one_pod: Program) -> None:
    """A scaled count stays whole."""
    assert change(one_pod, at="halls[ohio-1].rows", scale=1.6).halls[0].rows == 6


def test_shift_moves_dates_and_times(one_pod: Program) -> None:
    """`shift` adds time to a date, and to a lead time with its band."""
    changed = change(one_pod, at="tranches[pod-1a].need_by", shift="+2 weeks")
    assert changed.tranches[0].need_by == dt.date(2027, 9, 15)
    changed = change(one_pod, at="offers[item=gpu-gb300].lead_time", shift="-1 week")
    assert changed.supply.offers[0].lead_days == Estimate(175.0, 133.0, 245.0)
    changed = change(one_pod, at="serving[chat].time_to_first_token", shift="+500 ms")
    assert changed.serving[0].ttft_s == 2.5


def test_one_path_may_fit_several_rows(one_pod: Program) -> None:
    """A selector by field, or `*`, changes every row it fits."""
    changed = change(one_pod, at="offers[supplier=supplier-a].lead_time", shift="+4 weeks")
    assert len(paths(one_pod, changed)) == sum(row.supplier == "supplier-a" for row in one_pod.supply.offers)
    changed = change(one_pod, at="serving[*].demand[*].output", scale=0.5)
    assert len(paths(one_pod, changed)) == 2


@pytest.mark.parametrize(
    "name", ["gpu-gb300@supplier-a@taoyuan", "gpu-gb300", "0", "item=gpu-gb300, supplier=supplier-a"]
)
def test_rows_are_named_in_several_ways(name: str, one_pod: Program) -> None:
    """A row is named by all that identifies it, by its first name, by position, or by fields."""
    changed = change(one_pod, at=f"offers[{name}].minimum", set=7)
    assert paths(one_pod, changed) == ["offers[gpu-gb300@supplier-a@taoyuan].minimum"]


def test_add_and_remove_rows(one_pod: Program) -> None:
    """`add` puts a row at the end of a table; `remove` takes rows out."""
    added = change(one_pod, at="duties", add={"id": "new", "authority": "A", "rate": "10 %", "from": "2027-01-01"})
    assert added.supply.duties[-1].rate_share == 0.1
    removed = change(added, at="duties[new]", remove=True)
    assert removed == one_pod


def test_whole_rows_and_lists_may_be_set(one_pod: Program) -> None:
    """A whole row, or a list, may be replaced by one as written."""
    row = {"from": "2027-09-01", "output": "3 Mtok/s"}
    assert change(one_pod, at="serving[chat].demand", set=[row]).serving[0].demand[0].output_tok_s.value == 3e6
    changed = change(one_pod, at="serving[chat].demand[1]", set={"from": "2028-01-01", "output": "4 Mtok/s"})
    assert changed.serving[0].demand[1].output_tok_s.value == 4e6


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"at": "offers[", "set": 1}, "bad-path"),
        ({"at": "", "set": 1}, "bad-path"),
        ({"at": "offer[x].price", "set": 1}, "bad-path"),
        ({"at": "offers.price", "set": 1}, "bad-path"),
        ({"at": "offers[nobody].price", "set": "1 USD"}, "change-matches-nothing"),
        ({"at": "name[0]", "set": 1}, "bad-path"),
        ({"at": "policy", "remove": True}, "bad-path"),
        ({"at": "policy.energy_price", "add": {}}, "bad-path"),
        ({"at": "offers[0]", "scale": 2}, "bad-path"),
        ({"at": "policy.energy_price", "set": "75 kg"}, "bad-change"),
        ({"at": "policy.energy_price", "set": 75.0}, "bad-change"),
        ({"at": "policy.capital_cost", "scale": 50}, "bad-change"),
        ({"at": "duties", "add": {"id": "new"}}, "bad-change"),
        (
            {"at": "duties", "add": {"id": "new", "authority": "A", "rate_share": 0.1, "from": "2027-01-01"}},
            "bad-change",
        ),
        ({"at": "offers[0].lead_time", "shift": "-99 weeks"}, "bad-change"),
        ({"at": "offers[0].lead_time", "shift": "soon"}, "wrong-unit"),
        ({"at": "offers[0].origin", "shift": "+1 week"}, "not-a-time"),
        ({"at": "offers[0].origin", "scale": 2}, "not-a-number"),
        ({"at": "halls[0].rows", "scale": 1e308}, "bad-change"),
        ({"at": "halls[0].ready", "shift": "+9,000 years"}, "bad-change"),
    ],
)
def test_change_that_cannot_be_made(fields: dict[str, object], code: str, one_pod: Program) -> None:
    """A change that cannot be made is an input error at the change, with its code."""
    with pytest.raises(InputError) as caught:
        change(one_pod, **fields)
    assert [(problem.code, problem.place.path) for problem in caught.value.problems] == [(code, "changes[0]")]


def test_all_changes_that_cannot_be_made_are_reported(one_pod: Program) -> None:
    """Every change that cannot be made is reported, not only the first."""
    changes = [Change(at="nothing", set=1), Change(at="policy.energy_price", set="1 USD/kWh"), Change(at="none", set=1)]
    with pytest.raises(InputError) as caught:
        apply_changes(one_pod, changes)
    assert [problem.place.path for problem in caught.value.problems] == ["changes[0]", "changes[2]"]


def test_changed_program_is_checked(one_pod: Program, catalog: Catalog) -> None:
    """A change that breaks a rule elsewhere is reported at the change of that table."""
    changes = [Change(at="policy.energy_price", scale=2), Change(at="sites[ohio].power.tap", set="tap-9")]
    with pytest.raises(InputError) as caught:
        apply_changes(one_pod, changes, catalog=catalog, where="scenarios[s].changes")
    assert caught.value.problems[0].code == "unknown-part"
    assert caught.value.problems[0].place.path == "scenarios[s].changes[1]"
    assert "sites[ohio].power.tap" in caught.value.problems[0].rule


def test_scenario_applies_parents_first(one_pod: Program) -> None:
    """A scenario refines its parent: the parent's changes come first."""
    both = Scenario(
        id="both",
        name="Both",
        parent="more-chat",
        changes=(Change(at="serving[chat].demand[0].output", set="1 tok/s"),),
    )
    program = one_pod.model_copy(update={"scenarios": (*one_pod.scenarios, both)})
    assert [row.id for row in scenario_trail(program, "both")] == ["more-chat", "both"]
    changed = scenario_program(program, "both")
    assert changed.blocks[0].units == 3
    assert [point.output_tok_s.value for point in changed.serving[0].demand] == [1.0, 2.7e6]


def test_unknown_scenario(one_pod: Program) -> None:
    """A scenario that is not there is an input error."""
    with pytest.raises(InputError, match="late-transformer"):
        scenario_program(one_pod, "late-transformers")


@pytest.mark.parametrize("text", ["a..b", ".a", "a.", "a[b", "a]b", "a[b]c", "a b", "a[]"])
def test_what_is_not_a_path(text: str) -> None:
    """Anything but names with rows in brackets, joined by dots, is no path."""
    assert parse_path(text) is None
