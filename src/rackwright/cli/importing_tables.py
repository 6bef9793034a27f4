"""The command that brings a table of another system into a program folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.cli.console import say, write_json, write_problems
from rackwright.cli.program import open_folder

if TYPE_CHECKING:
    from rackwright.exchange.table_import import ColumnMapping
    from rackwright.program import Program

__all__ = ["ImportOptions", "import_into"]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of `rackwright import` that are about tables, and the kind a device is said to be."""

    mapping: Path | None = None
    columns: tuple[str, ...] = ()
    sheet: str = ""
    only_check: bool = False
    as_json: bool = False
    kind: str = ""


def import_into(key: str, file: Path, folder: Path | None, options: ImportOptions) -> int:
    """Read, map and check a table; write it as CSV beside the program's files unless only asked to check."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.exchange.sheet import read_sheet
    from rackwright.exchange.table_import import import_table

    if folder is None:
        rule = f"rows of {key} are checked against a program."
        raise InputError([Problem("program-missing", Place(path="--program"), rule, "Name its folder: --program DIR")])
    program, catalog = open_folder(folder)
    target = folder / f"{key.replace('_', '-')}.csv"
    named, files = _standing(folder, key)
    own = _without(program, key, {row for row, name in enumerate(files) if name == target.name})
    found = import_table(key, read_sheet(file, sheet=options.sheet), _mapping(options), own, catalog)
    if not options.only_check:
        _check_target(target, key)
        write_bytes(target, found.text.encode(), layer=FileLayer())
    if options.as_json:
        write_json({"format_version": 1, "table": key, "rows": found.num_rows, "unused_columns": list(found.unused),
                    "warnings": len(found.warnings), "file": "" if options.only_check else str(target)})  # fmt: skip
        return 0
    write_problems(found.warnings, as_json=False)
    if found.unused:
        say(f"columns not used: {', '.join(found.unused)}")
    if options.only_check:
        say(f"{found.num_rows:,} rows of {key} are good; nothing was written", to_stdout=True)
    else:
        say(f"wrote {target} ({found.num_rows:,} rows)", to_stdout=True)
        say(_how_it_is_read(key, target.name, named, files), to_stdout=True)
    return 0


def _standing(folder: Path, key: str) -> tuple[str, tuple[str, ...]]:
    """File in which the program names a table ("" if none), and the file that each of its rows stands in."""
    from rackwright.program.folder import gather

    origins = gather(folder).origins
    named = origins.values[key].place((), of_key=True).file if key in origins.values else ""
    return named, tuple(origin.place((), of_key=False).file for origin in origins.rows.get(key, []))


def _without(program: Program, key: str, left_out: set[int]) -> Program:
    """The program without some rows of a supply table: those that the import replaces."""
    rows = tuple(row for number, row in enumerate(getattr(program.supply, key)) if number not in left_out)
    return program.model_copy(update={"supply": program.supply.model_copy(update={key: rows})})


def _how_it_is_read(key: str, name: str, named: str, files: Sequence[str]) -> str:
    """What to write into the program so that it reads the file; a key may stand in a file only once."""
    if name in files:
        return f"the program reads it already; its rows take the place of those that stood in {name}"
    if named:
        return f"the program reads it by one more entry, `- csv: {name}`, in the list `{key}:` of {named}"
    return f"the program reads it by the line `{key}: {{csv: {name}}}` in supply.yaml"


def _mapping(options: ImportOptions) -> ColumnMapping:
    """The mapping file with `--column field=Heading` laid over it."""
    from rackwright.exchange.table_import import ColumnMapping, read_mapping

    base = ColumnMapping() if options.mapping is None else read_mapping(options.mapping)
    extra = dict(text.split("=", 1) for text in options.columns if "=" in text)
    wrong = [text for text in options.columns if "=" not in text]
    if wrong:
        rule = f'"{wrong[0]}" is not a field and a heading.'
        raise InputError([Problem("bad-mapping", Place(path="--column"), rule, "Write --column lead_time=LT")])
    return ColumnMapping({**base.columns, **extra}, base.units, base.defaults)


def _check_target(target: Path, key: str) -> None:
    """An existing file is replaced only if it has our headings; one of another system is somebody's own."""
    from rackwright.base.intake import read_csv
    from rackwright.program.shape import shapes, tables

    if not target.is_file():
        return
    foreign = [name for name in read_csv(target, name=target.name).columns if name not in shapes(tables()[key])]
    if foreign:
        rule = f'it has a column "{foreign[0]}", which is no field of {key}.'
        repair = "Move the file away, and take its `columns` out of the program's reference to it."
        raise InputError([Problem("file-not-ours", Place(target.name), rule, repair)])
