"""What has to be committed now, what waits for which sign, and how do other ways to choose compare?"""

from __future__ import annotations

import datetime as dt
import math

from rackwright.program import Program
from rackwright.scenarios import Decided, LadderOption
from rackwright.scenarios.verdict import mean_interval
from rackwright.views.deciding_figures import decision_figures
from rackwright.views.decisions import WINDOWS
from rackwright.views.ladder import (
    DAYS_PER_WEEK,
    RUNG_COLUMNS,
    SHOWN_USD,
    USD_PER_MUSD,
    driver_table,
    guard_table,
    ladder_table,
    musd,
    project_rung_table,
    rung_words,
    stage_table,
    without_sign,
)
from rackwright.views.openings import openings_table
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted, percent

__all__ = ["decided_shown", "decision_dates"]

OPENED_NOTE = "Decided once, on the central plan, before the commitments; every scenario keeps it."
MOST_MOMENTS = 40
MOST_DRAWS = 10_000
"""Draws above which no number is told: nobody runs so many of the whole model."""
MOST_NAMED = 4
"""Items that the first sentence names of each kind."""
FREE_NOTE = "they cost nothing and bind nobody; each keeps a place in the queue until it lapses."


def decided_shown(decided: Decided, program: Program) -> Shown:
    """The whole answer: do now, liability, waiting, regret, worth, last days."""
    tables = [
        _now_table(decided, program),
        _liability_table(decided, program),
        openings_table(program, decided.openings, OPENED_NOTE),
        _waiting_table(decided, program),
        ladder_table(decided, program),
        project_rung_table(decided.project_rungs, program),
        _regret_table(decided),
        _plan_table(decided, program),
        guard_table(decided),
        stage_table(decided, program),
        _worth_table(decided),
        _break_even_table(decided),
        _range_table(decided),
        driver_table(decided.swings),
        _moment_table(decided, program),
    ]
    if decided.judged:
        tables.append(_judged_table(decided))
    if decided.problems:
        broken = tuple((str(problem),) for problem in decided.problems)
        tables.append(ViewTable("Branches left out", (TableColumn("problem", "Problem"),), broken))
    return Shown(
        _lead(decided, program), tuple(table for table in tables if table.rows), decision_figures(decided, program)
    )


def _lead(decided: Decided, program: Program) -> str:
    fee = sum(row.option.fee_usd for row in decided.now)
    worth = decided.plans[-1].mean_usd - decided.best.mean_usd
    if not decided.options:
        return "The program's terms offer no rung of commitment for anything that is bought: nothing can be reserved."
    if not decided.now:
        return f"{_nothing_bought(decided)} {_orders_due(decided, program)}"
    taken = f"Take {counted(len(decided.now), 'commitment')} by {_soonest(decided, program)}, fees {musd_text(fee)}"
    better = f"expected {musd_text(worth)} better than doing nothing over {counted(decided.num_scenarios, 'scenario')}"
    if decided.week_usd < SHOWN_USD:
        return f"{taken}: {better}. Waiting a week with the whole list costs nothing yet."
    weeks = f"{max(0.0, decided.week_days) / DAYS_PER_WEEK:.1f} weeks at the 80 % gate"
    return f"{taken}: {better}. Waiting a week with the whole list costs {musd_text(decided.week_usd)} and {weeks}."


def _nothing_bought(decided: Decided) -> str:
    """That no commitment is paid for, and how many are free to take."""
    num_free = len(decided.free)
    free = f"take {counted(num_free, 'commitment')} that costs nothing" if num_free == 1 else ""
    free = free or f"take {counted(num_free, 'commitment')} that cost nothing"
    num_paid = len(decided.options) - num_free
    if not num_paid:
        return f"No commitment offered has a price: {free}."
    priced = counted(num_paid, "commitment")
    text = f"None of {priced} with a price is worth it over {counted(decided.num_scenarios, 'scenario')}"
    return f"{text}; {free}." if num_free else f"{text}."


