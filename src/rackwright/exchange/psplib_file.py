"""What does a published scheduling instance hold as projects? PSPLIB, Patterson and RCPSP/max files.

Read through the package `psplib`. A day is a day; activities are numbered as in the file, from 1.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from rackwright.base.intake.guard import Limits, decode_text, read_bytes_guarded, refuse
from rackwright.base.problem import Place
from rackwright.exchange.project_file import (
    EVERY_DAY,
    FileCalendar,
    FileLink,
    FileMode,
    FileResource,
    FileTask,
    ProjectFile,
)

__all__ = ["PSPLIB_FORMATS", "read_psplib"]

PSPLIB_FORMATS = {".sm": "psplib", ".mm": "psplib", ".rcp": "patterson", ".sch": "rcpsp_max"}


def read_psplib(path: Path, *, first_day: dt.date) -> ProjectFile:
    """Read an instance; its form is told by the end of its name.

    Parameters
    ----------
    path
        A `.sm`, `.mm`, `.rcp` or `.sch` file.
    first_day
        Date of day 0.

    Raises
    ------
    InputError
        The file has not the form its name tells.
    """
    import psplib

    form = PSPLIB_FORMATS.get(path.suffix.lower())
    if form is None:
        refuse(
            "syntax", Place(str(path)), f"The form of {path.name} is unknown; {', '.join(PSPLIB_FORMATS)} are known."
        )
    decode_text(read_bytes_guarded(path, max_bytes=Limits().max_document_bytes), name=str(path))
    try:
        read = psplib.parse(path, instance_format=form)
    except (IndexError, KeyError, StopIteration, TypeError, ValueError):
        ends = ", ".join(end for end, known in PSPLIB_FORMATS.items() if known == form)
        repair = f"Compare it with a published {ends} file, or end its name as its form asks."
        refuse("syntax", Place(str(path)), f"The file is not of the form {form}: a part of it is missing.", repair)
    project = path.stem
    names = [f"R{i + 1}" for i in range(len(read.resources))]
    tasks = tuple(_task(project, i, activity, names, first_day) for i, activity in enumerate(read.activities))
    lossy: list[str] = []
    links = [link for i, activity in enumerate(read.activities) for link in _links(tasks, i, activity, lossy)]
    return ProjectFile(
        name=project,
        tasks=tasks,
        links=_merged(links),
        calendars=(FileCalendar(EVERY_DAY, tuple(range(7))),),
        resources=tuple(
            FileResource(name, int(row.capacity), is_consumable=not row.renewable)
            for name, row in zip(names, read.resources, strict=True)
        ),
        lossy=tuple(dict.fromkeys(lossy)),
    )


def _task(project: str, number: int, activity: Any, names: list[str], first_day: dt.date) -> FileTask:
    modes = tuple(
        FileMode(int(mode.duration), tuple((n, int(d)) for n, d in zip(names, mode.demands, strict=True) if d))
        for mode in activity.modes
    )
    days = min(mode.duration_days for mode in modes)
    return FileTask(
        code=f"{project}.{number + 1}",
        project=project,
        name=f"Activity {number + 1}",
        start=first_day,
        finish=first_day + dt.timedelta(days=days),
        duration_days=days,
        is_milestone=all(mode.duration_days == 0 and not mode.uses for mode in modes),
        uses=modes[0].uses,
        modes=modes,
    )


def _links(tasks: tuple[FileTask, ...], number: int, activity: Any, lossy: list[str]) -> list[FileLink]:
    """Links of an activity: finish to start, or start to start with the lags of RCPSP/max."""
    before = tasks[number].code
    if activity.delays is None:
        return [FileLink(before, tasks[after].code) for after in activity.successors]
    found = []
    for after, delay in zip(activity.successors, activity.delays, strict=True):
        lags = delay if isinstance(delay, list | tuple) else [delay]
        lag = int(lags[0])
        if len(set(lags)) > 1:
            lossy.append("lags that depend on modes: that of the first mode is taken")
        if lag < 0:  # "the first at most so many days after the second" is a most lag of the turned link
            found.append(FileLink(tasks[after].code, before, "SS", 0, most_lag_days=-lag))
        else:
            found.append(FileLink(before, tasks[after].code, "SS", lag))
    return found


def _merged(links: list[FileLink]) -> tuple[FileLink, ...]:
    """One link for each pair: the larger least lag, the smaller most lag."""
    found: dict[tuple[str, str, str], FileLink] = {}
    for link in links:
        key = (link.before, link.after, link.kind)
        known = found.get(key, link)
        most = [lag for lag in (known.most_lag_days, link.most_lag_days) if lag is not None]
        found[key] = FileLink(*key, max(known.lag_days, link.lag_days), min(most, default=None))
    return tuple(found.values())
