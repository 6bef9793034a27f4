"""What does a plan say in ten lines and in one JSON object?"""

from __future__ import annotations

from typing import Any

import polars as pl

from rackwright import __version__
from rackwright.plan import STAGES, Plan
from rackwright.scenarios.outcome import accelerators_needed, accepted_racks, late_rack_days
from rackwright.tables.checks import Checks
from rackwright.views.absent import without_racks
from rackwright.views.tranches import TrancheState, tranche_states
from rackwright.views.unsourced import unsourced_words

__all__ = ["failed_checks", "plan_summary", "pue_words", "unbuilt_networks", "unbuilt_places", "unbuilt_racks"]

FORMAT_VERSION = 1
WATTS_PER_MW = 1e6
CENTS = 100
MOST_LATE = 5
NOT_BUILT = "no network is built"
"""What a failed check of the fabric says where it is the reason that a network is missing."""
RACK_LIMITS = ("racks-height", "racks-load", "racks-power-shelves", "racks-stated-power")
"""Checks of a rack type without which it cannot stand or run as it is configured."""
HALL_LIMITS = ("layout-floor-load", "layout-rack-width")
"""Checks of a hall without which racks cannot stand where they are placed."""
LINK_LIMITS = ("cabling-part",)
"""Checks of cables without which a link stays open."""


def failed_checks(plan: Plan) -> pl.DataFrame:
    """Checks of every stage that did not pass, with their stage."""
    frames: list[pl.DataFrame] = [
        getattr(plan, stage).checks.frame.with_columns(pl.lit(stage).alias("stage")) for stage in STAGES
    ]
    return pl.concat(frames).filter(~pl.col("passed")).select("stage", pl.exclude("stage"))


def plan_summary(plan: Plan, judged: Checks) -> dict[str, Any]:
    """The summary `plan.json`: versioned, with the lines the command line ends with.

    Minor additions keep `format_version`; a changed meaning raises it.
    """
    states = tranche_states(plan)
    failed = failed_checks(plan)
    late = [state for state in states if state.is_short]
    broken = judged.frame.filter(~pl.col("passed"))
    return {
        "format_version": FORMAT_VERSION,
        "product_version": __version__,
        "program": plan.program.name,
        "as_of": plan.program.as_of.isoformat(),
        "money_year": plan.program.money_year,
        "horizon": [plan.program.horizon.start.isoformat(), plan.program.horizon.end.isoformat()],
        "meets_need": not late and not len(plan.siting.shortfalls) and not failed.height and not broken.height,
        "accelerators": accelerators_needed(plan),
        "racks": int(plan.siting.blocks["racks"].sum()),
        "racks_accepted": accepted_racks(plan),
        "late_rack_days": late_rack_days(plan),
        "cables": plan.cabling.num_cables,
        "sites": plan.power.balances.frame.select(
            "site", "it_w", "facility_w", "pue", "pue_year", "wue_l_per_kwh"
        ).to_dicts(),
        "cost_usd": int(plan.supply.orders["cost_cent"].sum()) // CENTS,
        "duty_usd": int(plan.supply.orders["duty_cent"].sum()) // CENTS,
        "tranches": [_tranche_json(state) for state in states],
        "shortfalls": plan.siting.shortfalls.frame.to_dicts(),
        "unbuilt_networks": list(unbuilt_networks(failed)),
        "unbuilt_racks": list(unbuilt_racks(failed)),
        "unbuilt_places": list(unbuilt_places(failed)),
        "set_aside": [
            {"project": row.id, "reason": row.reason, "cut": list(row.cut)} for row in plan.program.set_aside
        ],
        "unsourced": plan.supply.unsourced.frame.to_dicts(),
        "failed_checks": failed.to_dicts(),
        "judge": {"rules": len(judged), "broken": broken.to_dicts()},
        "skipped": [run.stage for run in plan.runs if run.status == "skipped"],
        "omissions": list(plan.omissions()),
        "facts": {"used": plan.facts.frame["fact"].n_unique(), "assumptions": _assumptions(plan)},
        "lines": _lines(plan, states, failed, judged),
    }


def unbuilt_networks(failed: pl.DataFrame) -> tuple[str, ...]:
    """One sentence for each network that is not built, from the failed checks: what is asked, what there is, and why.

    Its racks are counted as accepted all the same: acceptance follows from parts and dates, not from the network.
    """
    found = failed.filter((pl.col("stage") == "fabric") & pl.col("source").str.contains(NOT_BUILT, literal=True))
    columns = ("subject", "value", "limit", "unit", "source")
    return tuple(
        f"network {subject} cannot be built, its racks cannot work together: {value:g} {unit}, at most {limit:g}; {why}"
        for subject, value, limit, unit, why in found.select(columns).iter_rows()
    )


def unbuilt_racks(failed: pl.DataFrame) -> tuple[str, ...]:
    """One sentence for each limit that a rack type breaks, from the failed checks, with the nearest that would do."""
    return _broken_limits(failed, "racks", RACK_LIMITS, "rack {} cannot be built as it is configured")


