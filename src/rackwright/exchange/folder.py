"""How does a plan become a folder of plain files, and how is it read back?

OUT/program.json holds the program as planned, OUT/tables/ every table as Parquet and CSV, OUT/plan.json the summary.
The folder is published in one step; a reader checks the manifest before it trusts a file.
"""

from __future__ import annotations

import dataclasses
import io
import json
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from rackwright.base.digest import digest, digest_bytes
from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.base.store import Content, Recipe, publish, read_manifest, verify
from rackwright.base.table import Table
from rackwright.exchange.cut_sheet import cut_sheet, cut_sheet_halls
from rackwright.exchange.power_drawings import one_line_page
from rackwright.plan import STAGES, Plan
from rackwright.program import Program
from rackwright.program.sites import Site
from rackwright.tables.facts import Facts
from rackwright.tables.own_parts import OwnParts
from rackwright.views.one_line import one_line_file

__all__ = ["csv_bytes", "not_a_plan", "plan_files", "read_parts", "read_plan", "with_tables", "write_plan"]

MANY_ROWS = 10_000
"""Tables longer than this are worth not writing twice."""
CSV_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plan_files(plan: Plan, *, made_by: str = "") -> Iterator[tuple[str, Content]]:
    """Relative path and content of every plain file: program, tables, cut-sheets, one-lines, what is left out.

    `made_by` is the digest of the product's code. Where it is given, long tables come as recipes, so that publishing
    need not write again what the last plan wrote.
    """
    yield "program.json", plan.program.model_dump_json(indent=1).encode()
    omissions = {stage: list(getattr(plan, stage).omissions) for stage in STAGES}
    yield "omissions.json", (json.dumps(omissions, indent=1, ensure_ascii=False) + "\n").encode()
    for name, table in plan.tables():
        known = made_by if len(table) > MANY_ROWS else ""
        yield f"tables/{name}.parquet", _content(known, [table], partial(_parquet, table.frame))
        yield f"tables/{name}.csv", _content(known, [table], partial(csv_bytes, table.frame))
    evidence = [plan.cabling.cables, plan.fabric.links, plan.layout.racks, plan.layout.mounts]
    for hall in cut_sheet_halls(plan):
        yield f"cut-sheets/{hall}.csv", _content(made_by, [hall, *evidence], partial(_hall_sheet, plan, hall))
    yield from _one_lines(plan, made_by)


def _one_lines(plan: Plan, made_by: str) -> Iterator[tuple[str, Content]]:
    """The one-line of each site with its failure selector."""
    power = plan.power
    for site in plan.program.sites:
        if power.elements.frame.filter(site=site.id).height:
            words = f"{site.id} {site.name} {site.country} {site.power.loading_share}"
            evidence: list[Table | str] = [words, power.elements, power.loads, power.cases]
            page = partial(_one_line, plan, site)
            yield one_line_file(site), _content(made_by, evidence, page)


def _one_line(plan: Plan, site: Site) -> bytes:
    return one_line_page(plan, site).encode()


def _content(made_by: str, evidence: list[Table | str], make: Callable[[], bytes]) -> Content:
    return Recipe(digest((made_by, evidence)), make) if made_by else make()


def _hall_sheet(plan: Plan, hall: str) -> bytes:
    return csv_bytes(cut_sheet(plan, hall))


def _parquet(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd", compression_level=3)
    return file.getvalue()


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """CSV text of a frame; text that a spreadsheet would run as a formula gets a leading apostrophe."""
    guarded = frame.with_columns(
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(start) for start in CSV_FORMULA_STARTS))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )
    return guarded.write_csv().encode()


