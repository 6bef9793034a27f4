"""What of a program can still be planned where some projects cannot be scheduled, or a field of a chain is wrong?

A project with an error, or that needs a calendar or resource with one, is set aside: it moves to the table `set_aside`,
its gates are not reached within the horizon, and activities of other projects that follow it are scheduled as if it
were done. Scenarios that change it are left out. Errors anywhere else leave nothing to plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError

from rackwright.base.errors import InputError
from rackwright.catalog.index import Catalog
from rackwright.program.after import parse_after
from rackwright.program.entry import AS_WRITTEN, Entry
from rackwright.program.folder import gather
from rackwright.program.model import Program
from rackwright.program.origins import Origins
from rackwright.program.projects import Delivers, SetAside
from rackwright.program.rules.all import find_all
from rackwright.program.rules.finding import Subject
from rackwright.program.scenario_tree import scenario_program
from rackwright.program.shape import Path
from rackwright.program.sites import Cooling, PowerChain
from rackwright.program.translate import translate

__all__ = ["Rest", "load_rest", "without_scenarios"]

_MOST_ROUNDS: Final = 12
_OWN_TABLES: Final = ("calendars", "resources", "projects", "links")
_CHAINS: Final[Mapping[tuple[str, str], type[Entry]]] = {
    ("sites", "power"): PowerChain,
    ("halls", "cooling"): Cooling,
}
_QUOTED: Final = re.compile(r'"([^"]+)"')
_LONGEST: Final = 190
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a program with errors.

    Parameters
    ----------
    program
        The program, whose `set_aside` names each project with an error.
    left_out
        Fields of power chains and cooling that were wrong, each with the value that stands in.
    """

    program: Program
    left_out: tuple[str, ...] = ()


