"""Commands that plan under chance: what to commit now, and what stress does to the whole chain."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rackwright.cli.console import Progress, say

if TYPE_CHECKING:
    import datetime as dt

    from rackwright.base.fanout import Engine
    from rackwright.catalog import Catalog
    from rackwright.program import Program
    from rackwright.views.view import Shown

__all__ = ["ChanceOptions", "decide_folder", "kept_results", "stress_folder"]

CACHE_NAME = ".rackwright-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceOptions:
    """Switches of the commands under chance."""

    out: Path | None = None
    num_scenarios: int = 200
    num_fresh: int = 100
    num_judged: int = 0
    is_compared: bool = True
    only: str = ""
    is_restart: bool = False
    seed: int = 1
    level: float = 0.9
    budget: int = 0
    num_tree_draws: int = 0
    workers: int = 2
    cluster: str = ""
    rows: int = 40
    quiet: bool = False
    as_json: bool = False


@contextmanager
def kept_results(out: Path | None) -> Iterator[Path]:
    """Folder of kept stage results: beside the output folder, in `out` if plans lie there, else a temporary one."""
    if out is not None:
        yield out.absolute().parent / CACHE_NAME
        return
    known = Path("out") / CACHE_NAME
    if known.is_dir():
        yield known
        return
    with tempfile.TemporaryDirectory(prefix="rackwright-") as folder:
        yield Path(folder)


class Told:
    """Progress with an estimate of the time left where the amount of work is known."""

    def __init__(self, *, quiet: bool) -> None:
        self._progress = Progress(quiet=quiet, verbose=False)
        self._text, self._began = "", monotonic()

    def __call__(self, text: str, done: int, total: int) -> None:
        """Say what is being done."""
        if text != self._text:
            self._text, self._began = text, monotonic()
        left = ""
        if done and total > done:
            seconds = (monotonic() - self._began) / done * (total - done)
            left = f", {done} of {total}, about {seconds:.0f} s left"
        self._progress.start(f"{text}{left}")

    def end(self) -> None:
        """Clear the line."""
        self._progress.start("done")
        self._progress.end("done", "", monotonic() - self._began)


def decide_folder(folder: Path, options: ChanceOptions) -> int:
    """Advise what to commit now; show it and write it where asked."""
    from rackwright.cli.program import open_folder
    from rackwright.cli.reading import write_shown
    from rackwright.scenarios import DecideOptions, decide
    from rackwright.views.deciding import decided_shown, decision_dates

    program, catalog = open_folder(folder, spares_scenarios=True)
    asked = DecideOptions(
        num_scenarios=options.num_scenarios,
        num_fresh=options.num_fresh,
        num_judged=options.num_judged,
        seed=options.seed,
        workers=options.workers,
        level=options.level,
        budget=options.budget,
        num_tree_draws=options.num_tree_draws,
    )
    told = Told(quiet=options.quiet)
    with kept_results(options.out) as cache_folder:
        decided = decide(program, catalog, cache_folder=cache_folder, options=asked, tell=told)
    told.end()
    shown = decided_shown(decided, program)
    write_shown(shown, as_json=options.as_json, as_csv=False, rows=options.rows)
    if options.out is not None:
        dates = decision_dates(decided, program)
        write_answer(options.out, shown, program, name="decide", title="What to commit now", dates=dates)
    return 0


def write_answer(
    out: Path,
    shown: Shown,
    program: Program,
    *,
    name: str,
    title: str,
    dates: tuple[tuple[str, dt.date, str, str], ...] = (),
) -> None:
    """Write an answer as page, JSON, workbook and calendar into a folder."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.exchange.answer import answer_json
    from rackwright.exchange.icalendar import events_bytes
    from rackwright.exchange.shown_book import shown_book
    from rackwright.figures import render
    from rackwright.report import render_answer

    out.mkdir(parents=True, exist_ok=True)
    files = {
        f"{name}.html": render_answer(shown, program, title=title, where=f"{name}.json").encode(),
        f"{name}.json": (json.dumps(answer_json(shown), indent=1, ensure_ascii=False) + "\n").encode(),
        f"{name}.xlsx": shown_book(shown, title=program.title or program.name, as_of=program.as_of),
    }
    if dates:
        files[f"{name}.ics"] = events_bytes(program, dates)
    for figure in shown.figures:
        files[f"{figure.caption.name}.svg"] = render(figure).encode()
    for file, data in files.items():
        write_bytes((out / file).absolute(), data, layer=FileLayer())
    say(f"wrote {', '.join(files)} to {out}")


def stress_folder(folder: Path, options: ChanceOptions) -> int:
    """Plan the named scenarios beside the base, then shock and sample the whole chain."""
    from rackwright.cli.program import open_folder
    from rackwright.cli.reading import write_shown
    from rackwright.views.view import Shown

    program, catalog = open_folder(folder, spares_scenarios=True)
    told = Told(quiet=options.quiet)
    parts: list[Shown] = []

    with kept_results(options.out) as cache_folder:
        if options.is_compared:
            parts.append(_compared(program, catalog, cache_folder, options, told))
        if options.num_scenarios and (program.supply.offers or program.supply.makes):
            parts.append(_stressed(program, catalog, cache_folder, options, told))
    told.end()
    shown = Shown(
        " ".join(part.lead for part in parts),
        tuple(table for part in parts for table in part.tables),
        tuple(figure for part in parts for figure in part.figures),
    )
    write_shown(shown, as_json=options.as_json, as_csv=False, rows=options.rows)
    if options.out is not None:
        write_answer(options.out, shown, program, name="stress", title="What shocks and luck do")
    return 0


def _stressed(program: Program, catalog: Catalog, cache_folder: Path, options: ChanceOptions, told: Told) -> Shown:
    """Shocks and draws of the whole chain; imported here, since a comparison alone needs none of it."""
    from rackwright.base.fanout import Advance
    from rackwright.scenarios import StressOptions, stress_program
    from rackwright.views.stressing import stressed_shown

    def advance(step: Advance) -> None:
        """Tell how many draws are done, those found from an earlier run apart."""
        told(f"draws and shocks ({step.found} kept)", step.done - step.found, step.total - step.found)

    with drawing_engine(options) as engine:
        asked = StressOptions(
            num_draws=options.num_scenarios,
            seed=options.seed,
            workers=options.workers,
            engine=engine,
            is_restart=options.is_restart,
        )
        stressed, problems = stress_program(
            program, catalog, cache_folder=cache_folder, options=asked, on_advance=advance
        )
    return stressed_shown(stressed, problems, program)


@contextmanager
def drawing_engine(options: ChanceOptions) -> Iterator[Engine | None]:
    """Who works on draws: the cluster that is named, else None for processes of this machine."""
    if not options.cluster:
        yield None
        return
    from rackwright.scenarios.cluster import connected_engine

    with connected_engine(options.cluster) as engine:
        yield engine


def _compared(program: Program, catalog: Catalog, cache_folder: Path, options: ChanceOptions, told: Told) -> Shown:
    """Named scenarios by the real stages."""
    from rackwright.scenarios import compare_program
    from rackwright.views.comparison import comparison_shown, stranded_table
    from rackwright.views.view import Shown

    told("named scenarios", 0, 0)
    only = tuple(name.strip() for name in options.only.split(",") if name.strip())
    compared = compare_program(program, catalog, cache_folder=cache_folder, workers=options.workers, only=only)
    shown = comparison_shown(compared)
    return Shown(shown.lead, (*shown.tables, stranded_table(compared)))