def _orders_due(decided: Decided, program: Program) -> str:
    """Which plain orders are past their last day (80 % sure), and how many have it within the longer window."""
    today = program.horizon.day(program.as_of)
    past = list(dict.fromkeys(row.item for row in decided.moments if row.p80_day < today))
    soon = {row.item for row in decided.moments if today <= row.p80_day < today + WINDOWS[-1]} - set(past)
    if not past and not soon:
        return f"No long-lead order has its last day (80 % sure) within {WINDOWS[-1]} days."
    late = f"past for {', '.join(past[:MOST_NAMED])}" if past else ""
    late += f" and {len(past) - MOST_NAMED} more" if len(past) > MOST_NAMED else ""
    due = f"within {WINDOWS[-1]} days for {', '.join(sorted(soon)[:MOST_NAMED])}" if soon else ""
    due += f" and {len(soon) - MOST_NAMED} more" if len(soon) > MOST_NAMED else ""
    return f"Plain orders do not wait: their last day (80 % sure) is {'; '.join(text for text in (late, due) if text)}."


def musd_text(usd: float) -> str:
    """An amount for people."""
    return f"{without_sign(usd) / USD_PER_MUSD:,.2f} MUSD"


def _soonest(decided: Decided, program: Program) -> dt.date:
    return min(_decide_by(row.option, row.decide_day, decided, program) for row in decided.now)


def _decide_by(option: LadderOption, decide_day: int, decided: Decided, program: Program) -> dt.date:
    """Last day of a decision: the earliest last responsible day of its item at 80 %, never before today."""
    days = [row.p80_day for row in decided.moments if (row.item, row.supplier) == option.group]
    return max(program.as_of, program.horizon.date(min(days, default=decide_day)))


def _window(by: dt.date, program: Program) -> str:
    days = (by - program.as_of).days
    return next((f"{window} days" for window in WINDOWS if days < window), "later")


def _rung(option: LadderOption) -> str:
    return rung_words(option.rung)


