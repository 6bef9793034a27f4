"""How is the reference page of the program language made? From the models, so that it is never out of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from pydantic_core import PydanticUndefined

from rackwright.base.units import DIMENSIONS, Estimate
from rackwright.program.entry import Entry, Quantity
from rackwright.program.model import Program, SupplyProgram
from rackwright.program.shape import FILES, FieldShape, quantity_of, shapes, tables

__all__ = ["program_reference"]

_INTRODUCTION: Final = """# Program reference

Generated from the models of `rackwright.program`; do not edit by hand.

A program is a folder. `program.yaml` must be there; a missing table means "not planned here". Any table may stand in
any file, and lists of one table are joined over all files. Each row may also carry `source` (an id of `sources` or of
the catalog), `evidence` (what sort of evidence its figures are), `owner` (a party) and `note` (free text).

- **Quantities** carry their unit: `132 kW`, `28 weeks`. An *estimate* may carry its 10-90 % band: `28 (24..36) weeks`.
- **Shares** lie between 0 and 1 and may be written in percent: `0.2` or `20 %`.
- **Dates** are written `2027-03-01`.
- **CSV**: a table, or an entry of its list, may be
  `{csv: FILE, columns: {field: "Heading"}, defaults: {field: value}}`.
"""


def program_reference() -> str:
    """The reference page as Markdown: every file, table and field with type, default and meaning."""
    lines = [_INTRODUCTION]
    lines += ["## program.yaml", ""]
    supply_tables = set(tables())
    header = [field for key, field in shapes(Program).items() if key not in supply_tables and field.name != "supply"]
    header += [shapes(Program)[key] for key in ("parties", "sources", "disclosure")]
    lines += _fields(Program, [field for field in header if field.name not in Entry.model_fields])
    for field in header:
        lines += _below(field)
    for file, keys in FILES.items():
        lines += [f"## {file}.yaml", ""]
        for key in keys:
            owner: type[Entry] = SupplyProgram if file == "supply" else Program
            lines += _section(key, tables()[key], shapes(owner)[key].meaning)
    return "\n".join(lines).rstrip() + "\n"


def _section(title: str, cls: type[Entry], meaning: str = "") -> Iterator[str]:
    """A row class, and the classes of the rows inside it."""
    own = [field for field in shapes(cls).values() if field.name not in Entry.model_fields]
    yield f"### {title}"
    yield ""
    yield " ".join(text for text in (meaning, _first_paragraph(cls)) if text)
    yield ""
    yield from _fields(cls, own)
    for field in own:
        yield from _below(field, title)


def _below(field: FieldShape, title: str = "") -> Iterator[str]:
    if field.row is not None:
        yield from _section(f"{title}.{field.alias}".removeprefix("."), field.row)


def _first_paragraph(cls: type[Entry]) -> str:
    return (cls.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()


def _fields(cls: type[Entry], fields: list[FieldShape]) -> list[str]:
    rows = ["| field | type | default | meaning |", "|---|---|---|---|"]
    for field in fields:
        cells = (f"`{field.alias}`", _type(cls, field), _default(cls, field), field.meaning)
        rows.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return [*rows, ""]


def _type(cls: type[Entry], field: FieldShape) -> str:
    if field.row is not None:
        return f"list of {field.row.__name__}" if field.is_list else field.row.__name__
    info = cls.model_fields[field.name]
    quantity = quantity_of(cls, field.name)
    text = _quantity(quantity) if quantity else _plain(info.annotation)
    return f"{text} {_bounds(info.metadata)}".strip()


def _bounds(metadata: list[Any]) -> str:
    signs = {"Gt": ("gt", ">"), "Ge": ("ge", ">="), "Lt": ("lt", "<"), "Le": ("le", "<=")}
    found = [(signs[type(entry).__name__], entry) for entry in metadata if type(entry).__name__ in signs]
    return ", ".join(f"{sign} {getattr(entry, name):g}" for (name, sign), entry in found)


def _quantity(quantity: Quantity) -> str:
    units = [unit for unit in DIMENSIONS[quantity.dimension] if unit]
    noun = quantity.dimension.replace("_", " ")
    text = f"{noun}, estimate" if quantity.band else noun
    return text if quantity.dimension == "count" else f"{text} ({', '.join(units)})"


def _plain(annotation: Any) -> str:
    """An annotation in words."""
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): ""}
    if annotation in names:
        return names[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner if value != "")
    if origin is tuple:
        return f"list of {_plain(inner[0])}" if inner[-1] is ... else f"[{', '.join(map(_plain, inner))}]"
    if origin is dict:
        return "mapping"
    if hasattr(annotation, "__metadata__"):
        quantity = next((entry for entry in annotation.__metadata__ if isinstance(entry, Quantity)), None)
        return _quantity(quantity) if quantity else _plain(inner[0])
    if inner:
        return " or ".join(word for word in map(_plain, inner) if word)
    return {"date": "date", "Any": "any value"}.get(getattr(annotation, "__name__", ""), str(annotation))


def _default(cls: type[Entry], field: FieldShape) -> str:
    info = cls.model_fields[field.name]
    default = info.default
    if info.is_required() or default is PydanticUndefined:
        return "**required**"
    if isinstance(default, Estimate):
        band = "" if default.is_point else f" ({default.low:g}..{default.high:g})"
        return f"{default.value:g}{band}"
    if default in (None, "", ()) or isinstance(default, Entry):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
