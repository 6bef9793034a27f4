"""The command that says by when more racks can be promised."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.cli.deciding import kept_results
from rackwright.cli.program import open_folder

__all__ = ["PromiseOptions", "promise_folder"]


@dataclass(frozen=True, slots=True)
class PromiseOptions:
    """Options of `rackwright promise`."""

    platform: str
    racks: int
    site: str
    by: str = ""
    as_json: bool = False


def promise_folder(folder: Path, options: PromiseOptions) -> int:
    """Plan the folder (stages that are known are reused), then ask for the racks on top; 1 if the day is not kept."""
    from rackwright.base.store import ResultCache
    from rackwright.cli.reading import write_shown
    from rackwright.pipeline import plan_program
    from rackwright.supply.promise import Ask, promise_racks
    from rackwright.supply.request import supply_request
    from rackwright.views.promise import promise_shown

    program, catalog = open_folder(folder)
    for name, value, known in (
        ("--platform", options.platform, [row.id for row in program.platforms]),
        ("--site", options.site, [row.id for row in program.sites]),
    ):
        if value not in known:
            rule = f'the program has no {name.removeprefix("--")} "{value}".'
            raise InputError([Problem("unknown-reference", Place(path=name), rule, did_you_mean(value, known))])
    by = _day(options.by, program.horizon.start)
    with kept_results(None) as cache_folder:
        plan = plan_program(program, catalog, cache=ResultCache(cache_folder), with_reasons=False)
    request = supply_request(
        plan.program, catalog, sizing=plan.sizing, siting=plan.siting, bom=plan.bom, schedule=plan.schedule,
        fabric=plan.fabric, with_reasons=False,
    )  # fmt: skip
    ask = Ask(options.platform, options.site, options.racks, by)
    answer = promise_racks(request, ask)
    write_shown(promise_shown(ask, answer, program.horizon), as_json=options.as_json, as_csv=False, rows=60)
    return 0 if answer.is_kept else 1


def _day(text: str, start: dt.date) -> int | None:
    if not text:
        return None
    try:
        day = (dt.date.fromisoformat(text) - start).days
    except ValueError:
        rule = f'"{text}" is not a day.'
        raise InputError([Problem("bad-date", Place(path="--by"), rule, "Write it as 2027-09-01.")]) from None
    if day < 0:
        rule = f"{text} is before the plan's start {start}."
        raise InputError([Problem("bad-date", Place(path="--by"), rule, f"Write a day from {start} on.")])
    return day