def load_rest(folder: FilePath, *, catalog: Catalog) -> Rest | None:
    """The program of a folder without the projects that cannot be scheduled, and wrong fields of chains by default.

    Returns
    -------
    What is left; None if an error stands elsewhere, or no project is left.
    """
    gathered = gather(folder)
    if any(problem.severity == "error" for problem in gathered.problems) or not gathered.origins.raw:
        return None
    rest = _Rest(gathered.origins)
    for _ in range(_MOST_ROUNDS):
        program, faults = rest.judge(catalog)
        if program is not None and not faults:
            is_less = (program.projects and rest.aside) or rest.left_out
            return Rest(without_scenarios(program, catalog), rest.words_left_out()) if is_less else None
        if not faults or not all(rest.take(fault) for fault in faults):
            return None
        rest.cut_links()
    return None


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error at a path of what was written, and further projects that it stops."""

    path: Path
    words: str
    involved: tuple[str, ...] = ()


@dataclass
class _Rest:
    """The program as written, and what was taken out of it."""

    origins: Origins
    dropped: dict[str, set[int]] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    aside: dict[int, str] = field(default_factory=dict)
    cut: dict[int, list[str]] = field(default_factory=dict)
    unknown: set[tuple[int, int]] = field(default_factory=set)
    left_out: dict[Path, str] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        raw = self.origins.raw
        self.rows = {key: list(raw[key]) for key in _OWN_TABLES if isinstance(raw.get(key), list)}

    def judge(self, catalog: Catalog) -> tuple[Program | None, list[_Fault]]:
        """The program as it now stands, and its errors by their places in what was written."""
        raw, index = self._written()
        try:
            program = Program.model_validate(raw, context=AS_WRITTEN, by_alias=True, by_name=False)
        except ValidationError as error:
            return None, list(self._schema_faults(error, index))
        findings = [found for found in find_all(Subject(program, catalog)) if found.severity == "error"]
        return program, [
            _Fault(path, self._words(path, found.rule), found.involved)
            for found in findings
            for path in [_original(found.path, index)]
        ]

    def take(self, fault: _Fault) -> bool:
        """Take out what a fault stops; False if it stands outside calendars, resources, projects, links and chains."""
        if fault.path[:1] == ("set_aside",):
            return self._forget_delivery(fault.path)
        if fault.path[:1] in {("sites",), ("halls",)}:
            return self._leave_out(fault.path)
        if len(fault.path) < 2 or fault.path[0] not in _OWN_TABLES or not isinstance(fault.path[1], int):
            return False
        key, number = fault.path[0], fault.path[1]
        for name in fault.involved:
            self._set_aside(self._number("projects", name), fault.words)
        if key == "projects":
            self._set_aside(number, fault.words)
            return True
        self.dropped.setdefault(str(key), set()).add(number)
        row = self.rows[str(key)][number]
        if key == "links":
            self._stop_links_end(row, fault.words)
        elif isinstance(row, Mapping):
            self.causes[str(row.get("id", ""))] = fault.words
        return True

    def _forget_delivery(self, path: Path) -> bool:
        """What a project set aside would deliver, and nobody knows, is left out."""
        written = self.origins.raw.get("set_aside")
        before = len(written) if isinstance(written, list) else 0
        if len(path) < 4 or path[2] != "delivers" or not isinstance(path[1], int) or path[1] < before:
            return False
        number = sorted(self.aside)[path[1] - before]
        shown = [i for i, one in enumerate(self.rows["projects"][number]["delivers"]) if _fits(Delivers, one)]
        shown = [place for place in shown if self._is_known(number, place)]
        self.unknown.add((number, shown[int(path[3])]))
        return True

    def _leave_out(self, path: Path) -> bool:
        """Leave out an optional field of a power chain or of a hall's cooling; False for any other field."""
        cls = _CHAINS.get((str(path[0]), str(path[2]))) if len(path) > 3 else None
        for name, info in cls.model_fields.items() if cls is not None else ():
            alias = info.alias or name
            if str(path[3]) in {name, alias} and not info.is_required():
                place = replace(self.origins.place_of_field((*path[:3], name)), path="")
                self.left_out[(*path[:3], alias)] = f"{place}: {alias}: {_default(info.default)} stands in"
                return True
        return False

    def words_left_out(self) -> tuple[str, ...]:
        """Fields left out, each with its place and what stands in."""
        return tuple(self.left_out[path] for path in sorted(self.left_out, key=str))

    def cut_links(self) -> None:
        """Let nothing wait for what is set aside; what follows it is remembered."""
        gone = {self._id(number): number for number in self.aside}
        for number, row in enumerate(self.rows.get("links", ())):
            if number in self.dropped.get("links", ()) or not isinstance(row, Mapping):
                continue
            ends = [str(row.get(end, "")).split(".", 1)[0] for end in ("from", "to")]
            if any(end in gone for end in ends):
                self.dropped.setdefault("links", set()).add(number)
                if ends[0] in gone and ends[1] not in gone:
                    self.cut.setdefault(gone[ends[0]], []).append(str(row.get("to")))
        for number, row in enumerate(self.rows.get("projects", ())):
            if number not in self.aside and isinstance(row, Mapping):
                self.rows["projects"][number] = self._freed(row, gone)

    def _freed(self, project: Mapping[str, Any], gone: Mapping[str, int]) -> Raw:
        """A project whose activities follow nothing that is set aside."""
        activities = []
        for activity in project.get("activities") or ():
            texts = activity.get("after") if isinstance(activity, Mapping) else None
            if not isinstance(texts, list):
                activities.append(activity)
                continue
            own = {f"{project.get('id')}.{a.get('id')}" for a in project["activities"] if isinstance(a, Mapping)}
            kept = []
            for text in texts:
                other = str(text).split(".", 1)[0]
                if other in gone and parse_after(str(text), str(project.get("id")), own) is None:
                    self.cut.setdefault(gone[other], []).append(f"{project.get('id')}.{activity.get('id')}")
                else:
                    kept.append(text)
            activities.append({**activity, "after": kept})
        return {**project, "activities": activities}

    def _written(self) -> tuple[Raw, dict[str, list[int]]]:
        """What is left as it would be written, and the first number of each row that is left."""
        raw: Raw = dict(self.origins.raw)
        index: dict[str, list[int]] = {}
        for key, rows in self.rows.items():
            gone = set(self.aside) if key == "projects" else self.dropped.get(key, set())
            index[key] = [number for number in range(len(rows)) if number not in gone]
            raw[key] = [rows[number] for number in index[key]]
        for table, number, part, name in self.left_out:
            rows = list(raw[str(table)])
            chain = rows[int(number)][part]
            rows[int(number)] = {**rows[int(number)], part: {key: chain[key] for key in chain if key != name}}
            raw[str(table)] = rows
        written = raw.get("set_aside")
        raw["set_aside"] = [*(written if isinstance(written, list) else ()), *self._set_aside_rows()]
        return raw, index

    def _set_aside_rows(self) -> Iterator[Raw]:
        gone = {self._id(number) for number in self.aside}
        for number, words in sorted(self.aside.items()):
            row = self.rows["projects"][number]
            activities = [a for a in row.get("activities") or () if isinstance(a, Mapping)]
            given = row.get("delivers") if isinstance(row.get("delivers"), list) else []
            plain = {
                "id": row["id"],
                "reason": words[:_LONGEST],
                "gates": [a["id"] for a in activities if a.get("kind") == "gate" and isinstance(a.get("id"), str)],
                "cut": sorted({name for name in self.cut.get(number, ()) if name.split(".", 1)[0] not in gone}),
                "delivers": [
                    one for place, one in enumerate(given) if _fits(Delivers, one) and self._is_known(number, place)
                ],
            }
            full = {**plain, "due": row.get("due")}
            yield full if _fits(SetAside, full) else plain

    def _is_known(self, number: int, place: int) -> bool:
        return (number, place) not in self.unknown

    def _schema_faults(self, error: ValidationError, index: Mapping[str, list[int]]) -> Iterator[_Fault]:
        for detail in error.errors(include_url=False, include_context=False):
            path = _original(detail["loc"], index)
            problems = translate(error, self.origins) if not self.aside and not self.dropped else []
            near = next((p for p in problems if p.place == self.origins.place(path)), None)
            yield _Fault(path, self._words(path, near.rule if near else detail["msg"]))

    def _words(self, path: Path, rule: str) -> str:
        """The place and the rule of an error; that of the missing calendar or resource where it follows from one."""
        named = next((self.causes[name] for name in _QUOTED.findall(rule) if name in self.causes), None)
        place = replace(self.origins.place_of_field(path), path="")
        return named or f"{place}: {rule}"

    def _stop_links_end(self, row: Any, words: str) -> None:
        """A link that cannot be read: the project that follows by it has no date."""
        ends = [str(row.get(end, "")) for end in ("to", "from")] if isinstance(row, Mapping) else []
        numbers = [self._number("projects", end.split(".", 1)[0]) for end in ends]
        self._set_aside(next((number for number in numbers if number is not None), None), words)

    def _set_aside(self, number: int | None, words: str) -> None:
        if number is not None and number not in self.aside and self._id(number):
            self.aside[number] = words

    def _number(self, key: str, name: str) -> int | None:
        rows = enumerate(self.rows.get(key, ()))
        return next((i for i, row in rows if isinstance(row, Mapping) and row.get("id") == name), None)

    def _id(self, number: int) -> str:
        row = self.rows["projects"][number]
        return str(row.get("id", "")) if isinstance(row, Mapping) else ""


def _original(path: Iterable[str | int], index: Mapping[str, list[int]]) -> Path:
    """A path with the number its row had at first."""
    steps = tuple(path)
    if len(steps) > 1 and steps[0] in index and isinstance(steps[1], int):
        return (steps[0], index[str(steps[0])][steps[1]], *steps[2:])
    return steps


def _default(value: Any) -> str:
    """A default as text; where it is empty, words."""
    return "none" if value in ("", None) else str(value)


def _fits(cls: type[Entry], row: Any) -> bool:
    """True if a row can be read."""
    try:
        cls.model_validate(row, context=AS_WRITTEN, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return True


def without_scenarios(program: Program, catalog: Catalog) -> Program:
    """The program without scenarios whose changes cannot be made or break a rule."""
    kept = []
    for scenario in program.scenarios:
        try:
            scenario_program(program, scenario.id, catalog=catalog)
        except InputError:
            continue
        kept.append(scenario)
    return program.model_copy(update={"scenarios": tuple(kept)})
