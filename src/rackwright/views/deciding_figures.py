"""How do decisions lie in the calendar, how many racks come when, and what moves the cost? Figures of `decide`."""

from __future__ import annotations

from rackwright.figures import Caption, FanBand, FanChart, Figure, Gantt, GanttBar, GanttGroup, Tornado, TornadoBar
from rackwright.program import Program
from rackwright.scenarios import Decided

__all__ = ["decision_figures"]

USD_PER_MUSD = 1e6
MOST_DATES = 14
"""Dates of one kind in the calendar; the earliest."""


def decision_figures(decided: Decided, program: Program) -> tuple[Figure, ...]:
    """Decision calendar, racks over time, drivers; each where there is something to draw."""
    found: list[Figure] = []
    groups = tuple(group for group in _groups(decided, program) if group.bars)
    if groups:
        words = (
            "Decisions by date: what is taken now until it lapses, what waits, and last responsible days, 80 % sure."
        )
        caption = Caption("decision-calendar", "Decision calendar", words)
        today = program.horizon.day(program.as_of)
        legend = ("waits", "take now")
        date = program.horizon.date(0)
        found.append(Gantt(caption, date, groups, (), today, gate_word="last day, 80 % sure", bar_words=legend))
    if decided.end_days and decided.best.racks:
        found.append(_fan(decided, program))
    if decided.swings:
        found.append(_tornado(decided))
    return tuple(found)


def _groups(decided: Decided, program: Program) -> tuple[GanttGroup, ...]:
    today = program.horizon.day(program.as_of)
    now = tuple(
        GanttBar(f"now-{place}", f"{row.option.rung.replace('-', ' ')} {row.option.item} ({row.option.supplier})",
                 today, max(today + 1, row.expires_day), is_critical=True)
        for place, row in enumerate(decided.now)
    )  # fmt: skip
    waits = tuple(
        GanttBar(f"wait-{place}", f"{row.option.rung.replace('-', ' ')} {row.option.item} ({row.option.supplier})",
                 today, max(today + 1, row.until_day))
        for place, row in enumerate(decided.waits[:MOST_DATES])
    )  # fmt: skip
    moments = tuple(
        GanttBar(f"last-{place}", f"{row.item} ({row.supplier or row.serves}){past}", row.p80_day, row.p80_day,
                 kind="gate", severity="warning" if past else "none")
        for place, row in enumerate(decided.moments[:MOST_DATES])
        for past in [", past" if row.p80_day < today else ""]
    )  # fmt: skip
    return (
        GanttGroup("now", "Take now, until it lapses", now),
        GanttGroup("wait", "Waits until", waits),
        GanttGroup("last", "Last responsible day (80 %)", moments),
    )


def _fan(decided: Decided, program: Program) -> FanChart:
    plans = ((decided.best, "as advised"), (decided.plans[-1], "doing nothing"))
    is_same = decided.best.racks == decided.plans[-1].racks
    bands = tuple(
        FanBand(
            f"plan-{place}", label, decided.end_days, plan.racks[0], plan.racks[1], plan.racks[2], is_outline=place > 0
        )
        for place, (plan, label) in enumerate(plans[:1] if is_same else plans)
    )
    words = "Racks accepted by date with 10 to 90 % of the scenarios, under the plan advised and doing nothing."
    caption = Caption("decided-racks", "Racks accepted by date, 10 to 90 % of the scenarios", words)
    return FanChart(caption, program.horizon.date(0), "racks", bands)


def _tornado(decided: Decided) -> Tornado:
    bars = tuple(
        TornadoBar(f"driver-{place}", row.name, row.low_usd / USD_PER_MUSD, row.high_usd / USD_PER_MUSD)
        for place, row in enumerate(decided.swings)
    )
    words = "Expected cost of the plan advised where each driver is low and where it is high."
    caption = Caption("decided-drivers", "What moves the cost of the plan advised", words)
    return Tornado(caption, decided.best.mean_usd / USD_PER_MUSD, "MUSD", bars, "expected")
