"""Which tables has a program, in which file does each stand by custom, and what tells one row from another?

Two kinds of path are used. A field path holds the names of the models (`("supply", "offers", 3, "lead_days")`); a
written path holds the names of the files (`("supply", "offers", 3, "lead_time")`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from rackwright.program.entry import Entry, Quantity
from rackwright.program.header import Disclosure, ShareTarget
from rackwright.program.model import Program, SupplyProgram
from rackwright.program.platforms import Content
from rackwright.program.projects import BuildPart, Delivers, Demand, Link, Shutdown
from rackwright.program.shifts import AddedStations, QualifiedSource
from rackwright.program.sites import Generation
from rackwright.program.supply import (
    BomRow,
    Claim,
    Commit,
    Lane,
    Make,
    Offer,
    OpenOrder,
    RampPoint,
    RouteStep,
    Rung,
    Stock,
    Terms,
)
from rackwright.program.workloads import DemandPoint, LengthShare

__all__ = [
    "FILES",
    "FieldShape",
    "Path",
    "file_of",
    "identity",
    "is_flat",
    "quantity_of",
    "readable",
    "row_name",
    "shapes",
    "table_path",
    "tables",
    "walk",
    "written",
]

Path = tuple[str | int, ...]

FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "workloads": ("training", "serving", "requirements", "measured_runs"),
    "platforms": ("platforms",),
    "sites": ("sites", "halls", "blocks", "tranches"),
    "supply": tuple(name for name in SupplyProgram.model_fields if name not in Entry.model_fields),
    "projects": ("calendars", "resources", "projects", "links", "set_aside"),
    "scenarios": ("scenarios",),
}
"""File (without `.yaml`) -> tables that stand there by custom; the header stands in program.yaml."""

_IDENTITY: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Disclosure: ("field", "recipient"),
    ShareTarget: ("start",),
    Content: ("part",),
    Generation: ("part",),
    DemandPoint: ("start",),
    LengthShare: ("input_tokens", "output_tokens"),
    BomRow: ("parent", "component"),
    RampPoint: ("date",),
    Make: ("item", "plant"),
    RouteStep: ("item", "plant", "step"),
    Offer: ("item", "supplier", "plant"),
    Rung: ("rung",),
    AddedStations: ("cell",),
    QualifiedSource: ("item", "supplier"),
    Terms: ("item", "supplier"),
    Commit: ("item", "supplier", "date"),
    Lane: ("origin", "destination", "mode"),
    Claim: ("item", "plant", "kind"),
    Stock: ("item", "plant", "status"),
    OpenOrder: ("item", "supplier", "plant", "promised"),
    Link: ("origin", "to"),
    Delivers: ("kind", "ref"),
    Demand: ("resource",),
    BuildPart: ("item",),
    Shutdown: ("start",),
}


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a row: its two names, the rows below it if any, and what it means."""

    name: str
    alias: str
    row: type[Entry] | None
    is_list: bool
    meaning: str
    annotation: Any


@cache
def shapes(cls: type[Entry]) -> Mapping[str, FieldShape]:
    """Fields of a class of rows by the name used in files, in order of declaration (own fields first)."""
    names = [name for name in cls.model_fields if name not in Entry.model_fields]
    fields = [_shape(cls, name) for name in (*names, *Entry.model_fields)]
    return {shape.alias: shape for shape in fields}


def _shape(cls: type[Entry], name: str) -> FieldShape:
    info = cls.model_fields[name]
    row, is_list = _row_in(info.annotation)
    return FieldShape(name, info.alias or name, row, is_list, info.description or "", info.annotation)


def _row_in(annotation: Any) -> tuple[type[Entry] | None, bool]:
    """Class of rows inside an annotation, and whether there are several; (None, is_list) for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation, False
    is_list = getattr(annotation, "__origin__", None) is tuple
    for inner in get_args(annotation):
        row, below_is_list = _row_in(inner)
        is_list = is_list or below_is_list
        if row is not None:
            return row, is_list
    return None, is_list


def is_flat(shape: FieldShape) -> bool:
    """True if one cell can hold the value: a plain value, or a list of plain values."""
    return shape.row is None and "tuple[tuple" not in str(shape.annotation)


def quantity_of(cls: type[Entry], name: str) -> Quantity | None:
    """How the number of a field is read, if it is a quantity (also where it may be left out)."""
    info = cls.model_fields[name]
    inner = [entry for option in get_args(info.annotation) for entry in getattr(option, "__metadata__", ())]
    return next((entry for entry in (*info.metadata, *inner) if isinstance(entry, Quantity)), None)


@cache
def _by_name(cls: type[Entry]) -> Mapping[str, FieldShape]:
    return {shape.name: shape for shape in shapes(cls).values()}


@cache
def tables() -> Mapping[str, type[Entry]]:
    """Every table of the program by its key in a file, with the class of its rows."""
    fields = (*shapes(Program).items(), *shapes(SupplyProgram).items())
    return {alias: shape.row for alias, shape in fields if shape.row is not None and shape.is_list}


def table_path(key: str) -> tuple[str, ...]:
    """Path of a table or header key inside the merged program."""
    return ("supply", key) if key in FILES["supply"] else (key,)


def file_of(key: str) -> str:
    """File, without `.yaml`, in which a table stands by custom."""
    return next((file for file, keys in FILES.items() if key in keys), "program")


@cache
def identity(cls: type[Entry]) -> tuple[str, ...]:
    """Names of the fields that tell one row of a class from another; empty if only its position does."""
    return ("id",) if "id" in cls.model_fields else _IDENTITY.get(cls, ())


def row_name(row: Any, cls: type[Entry], index: int) -> str:
    """How messages call a row: `supplier-a`, `item@supplier`, or its position; `row` is a model or as written."""
    parts = []
    for name in identity(cls):
        value = row.get(_by_name(cls)[name].alias) if isinstance(row, Mapping) else getattr(row, name, "")
        if value is not None and value != "":
            parts.append(str(value)[:64])
    return "@".join(parts) or str(index)


def written(path: Path) -> Path:
    """The written path of a field path."""
    cls: type[Entry] | None = Program
    steps: list[str | int] = []
    for step in path:
        shape = _by_name(cls).get(step) if cls and isinstance(step, str) else None
        steps.append(shape.alias if shape else step)
        cls = shape.row if shape else cls if isinstance(step, int) else None
    return tuple(steps)


def readable(root: Any, path: Path) -> str:
    """Written path for people, `offers[item@supplier].lead_time`; `root` is the program, or as written."""
    cls: type[Entry] | None = Program
    value, text = root, ""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list | tuple) and step < len(value) else None
            text += f"[{row_name(value, cls, step) if cls else step}]"
            continue
        shape = shapes(cls).get(step) if cls else None
        name = shape.name if shape else step
        value = value.get(step) if isinstance(value, Mapping) else getattr(value, name, None)
        cls = shape.row if shape else None
        text += f".{step}"
    return text.removeprefix(".").removeprefix("supply.")


def walk(entry: Entry, path: Path = ()) -> Iterator[tuple[Path, Entry]]:
    """Every row of an entry, itself first, with its field path, in order of declaration."""
    yield path, entry
    for shape in shapes(type(entry)).values():
        if shape.row is None:
            continue
        value = getattr(entry, shape.name)
        if isinstance(value, Entry):
            yield from walk(value, (*path, shape.name))
        elif isinstance(value, tuple):
            for index, row in enumerate(value):
                yield from walk(row, (*path, shape.name, index))
