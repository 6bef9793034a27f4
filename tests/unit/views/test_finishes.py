"""Is a training run that misses its deadline named with its days late?"""

from __future__ import annotations

import dataclasses

import pytest

from rackwright.plan import Plan
from rackwright.tables.supply import Served
from rackwright.views.capacity import CAPACITY
from rackwright.views.finishes import finish_day, finish_table

SECONDS_PER_DAY = 86_400


def test_101_the_days_of_a_run_are_its_tokens_by_its_rate(one_pod: Plan) -> None:
    """A run takes its tokens over the median rate of the racks it has, from the day they serve it."""
    run = one_pod.program.training[0]
    days = finish_day(one_pod, run)
    assert days is not None
    per_rack = one_pod.sizing.rates.frame.filter(workload=run.id)["per_rack_p50"].item()
    racks = one_pod.supply.served.frame.filter(workload=run.id)["racks"].max()
    assert racks == 6
    assert days[1] - days[0] == pytest.approx(run.tokens / (6 * per_rack * SECONDS_PER_DAY), abs=1.0)


def test_201_a_missed_deadline_is_shown(one_pod: Plan) -> None:
    """The table tells the day it finishes, the day it is wanted by, and the days between them."""
    table = CAPACITY.build(one_pod).tables[1]
    assert table.title == "Training runs against their deadlines"
    _, starts, finishes, wanted, late, verdict = table.rows[0]
    assert wanted == one_pod.program.training[0].finish
    assert str(starts) < str(wanted) < str(finishes)
    assert verdict == "late"
    assert 60 < float(str(late)) < 90


def test_202_a_run_without_racks_does_not_finish(one_pod: Plan) -> None:
    """Where no gang ever runs, no day is made up."""
    supply = dataclasses.replace(one_pod.supply, served=Served.empty())
    row = finish_table(dataclasses.replace(one_pod, supply=supply)).rows[0]
    assert row[2] is None
    assert row[-1] == "no gang runs within the horizon"
