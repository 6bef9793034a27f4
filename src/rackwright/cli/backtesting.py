"""The command that holds a past plan against what came true."""

from __future__ import annotations

from pathlib import Path

__all__ = ["backtest_folder"]


def backtest_folder(out: Path, actuals: Path, *, as_json: bool, rows: int) -> int:
    """Read the plan and the actuals, compare, write the answer."""
    from rackwright.asbuilt.backtest import backtest_plan
    from rackwright.cli.console import say
    from rackwright.cli.reading import write_shown
    from rackwright.exchange.actuals import read_actuals
    from rackwright.exchange.folder import read_plan
    from rackwright.views.backtest import backtest_shown

    known = read_actuals(actuals)
    found = backtest_plan(read_plan(out), known)
    if found is None:
        say("the actuals hold no rows", to_stdout=True)
        return 0
    write_shown(backtest_shown(found), as_json=as_json, as_csv=False, rows=rows)
    return 0
