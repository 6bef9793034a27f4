"""Project files and published instances become projects of a program that reads well."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.cli.importing_schedule import import_schedule
from rackwright.exchange import ProjectFile, mspdi_bytes, xer_bytes
from rackwright.exchange.project_file import (
    EVERY_DAY,
    FileCalendar,
    FileLink,
    FileMode,
    FileResource,
    FileTask,
    project_file,
)
from rackwright.exchange.psplib_file import read_psplib
from rackwright.exchange.schedule_rows import program_text, projects_text
from rackwright.plan import Plan
from rackwright.program import Program, read_program

MONDAY = dt.date(2027, 1, 4)
PATTERSON = """4 1
2
0 0 2 2 3
5 1 1 4
3 2 1 4
0 0 0
"""
RCPSP_MAX = """2 1 0 0
0 1 1 1 [0]
1 1 1 2 [4]
2 1 2 3 1 [4] [-6]
3 1 0
0 1 0 0
1 1 4 1
2 1 4 1
3 1 0 0
1
"""


def read_back(file: ProjectFile, folder: Path) -> Program:
    """The program that a file becomes."""
    (folder / "projects.yaml").write_text(projects_text(file, "plan.xml"), encoding="utf-8")
    (folder / "program.yaml").write_text(program_text(file, "plan"), encoding="utf-8")
    return read_program(folder, catalog=None)


def task(name: str, **more: object) -> FileTask:
    """A task of five days."""
    return FileTask(f"p.{name}", "p", name, MONDAY, MONDAY + dt.timedelta(days=5), 5, **more)  # type: ignore[arg-type]


def test_101_names_become_ids(tmp_path: Path) -> None:
    """Names with spaces and signs become different ids, and links, modes and resources follow them."""
    fast = FileMode(2, (("Lab (hot)", 3),))
    tasks = (task("Weld & test", modes=(fast, FileMode(9))), task("weld  test"), task("b", earliest=MONDAY))
    links = (FileLink(tasks[0].code, tasks[1].code, "FS", 4), FileLink(tasks[1].code, tasks[2].code, "SS", 1, 6))
    always = FileCalendar(EVERY_DAY, tuple(range(7)))
    program = read_back(ProjectFile("p", tasks, links, (always,), (FileResource("Lab (hot)", 2),)), tmp_path)
    one, two, three = program.projects[0].activities
    assert (one.id, two.id) == ("Weld-test", "weld-test-2")
    assert two.after == ("Weld-test +4 days",)
    assert [mode.duration.value for mode in one.modes] == [2, 9]
    assert program.resources[0].capacity == 3
    assert (program.links[0].kind, program.links[0].max_lag_days) == ("SS", 6)
    assert three.earliest == MONDAY


@pytest.mark.parametrize("form", ["mspdi", "xer"])
def test_102_a_plan_comes_back_as_a_program(form: str, one_pod: Plan, tmp_path: Path) -> None:
    """The example's schedule, exported and imported, has its projects, modes, links, actuals, baselines."""
    file = project_file(one_pod)
    source, folder = tmp_path / f"plan.{form}", tmp_path / "program"
    source.write_bytes(mspdi_bytes(file) if form == "mspdi" else xer_bytes(file))
    assert import_schedule(form, source, folder, replace=False) == 0
    program = read_program(folder, catalog=None)
    assert [p.id for p in program.projects] == [p.id for p in one_pod.program.projects]
    for old, new in zip(one_pod.program.projects, program.projects, strict=True):
        assert (old.name, old.release, old.due, old.deadline, old.weight) == (
            new.name, new.release, new.due, new.deadline, new.weight,
        )  # fmt: skip
        for before, after in zip(old.activities, new.activities, strict=True):
            assert set(before.after) <= set(after.after)  # plain links of the program are written there too
            changed = {"after": after.after} | ({} if before.modes else {"modes": after.modes})  # a lead time is a mode
            assert before.model_copy(update=changed) == after
    assert {link.to for link in one_pod.program.links} <= {
        f"{project.id}.{activity.id}"
        for project in program.projects
        for activity in project.activities
        if activity.after
    }
    assert [(r.id, r.capacity, r.kind) for r in program.resources] == [
        (r.id, r.capacity, r.kind) for r in one_pod.program.resources
    ]
    with pytest.raises(InputError, match="there already"):
        import_schedule(form, source, folder, replace=False)


@pytest.mark.parametrize("form", ["mspdi", "xer"])
def test_104_a_procurement_stays_tied_to_its_offer(form: str, one_pod: Plan, tmp_path: Path) -> None:
    """Read back into its own program, a lead time is that of the offer again; resources have their names and prices."""
    file, folder = project_file(one_pod), tmp_path / "program"
    source = tmp_path / f"plan.{form}"
    source.write_bytes(mspdi_bytes(file) if form == "mspdi" else xer_bytes(file))
    shutil.copytree(Path(__file__).parents[3] / "examples" / "one-pod", folder)
    assert import_schedule(form, source, folder, replace=True) == 0
    text = (folder / "projects.yaml").read_text(encoding="utf-8")
    procured = [line for line in text.splitlines() if '"procure"' in line]
    assert len(procured) == 3
    assert not any("modes" in line for line in procured)
    assert 'name: "Integration engineers", capacity: 3, calendar: office, cost_per_day: 1200.00 USD}' in text


def test_103_published_instances(tmp_path: Path) -> None:
    """A Patterson file gives activities, demands and successors; RCPSP/max gives least and most lags."""
    patterson, lags = tmp_path / "a.rcp", tmp_path / "b.sch"
    patterson.write_text(PATTERSON)
    lags.write_text(RCPSP_MAX)
    program = read_back(read_psplib(patterson, first_day=MONDAY), tmp_path)
    assert [a.kind for a in program.projects[0].activities] == ["gate", "work", "work", "gate"]
    assert program.projects[0].activities[3].after == ("2", "3")
    read = read_psplib(lags, first_day=MONDAY)
    found = {(k.before.split(".")[1], k.after.split(".")[1]): (k.kind, k.lag_days, k.most_lag_days) for k in read.links}
    assert found["2", "3"] == ("SS", 4, 6)


def test_201_a_broken_instance_is_named(tmp_path: Path) -> None:
    """A file without the form of its name, or of a form that is unknown, is refused by name."""
    bad, strange = tmp_path / "bad.sm", tmp_path / "x.doc"
    bad.write_text("no instance")
    strange.write_text("x")
    with pytest.raises(InputError, match="not of the form psplib") as caught:
        read_psplib(bad, first_day=MONDAY)
    problem = caught.value.problems[0]
    assert ("Error" in str(problem), problem.repair.startswith("Compare it")) == (False, True)
    with pytest.raises(InputError, match="unknown"):
        read_psplib(strange, first_day=MONDAY)
