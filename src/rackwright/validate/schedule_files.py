"""What do the published scheduling files hold? Single-mode, multi-mode and multi-project instances, and best values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rackwright.base.intake.guard import Limits, decode_text, read_bytes_guarded
from rackwright.schedule.instance import FS, Instance, arcs_of
from rackwright.solve.cpsat import IntervalArc, IntervalJob, IntervalMode, IntervalModel

__all__ = ["ProjectsFile", "best_values", "find_files", "read_modes", "read_projects"]

FORMATS = {".sm": "psplib", ".mm": "psplib", ".rcp": "patterson"}
NOT_INSTANCES = ("best_known.json", "_solution.json")
SPARE_DAYS = 2000
WORKDAYS, WEEK, YEAR, HOLIDAYS = 5, 7, 365, (0, 1, 358, 359)  # the calendar the form of these files defines


@dataclass(frozen=True)
class ProjectsFile:
    """A multi-project instance: what to schedule, and each project's last gate, due day and weight."""

    instance: Instance
    owner: tuple[int, ...]
    gates: tuple[int, ...]
    due: tuple[int, ...]
    weight: tuple[float, ...]
    document: dict[str, Any]


def find_files(folder: Path) -> Iterator[Path]:
    """Instances below a folder, in order of their path."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
        is_projects = path.suffix == ".json" and not path.name.endswith(NOT_INSTANCES)
        if path.is_file() and (path.suffix in FORMATS or is_projects):
            yield path


def best_values(folder: Path) -> dict[str, dict[str, Any]]:
    """Best known values by `family/file`, from `best_known.json` of the folder or of the one above; empty if none."""
    for place in (folder, folder.parent, folder.parent.parent):
        path = place / "best_known.json"
        if path.is_file():
            data = json.loads(_text(path))
            return data if isinstance(data, dict) else {}
    return {}


def read_modes(path: Path) -> IntervalModel:
    """Read a PSPLIB or Patterson file.

    Raises
    ------
    ValueError
        The file has not the form it should have.
    """
    import psplib

    _text(path)
    try:
        read = psplib.parse(path, instance_format=FORMATS[path.suffix])
    except (IndexError, KeyError, StopIteration, TypeError) as error:
        raise ValueError(f"not a {FORMATS[path.suffix]} file ({error})") from error
    renewable = [i for i, resource in enumerate(read.resources) if resource.renewable]
    consumable = [i for i, resource in enumerate(read.resources) if not resource.renewable]
    days = sum(max(mode.duration for mode in activity.modes) for activity in read.activities)
    jobs = tuple(
        IntervalJob(tuple(_mode(mode, renewable, consumable) for mode in activity.modes), 0, days)
        for activity in read.activities
    )
    arcs = tuple(IntervalArc(i, int(j)) for i, activity in enumerate(read.activities) for j in activity.successors)
    capacity = tuple(int(read.resources[i].capacity) for i in renewable)
    return IntervalModel(jobs, arcs, capacity, tuple(int(read.resources[i].capacity) for i in consumable))


def _mode(mode: Any, renewable: list[int], consumable: list[int]) -> IntervalMode:
    demands = [int(units) for units in mode.demands]
    return IntervalMode(int(mode.duration), tuple(demands[i] for i in renewable), tuple(demands[i] for i in consumable))


def read_projects(path: Path) -> ProjectsFile:
    """Read a multi-project file.

    Raises
    ------
    ValueError
        The file has not the form it should have.
    """
    document = json.loads(_text(path))
    try:
        return _projects(document)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a multi-project file ({type(error).__name__}: {error})") from error


def _projects(document: dict[str, Any]) -> ProjectsFile:
    activities, projects = document["activities"], document["projects"]
    num_days = int(document["horizon"]) + SPARE_DAYS
    count = len(activities)
    none = np.full(count, -1, dtype=np.int64)
    arcs = [(int(b), i, FS, 0) for i, activity in enumerate(activities) for b in activity["pred"]]
    owner = tuple(int(activity["p"]) for activity in activities)
    instance = Instance(
        np.array([a["dur"] for a in activities], dtype=np.int64),
        np.array([a["dem"] for a in activities], dtype=np.int64).reshape(count, -1),
        np.array([projects[p]["release"] for p in owner], dtype=np.int64),
        none,
        none,
        np.array([int(a["cal"] == "work") for a in activities], dtype=np.int64),
        *_calendars(num_days),
        _capacity(document["resources"], num_days),
        *arcs_of(count, arcs),
    )
    return ProjectsFile(
        instance=instance,
        owner=owner,
        gates=tuple(int(project["gates"]["PVT"]) for project in projects),
        due=tuple(int(project["due"]) for project in projects),
        weight=tuple(float(project["weight"]) for project in projects),
        document=document,
    )


def _calendars(num_days: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Elapsed days in row 0, working days of these files in row 1."""
    day = np.arange(num_days)
    rows = [np.ones(num_days, dtype=bool), (day % WEEK < WORKDAYS) & ~np.isin(day % YEAR, HOLIDAYS)]
    worked_before = np.zeros((2, num_days + 1), dtype=np.int64)
    day_of = np.full((2, num_days + 1), num_days, dtype=np.int64)
    for row, works in enumerate(rows):
        worked_before[row, 1:] = np.cumsum(works)
        day_of[row, : works.sum()] = np.nonzero(works)[0]
    return worked_before, day_of


def _capacity(resources: list[dict[str, Any]], num_days: int) -> np.ndarray[Any, Any]:
    capacity = np.zeros((len(resources), num_days), dtype=np.int64)
    for row, resource in enumerate(resources):
        capacity[row] = resource["capacity"]
        for first, after in resource["shutdowns"]:
            capacity[row, max(first, 0) : max(after, 0)] = 0
    return capacity


def _text(path: Path) -> str:
    return decode_text(read_bytes_guarded(path, max_bytes=Limits().max_document_bytes), name=str(path))
