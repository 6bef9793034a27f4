"""Commands that read: show a view, explain a number, compare two plans, look into the catalog, export."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.cli.console import BAD_INPUT, say, write_json, write_problems
from rackwright.cli.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from rackwright.plan import Plan
    from rackwright.program import Program
    from rackwright.views.view import Shown, ViewTable

__all__ = ["diff_cables", "diff_folders", "explain_thing", "export_plan", "show_catalog", "show_view", "write_shown"]


def show_view(
    out: Path, name: str, thing: str = "", *, as_json: bool, as_csv: bool, rows: int, figures: Path | None = None
) -> int:
    """Show a view or a result table of a plan, with its figures where asked; without a name, list what there is.

    Tables of an answer that `decide` or `stress` wrote to the folder are shown alike.
    """
    from rackwright.exchange.answer import read_answers, tables_called
    from rackwright.exchange.folder import read_plan
    from rackwright.views import ASKED, VIEWS

    answers = read_answers(out)
    if answers and not _is_plan(out):
        if figures is not None:
            rule, repair = "the figures of an answer are not drawn again.", f"They lie in {out} as SVG files."
            raise InputError([Problem("bad-option", Place(path="--figures"), rule, repair)])
        return _show_answers(answers, name, as_json=as_json, as_csv=as_csv, rows=rows)
    plan = read_plan(out)
    views = {view.name: view for view in VIEWS}
    name = name if "." in name else name.replace("-", "_")
    if not name:
        return _list_views(plan, as_json=as_json)
    if (view := name.replace("-", "_")) in views:
        shown = views[view].build(plan)
        write_shown(shown, as_json=as_json, as_csv=as_csv, rows=rows)
        if figures is not None:
            _write_figures(shown, figures)
        return 0
    if view in ASKED:
        write_shown(_asked(plan, view, thing), as_json=as_json, as_csv=as_csv, rows=rows)
        return 0
    if answers and "." not in name:
        write_shown(tables_called(answers, name), as_json=as_json, as_csv=as_csv, rows=rows)
        return 0
    if "." not in name:
        text = f'no view is called "{name}".'
        raise InputError([Problem("unknown-view", Place(path=name), text, did_you_mean(name, [*views, *ASKED]))])
    _write_frame(plan.table(name).frame, as_json=as_json, as_csv=as_csv, rows=rows)
    return 0


def _show_answers(answers: tuple[Shown, ...], name: str, *, as_json: bool, as_csv: bool, rows: int) -> int:
    """Tables of kept answers by a word of their titles; without a name, list them."""
    from rackwright.exchange.answer import table_name, tables_called

    if name:
        write_shown(tables_called(answers, name), as_json=as_json, as_csv=as_csv, rows=rows)
        return 0
    listed = [(table_name(table), len(table.rows)) for answer in answers for table in answer.tables]
    if as_json:
        write_json({"tables": [{"table": table, "rows": count} for table, count in listed]})
        return 0
    for answer in answers:
        _out(answer.lead)
    _out("")
    _out(text_table(["table", "rows"], [[table, f"{count:,}"] for table, count in listed], [False, True]))
    return 0


def _asked(plan: Plan, view: str, thing: str) -> Shown:
    """A view about one thing; the thing has to be named."""
    from rackwright.views import ASKED

    asked = ASKED[view]
    if not thing:
        rule, repair = f"the view {view} is about one thing.", f"Name it: rackwright show OUT {view} {asked.thing}"
        raise InputError([Problem("thing-missing", Place(path=view), rule, repair)])
    return asked.build(plan, thing)


def _write_figures(shown: Shown, folder: Path) -> None:
    """Each figure of a view as an SVG file with its name."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.figures import render

    folder.mkdir(parents=True, exist_ok=True)
    for figure in shown.figures:
        write_bytes((folder / f"{figure.caption.name}.svg").absolute(), render(figure).encode(), layer=FileLayer())
    say(f"wrote {len(shown.figures)} figures to {folder}")


def _list_views(plan: Plan, *, as_json: bool) -> int:
    from rackwright.views import ASKED, VIEWS

    tables = [(name, len(table)) for name, table in plan.tables()]
    if as_json:
        views = [{"view": view.name, "question": view.question} for view in VIEWS]
        views += [{"view": view.name, "question": view.question} for view in ASKED.values()]
        write_json({"views": views, "tables": [{"table": name, "rows": rows} for name, rows in tables]})
        return 0
    _out(text_table(["view", "answers"], [[view.name, view.question] for view in VIEWS], [False, False]))
    _out("")
    asked = [[f"{view.name} {view.thing}", view.question] for view in ASKED.values()]
    _out(text_table(["about one thing", "answers"], asked, [False, False]))
    _out("")
    _out(text_table(["table", "rows"], [[name, f"{rows:,}"] for name, rows in tables], [False, True]))
    return 0


