"""Commands about a program folder: make one, check one, describe its files."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.cli.console import BAD_INPUT, say, write_json, write_problems

if TYPE_CHECKING:
    from rackwright.catalog import Catalog
    from rackwright.program import Program
    from rackwright.program.rest import Rest

__all__ = ["check_folder", "init_folder", "load_folder", "open_folder", "open_rest", "write_schema"]


def examples_folder() -> Path:
    """Folder of the example programs: inside an installed package, or beside `src/` in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "examples"
    return inside if inside.is_dir() else package.parent.parent / "examples"


def init_folder(folder: Path, example: str) -> int:
    """Copy an example to a new folder."""
    known = sorted(path.name for path in examples_folder().iterdir() if (path / "program.yaml").is_file())
    if example not in known:
        text = f'no example is called "{example}".'
        raise InputError([Problem("unknown-example", Place(path="--example"), text, did_you_mean(example, known))])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        text = f'"{folder}" exists and is not an empty folder.'
        raise InputError([Problem("folder-not-empty", Place(str(folder)), text, "Name a new folder.")])
    shutil.copytree(examples_folder() / example, folder, dirs_exist_ok=True)
    say(f"made {folder} from the example {example}; next: rackwright plan {folder}")
    return 0


def load_folder(folder: Path, *, spares_scenarios: bool = False) -> tuple[Program | None, Catalog, list[Problem]]:
    """Catalog with the folder's overlay, and the program with every problem of both."""
    from rackwright.catalog import load_catalog
    from rackwright.program import load_program

    problems: list[Problem] = []
    own: frozenset[str] = frozenset()
    try:
        catalog = load_catalog(own_catalog(folder) if folder.is_dir() else None)
    except InputError as error:
        problems.extend(error.problems)
        catalog = load_catalog(None)
        own = _ids_of(folder)
    program, found = load_program(folder, catalog=catalog, spares_scenarios=spares_scenarios)
    found = [problem for problem in found if not _is_of_own(problem, own)]
    catalog, unread = _with_weather(program, catalog, folder)
    return program, catalog, [*problems, *catalog.warnings, *found, *unread]


def _ids_of(folder: Path) -> frozenset[str]:
    """Ids of parts in a program's own catalog, which is wrong in another place."""
    from rackwright.catalog.load import written_ids

    try:
        overlay = own_catalog(folder)
    except InputError:
        return frozenset()
    return frozenset() if overlay is None else written_ids(overlay)


def _is_of_own(problem: Problem, own: frozenset[str]) -> bool:
    """Whether a part is only unknown because the catalog that writes it could not be read."""
    return problem.code == "unknown-part" and any(f'"{name}"' in problem.rule for name in own)


def _with_weather(program: Program | None, catalog: Catalog, folder: Path) -> tuple[Catalog, list[Problem]]:
    """The catalog with the weather files the sites name, and what is wrong with them."""
    sites = [] if program is None else [site for site in program.sites if site.climate.weather]
    if not sites:
        return catalog, []
    from rackwright.base.intake import inside
    from rackwright.cooling.weather import read_year

    problems: list[Problem] = []
    weather = {}
    for site in sites:
        name, place = site.climate.weather, Place(path=f"sites[{site.id}].climate.weather")
        if name in weather:
            continue
        try:
            weather[name] = read_year(inside(folder, name, place=place), name=name)
        except InputError as error:
            problems += [_unread(replace(problem, place=_at(problem.place, place))) for problem in error.problems]
        else:
            problems += _filled(weather[name].filled, name, place)
    return replace(catalog, weather=tuple(weather.items())), problems


def _at(found: Place, named: Place) -> Place:
    """Where the file is wrong, and by which field it was named."""
    return replace(found, path=found.path or named.path)


def _unread(problem: Problem) -> Problem:
    """A file with too long a gap is a warning: the plan goes on with a year made from the design conditions."""
    if problem.code != "weather-gap":
        return problem
    rule = f"{problem.rule} The site's year is made from its design conditions instead."
    return replace(problem, rule=rule, severity="warning")


def _filled(hours: int, name: str, place: Place) -> list[Problem]:
    """A warning where hours of a file were missing."""
    if not hours:
        return []
    rule = f'{hours:,} hours of "{name}" are missing and are interpolated from their neighbours.'
    return [Problem("weather-filled", place, rule, "Give a file without gaps.", "warning")]


