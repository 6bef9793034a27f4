"""Samples in which users of resources take their turn anew."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.schedule import schedule_projects
from rackwright.schedule.bitsets import BitsetEngine
from rackwright.schedule.engine import Engine
from rackwright.schedule.instance import Instance
from rackwright.schedule.loops import place_samples
from rackwright.schedule.network import Network, build_network
from rackwright.schedule.planning import objective_of, plan_projects
from rackwright.schedule.risk import Sampled, sample_risk

from .test_engine import instances, priorities
from .test_planning import project, request, two_on_one_lab, way, work


@given(instances(), st.integers(0, 99))
def test_101_both_forms_place_samples_alike(instance: Instance, seed: int) -> None:
    """Loops over samples and whole numbers as sets of days give the same days and blockers in each sample."""
    order = Engine(instance, is_compiled=False).order(priorities(instance.num_jobs, seed))
    duration = np.random.default_rng(seed).integers(0, 9, (3, instance.num_jobs))
    fixed = np.where(instance.fixed_finish >= 0, instance.fixed_start + duration, -1)
    days = np.empty_like(duration), np.empty_like(duration), np.empty_like(duration)
    place_samples(instance, order, (duration, fixed), days)
    engine = BitsetEngine(instance)
    for sample in range(len(duration)):
        engine.set_durations(duration[sample], fixed[sample])
        for one, two in zip(engine.place(order), days, strict=True):
            assert one.tolist() == two[sample].tolist()


def sampled(network: Network, order: str, **more: object) -> Sampled:
    """Samples of a network on its plan's dates."""
    planned = plan_projects(network, objective_of(network), seed=1)
    asked = dataclasses.replace(planned.network, sampled_order=order)
    return sample_risk(asked, planned.dates, seed=3, num_samples=400, **more)  # type: ignore[arg-type]


def test_102_sure_durations_give_the_dates_of_the_plan() -> None:
    """Where nothing varies a sample is the plan, in either order, with the same jobs at its end."""
    network = build_network(request(*two_on_one_lab()))
    kept, anew = (sampled(network, order) for order in ("kept", "anew"))
    assert np.array_equal(kept.project_end, anew.project_end)
    assert np.array_equal(kept.critical_share, anew.critical_share)
    assert set(anew.critical_share) == {1.0}


def test_103_a_user_that_is_ready_passes_one_that_is_late() -> None:
    """The lab's second user waits for a late first one where turns are kept, and goes before it where they are not."""
    slow = project("a", work("wait", way("10 (8..200) days")), work("x", way("5 days", lab=1), after=("wait",)), due=1)
    ready = project("b", work("y", way("20 days", lab=1), earliest=dt.date(2026, 12, 21)))
    network = build_network(request(slow, ready))
    kept, anew = (sampled(network, order) for order in ("kept", "anew"))
    assert np.quantile(kept.project_end[1], 0.8) > np.quantile(anew.project_end[1], 0.8)
    assert (kept.project_end[0] <= anew.project_end[0]).all()


def test_104_a_hand_over_of_a_resource_drives_the_end() -> None:
    """The job that held the lab is critical with the one that waited for it, in every sample."""
    first = project("a", work("x", way("10 (8..12) days", lab=1)), due=5, weight=9)
    then = project("b", work("y", way("10 (8..12) days", lab=1)))
    anew = sampled(build_network(request(first, then)), "anew")
    assert anew.critical_share.tolist() == [1.0, 1.0]


def test_105_any_number_of_workers_gives_the_same_samples() -> None:
    """Blocks drawn by threads are those drawn one by one."""
    network = build_network(request(*two_on_one_lab()))
    one, two = (sampled(network, "anew", workers=workers) for workers in (1, 2))
    assert np.array_equal(one.finish, two.finish)
    assert np.array_equal(one.critical_share, two.critical_share)


@pytest.mark.parametrize(("order", "word"), [("kept", "cautious"), ("anew", "hopeful")])
def test_106_a_schedule_says_which_samples_it_was_made_of(order: str, word: str) -> None:
    """What is left out says whether sampled dates are cautious or hopeful."""
    schedule = schedule_projects(request(*two_on_one_lab(), sampled_order=order))
    assert [text for text in schedule.omissions if word in text]
