"""The judge passes a good plan and names what is broken in a bad one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from rackwright.base.store import ResultCache
from rackwright.base.table import Table
from rackwright.judge import judge_plan
from rackwright.plan import Plan
from rackwright.program.sites import ShortShip


def changed(plan: Plan, name: str, edit: Callable[[pl.DataFrame], pl.DataFrame]) -> Plan:
    """The plan with one table edited behind its back."""
    stage, field = name.split(".")
    result = getattr(plan, stage)
    table: Table = getattr(result, field)
    return replace(plan, **{stage: replace(result, **{field: type(table)(edit(table.frame))})})


def broken_rules(plan: Plan) -> set[str]:
    """Rules the judge finds broken."""
    return set(judge_plan(plan).frame.filter(~pl.col("passed"))["rule"].to_list())


def first_row(column: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Edit that gives the first row another value."""

    def edit(frame: pl.DataFrame) -> pl.DataFrame:
        first = pl.int_range(pl.len()) == 0
        return frame.with_columns(
            pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).cast(frame[column].dtype).alias(column)
        )

    return edit


def test_101_a_good_plan_passes(one_pod: Plan) -> None:
    """Every rule holds for the small example, and each rule looked at something."""
    judged = judge_plan(one_pod)
    assert broken_rules(one_pod) == set()
    assert not judged.frame.filter(pl.col("subject").str.starts_with("0 ")).height


@pytest.mark.parametrize(
    ("rule", "table", "column", "value"),
    [
        ("judge-ends", "fabric.links", "block", "elsewhere"),
        ("judge-rack-units", "racks.slots", "u", 5),
        ("judge-positions", "layout.racks", "position", 10_000),
        ("judge-cables", "cabling.cables", "length_mm", 0),
        ("judge-releases", "schedule.activities", "start_day", -400),
        ("judge-working-days", "schedule.activities", "finish_day", 47),
        ("judge-resources", "schedule.bookings", "units", 99),
        ("judge-amounts", "supply.deployments", "cumulative", 3.0),
        ("judge-whole-racks", "supply.deployments", "racks", 0.5),
    ],
)
def test_201_a_planted_fault_is_found(one_pod: Plan, rule: str, table: str, column: str, value: object) -> None:
    """One wrong value in a table breaks the rule that watches it."""
    assert rule in broken_rules(changed(one_pod, table, first_row(column, value)))


def test_203_a_claim_given_in_parts_is_found(one_pod: Plan) -> None:
    """Half of a whole piece, claimed in the near weeks, breaks the rule on whole racks."""
    for qty, is_broken in ((1.0, False), (0.5, True)):
        early = [
            pl.when(pl.col("kind") == "claim").then(pl.lit(value)).otherwise(pl.col(name)).cast(kind).alias(name)
            for name, value, kind in (("end_day", 10, pl.Int32), ("qty", qty, pl.Float64))
        ]
        edited = changed(one_pod, "supply.orders", lambda frame, early=early: frame.with_columns(early))  # type: ignore[misc]
        assert ("judge-whole-racks" in broken_rules(edited)) is is_broken


def test_202_a_port_used_twice_is_found(one_pod: Plan) -> None:
    """Two links on one port break the rule on ports."""
    twice = one_pod.fabric.links.frame.row(1, named=True)["b_port"]
    assert "judge-ports" in broken_rules(
        changed(one_pod, "fabric.links", lambda f: f.with_columns(b_port=pl.lit(twice, pl.Int32)))
    )


def test_203_a_lost_cable_is_found(one_pod: Plan) -> None:
    """A link without cable breaks the rule on cables."""
    assert "judge-cables" in broken_rules(changed(one_pod, "cabling.cables", lambda f: f.tail(-1)))


def test_204_precedence_and_links_are_watched(one_pod: Plan) -> None:
    """Activities all starting on one day break precedence and the links between projects."""
    early = changed(one_pod, "schedule.activities", lambda f: f.with_columns(start_day=pl.lit(0, pl.Int32)))
    assert {"judge-precedence", "judge-links"} <= broken_rules(early)


def test_205_racks_from_nowhere_are_found(one_pod: Plan) -> None:
    """Racks accepted that nobody made break the rule on built racks."""
    assert "judge-built" in broken_rules(
        changed(one_pod, "supply.orders", lambda f: f.filter(pl.col("kind") != "make"))
    )


def test_206_crews_are_watched(one_pod: Plan) -> None:
    """More racks in one week than the crews can place break the rule on crews."""
    rush = changed(one_pod, "supply.deployments", lambda f: f.with_columns(racks=pl.lit(99.0)))
    assert "judge-crews" in broken_rules(rush)


def test_301_a_judged_network_is_not_judged_again(one_pod: Plan, tmp_path: Path) -> None:
    """With a cache equal networks keep their verdicts, and a network that was changed is judged anew."""
    cache = ResultCache(tmp_path)
    judged = judge_plan(one_pod, cache=cache)
    assert judged.frame.equals(judge_plan(one_pod).frame)
    assert judge_plan(one_pod, cache=cache).frame.equals(judged.frame)
    broken = changed(one_pod, "cabling.cables", first_row("length_mm", 0))
    found = judge_plan(broken, cache=cache).frame.filter(~pl.col("passed"))["rule"].to_list()
    assert found == ["judge-cables"]


def test_207_kits_that_never_came_are_found(one_pod: Plan) -> None:
    """Cables used at the site that no order brings break the rule on kits."""
    lost = changed(one_pod, "supply.orders", lambda f: f.filter(pl.col("item") != "aec-800g-osfp"))
    assert broken_rules(lost) == {"judge-kits"}


def test_208_what_may_follow_counts_when_it_follows(one_pod: Plan) -> None:
    """The same cables four weeks late break the rule, and no longer where they may follow that much later."""
    a_month = pl.when(pl.col("item") == "aec-800g-osfp").then(pl.col("end_day") + 28).otherwise(pl.col("end_day"))
    late = changed(one_pod, "supply.orders", lambda f: f.with_columns(end_day=a_month))
    assert "judge-kits" in broken_rules(late)
    rule = ShortShip.model_validate({"items": ["cables"], "follow": "28 days"})
    tranches = tuple(row.model_copy(update={"short_ship": rule}) for row in one_pod.program.tranches)
    program = one_pod.program.model_copy(update={"tranches": tranches})
    assert "judge-kits" not in broken_rules(replace(late, program=program))
