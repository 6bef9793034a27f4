"""The command that holds what was built against what was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.cli.console import say, write_json
from rackwright.cli.text_table import text_table

if TYPE_CHECKING:
    import polars as pl

    from rackwright.asbuilt import Records, Verification

__all__ = ["verify_plan"]


SAMPLE = 4
"""Ports named of those whose neighbour gave no name."""


def verify_plan(out: Path, lldp: Path, network: str, *, strict: bool, as_json: bool, rows: int = 40) -> int:
    """Compare reports of neighbours with a plan; faults by kind, and the re-plugs by rack."""
    from rackwright.asbuilt import see_through, verify_links
    from rackwright.exchange.folder import read_plan
    from rackwright.exchange.lldp import read_neighbours
    from rackwright.exchange.sonic import sonic_plates
    from rackwright.views.panel_ways import panel_legs

    plan = read_plan(out)
    records = read_neighbours(lldp, lambda: sonic_plates(plan))
    legs = panel_legs(plan)
    records = see_through(records, legs) if len(legs) else records
    found = verify_links(plan.fabric, plan.layout, records, network=network)
    if as_json:
        write_json(_as_json(found, records))
    else:
        _show(found, records, rows)
    return 1 if strict and not found.is_clean else 0


def _as_json(found: Verification, records: Records) -> dict[str, object]:
    return {
        "format_version": 1,
        "links": found.links,
        "matched": found.matched,
        "unasked": found.unasked,
        "duplicates": found.duplicates,
        "repeated": records.repeated.to_dicts(),
        "nameless": list(records.nameless),
        "faults": found.faults.to_dicts(),
        "moves": found.moves.to_dicts(),
    }


def _show(found: Verification, records: Records, rows: int) -> None:
    from rackwright.views.view import counted

    faults = f"{counted(len(found.faults), 'fault')}{_kinds(found)}"
    say(f"{found.matched:,} of {found.links:,} links are as designed; {faults}", to_stdout=True)
    if found.unasked:
        say(f"{found.unasked:,} further links of these networks: neither device was asked", to_stdout=True)
    if records.nameless:
        more = ", ..." if len(records.nameless) > SAMPLE else ""
        ports = f"{', '.join(records.nameless[:SAMPLE])}{more}"
        say(f"{len(records.nameless):,} neighbours without a name or a port are left out: {ports}", to_stdout=True)
    _section("", found.faults, rows)
    _section(f"{counted(len(found.moves), 're-plug')}, by rack", found.moves, rows)
    _section(f"{counted(found.duplicates, 'report')} given more than once", records.repeated, rows)


def _kinds(found: Verification) -> str:
    """How many faults there are of each kind."""
    counts = found.faults.group_by("kind").len().sort(["len", "kind"], descending=[True, False])
    words = ", ".join(f"{count:,} {kind}" for kind, count in counts.iter_rows())
    return f" ({words})" if words else ""


def _section(title: str, frame: pl.DataFrame, rows: int) -> None:
    """A table with its first rows, and how many more there are; nothing where there is none."""
    if not len(frame):
        return
    say(f"\n{title}" if title else "", to_stdout=True)
    say(_table(frame.head(rows)), to_stdout=True)
    if len(frame) > rows:
        say(f"... {len(frame) - rows:,} more rows (--rows)", to_stdout=True)


def _table(frame: pl.DataFrame) -> str:
    rows = [[str(cell) for cell in row] for row in frame.rows()]
    return text_table(frame.columns, rows, [dtype.is_numeric() for dtype in frame.dtypes])
