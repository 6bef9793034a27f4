"""How does a program folder become a `Program`, or the list of everything that is wrong with it?

Three passes: the files are gathered, the schema is checked, and what a schema cannot say is checked on the rows that
passed. A row that breaks the schema is left out of the last pass, and references to it are not called unknown, so one
slip is one problem.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rackwright.base.errors import InputError
from rackwright.base.problem import Problem
from rackwright.catalog.index import Catalog
from rackwright.program.check import check_program
from rackwright.program.entry import AS_WRITTEN
from rackwright.program.folder import gather
from rackwright.program.model import Program
from rackwright.program.origins import Origins
from rackwright.program.shape import table_path, tables
from rackwright.program.translate import translate

__all__ = ["is_of_scenario", "load_program", "read_program"]

_CHANGE = re.compile(r"scenarios\[[^\]]*\]\.(changes|shifts)")


def read_program(folder: Path, *, catalog: Catalog | None) -> Program:
    """The program of a folder, checked.

    Parameters
    ----------
    folder
        Folder with program.yaml; the other files are optional, and a missing table means "not planned here".
    catalog
        Parts that the program may name; None leaves the parts unchecked.

    Raises
    ------
    InputError
        Every problem of all files, errors first; warnings alone do not raise.
    """
    program, problems = load_program(folder, catalog=catalog)
    if program is None:
        raise InputError(problems)
    return program


def load_program(
    folder: Path, *, catalog: Catalog | None = None, spares_scenarios: bool = False
) -> tuple[Program | None, list[Problem]]:
    """The program of a folder, or None, and every problem found.

    Parameters
    ----------
    folder
        Program folder.
    catalog
        Parts it may name; None leaves them unchecked.
    spares_scenarios
        True to give the program also where the only errors are in what scenarios do to it (`is_of_scenario`).

    Returns
    -------
    The program if there is no error; and all problems, errors first, then by file, line and column.
    """
    gathered = gather(Path(folder))
    problems = list(gathered.problems)
    program: Program | None = None
    if gathered.origins.raw:
        program, found = _understand(gathered.origins, catalog, is_whole=gathered.is_whole)
        problems += found
    problems = sorted(dict.fromkeys(problems), key=lambda p: (p.severity != "error", p.place, p.code))
    errors = [problem for problem in problems if problem.severity == "error"]
    if any(not (spares_scenarios and is_of_scenario(problem)) for problem in errors):
        program = None
    return program, problems


def is_of_scenario(problem: Problem) -> bool:
    """True for a problem of the changes of one scenario, without which the program and the others can be planned."""
    return _CHANGE.match(problem.place.path) is not None


def _understand(origins: Origins, catalog: Catalog | None, *, is_whole: bool) -> tuple[Program | None, list[Problem]]:
    """Program of what was read, and its problems; references are checked only where no file is missing."""
    try:
        program = _validate(origins.raw)
    except ValidationError as error:
        problems = translate(error, origins)
        kept = _without_broken_rows(error, origins)
        if kept is None or not is_whole:
            return None, problems
        rest, ids, broken_tables = kept
        try:
            program = _validate(rest.raw)
        except ValidationError:
            return None, problems
        found = check_program(program, catalog, origins=rest, broken_ids=ids, broken_tables=broken_tables)
        return None, problems + found
    return program, check_program(program, catalog, origins=origins) if is_whole else []


def _validate(raw: Any) -> Program:
    return Program.model_validate(raw, context=AS_WRITTEN, by_alias=True, by_name=False)


def _without_broken_rows(
    error: ValidationError, origins: Origins
) -> tuple[Origins, frozenset[str], frozenset[str]] | None:
    """What is left without the rows that break the schema, the ids they hold and their tables.

    None if the header is broken.
    """
    dropped: dict[str, set[int]] = {}
    ids: set[str] = set()
    for detail in error.errors(include_url=False, include_context=False):
        loc = detail["loc"][1:] if detail["loc"][:1] == ("supply",) else detail["loc"]
        key = str(loc[0]) if loc else ""
        if key not in tables() or len(loc) < 2 or not isinstance(loc[1], int):
            return None
        dropped.setdefault(key, set()).add(loc[1])
    for key, gone in dropped.items():
        table = origins.raw["supply"][key] if table_path(key)[0] == "supply" else origins.raw[key]
        for index in gone:
            ids |= _ids_in(table[index])
    return origins.without(dropped), frozenset(ids), frozenset(dropped)


def _ids_in(value: Any) -> set[str]:
    """Every name written inside a row: its id, and the items it is about."""
    if isinstance(value, list):
        return set().union(*map(_ids_in, value))
    if isinstance(value, dict):
        own = {value[key] for key in ("id", "item", "component", "part") if isinstance(value.get(key), str)}
        return own.union(*map(_ids_in, value.values()))
    return set()
