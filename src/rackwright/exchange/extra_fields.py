"""What do text fields of our own hold in files of other planning programs: kinds, items, ways to do a task, due days?

MS Project calls them extended attributes, Primavera user-defined fields. What a program shows and changes itself
(dates, durations, uses) is read from where it stands; a text field only adds what has no other place.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping

from rackwright.exchange.project_file import FileMode, FileProject, FileTask

__all__ = [
    "CHANGED",
    "LABELS",
    "LOST_MODES",
    "project_extras",
    "task_extras",
    "with_project_extras",
    "with_task_extras",
]

MOST_MODES, LONGEST_TEXT = 10, 255
LABELS = (
    *("Kind", "Gate", "Item", "Supplier", "Project id", "Release", "Due", "Deadline", "Weight", "Mode"),
    *(f"Way {number}" for number in range(1, MOST_MODES + 1)),
)
"""Names of the fields as people see them; the first ten, and one for each way to do a task."""
CHANGED = "bands of durations that were changed in the file"
NOT_OFFERED = "ties to lead times of offers where the duration was changed in the file"
OFFERED = " (offer)"
LOST_MODES = f"modes beyond {MOST_MODES}, and those whose text is longer than {LONGEST_TEXT} signs"
KINDS = ("procure", "build", "inspection")
GATES = ("concept", "EVT", "DVT", "PVT", "qualification", "energisation", "ready", "accepted")
WAY = re.compile(r"(\d+(?:\.\d+)?)(?: \((\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)\))? days")
USE = re.compile(r"(.+) x(\d+)")
COST = re.compile(r"(\d+(?:\.\d+)?) USD")


def task_extras(task: FileTask) -> Iterator[tuple[str, str]]:
    """(label, text) of what a task has beyond what the forms know."""
    for label, text in zip(LABELS, (task.kind, task.gate, task.item, task.supplier), strict=False):
        if text:
            yield label, text
    if task.due is not None:
        yield "Due", task.due.isoformat()
    texts = [way_text(mode) for mode in task.modes[:MOST_MODES]]
    if task.modes and task.mode < MOST_MODES and all(len(text) <= LONGEST_TEXT for text in texts):
        yield "Mode", f"{task.mode + 1}{OFFERED if task.is_offered else ''}"
        yield from ((f"Way {number}", text) for number, text in enumerate(texts, 1))


def project_extras(project: FileProject) -> Iterator[tuple[str, str]]:
    """(label, text) of a project."""
    yield "Project id", project.code
    for label, day in (("Release", project.release), ("Due", project.due), ("Deadline", project.deadline)):
        if day is not None:
            yield label, day.isoformat()
    if project.weight != 1.0:
        yield "Weight", f"{project.weight:g}"


def way_text(mode: FileMode) -> str:
    """`20 (16..28) days; 60000 USD; team x2`."""
    band = "" if mode.band_days is None else f" ({mode.band_days[0]:g}..{mode.band_days[1]:g})"
    parts = [f"{mode.duration_days}{band} days"]
    parts += [f"{mode.cost_usd:.2f} USD"] if mode.cost_usd else []
    return "; ".join([*parts, *(f"{name} x{units}" for name, units in mode.uses)])


def read_way(text: str) -> FileMode | None:
    """The mode of a text; None if somebody wrote something else there."""
    first, *rest = text.split("; ")
    days = WAY.fullmatch(first)
    if days is None:
        return None
    band = (float(days[2]), float(days[3])) if days[2] else None
    cost = COST.fullmatch(rest[0]) if rest else None
    uses = [USE.fullmatch(part) for part in (rest[1:] if cost else rest)]
    if any(use is None for use in uses):
        return None
    found = tuple((use[1], int(use[2])) for use in uses if use is not None)
    return FileMode(round(float(days[1])), found, band, float(cost[1]) if cost else 0.0)


def with_task_extras(task: FileTask, extras: Mapping[str, str], lossy: list[str]) -> FileTask:
    """A task with what its text fields say; a duration or use changed in the file wins over the mode chosen."""
    kind, gate = extras.get("Kind", ""), extras.get("Gate", "")
    task = dataclasses.replace(
        task,
        kind=kind if kind in KINDS else "",
        gate=gate if gate in GATES else "",
        item=extras.get("Item", ""),
        supplier=extras.get("Supplier", ""),
        due=task.due or _date(extras.get("Due", "")),
    )
    ways = [read_way(extras[label]) for label in LABELS if label.startswith("Way ") and label in extras]
    modes = [way for way in ways if way is not None]
    place, is_offered = extras.get("Mode", "").removesuffix(OFFERED), extras.get("Mode", "").endswith(OFFERED)
    if len(modes) < len(ways) or not (place.isdecimal() and 0 < int(place) <= len(modes)):
        return task
    chosen = modes[int(place) - 1]
    if (chosen.duration_days, chosen.uses) != (task.duration_days, task.uses):
        lossy.extend([NOT_OFFERED] if is_offered else [])
        is_offered = False
        if chosen.band_days is not None and chosen.duration_days != task.duration_days:
            lossy.append(CHANGED)
        band = chosen.band_days if chosen.duration_days == task.duration_days else None
        modes[int(place) - 1] = FileMode(task.duration_days, task.uses, band, chosen.cost_usd)
    return dataclasses.replace(task, modes=tuple(modes), mode=int(place) - 1, is_offered=is_offered)


def with_project_extras(project: FileProject, extras: Mapping[str, str]) -> FileProject:
    """A project with what its text fields say; what cannot be read is left as it is."""
    release, due, deadline = (_date(extras.get(label, "")) for label in ("Release", "Due", "Deadline"))
    weight = extras.get("Weight", "")
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", weight) and float(weight) > 0.0:
        project = dataclasses.replace(project, weight=float(weight))
    return dataclasses.replace(
        project,
        release=release or project.release,
        due=due or project.due,
        deadline=deadline or project.deadline,
    )


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
