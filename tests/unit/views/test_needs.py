"""The band of needs and the power profile are seen as sizing found them."""

from __future__ import annotations

import math

import pytest

from rackwright.plan import Plan
from rackwright.views.needs import NEEDS


def test_101_needs_are_shown_with_their_band(one_pod: Plan) -> None:
    """Accelerators at P10, P50 and P90 are sizing's, and the planned racks are the safe ones of the policy."""
    rows = NEEDS.build(one_pod).tables[0].as_json()
    assert len(rows) == len(one_pod.sizing.needs)
    for row, need in zip(rows, one_pod.sizing.needs.frame.iter_rows(named=True), strict=True):
        assert [row[name] for name in ("accels_p10", "accels_p50", "accels_p90")] == [
            need[name] for name in ("accels_p10", "accels_p50", "accels_p90")
        ]
        assert row["racks_p90"] == math.ceil(need["accels_p90"] / 72)
        assert int(row["racks_p50"] or 0) <= int(row["racks_planned"] or 0) <= int(row["racks_p90"] or 0)


def test_102_a_gang_swings_with_all_its_racks(one_pod: Plan) -> None:
    """The swing of a job is that of a rack times the racks in step, as the power stage sees it."""
    tables = NEEDS.build(one_pod).tables
    rows = {row["workload"]: row for row in tables[2].as_json()}
    own = next(row for row in one_pod.sizing.profiles.frame.iter_rows(named=True) if row["workload"] == "chat")
    assert rows["chat"]["idle_kw"] == pytest.approx(own["idle_w"] / 1e3)
    job = next(row for row in one_pod.power.jobs.frame.iter_rows(named=True) if row["workload"] == "pretrain-70b")
    assert rows["pretrain-70b"]["racks"] == job["racks"]
    assert rows["pretrain-70b"]["job_swing_mw"] == pytest.approx((job["peak_w"] - job["low_w"]) / 1e6)


def test_201_no_workload_no_needs(empty_plan: Plan) -> None:
    """A plan without workloads says so."""
    assert NEEDS.build(empty_plan).tables == ()
