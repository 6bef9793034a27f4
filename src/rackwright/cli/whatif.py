"""The command that says what moves if something is different."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.cli.console import say

if TYPE_CHECKING:
    from rackwright.catalog import Catalog
    from rackwright.plan import Plan
    from rackwright.program import Program
    from rackwright.program.scenarios import Change
    from rackwright.supply.content_prices import PointPrice
    from rackwright.supply.losing import Lost

__all__ = ["WhatIfOptions", "whatif_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfOptions:
    """Options of `rackwright whatif`."""

    plan: Path | None = None
    edits: tuple[str, ...] = ()
    scenario: str = ""
    is_free: bool = False
    losses: int = 0
    content: int = 0
    conflicts: bool = False
    out: Path | None = None
    rows: int = 40
    as_json: bool = False


def whatif_folder(folder: Path, options: WhatIfOptions) -> int:
    """Change the program of a stored plan, plan supply again from its basis, and show what moves."""
    from rackwright.cli.deciding import write_answer
    from rackwright.cli.reading import write_shown
    from rackwright.exchange.folder import with_tables
    from rackwright.program.written_change import written_change
    from rackwright.scenarios.whatif import DESIGN_TABLES, what_if
    from rackwright.views.whatif import whatif_shown

    if options.losses:
        return _lose(folder, options)
    if options.content:
        return _price_content(folder, options)
    edits = tuple(written_change(text, where=f"--set[{i}]") for i, text in enumerate(options.edits))
    if options.conflicts:
        return _name_conflicts(folder, options, edits)
    if not edits and not options.scenario:
        rule, repair = "nothing is different.", "Name edits with --set, or a scenario with --scenario."
        raise InputError([Problem("change-missing", Place(path="whatif"), rule, repair)])
    began = perf_counter()
    out, plan, catalog = _stored(folder, options.plan)
    read_s = perf_counter() - began
    began = perf_counter()
    program = _changed(plan.program, catalog, edits, options.scenario)
    edit_s = perf_counter() - began
    answer = what_if(
        plan,
        program,
        catalog,
        with_design=lambda kept: with_tables(kept, out, DESIGN_TABLES),
        is_free=options.is_free,
    )
    shown = whatif_shown(answer, command=_whole(folder, options))
    write_shown(shown, as_json=options.as_json, as_csv=False, rows=options.rows)
    if options.out is not None:
        write_answer(options.out, shown, program, name="whatif", title="What a change would do")
    if not options.as_json:
        say(f"read plan and catalog in {read_s:.2f} s, edited in {edit_s:.2f} s", "dim")
    return 0


def _lose(folder: Path, options: WhatIfOptions) -> int:
    """Solve the stored plan again without each of the largest suppliers and countries."""
    from rackwright.cli.deciding import Told, write_answer
    from rackwright.cli.reading import write_shown
    from rackwright.scenarios.whatif import changed_request
    from rackwright.supply.losing import largest_losses, lose
    from rackwright.views.losses import losses_shown

    _, plan, catalog = _stored(folder, options.plan)
    request = changed_request(plan, catalog)
    asked = largest_losses(request, plan.supply.orders, most=options.losses)
    told = Told(quiet=options.as_json)
    found: list[Lost] = []
    for number, loss in enumerate(asked):
        told("losses", number, len(asked))
        found += lose(request, plan.supply, (loss,))
    told.end()
    shown = losses_shown(found)
    write_shown(shown, as_json=options.as_json, as_csv=False, rows=options.rows)
    if options.out is not None:
        write_answer(
            options.out, shown, plan.program, name="losses", title="What losing a supplier or a country would do"
        )
    return 0


def _price_content(folder: Path, options: WhatIfOptions) -> int:
    """Solve the stored plan again for each extra point of traced US value."""
    from rackwright.cli.deciding import Told, write_answer
    from rackwright.cli.reading import write_shown
    from rackwright.scenarios.whatif import changed_request
    from rackwright.supply.content_prices import content_points, content_reach
    from rackwright.supply.replan import resolved
    from rackwright.views.content_prices import content_prices_shown

    _, plan, catalog = _stored(folder, options.plan)
    request = changed_request(plan, catalog)
    told = Told(quiet=options.as_json)
    found: list[PointPrice] = []
    for point in content_points(request, plan.supply, points=options.content):
        found.append(point)
        told("points", len(found), options.content + 1)
    told.end()
    shown = content_prices_shown(found, content_reach(resolved(request, plan.supply)[0].network))
    write_shown(shown, as_json=options.as_json, as_csv=False, rows=options.rows)
    if options.out is not None:
        title = "What each point of traced US value costs"
        write_answer(options.out, shown, plan.program, name="content", title=title)
    return 0


def _name_conflicts(folder: Path, options: WhatIfOptions, edits: tuple[Change, ...]) -> int:
    """Name the smallest set of fields that forbids each demand the stored plan, with the edits, leaves open."""
    from rackwright.cli.deciding import write_answer
    from rackwright.cli.reading import write_shown
    from rackwright.exchange.folder import with_tables
    from rackwright.program.lookup import stated_fields
    from rackwright.scenarios.whatif import DESIGN_TABLES, changed_supply_request
    from rackwright.supply.conflicts import find_conflicts
    from rackwright.supply.policy_conflicts import policy_conflicts
    from rackwright.supply.replan import resolved
    from rackwright.views.conflicts import conflicts_shown

    out, plan, catalog = _stored(folder, options.plan)
    program = _changed(plan.program, catalog, edits, options.scenario)
    request = changed_supply_request(
        plan, program, catalog, with_design=lambda kept: with_tables(kept, out, DESIGN_TABLES)
    )
    assembly, found = resolved(request, plan.supply)
    conflicts = (*find_conflicts(request, assembly, found.x), *policy_conflicts(request, assembly, found))
    clauses = sorted({clause for conflict in conflicts for clause in conflict.clauses})
    places = stated_fields(folder, [(clause.table, clause.row, clause.field) for clause in clauses])
    shown = conflicts_shown(conflicts, dict(zip(clauses, places, strict=True)))
    write_shown(shown, as_json=options.as_json, as_csv=False, rows=options.rows)
    if options.out is not None:
        write_answer(options.out, shown, program, name="conflicts", title="What forbids what is not delivered")
    return 0


def _stored(folder: Path, out: Path | None) -> tuple[Path, Plan, Catalog]:
    """The plan's folder, what an answer needs of it, and the program folder's catalog."""
    from rackwright.catalog import load_catalog
    from rackwright.cli.program import own_catalog
    from rackwright.exchange.folder import read_parts
    from rackwright.scenarios.whatif import SUPPLY_TABLES

    found = out if out is not None else Path("out") / folder.resolve().name
    return found, read_parts(found, SUPPLY_TABLES), load_catalog(own_catalog(folder))


def _changed(program: Program, catalog: Catalog, edits: tuple[Change, ...], scenario: str) -> Program:
    """The program as a scenario sees it, with the edits after it."""
    from rackwright.program import apply_changes, scenario_program

    changed = scenario_program(program, scenario, catalog=catalog) if scenario else program
    return apply_changes(changed, edits, catalog=catalog, where="--set") if edits else changed


def _whole(folder: Path, options: WhatIfOptions) -> str:
    """How to have the whole chain planned with the same edits."""
    if options.scenario and not options.edits:
        return f"rackwright stress {folder} --only {options.scenario} --draws 0"
    lines = ", ".join(shlex.quote(text) for text in options.edits)
    return f"write {lines} as a scenario into scenarios.yaml, then rackwright stress {folder} --only ID --draws 0"
