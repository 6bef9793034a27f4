"""The command that holds what was built against what was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.cli.console import say, write_json
from rackwright.cli.text_table import text_table

if TYPE_CHECKING:
    import polars as pl

    from rackwright.asbuilt import Verification

__all__ = ["verify_plan"]


def verify_plan(out: Path, lldp: Path, network: str, *, strict: bool, as_json: bool) -> int:
    """Compare reports of neighbours with a plan; faults by kind, and the re-plugs by rack."""
    from rackwright.asbuilt import see_through, verify_links
    from rackwright.exchange.folder import read_plan
    from rackwright.exchange.lldp import read_neighbours
    from rackwright.views.panel_ways import panel_legs

    records = read_neighbours(lldp)
    plan = read_plan(out)
    legs = panel_legs(plan)
    records = see_through(records, legs) if len(legs) else records
    found = verify_links(plan.fabric, plan.layout, records, network=network)
    if as_json:
        write_json(_as_json(found))
    else:
        _show(found)
    return 1 if strict and not found.is_clean else 0


def _as_json(found: Verification) -> dict[str, object]:
    return {
        "format_version": 1,
        "links": found.links,
        "matched": found.matched,
        "duplicates": found.duplicates,
        "faults": found.faults.to_dicts(),
        "moves": found.moves.to_dicts(),
    }


def _show(found: Verification) -> None:
    lead = f"{found.matched:,} of {found.links:,} links are as designed; {len(found.faults):,} faults"
    more = f"; {found.duplicates:,} reports were given more than once" if found.duplicates else ""
    say(lead + more, to_stdout=True)
    if len(found.faults):
        say("", to_stdout=True)
        say(_table(found.faults), to_stdout=True)
    if len(found.moves):
        say(f"\n{len(found.moves):,} re-plugs, by rack", to_stdout=True)
        say(_table(found.moves), to_stdout=True)


def _table(frame: pl.DataFrame) -> str:
    rows = [[str(cell) for cell in row] for row in frame.rows()]
    return text_table(frame.columns, rows, [dtype.is_numeric() for dtype in frame.dtypes])
