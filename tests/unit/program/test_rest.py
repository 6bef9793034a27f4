"""Projects that cannot be scheduled are set aside, and the rest is planned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright.catalog.index import Catalog
from rackwright.program.model import Program
from rackwright.program.read import load_program
from rackwright.program.rest import load_rest

Damage = Callable[[str, str, str], Path]
FILE = "projects.yaml"
EVT_AFTER = "gate: EVT, after: [evt-test]"


@pytest.mark.parametrize(
    ("slip", "project", "words"),
    [
        ((EVT_AFTER, "gate: EVT, after: [evt-test, dvt-gate]"), "pod-npi", "evt-gate -> pod-npi.dvt-build"),
        (("{resource: l11-cell, units: 2}", "{resource: l11-cell, units: 20}"), "pod-npi", "there are 6"),
        (("[mon, tue, wed, thu, fri, sat]", "[]"), "pod-npi", "no weekday is worked"),
        (("calendar: plant\n        modes:  ", "calendar: plnt\n        modes:  "), "pod-npi", '"plnt"'),
        (("kind: FS, lag", "kind: XX, lag"), "pod-site", '"XX" is not allowed'),
        (("earliest: 2026-12-15", "earliest: 2090-12-15"), "pod-site", "outside the horizon"),
        (("{duration: 10 (8..15) days, demands", "{duration: soon, demands"), "pod-site", "projects.yaml:9"),
        (("{kind: hall, ref: ohio-1,", "{kind: hall, ref: ohio-9,"), "pod-site", "ohio-9"),
    ],
)
def test_101_a_broken_project_is_set_aside(
    slip: tuple[str, str], project: str, words: str, damage: Damage, catalog: Catalog
) -> None:
    """An error of a project, or of a calendar or link that it needs, sets that project aside; the others are kept."""
    folder = damage(FILE, *slip)
    assert load_program(folder, catalog=catalog)[0] is None
    rest = load_rest(folder, catalog=catalog)
    assert rest is not None
    assert [row.id for row in rest.program.set_aside] == [project]
    assert words in rest.program.set_aside[0].reason
    assert [row.id for row in rest.program.projects] == [name for name in ("pod-npi", "pod-site") if name != project]


def test_102_gates_are_kept_and_followers_are_named(damage: Damage, catalog: Catalog) -> None:
    """What a project set aside delivers and reaches is kept by name, and so is who no longer waits for it."""
    rest = load_rest(damage(FILE, "{resource: l11-cell, units: 2}", "{resource: l11-cell, units: 20}"), catalog=catalog)
    assert rest is not None
    row = rest.program.set_aside[0]
    assert row.gates == ("evt-gate", "dvt-gate", "pvt-gate", "ready")
    assert [given.ref for given in row.delivers] == ["gb300"]
    assert row.cut == ("pod-site.commission-hall",)
    assert not rest.program.links


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("program.yaml", "name: one-pod", "name: one pod"),
        (FILE, "calendar: office}\n  - {id: l11-cell", "calendar: offic}\n  - {id: l11-cell"),
        (FILE, "calendars:", "calendars: ["),
    ],
)
def test_103_errors_elsewhere_leave_nothing(
    file: str, before: str, after: str, damage: Damage, catalog: Catalog
) -> None:
    """An error outside the projects, one that stops all of them, or a broken file is not worked around."""
    assert load_rest(damage(file, before, after), catalog=catalog) is None


def test_104_a_sound_program_has_no_rest(folder: Path, catalog: Catalog) -> None:
    """A program without errors has nothing to set aside."""
    assert load_rest(folder, catalog=catalog) is None


def test_105_a_wrong_field_of_a_chain_is_left_out(damage: Damage, catalog: Catalog) -> None:
    """An unknown scheme and an unknown chiller are named with the defaults that stand in; the rest is kept."""
    damage("sites.yaml", "chiller: air-chiller-1.5mw", "chiller: no-such-chiller")
    folder = damage("sites.yaml", "scheme: 2N", "scheme: 5N")
    assert load_program(folder, catalog=catalog)[0] is None
    rest = load_rest(folder, catalog=catalog)
    assert rest is not None
    assert rest.left_out == ("sites.yaml:57:16: chiller: none stands in", "sites.yaml:28:15: scheme: 2N stands in")
    assert (rest.program.sites[0].power.scheme, rest.program.sites[0].power.ups) == ("2N", "ups-1500kw")
    assert (rest.program.halls[0].cooling.chiller, rest.program.halls[0].cooling.spare_units) == ("", 1)


def test_106_a_part_no_chain_can_do_without_leaves_nothing(damage: Damage, catalog: Catalog) -> None:
    """A required field of a chain has no default: nothing stands in."""
    assert load_rest(damage("sites.yaml", "busway: busway-1000a", "busway: nothing"), catalog=catalog) is None


def test_201_every_cycle_is_named(damage: Damage, catalog: Catalog) -> None:
    """Cycles that share no activity are all reported at once, each as its path."""
    folder = damage(FILE, EVT_AFTER, "gate: EVT, after: [evt-test, dvt-gate]")
    damage(FILE, "after: [fit-out]", "after: [fit-out, hall-commissioned]")
    rules = [problem.rule for problem in load_program(folder, catalog=catalog)[1] if problem.code == "project-cycle"]
    assert len(rules) == 2
    assert "pod-site.commission-hall -> pod-site.hall-commissioned -> pod-site.commission-hall" in rules[1]


def test_204_overlapping_cycles_are_named_in_full(damage: Damage, catalog: Catalog) -> None:
    """Two cycles that share activities are both named, every step of their paths, however long."""
    folder = damage(FILE, EVT_AFTER, "gate: EVT, after: [evt-test, dvt-gate, pvt-gate]")
    rules = [problem.rule for problem in load_program(folder, catalog=catalog)[1] if problem.code == "project-cycle"]
    assert len(rules) == 2
    assert all("..." not in rule and "pod-npi.dvt-build -> pod-npi.dvt-test" in rule for rule in rules)
    assert "pod-npi.pvt-gate -> pod-npi.evt-gate." in rules[1]


def test_202_an_unreachable_deadline_is_a_warning(damage: Damage, one_pod: Program, catalog: Catalog) -> None:
    """A deadline before the longest chain of links is a warning with the chain; the program is read."""
    assert one_pod.projects[0].deadline is not None
    folder = damage(FILE, "due: 2027-05-01\n    deadline: 2027-09-01", "due: 2027-02-20\n    deadline: 2027-03-01")
    program, problems = load_program(folder, catalog=catalog)
    assert program is not None
    (found,) = [problem for problem in problems if problem.code == "deadline-too-early"]
    assert found.place.path == "projects[pod-npi].deadline"
    assert "2027-03-13" in found.rule
    assert found.rule.endswith("pod-npi.pvt-gate -> pod-npi.ready.")


def test_203_a_resource_that_is_always_shut_is_refused(damage: Damage, catalog: Catalog) -> None:
    """Shutdowns of a resource that cover the horizon are refused with their place."""
    more = "capacity: 1, calendar: office, shutdowns: [{from: 2020-01-01, to: 2090-01-01}]}"
    _, problems = load_program(damage(FILE, "capacity: 1, calendar: office}", more), catalog=catalog)
    assert [(p.code, p.place.path) for p in problems] == [("no-working-day", "resources[power-lab].shutdowns")]