def _out(text: str) -> None:
    say(text, to_stdout=True)


def write_shown(shown: Shown, *, as_json: bool, as_csv: bool, rows: int) -> None:
    """Write a view's answer: text for people, JSON with every table, or CSV of the first table."""
    if as_json:
        tables = [{"title": table.title, "rows": table.as_json()} for table in shown.tables]
        write_json({"format_version": 1, "lead": shown.lead, "tables": tables})
        return
    if as_csv:
        if shown.tables:
            _write_csv(shown.tables[0])
        return
    _out(shown.lead)
    for table in shown.tables:
        _write_table(table, rows)


def _write_csv(table: ViewTable) -> None:
    import polars as pl

    from rackwright.exchange.folder import csv_bytes

    names = [column.name for column in table.columns]
    frame = pl.DataFrame(list(table.rows), schema=names, orient="row", infer_schema_length=None, strict=False)
    sys.stdout.write(csv_bytes(frame).decode())


def _write_table(table: ViewTable, rows: int) -> None:
    head = [f"{column.label} [{column.unit}]" if column.unit else column.label for column in table.columns]
    right = [any(isinstance(row[i], int | float) for row in table.rows) for i in range(len(head))]
    _out("")
    _out(table.title)
    _out(text_table(head, table.as_text()[:rows], right))
    if len(table.rows) > rows:
        _out(f"... {len(table.rows) - rows:,} more rows (--rows)")
    if table.note:
        _out(table.note)


def _write_frame(frame: pl.DataFrame, *, as_json: bool, as_csv: bool, rows: int) -> None:
    from rackwright.exchange.folder import csv_bytes

    if as_csv:
        sys.stdout.write(csv_bytes(frame).decode())
    elif as_json:
        write_json(frame.to_dicts())
    else:
        cells = [["–" if cell is None else str(cell) for cell in row] for row in frame.head(rows).rows()]
        _out(text_table(frame.columns, cells, [dtype.is_numeric() for dtype in frame.dtypes]))
        if frame.height > rows:
            _out(f"... {frame.height - rows:,} more rows (--rows)")


def explain_thing(out: Path, thing: str, *, as_json: bool) -> int:
    """Walk from a result to formula, inputs, facts and sources."""
    from rackwright.exchange.folder import read_plan
    from rackwright.views.explain import explain, explain_text

    answer = explain(read_plan(out), thing)
    if as_json:
        write_json(answer.as_json())
    else:
        _out(explain_text(answer))
    return 0


def diff_cables(before: Path, after: Path, *, as_json: bool, as_csv: bool, rows: int) -> int:
    """List every cable and rack to add, move, replace or remove between two output folders."""
    from rackwright.exchange.folder import read_plan
    from rackwright.views.changes import changes_shown

    write_shown(changes_shown(read_plan(before), read_plan(after)), as_json=as_json, as_csv=as_csv, rows=rows)
    return 0


def diff_folders(before: Path, after: Path, *, as_json: bool, key: Path | None = None) -> int:
    """Compare two output folders, two program folders (`FOLDER:SCENARIO` for a scenario), or two specifications."""
    from rackwright.views.difference import diff_plans, diff_programs_shown

    (before, as_before), (after, as_after) = _side(before), _side(after)
    missing = [path for path in (before, after) if not path.exists()]
    if missing:
        rule, repair = "this folder does not exist.", "Check the name; what is compared is a folder or a file."
        raise InputError([Problem("folder-missing", Place(str(path)), rule, repair) for path in missing])
    are_packs = _is_pack(before) and _is_pack(after)
    if key is not None and not are_packs:
        rule = "it checks signatures, and these are not two packs."
        raise InputError([Problem("bad-option", Place(path="--key"), rule, "Leave it out.")])
    if are_packs:
        from rackwright.cli.packing import checked_pack, pack_changes

        shown = pack_changes(checked_pack(before, key), checked_pack(after, key))
    elif before.is_file() and after.is_file():
        from rackwright.codesign import read_specification
        from rackwright.views.specification import specification_changes

        shown = specification_changes(read_specification(before), read_specification(after))
    elif _is_plan(before) and _is_plan(after):
        from rackwright.exchange.folder import read_plan

        shown = diff_plans(read_plan(before), read_plan(after))
    elif _is_plan(before) != _is_plan(after) or before.is_file() != after.is_file():
        rule = f'"{before}" and "{after}" are not of one kind.'
        repair = "Name two plans, two program folders, or two specifications."
        raise InputError([Problem("unlike-things", Place(path="BEFORE AFTER"), rule, repair)])
    else:
        programs = _program_of(before, as_before), _program_of(after, as_after)
        shown = diff_programs_shown(*programs, seen_as=(as_before, as_after))
    write_shown(shown, as_json=as_json, as_csv=False, rows=200)
    return 0


