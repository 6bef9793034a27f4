"""Programmes of thirty projects for benchmarks: forty activities each, three gates, shared labs, mixed calendars.

The form is that of the multi-project files of `rackwright validate schedule`: `work` runs on working days, `procure` on
elapsed days, gates take no time. Figures are drawn, not those of any company.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from rackwright.base.horizon import Horizon
from rackwright.program.projects import Activity, Calendar, Demand, Mode, Project, Resource, Shutdown
from rackwright.schedule import ScheduleRequest

SHOPS = (
    ("mech-eng", 14, False), ("elec-eng", 16, False), ("pcb-layout", 8, False), ("firmware", 12, False),
    ("thermal-lab", 3, True), ("si-lab", 3, True), ("emc-chamber", 2, True), ("smt-line", 4, True),
    ("cable-line", 4, True), ("rack-line", 4, True), ("test-cells", 6, True), ("cm-npi-team", 5, True),
)  # fmt: skip
NUM_PROJECTS, PHASES, HORIZON = 30, (13, 12, 12), 2200
FIRST_MONDAY = dt.date(2027, 1, 4)
CALENDARS = {"elapsed": "7-day", "work": "Mon-Fri (day%7<5), day%365 not in [0,1,358,359]"}


def make_programme(seed: int) -> dict[str, Any]:
    """One programme, drawn with a seed."""
    random = np.random.default_rng([seed, NUM_PROJECTS])
    resources = [
        {"id": name, "capacity": capacity, "shutdowns": _shutdowns(random) if closes else []}
        for name, capacity, closes in SHOPS
    ]
    projects, activities = [], []
    for number in range(NUM_PROJECTS):
        release = int(random.integers(20, 400))
        gates = _add_project(random, number, activities)
        due, weight = release + int(random.integers(425, 640)), int(random.integers(1, 11))
        projects.append({"id": f"P{number:02d}", "release": release, "due": due, "weight": weight, "gates": gates})
    for number in random.permutation(NUM_PROJECTS)[:24]:  # a later generation waits for a gate of an earlier one
        earlier = [i for i, project in enumerate(projects) if project["release"] < projects[number]["release"]]
        if earlier:
            other = int(random.choice(earlier))
            activities[projects[number]["gates"]["EVT"] + 1]["pred"].append(projects[other]["gates"]["EVT"])
    return {
        "seed": seed, "horizon": HORIZON, "resources": resources, "projects": projects, "activities": activities,
        "calendars": CALENDARS, "objective": "sum weight*max(0,finish(PVT)-due), then total finish",
    }  # fmt: skip


def _shutdowns(random: np.random.Generator) -> list[list[int]]:
    """One break a year of four to eleven days."""
    starts = [365 * year + int(random.integers(30, 330)) for year in range(6)]
    return [[start, start + int(random.integers(4, 12))] for start in starts]


def _add_project(random: np.random.Generator, number: int, activities: list[dict[str, Any]]) -> dict[str, int]:
    gates, first_of_project, gate = {}, len(activities), -1
    for name, size in zip(("EVT", "DVT", "PVT"), PHASES, strict=True):
        first = len(activities)
        for _ in range(size):
            activities.append(_activity(random, number, (first_of_project, first, len(activities)), gate))
        gate = len(activities)
        nothing = [0] * len(SHOPS)
        phase = list(range(first, gate))
        activities.append({"p": number, "dur": 0, "cal": "work", "dem": nothing, "pred": phase, "kind": "gate"})
        gates[name] = gate
    return gates


def _activity(random: np.random.Generator, number: int, at: tuple[int, int, int], gate: int) -> dict[str, Any]:
    """Work on one or two shops after one or two activities of its phase, or a procurement."""
    first_of_project, first, here = at
    is_bought = random.random() < 0.25
    demand = [0] * len(SHOPS)
    if is_bought:
        days = int(np.clip(random.lognormal(4.0, 0.4), 22, 124))
        early = here - first_of_project < 3 or random.random() < 0.5
        pred = [] if here == first_of_project else [int(random.integers(first_of_project, here))] if early else [gate]
        pred = [before for before in pred if before >= 0]
        return {"p": number, "dur": days, "cal": "elapsed", "dem": demand, "pred": pred, "kind": "procure"}
    for shop in random.permutation(len(SHOPS))[: int(random.integers(1, 3))]:
        demand[shop] = int(random.integers(1, max(SHOPS[shop][1] // 2, 1) + 1))
    earlier = range(first, here)
    pred = (
        sorted({int(b) for b in random.choice(earlier, size=min(len(earlier), int(random.integers(1, 3))))})
        if (len(earlier) > 1)
        else ([gate] if gate >= 0 else [])
    )
    days = int(random.integers(3, 21))
    return {"p": number, "dur": days, "cal": "work", "dem": demand, "pred": pred, "kind": "work"}


def request_of(seed: int) -> ScheduleRequest:
    """The programme of a seed as a request of the stage: calendars, resources and durations with bands."""
    document = make_programme(seed)
    horizon = Horizon(FIRST_MONDAY, FIRST_MONDAY + dt.timedelta(days=HORIZON))
    calendar = Calendar(id="work", holidays=_holidays())
    resources = tuple(
        Resource(id=r["id"], capacity=r["capacity"], shutdowns=tuple(map(_shutdown, r["shutdowns"])))
        for r in document["resources"]
    )
    names = [f"a{i}" for i in range(len(document["activities"]))]
    full = [f"P{a['p']:02d}.{name}" for a, name in zip(document["activities"], names, strict=True)]
    rows: list[list[Activity]] = [[] for _ in document["projects"]]
    for name, activity in zip(names, document["activities"], strict=True):
        after = tuple(full[before] for before in activity["pred"])
        rows[activity["p"]].append(_row(name, activity, after, document["resources"]))
    projects = tuple(
        Project(
            id=p["id"], name=p["id"], weight=p["weight"], release=_date(p["release"]), due=_date(p["due"]),
            activities=tuple(own),
        )
        for p, own in zip(document["projects"], rows, strict=True)
    )  # fmt: skip
    return ScheduleRequest(horizon, projects, (), resources, (calendar,), (), ())


def _date(day: int) -> dt.date:
    return FIRST_MONDAY + dt.timedelta(days=day)


def _holidays() -> tuple[dt.date, ...]:
    return tuple(_date(day) for day in range(HORIZON) if day % 365 in {0, 1, 358, 359})


def _shutdown(days: list[int]) -> Shutdown:
    return Shutdown.model_validate({"from": _date(days[0]), "to": _date(days[1])})


def _row(name: str, activity: dict[str, Any], after: tuple[str, ...], resources: list[dict[str, Any]]) -> Activity:
    """One activity; its band reaches from a fifth less to two fifths more."""
    days = activity["dur"]
    if activity["kind"] == "gate":
        return Activity(id=name, kind="gate", gate="DVT", after=after)
    demands = tuple(
        Demand(resource=r["id"], units=units) for r, units in zip(resources, activity["dem"], strict=True) if units
    )
    mode = Mode.model_validate({"duration": f"{days} ({0.8 * days:.1f}..{1.4 * days:.1f}) days", "demands": demands})
    calendar = "work" if activity["cal"] == "work" else ""
    return Activity(id=name, kind=activity["kind"], calendar=calendar, modes=(mode,), after=after)


def main() -> None:
    """Write programmes of the seeds named on the command line into the folder named first."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for seed in map(int, sys.argv[2:]):
        text = json.dumps(make_programme(seed), separators=(",", ":"))
        (folder / f"npi30x40_made{seed}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