def own_catalog(folder: Path) -> Path | None:
    """The folder of a program's own parts, or None where it has none.

    Raises
    ------
    InputError
        There is no such program folder; or what stands in the catalog's place is a file, or a link that leads out.
    """
    if not folder.is_dir():
        rule = "this folder does not exist." if not folder.exists() else "this is a file, not a program folder."
        raise InputError([Problem("folder-missing", Place(str(folder)), rule, "Name a program folder.")])
    overlay = folder / "catalog"
    if not os.path.lexists(overlay):
        return None
    place = Place(overlay.name)
    if not overlay.resolve().is_relative_to(folder.resolve()):
        rule = "this is a link that leads outside the program folder."
        raise InputError([Problem("file-outside", place, rule, "Copy the folder into the program folder.")])
    if not overlay.is_dir():
        rule = "this is not a folder; a program's own parts stand in a folder of this name."
        raise InputError([Problem("file-not-regular", place, rule, "Rename it, or make it a folder.")])
    return overlay


def open_folder(folder: Path, *, spares_scenarios: bool = False) -> tuple[Program, Catalog]:
    """Program and catalog, ready to plan; warnings are written to stderr.

    Parameters
    ----------
    folder
        Program folder.
    spares_scenarios
        True where a scenario whose changes contradict the program is written to stderr and the others are planned.

    Raises
    ------
    InputError
        The folder has errors; all of them are carried.
    """
    program, catalog, problems = load_folder(folder, spares_scenarios=spares_scenarios)
    if program is None or _errors(problems, spares_scenarios=spares_scenarios):
        rest = _rest_of(folder, catalog)
        if rest is not None:
            say(f"rackwright plan {folder} --keep-going plans what is left: {_told(rest)}", "dim")
        raise InputError(problems)
    write_problems(problems, as_json=False)
    return program, catalog


def open_rest(folder: Path) -> tuple[Rest, Catalog]:
    """What of a folder can be planned, errors and warnings written to stderr: projects set aside, chains by default.

    Raises
    ------
    InputError
        Errors leave nothing to plan; all of them are carried.
    """
    from rackwright.program.rest import Rest

    program, catalog, problems = load_folder(folder, spares_scenarios=True)
    if program is not None and not _errors(problems, spares_scenarios=True):
        write_problems(problems, as_json=False)
        return Rest(program), catalog
    rest = _rest_of(folder, catalog)
    if rest is None:
        raise InputError(problems)
    write_problems(problems, as_json=False)
    for words in rest.left_out:
        say(words, "warning")
    return rest, _with_weather(rest.program, catalog, folder)[0]


def _errors(problems: list[Problem], *, spares_scenarios: bool) -> list[Problem]:
    """What keeps a program from being planned."""
    from rackwright.program.read import is_of_scenario

    errors = [problem for problem in problems if problem.severity == "error"]
    return [problem for problem in errors if not (spares_scenarios and is_of_scenario(problem))]


def _told(rest: Rest) -> str:
    """What a rest lacks, in words."""
    count = len(rest.program.set_aside)
    projects = (f"without {count} project(s)",) if count else ()
    return "; ".join((*projects, *rest.left_out))


def _rest_of(folder: Path, catalog: Catalog) -> Rest | None:
    """The program without what is wrong in projects and chains, where nothing else is wrong with the folder."""
    from rackwright.catalog import load_catalog
    from rackwright.program import load_rest

    try:
        load_catalog(own_catalog(folder))
    except InputError:
        return None
    return load_rest(folder, catalog=catalog)


def check_folder(folder: Path, *, as_json: bool) -> int:
    """Read and check a program folder; 2 if it has errors."""
    program, _, problems = load_folder(folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    write_problems(problems, as_json=as_json)
    if errors or program is None:
        return BAD_INPUT
    if not as_json:
        say(f"{folder}: {program.name} reads well", "good")
    return 0


def write_schema(file: str) -> int:
    """Write the JSON Schema of the program, or of one of its files by its name."""
    from rackwright.program import file_schema, program_schema
    from rackwright.program.shape import FILES

    name, known = file.removesuffix(".yaml"), ("program", *FILES)
    if file and name not in known:
        rule, files = f'no file of a program is called "{file}".', [f"{one}.yaml" for one in known]
        raise InputError([Problem("unknown-file", Place(path="FILE"), rule, did_you_mean(file, files))])
    write_json(file_schema(name) if file else program_schema())
    return 0
