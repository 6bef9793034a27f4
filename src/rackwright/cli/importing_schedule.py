"""The command that reads schedules of other planning programs into a program."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.cli.console import say

if TYPE_CHECKING:
    from rackwright.exchange import ProjectFile

__all__ = ["import_schedule"]

FIRST_DAY = dt.date(2027, 1, 4)
"""Day 0 of files without dates: a Monday."""


def import_schedule(form: str, file: Path, folder: Path | None, *, replace: bool) -> int:
    """A schedule becomes `projects.yaml` of a program; a folder without a program gets one to begin with."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.exchange.schedule_rows import program_text, projects_text

    read = _read_schedule(form, file)
    if not read.tasks:
        rule, repair = "The file holds no task.", "Export it with its tasks."
        raise InputError([Problem("schedule-without-tasks", Place(str(file)), rule, repair)])
    offers = _offers(folder)
    text = projects_text(read, file.name, offers=offers)
    if folder is None:
        say(text.rstrip(), to_stdout=True)
        return 0
    target, header = folder / "projects.yaml", folder / "program.yaml"
    if target.exists() and not replace:
        rule = f'"{target}" is there already.'
        raise InputError([Problem("file-exists", Place(str(target)), rule, "Name another folder, or use --replace.")])
    folder.mkdir(parents=True, exist_ok=True)
    if not header.exists():
        write_bytes(header.absolute(), program_text(read, read.name or file.stem).encode(), layer=FileLayer())
        say(f"wrote {header}: correct its dates, parties and prices")
    write_bytes(target.absolute(), text.encode(), layer=FileLayer())
    projects = len({task.project for task in read.tasks})
    say(f"wrote {target}: {projects} projects, {len(read.tasks)} activities, {len(read.links)} links")
    for words in read.lossy:
        say(f"not held: {words}")
    untied = sum(task.is_offered and (task.item, task.supplier) not in offers for task in read.tasks)
    if untied:
        say(f"written as modes: {untied} lead times of offers that {folder} does not have")
    say(f"next: rackwright check {folder}")
    return 0


def _offers(folder: Path | None) -> set[tuple[str, str]]:
    """Item and supplier of each offer of a program; none where there is no program yet, or one that cannot be read."""
    from rackwright.program import load_program

    if folder is None or not (folder / "program.yaml").exists():
        return set()
    program, _ = load_program(folder, catalog=None)
    return set() if program is None else {(offer.item, offer.supplier) for offer in program.supply.offers}


def _read_schedule(form: str, file: Path) -> ProjectFile:
    from rackwright.base.intake.guard import Limits, read_bytes_guarded
    from rackwright.exchange.mspdi import read_mspdi
    from rackwright.exchange.psplib_file import read_psplib
    from rackwright.exchange.xer import read_xer

    if form == "psplib":
        return read_psplib(file, first_day=FIRST_DAY)
    data = read_bytes_guarded(file, max_bytes=Limits().max_bytes)
    return read_mspdi(data, name=str(file)) if form == "mspdi" else read_xer(data, name=str(file))