def unbuilt_places(failed: pl.DataFrame) -> tuple[str, ...]:
    """One sentence for each limit of a hall that its racks break, and for links that no part of the catalog carries."""
    halls = _broken_limits(failed, "layout", HALL_LIMITS, "hall {} cannot take the racks placed in it")
    return halls + _broken_limits(failed, "cabling", LINK_LIMITS, "links of {} cannot be cabled")


def _broken_limits(failed: pl.DataFrame, stage: str, rules: tuple[str, ...], words: str) -> tuple[str, ...]:
    """What the failed checks of some rules say: subject, value, limit, rule and what follows their source."""
    found = failed.filter((pl.col("stage") == stage) & pl.col("rule").is_in(rules))
    columns = ("rule", "subject", "value", "limit", "unit", "source")
    return tuple(
        f"{words.format(subject)}: {value:,.0f} {unit}, at most {limit:,.0f} ({rule})"
        + (f"; {source.split('; ', 1)[1]}" if "; " in source else "")
        for rule, subject, value, limit, unit, source in found.select(columns).iter_rows()
    )


def _assumptions(plan: Plan) -> int:
    return plan.facts.frame.filter(pl.col("assumption"))["fact"].n_unique()


def _tranche_json(state: TrancheState) -> dict[str, Any]:
    return {
        "tranche": state.tranche,
        "racks": state.racks,
        "unplaced_racks": state.unplaced_racks,
        "accepted_racks": round(state.accepted_racks, 3),
        "need": state.need.isoformat(),
        "accepted": None if state.accepted is None else state.accepted.isoformat(),
        "mean_late_days": None if state.mean_late_days is None else round(state.mean_late_days, 2),
        "late_days_least": state.late_days_least,
        "late_days": state.late_days,
        "cause": state.cause,
        "relief": state.relief,
    }


def _no_power(plan: Plan) -> str:
    """Why there is no power chain: no rack draws power, or the stage was left out."""
    return (
        "not planned, nor is cooling: no rack has a place (shortfall below)" if without_racks(plan) else "not planned"
    )


def _lines(plan: Plan, states: tuple[TrancheState, ...], failed: pl.DataFrame, judged: Checks) -> list[str]:
    """A short text for people."""
    racks = int(plan.siting.blocks["racks"].sum())
    late = [s for s in states if s.is_short]
    mw = ", ".join(
        f"{s} {w / WATTS_PER_MW:,.1f} MW (PUE {pue_words(p, y)})"
        for s, w, p, y in plan.power.balances.frame.select("site", "facility_w", "pue", "pue_year").iter_rows()
    )
    orders = plan.supply.orders
    cost = (int(orders["cost_cent"].sum()) + int(orders["duty_cent"].sum())) / CENTS / 1e6
    broken = int((~judged["passed"]).sum())
    lines = [
        f"{plan.program.title or plan.program.name}: {plan.program.horizon.start} to {plan.program.horizon.end}",
        f"  racks      {racks:,} designed, {accepted_racks(plan):,} accepted within the horizon",
        f"  chips      {accelerators_needed(plan):,} accelerators",
        f"  power      {mw or _no_power(plan)}",
        f"  network    {len(plan.fabric.links):,} links, {plan.cabling.num_cables:,} cables",
        f"  supply     {len(orders):,} orders, {cost:,.1f} MUSD with duty",
        f"  tranches   {len(states)}, of them {len(late)} late or incomplete",
    ]
    lines += [f"    {s.tranche}: {_when(s)}; {s.cause or 'no cause found'}" for s in late[:MOST_LATE]]
    if len(late) > MOST_LATE:
        lines.append(f"    and {len(late) - MOST_LATE} more: rackwright show OUT tranches")
    for block, wanted, given, cause, relief in plan.siting.shortfalls.frame.iter_rows():
        lines.append(f"  shortfall  block {block}: {given} of {wanted} units placed; {cause}; {relief}")
    unbuilt = (*unbuilt_racks(failed), *unbuilt_networks(failed), *unbuilt_places(failed))
    lines += [f"  shortfall  {line}" for line in unbuilt]
    for row in plan.program.set_aside:
        lines.append(f"  set aside  project {row.id}: {row.reason}")
    if unsourced := unsourced_words(plan):
        lines.append(f"  unsourced  {unsourced}")
    held = sum(len(getattr(plan, stage).checks) for stage in STAGES)
    lines.append(f"  checks     {failed.height} failed of {held:,}; judge: {broken} of {len(judged)} rules broken")
    facts = plan.facts.frame["fact"].n_unique()
    lines.append(f"  evidence   {facts} facts used, {_assumptions(plan)} of them assumptions")
    return lines


def pue_words(design_day: float, year: float | None) -> str:
    """Both figures of a site's PUE, each with what it stands for.

    Examples
    --------
    >>> pue_words(1.157, 1.112), pue_words(1.157, None)
    ('1.157 design day, 1.112 year', '1.157 design day')
    """
    return f"{design_day:.3f} design day" + (f", {year:.3f} year" if year is not None else "")


def _when(state: TrancheState) -> str:
    if state.accepted is None:
        return f"{state.accepted_racks:,.0f} of {state.racks} racks within the horizon, need {state.need}"
    late = f"{state.mean_late_days:,.1f} days after its need {state.need} on average"
    return f"{late}, last rack {state.late_days_least} to {state.late_days}"