def _side(path: Path) -> tuple[Path, str]:
    """A thing to compare, and the scenario as which a program written as `FOLDER:SCENARIO` is seen."""
    folder, colon, scenario = str(path).rpartition(":")
    if colon and not path.exists() and Path(folder).is_dir():
        return Path(folder), scenario
    return path, ""


def _program_of(folder: Path, scenario: str) -> Program:
    """The program of a folder, as one of its scenarios sees it where one is named."""
    from rackwright.cli.program import open_folder
    from rackwright.program import scenario_program

    program, catalog = open_folder(folder)
    return scenario_program(program, scenario, catalog=catalog) if scenario else program


def _is_pack(path: Path) -> bool:
    """True for a file that says of itself, near its beginning, that it is a pack."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(200)
    return b"rackwright-requirement-pack" in head or b"rackwright-capability-pack" in head


def _is_plan(folder: Path) -> bool:
    return (folder / "plan.json").is_file()


def show_catalog(query: str, folder: Path | None, *, lint: bool, as_json: bool) -> int:
    """List classes, search parts, or show one part with its facts and sources."""
    from rackwright.catalog import lint_catalog, load_catalog
    from rackwright.cli.program import own_catalog
    from rackwright.views.catalog import catalog_shown

    catalog = load_catalog(None if folder is None else own_catalog(folder))
    if lint:
        problems = lint_catalog(catalog)
        write_problems(problems, as_json=as_json)
        return BAD_INPUT if problems else 0
    write_shown(catalog_shown(catalog, query), as_json=as_json, as_csv=False, rows=200)
    return 0


def export_plan(out: Path, form: str, target: Path | None, *, quiet: bool = False, symbols: str = "") -> int:
    """Write a plan in another format to a file or standard output, and say what the format cannot hold."""
    from rackwright.exchange import EXPORTS, LOSSES
    from rackwright.exchange.folder import read_plan

    if form not in EXPORTS:
        text = f'no format is called "{form}".'
        raise InputError([Problem("unknown-format", Place(path="FORMAT"), text, did_you_mean(form, EXPORTS))])
    make = _with_symbols(form, symbols) if symbols else EXPORTS[form]
    plan = read_plan(out)
    data: bytes = make(plan)
    if target is None and sys.stdout.isatty() and _is_binary(data):
        rule, repair = f"{form} is binary; a terminal cannot show it.", "Give a file: --out FILE."
        raise InputError([Problem("bad-option", Place(path="--out"), rule, repair)])
    _write_bytes(data, target)
    for words in () if quiet or form not in LOSSES else LOSSES[form](plan):
        say(f"not held: {words}")
    return 0


def _with_symbols(form: str, symbols: str) -> Callable[[Plan], bytes]:
    """The drawings with the symbols of one standard."""
    from rackwright.exchange.power_drawings import power_drawings_bytes
    from rackwright.figures.power_symbols import SYMBOL_SETS

    if form != "power-drawings":
        rule, repair = f"{form} has no symbols.", "Leave the option out, or export power-drawings."
        raise InputError([Problem("bad-option", Place(path="--symbols"), rule, repair)])
    chosen = next((name for name in SYMBOL_SETS if name == symbols), None)
    if chosen is None:
        rule = f'no set of symbols is called "{symbols}".'
        raise InputError([Problem("bad-option", Place(path="--symbols"), rule, "Give iec or ansi.")])
    return partial(power_drawings_bytes, symbols=chosen)


def _is_binary(data: bytes) -> bool:
    """True for what is no text in UTF-8."""
    try:
        return "\0" in data.decode()
    except UnicodeDecodeError:
        return True


def _write_bytes(data: bytes, target: Path | None) -> None:
    from rackwright.base.store import FileLayer, write_bytes

    if target is None:
        sys.stdout.buffer.write(data)
        return
    write_bytes(target, data, layer=FileLayer())
    say(f"wrote {target} ({len(data):,} bytes)")