def write_plan(plan: Plan, folder: Path, extra: Mapping[str, bytes]) -> None:
    """Publish a plan's files and `extra` ones (report, workbook, summary) as one set."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    publish(folder, chain(plan_files(plan), extra.items()))


def read_plan(folder: Path) -> Plan:
    """Read a published plan back.

    Raises
    ------
    InputError
        The folder is not a plan, a file of it was changed or lost, or another version of the product wrote it.
    """
    manifest = read_manifest(folder) if folder.is_dir() else None
    if manifest is None:
        raise not_a_plan(folder)
    broken = verify(folder)
    if broken:
        raise InputError([Problem("broken-plan", Place(str(folder)), str(broken[0]), "Plan again.")])
    try:
        return _read_whole(folder)
    except (FileNotFoundError, KeyError, ValueError):  # every file is as it was written: the tables are others today
        rule, repair = "another version of Rackwright wrote this plan.", "Plan again."
        raise InputError([Problem("plan-of-another-version", Place(str(folder)), rule, repair)]) from None


def _read_whole(folder: Path) -> Plan:
    """A plan whose files are those of the manifest; raises what a missing or unlike table raises."""
    program = Program.model_validate_json((folder / "program.json").read_bytes())
    omissions = json.loads((folder / "omissions.json").read_text(encoding="utf-8"))
    results = {stage: _read_result(folder, stage, kind, tuple(omissions[stage])) for stage, kind in STAGES.items()}
    facts, own = _read_table(folder, "plan.facts", Facts), _read_table(folder, "plan.own_parts", OwnParts)
    return Plan(program=program, facts=facts, own_parts=own, **results)


def read_parts(folder: Path, parts: Collection[str]) -> Plan:
    """Read some stages or `stage.table`s of a published plan; the other tables are empty.

    Only the files that are read are held against the manifest, so a small part of a large plan is there at once.

    Raises
    ------
    InputError
        The folder is not a plan, a file read was changed or lost, or another version of the product wrote it.
    """
    manifest = read_manifest(folder) if folder.is_dir() else None
    if manifest is None:
        raise not_a_plan(folder)
    reader = _Reader(folder, {entry.path: entry.digest for entry in manifest.entries})
    try:
        program = Program.model_validate_json(reader.read("program.json"))
        omissions = json.loads(reader.read("omissions.json"))
        results = {stage: reader.result(stage, kind, parts, omissions[stage]) for stage, kind in STAGES.items()}
        facts = reader.table("plan.facts", Facts) if "plan.facts" in parts else Facts.empty()
    except (FileNotFoundError, KeyError, ValueError):
        rule, repair = "another version of Rackwright wrote this plan.", "Plan again."
        raise InputError([Problem("plan-of-another-version", Place(str(folder)), rule, repair)]) from None
    return Plan(program=program, facts=facts, **results)


def with_tables(plan: Plan, folder: Path, tables: Collection[str]) -> Plan:
    """A plan read in part, with more `stage.table`s of the same folder."""
    more = read_parts(folder, tables)
    changes = {}
    for stage in sorted({name.partition(".")[0] for name in tables}):
        mine = [name.partition(".")[2] for name in tables if name.startswith(f"{stage}.")]
        found = {name: getattr(getattr(more, stage), name) for name in mine}
        changes[stage] = dataclasses.replace(getattr(plan, stage), **found)
    return dataclasses.replace(plan, **changes)


@dataclasses.dataclass(frozen=True)
class _Reader:
    """Reads files of a folder, each held against its digest in the manifest."""

    folder: Path
    digests: Mapping[str, str]

    def read(self, path: str) -> bytes:
        """Content of a file that is as it was written."""
        data = (self.folder / path).read_bytes()
        if digest_bytes(data) != self.digests[path]:
            rule = "the file was changed after it was written."
            raise InputError([Problem("broken-plan", Place(str(self.folder / path)), rule, "Plan again.")])
        return data

    def table(self, name: str, kind: Any) -> Any:
        """One table."""
        return kind.of(pl.read_parquet(io.BytesIO(self.read(f"tables/{name}.parquet"))))

    def result(self, stage: str, kind: type, parts: Collection[str], omissions: list[str]) -> Any:
        """A stage with the tables that are asked for."""
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for field in dataclasses.fields(kind):
            hint, name = hints[field.name], f"{stage}.{field.name}"
            if not (isinstance(hint, type) and issubclass(hint, Table)):
                values[field.name] = tuple(omissions)
            else:
                values[field.name] = self.table(name, hint) if {stage, name} & set(parts) else hint.empty()
        return kind(**values)


def not_a_plan(folder: Path) -> InputError:
    """The error for a folder no plan was published to."""
    text = f'"{folder}" is not the output of a plan.'
    return InputError([Problem("not-a-plan", Place(str(folder)), text, "Run `rackwright plan DIR -o OUT` first.")])


def _read_result(folder: Path, stage: str, kind: type, omissions: tuple[str, ...]) -> Any:
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        is_table = isinstance(hint, type) and issubclass(hint, Table)
        values[field.name] = _read_table(folder, f"{stage}.{field.name}", hint) if is_table else omissions
    return kind(**values)


def _read_table(folder: Path, name: str, kind: Any) -> Any:
    path = folder / "tables" / f"{name}.parquet"
    return kind.of(pl.read_parquet(io.BytesIO(path.read_bytes())))
