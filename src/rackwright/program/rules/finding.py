"""What does a rule look at, and what does it say when it is broken?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from rackwright.catalog.index import Catalog
from rackwright.program.entry import Entry
from rackwright.program.model import Program
from rackwright.program.shape import Path, table_path, walk

__all__ = ["Finding", "Kind", "Subject"]

Kind = Literal[
    "activity",
    "calendar",
    "cell",
    "configuration",
    "gate",
    "hall",
    "block",
    "item",
    "party",
    "place",
    "plant",
    "platform",
    "project",
    "ramp",
    "resource",
    "scenario",
    "site",
    "source",
    "step",
    "supplier",
    "tranche",
    "workload",
]
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at a field path of the program; see `Problem` for the other fields.

    `involved` are ids of other projects that cannot be scheduled because of it.
    """

    code: str
    path: Path
    rule: str
    repair: str = ""
    severity: Literal["error", "warning"] = "error"
    involved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """The program under check, what the catalog knows, and the names that may be referred to.

    Parameters
    ----------
    program
        The program.
    catalog
        Parts and sources; None if they are not checked.
    broken_ids
        Ids of rows that were left out because they break the schema.
    """

    program: Program
    catalog: Catalog | None
    broken_ids: frozenset[str] = frozenset()

    def rows(self, cls: type[E]) -> Iterator[tuple[Path, E]]:
        """Every row of one class, wherever it stands, with its field path."""
        for path, entry in self.entries:
            if type(entry) is cls:
                yield path, entry

    @cached_property
    def entries(self) -> tuple[tuple[Path, Entry], ...]:
        """Every row of the program with its field path, scenarios' changes included."""
        return tuple(walk(self.program))

    def table(self, key: str) -> tuple[Entry, ...]:
        """Rows of a table by its key in the files."""
        value: object = self.program
        for step in table_path(key):
            value = getattr(value, step)
        return value if isinstance(value, tuple) else ()

    def names(self, kind: Kind) -> frozenset[str]:
        """Names of everything of a kind."""
        return self._names[kind]

    def is_broken(self, name: str) -> bool:
        """True if the name (or its project, for `project.activity`) belongs to a row that breaks the schema."""
        return any(name == broken or name.startswith(f"{broken}.") for broken in self.broken_ids)

    @cached_property
    def _names(self) -> dict[Kind, frozenset[str]]:
        program, supply = self.program, self.program.supply
        configurations = frozenset(sku.id for platform in program.platforms for sku in platform.configurations)
        plants, sites = _ids(supply.plants), _ids(program.sites)
        parts = frozenset(part.id for part in self.catalog.parts) if self.catalog else frozenset()
        sources = frozenset(source.id for source in self.catalog.sources) if self.catalog else frozenset()
        return {
            "activity": _activities(program),
            "calendar": _ids(program.calendars),
            "cell": _ids(supply.cells),
            "configuration": configurations,
            "gate": _gates(program),
            "hall": _ids(program.halls),
            "block": _ids(program.blocks),
            "item": _ids(supply.items) | configurations | parts,
            "party": _ids(program.parties),
            "place": plants | sites,
            "plant": plants,
            "platform": _ids(program.platforms),
            "project": _ids(program.projects) | _ids(program.set_aside),
            "ramp": _ids(supply.ramps),
            "resource": _ids(program.resources),
            "scenario": _ids(program.scenarios),
            "site": sites,
            "source": _ids(program.sources) | sources,
            "step": frozenset(step.id for site in program.sites for step in site.energisation),
            "supplier": _ids(supply.suppliers),
            "tranche": _ids(program.tranches),
            "workload": _ids(program.training) | _ids(program.serving) | _ids(program.requirements),
        }


def _ids(rows: tuple[Entry, ...]) -> frozenset[str]:
    return frozenset(getattr(row, "id", "") for row in rows)


def _activities(program: Program) -> frozenset[str]:
    return frozenset(f"{project.id}.{activity.id}" for project in program.projects for activity in project.activities)


def _gates(program: Program) -> frozenset[str]:
    """Activities that a date may hang on, those of projects set aside among them."""
    return _activities(program) | {f"{row.id}.{gate}" for row in program.set_aside for gate in row.gates}
