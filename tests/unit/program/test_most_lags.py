from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright.base.problem import Problem
from rackwright.catalog.index import Catalog
from rackwright.program.read import load_program

Damage = Callable[[str, str, str], Path]
FILE = "projects.yaml"
LINK = "  - {from: pod-npi.evt-gate, to: pod-site.commission-hall, kind: FS, lag: 0 days}"


def found(folder: Path, catalog: Catalog) -> list[Problem]:
    """Most lags that are said to be impossible."""
    return [problem for problem in load_program(folder, catalog=catalog)[1] if problem.code == "most-lag-impossible"]


@pytest.mark.parametrize(("days", "count"), [(139, 1), (140, 0)])
def test_101_the_least_lag_named_is_the_least_that_will_do(
    days: int, count: int, damage: Damage, catalog: Catalog
) -> None:
    """A most lag one day below the longest path of other links is impossible; one of its length is not."""
    link = f"  - {{from: pod-site.design, to: pod-site.fit-out, max_lag: {days} days}}"
    problems = found(damage(FILE, LINK, link), catalog)
    assert len(problems) == count
    for problem in problems:
        assert problem.severity == "warning"
        assert "pod-site.design -> (FS, 0 days) pod-site.buy-cdus, 140 days -> (FS, 0 days)" in problem.rule
        assert "at least 140 days" in problem.repair


@pytest.mark.parametrize(("days", "count"), [(25, 1), (26, 0)])
def test_102_work_counts_as_short_as_its_calendar_allows(
    days: int, count: int, damage: Damage, catalog: Catalog
) -> None:
    """Twenty days of a five-day week span 26 days from a Monday on: less is impossible for sure, 26 is not."""
    link = f"  - {{from: pod-site.fit-out, to: pod-site.commission-hall, kind: SS, max_lag: {days} days}}"
    assert len(found(damage(FILE, LINK, link), catalog)) == count


def test_103_most_lags_that_are_impossible_together_are_named(damage: Damage, catalog: Catalog) -> None:
    """Two most lags of which each could be kept alone: the later one is named, and the earlier one in its path."""
    links = (
        "  - {from: pod-site.design, to: pod-site.build-substation, max_lag: 30 days}\n"
        "  - {from: pod-site.build-substation, to: pod-site.fit-out, kind: SS, max_lag: 100 days}"
    )
    (problem,) = found(damage(FILE, LINK, links), catalog)
    assert problem.place.path == "links[pod-site.build-substation@pod-site.fit-out].max_lag"
    assert "(FS, at most 30 days after) pod-site.design" in problem.rule
    assert "at least 110 days" in problem.repair


def test_104_what_has_begun_binds_by_its_date(damage: Damage, catalog: Catalog) -> None:
    """Work that ended long ago holds what may begin today at the latest by the days since."""
    folder = damage(FILE, LINK, "  - {from: pod-site.design, to: pod-site.fit-out, max_lag: 140 days}")
    done = "{id: design, calendar: office, started: 2026-08-03, finished: 2026-08-29, modes:"
    damage(FILE, "{id: design, calendar: office, modes:", done)
    (problem,) = found(folder, catalog)
    assert "(end 2026-08-29)" in problem.rule


def test_105_a_cycle_of_links_is_told_once(damage: Damage, catalog: Catalog) -> None:
    """Where links form a cycle no most lag is judged: the cycle is the error."""
    folder = damage(FILE, LINK, "  - {from: pod-site.design, to: pod-site.fit-out, max_lag: 70 days}")
    damage(FILE, "after: [fit-out]", "after: [fit-out, hall-commissioned]")
    codes = [problem.code for problem in load_program(folder, catalog=catalog)[1]]
    assert "project-cycle" in codes
    assert "most-lag-impossible" not in codes


def test_106_a_link_to_an_end_counts_work_on_its_calendar(damage: Damage, catalog: Catalog) -> None:
    """A deadline that a finish-to-finish link leaves just reachable is no warning, also over weekends."""
    link = "  - {from: pod-npi.evt-build, to: pod-site.design, kind: FF, lag: 100 days}"
    folder = damage(FILE, LINK, link)
    damage(FILE, "deadline: 2028-01-31", "deadline: 2027-09-29")
    assert "deadline-too-early" not in [problem.code for problem in load_program(folder, catalog=catalog)[1]]