def _now_table(decided: Decided, program: Program) -> ViewTable:
    columns = (
        TableColumn("by", "Decide by"),
        TableColumn("window", "Within"),
        *RUNG_COLUMNS,
        TableColumn("qty", "Secures", "pieces", 0),
        TableColumn("per_week", "that is", "a week", 0),
        TableColumn("expires", "Lapses"),
        TableColumn("fee_musd", "Fee now", "MUSD", 2),
        TableColumn("liable_musd", "Owed if never used", "MUSD", 2),
        TableColumn("payer", "Pays"),
        TableColumn("value_musd", "Worth in money", "MUSD", 2),
        TableColumn("value_weeks", "and at the 80 % gate", "weeks", 2),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in decided.now:
        option = row.option
        by = _decide_by(option, row.decide_day, decided, program)
        rows.append(
            (by, _window(by, program), option.item, option.supplier, _rung(option), option.qty, option.per_week,
             program.horizon.date(row.expires_day), musd(option.fee_usd), musd(option.liable_usd), option.payer,
             musd(row.value_usd), row.value_days / DAYS_PER_WEEK)
        )  # fmt: skip
    rows += [_free_row(option, decided, program) for option in decided.free]
    rows.sort(key=lambda cells: (str(cells[0]), -float(str(cells[11] or 0.0))))
    note = (
        "Worth: what the same plan without it would cost more, over all scenarios. Fees are on all pieces the rung "
        "secures; those of `show OUT decisions` on what the plan buys. Lapses: if taken today."
    )
    note += f" Free rungs: {FREE_NOTE}" if decided.free else ""
    return ViewTable("Do now", columns, tuple(rows), note)


def _free_row(option: LadderOption, decided: Decided, program: Program) -> tuple[Cell, ...]:
    by = _decide_by(option, 0, decided, program)
    lapses = program.as_of + dt.timedelta(days=round(option.hold_days))
    return (by, _window(by, program), option.item, option.supplier, _rung(option), option.qty, option.per_week,
            lapses, 0.0, 0.0, option.payer, 0.0, 0.0)  # fmt: skip


def _liability_table(decided: Decided, program: Program) -> ViewTable:
    names = {party.id: party.name for party in program.parties}
    rows: list[tuple[Cell, ...]] = []
    for party in sorted({row.option.payer for row in decided.now}):
        own = [row for row in decided.now if row.option.payer == party]
        by = [_window(_decide_by(row.option, row.decide_day, decided, program), program) for row in own]
        soon = [row.option for row, window in zip(own, by, strict=True) if window == f"{WINDOWS[0]} days"]
        rows.append(
            (
                names.get(party, party) or "no party",
                len(own),
                musd(sum(option.liable_usd for option in soon)),
                musd(sum(row.option.fee_usd for row in own)),
                musd(sum(row.option.liable_usd for row in own)),
            )
        )
    columns = (
        TableColumn("party", "Party"),
        TableColumn("commitments", "Commitments"),
        TableColumn("liable_30_musd", f"Owed from {WINDOWS[0]} days", "MUSD", 2),
        TableColumn("fee_musd", "Fees", "MUSD", 2),
        TableColumn("liable_musd", "Owed in all", "MUSD", 2),
    )
    return ViewTable("Liability by party", columns, tuple(rows), "Owed: if nothing is ever ordered under it.")


def _waiting_table(decided: Decided, program: Program) -> ViewTable:
    columns = (
        *RUNG_COLUMNS,
        TableColumn("until", "Waits until"),
        TableColumn("observable", "Watch"),
        TableColumn("threshold", "Take it if"),
        TableColumn("used_share", "Taken in", digits=0, is_share=True),
        TableColumn("hit_share", "Sign is right in", digits=0, is_share=True),
    )
    rows = tuple(
        (
            row.option.item,
            row.option.supplier,
            _rung(row.option),
            program.horizon.date(row.until_day),
            row.observable,
            row.threshold,
            row.used_share,
            row.hit_share,
        )
        for row in decided.waits
    )
    note = "Shares of the scenarios by weight. The sign is the single observable that tells best; it is fitted to them."
    return ViewTable("What waits, until when, for which sign", columns, rows, note)


def _regret_table(decided: Decided) -> ViewTable:
    columns = (
        TableColumn("plan", "Plan"),
        TableColumn("commits", "Commits"),
        *(
            TableColumn(f"regret_{branch.id}_musd", f"{branch.id} ({percent(branch.share)})", "MUSD", 2)
            for branch in decided.branches
        ),
        TableColumn("worst_musd", "Worst", "MUSD", 2),
    )
    rows = tuple(
        (row.name, _picks(decided, row.picks), *(musd(usd) for usd in row.regret_usd), musd(max(row.regret_usd)))
        for row in decided.plans
    )
    note = "Regret: mean cost in the branch above that of the best plan for this branch alone (its proved bound)."
    return ViewTable("Regret by branch", columns, rows, note)


def _picks(decided: Decided, picks: tuple[int, ...]) -> str:
    options = [decided.options[number] for number in picks]
    return "; ".join(f"{_rung(o)} of {o.qty:,.0f} {o.item} ({o.supplier})" for o in options) or "nothing"


def _plan_table(decided: Decided, program: Program) -> ViewTable:
    tail = f"Mean of the worst {percent(1.0 - decided.level)}"
    columns = (
        TableColumn("plan", "Plan"),
        TableColumn("mean_musd", "Expected cost", "MUSD", 2),
        TableColumn("tail_musd", tail, "MUSD", 2),
        TableColumn("fresh_musd", "on fresh scenarios", "MUSD", 2),
        TableColumn("fresh_half_musd", "give or take", "MUSD", 2),
        TableColumn("saves_musd", "Saves in sample", "MUSD", 2),
        TableColumn("saves_fresh_musd", "out of sample", "MUSD", 2),
        TableColumn("gate_p50", "95 % of racks, P50"),
        TableColumn("gate_p80", "P80"),
        TableColumn("gate_p95", "P95"),
    )
    none = decided.plans[-1]
    rows = tuple(
        (
            row.name,
            musd(row.mean_usd),
            musd(row.tail_usd),
            musd(row.fresh_usd),
            musd(row.fresh_half_usd),
            musd(none.mean_usd - row.mean_usd),
            musd(none.fresh_usd - row.fresh_usd),
            *(program.horizon.date(round(day)) for day in row.gate_days),
        )
        for row in decided.plans
    )
    note = (
        f"In sample: {decided.num_scenarios} scenarios the plans were chosen on; fresh: {decided.num_fresh} that none "
        "has seen. Both use the same luck for all plans, so savings are surer than levels."
    )
    return ViewTable("Ways to choose", columns, rows, note)


def _worth_table(decided: Decided) -> ViewTable:
    info = decided.information
    rows: tuple[tuple[Cell, ...], ...] = (
        ("EVPI, at least", musd(info.evpi_low_usd), "what knowing all beforehand saves, by the plans tried"),
        ("EVPI, at most", musd(info.evpi_high_usd), "no study or forecast is worth more: by proved bounds"),
        ("VSS", musd(info.vss_usd), "what planning for central values loses"),
        ("gap of the plan", musd(decided.best.mean_usd - info.bound_usd), "between its cost and the proved bound"),
        (
            "one week later",
            musd(decided.week_usd),
            f"and {decided.week_days / DAYS_PER_WEEK:.2f} weeks at the 80 % gate",
        ),
    )
    columns = (TableColumn("what", "Worth of"), TableColumn("musd", "Money", "MUSD", 2), TableColumn("means", "Means"))
    return ViewTable("What knowing and minding chance are worth", columns, rows if decided.options else ())


def _break_even_table(decided: Decided) -> ViewTable:
    columns = (
        *RUNG_COLUMNS,
        TableColumn("per_week", "Size", "a week", 0),
        TableColumn("qty", "in all", "pieces", 0),
        TableColumn("is_taken", "Taken"),
        TableColumn("sunk_musd", "Costs", "MUSD", 2),
        TableColumn("flips_musd", "Advice flips at", "MUSD", 2),
        TableColumn("flips_share", "that is, of its value", digits=2, is_share=True),
    )
    rows = tuple(
        (
            row.option.item,
            row.option.supplier,
            _rung(row.option),
            row.option.per_week,
            row.option.qty,
            row.is_taken,
            musd(row.sunk_usd),
            musd(row.flips_at_usd),
            _share_of(row.flips_at_usd, row.option.qty * row.option.price_usd),
        )
        for row in decided.break_even
    )
    note = (
        "Costs: what is lost whatever happens, and the capital cost of the fee until the first order would have been "
        "paid for. The advice flips where the fee a piece changes so far for all sizes of the rung, and what is "
        "refunded with orders changes with it; with the orders of today's fee, so where there is a refund the true "
        "fee may lie higher. Below 0: not even as a gift; empty: no fee flips it. A firm order costs all its pieces, "
        "also those a branch does not need; what is ordered under it comes off."
    )
    return ViewTable("Break-even fees", columns, rows, note)


def _share_of(usd: float, value_usd: float) -> float | None:
    return usd / value_usd if value_usd > 0.0 and math.isfinite(usd) else None


def _range_table(decided: Decided) -> ViewTable:
    columns = (
        TableColumn("branch", "Branch"),
        TableColumn("share", "Chance", digits=0, is_share=True),
        TableColumn("low_share", "List holds from", digits=0, is_share=True),
        TableColumn("high_share", "to", digits=0, is_share=True),
        TableColumn("trigger", "What tells"),
    )
    rows = tuple(
        (row.branch.name, row.branch.share, row.low_share, row.high_share, row.branch.trigger) for row in decided.ranges
    )
    note = "Against every plan that was tried; the other chances keep their ratios."
    return ViewTable("How far chances may move", columns, rows if decided.options else (), note)


def _moment_table(decided: Decided, program: Program) -> ViewTable:
    date = program.horizon.date
    owner_of = {f"{row.id}.{activity.id}": row.owner for row in program.projects for activity in row.activities}
    columns = (
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("serves", "First needed by"),
        TableColumn("need", "Needed (median)"),
        TableColumn("lead_weeks", "Lead time", "weeks", 1),
        TableColumn("p50", "Last day, P50"),
        TableColumn("p80", "P80"),
        TableColumn("p95", "P95"),
        TableColumn("is_past", "P80 is past"),
        TableColumn("week_musd", "One week later", "MUSD", 2),
        TableColumn("week_weeks", "at the gate", "weeks", 2),
        TableColumn("payer", "Pays"),
    )
    rows = tuple(
        (
            row.item,
            row.supplier,
            row.serves,
            date(row.need_day),
            row.lead_days / DAYS_PER_WEEK,
            date(row.p50_day),
            date(row.p80_day),
            date(row.p95_day),
            date(row.p80_day) < program.as_of,
            musd(row.week_usd),
            row.week_days / DAYS_PER_WEEK if math.isfinite(row.week_days) else None,
            row.payer or owner_of.get(row.serves, ""),
        )
        for row in decided.moments[:MOST_MOMENTS]
    )
    note = (
        "Jointly sampled schedules and lead times; one week later: beyond the P80 day. Items of projects have no "
        "price; who pays is told by the terms, else the project's owner."
    )
    return ViewTable("Last responsible days of long-lead items", columns, rows, note)


def _judged_table(decided: Decided) -> ViewTable:
    columns = (
        TableColumn("branch", "Branch"),
        TableColumn("saves_musd", "Saves", "MUSD", 2),
        TableColumn("rack_days", "Rack-days won", digits=0),
    )
    rows = tuple((branch, musd(usd), 0.0 if -0.5 < days <= 0.0 else days) for branch, usd, days in decided.judged)
    what = "the plan advised" if decided.best.picks else "nothing is advised; the best plan that commits"
    note = (
        f"Out of sample: fresh draws on the plan's own buckets, {what} ({_picks(decided, decided.judged_picks)}) "
        f"against doing nothing. Mean of these draws {_judged_mean(decided)}; in sample, on coarse buckets, the advice "
        f"saves {musd_text(decided.plans[-1].mean_usd - decided.best.mean_usd)}."
    )
    return ViewTable("Judged by the whole supply model", columns, rows, note)


def _judged_mean(decided: Decided) -> str:
    """Mean saving with its interval, and how many draws would tell its sign where these do not."""
    savings = [usd for _, usd, _ in decided.judged]
    mean, half = mean_interval(savings)
    if not math.isfinite(half):
        return f"{musd_text(mean)} (one draw has no interval; ask for ten or more)"
    text = f"{musd_text(mean)} give or take {musd_text(half)} (95 % of {len(savings)} draws)"
    if half < abs(mean) or half < SHOWN_USD:
        return text
    needed = math.ceil(len(savings) * (half / max(abs(mean), SHOWN_USD)) ** 2)
    return f"{text}: its sign is not sure, about {min(needed, MOST_DRAWS):,} draws or more would tell it"


def decision_dates(decided: Decided, program: Program) -> tuple[tuple[str, dt.date, str, str], ...]:
    """Dates for calendars: key, day, title, words."""
    found = []
    for row in decided.now:
        option = row.option
        title = f"Decide: {_rung(option)} {option.item} ({option.supplier})"
        words = f"Fee {musd_text(option.fee_usd)}, secures {option.qty:,.0f} pieces, {option.payer or 'no party'} pays."
        by = _decide_by(option, row.decide_day, decided, program)
        found.append((f"now/{option.item}/{option.supplier}", by, title, words))
        lapses = program.horizon.date(row.expires_day)
        found.append((f"lapse/{option.item}/{option.supplier}", lapses, f"Lapses: {title[8:]}", words))
    for wait in decided.waits:
        title = f"Decide again: {_rung(wait.option)} {wait.option.item} ({wait.option.supplier})"
        words = f"Watch: {wait.observable}; take it if: {wait.threshold}."
        key = f"wait/{wait.option.item}/{wait.option.supplier}/{wait.option.rung}"
        found.append((key, program.horizon.date(wait.until_day), title, words))
    for moment in decided.moments:
        title = f"Last day to order {moment.item} from {moment.supplier or 'any source'} (80 % sure)"
        key = f"order/{moment.item}/{moment.supplier}/{moment.serves}"
        day, words = program.horizon.date(moment.p80_day), f"For {moment.serves}."
        if day < program.as_of:  # nobody looks into the past of a calendar
            day, title, words = program.as_of, f"Past since {day}: {title[0].lower()}{title[1:]}", f"{words} Order now."
        found.append((key, day, title, words))
    return tuple(found)
