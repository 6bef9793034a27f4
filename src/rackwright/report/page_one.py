"""What does page 1 say? The verdict, the key figures, the tranches, and what must be decided."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.plan import STAGES, Plan
from rackwright.report.parts import Block, Budget, Drawn, TablePart, anchor_of, draw, table_part
from rackwright.scenarios.outcome import accelerators_needed, accepted_racks, late_rack_days
from rackwright.tables.checks import Checks
from rackwright.views.cash import CASH
from rackwright.views.commits import COMMITS
from rackwright.views.content import traced_goal
from rackwright.views.decisions import DECISIONS, decisions, liability_table
from rackwright.views.evidence import EVIDENCE, assumed_critical_share
from rackwright.views.late import lost_by_cause
from rackwright.views.power_ready import POWER_READY
from rackwright.views.summary import failed_checks, unbuilt_networks, unbuilt_places, unbuilt_racks
from rackwright.views.tranches import TrancheState, tranche_states
from rackwright.views.unsourced import unsourced_words
from rackwright.views.view import Shown, View, percent

__all__ = ["PageOne", "Status", "Tile", "TrancheLine", "page_one", "tranche_line"]

MOST_UNBUILT = 3
MOST_TRANCHES = 24
MOST_DECISIONS = 12
MOST_COMMITS = 5
MOST_POWER_FIGURES = 3
WATTS_PER_MW = 1e6
CENTS_PER_MUSD = 1e8


@dataclass(frozen=True, slots=True)
class Status:
    """A state in words with its tone: good, warning or critical; the mark repeats the tone without colour."""

    tone: str
    words: str

    @property
    def mark(self) -> str:
        """A sign of its own for each tone."""
        return {"good": "✓", "warning": "!", "critical": "▲"}[self.tone]


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure with its unit, and a line below."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class TrancheLine:
    """One tranche with its status; dates are text, a dash where there is none.

    `last` bounds the lateness of the last rack, which is known to a planning bucket.
    """

    tranche: str
    where: str
    racks: str
    need: str
    accepted: str
    status: Status
    last: str
    likely: str
    gate: str
    cause: str
    owner: str
    decide_by: str


@dataclass(frozen=True, slots=True)
class Note:
    """A short part of page 1: heading, lead, drawn figures and a table or two, with a link to the whole."""

    title: str
    lead: str
    link: str
    figures: tuple[Drawn, ...] = ()
    tables: tuple[TablePart, ...] = ()


@dataclass(frozen=True, slots=True)
class PageOne:
    """Everything page 1 shows."""

    verdict: Status
    reasons: str
    tiles: tuple[Tile, ...]
    tranches: tuple[TrancheLine, ...]
    more_tranches: str
    ready_note: str
    notes: tuple[Note, ...]


def page_one(plan: Plan, judged: Checks, budget: Budget, change: Shown | None) -> PageOne:
    """Page 1 of a plan.

    Parameters
    ----------
    plan
        The plan.
    judged
        The judge's rows.
    budget
        What may still be drawn.
    change
        What changed since the last plan, where one was given.
    """
    states = tranche_states(plan)
    late = [state for state in states if state.is_short]
    failed, broken = _num_failed(plan), int((~judged["passed"]).sum())
    ready_at = percent(plan.program.policy.ready_at)
    return PageOne(
        verdict=_verdict(states, late, failed + broken),
        reasons=_reasons(plan, late, failed, broken),
        tiles=_tiles(plan, states, late, failed + broken),
        tranches=tuple(tranche_line(state) for state in states[:MOST_TRANCHES]),
        more_tranches=_more(len(states) - MOST_TRANCHES, "tranches", "tranches"),
        ready_note=f"Accepted: end of the planning bucket of the last rack, with readiness at {ready_at} "
        "(policy.ready_at). Days late: mean of the racks. P50 and P80: with every gate at that date.",
        notes=tuple(_notes(plan, budget, change)),
    )


def _num_failed(plan: Plan) -> int:
    return sum(int((~getattr(plan, stage).checks["passed"]).sum()) for stage in STAGES)


def _more(count: int, what: str, view: str) -> str:
    return f"{count:,} more {what}: section “{view}” below and tables/." if count > 0 else ""


def _verdict(states: tuple[TrancheState, ...], late: list[TrancheState], failed: int) -> Status:
    if not states:
        return Status("warning", "This program plans no racks.")
    if late:
        return Status(
            "critical", f"The plan falls short: {len(late)} of {len(states)} tranches are late or incomplete."
        )
    if failed:
        return Status("warning", f"Every tranche is in time, but {failed} checks do not hold.")
    return Status("good", f"The plan meets its needs: {len(states)} tranches in time, every check holds.")


def _reasons(plan: Plan, late: list[TrancheState], failed: int, broken: int) -> str:
    """What stands behind the verdict, in two or three sentences."""
    parts = []
    if late:
        lost = late_rack_days(plan)
        causes = lost_by_cause(plan)
        most = f"; the largest cause is {causes[0][0]}." if causes else "."
        parts.append(f"Lateness adds up to {lost:,} rack-days{most}")
    if unsourced := unsourced_words(plan):
        parts.append(f"{unsourced}.")
    checks = failed_checks(plan)
    unbuilt = (*unbuilt_racks(checks), *unbuilt_networks(checks), *unbuilt_places(checks))
    parts += [f"{line[0].upper()}{line[1:]}." for line in unbuilt[:MOST_UNBUILT]]
    parts.append(f"{failed} checks failed; the independent judge found {broken} rules broken.")
    return " ".join(parts)


def _tiles(plan: Plan, states: tuple[TrancheState, ...], late: list[TrancheState], failed: int) -> tuple[Tile, ...]:
    racks, accepted = int(plan.siting.blocks["racks"].sum()), accepted_racks(plan)
    lost = late_rack_days(plan)
    share = assumed_critical_share(plan)
    tone = "critical" if late else ""
    return (
        Tile("Racks accepted", f"{accepted:,}", f"of {racks:,} designed, by the end of the horizon"),
        Tile("Accelerators", f"{accelerators_needed(plan):,}", "in the racks designed"),
        Tile("Lateness", f"{lost:,}", f"rack-days, {len(late)} of {len(states)} tranches", tone),
        _power_tile(plan),
        _cost_tile(plan),
        _content_tile(plan),
        Tile("Checks that fail", f"{failed:,}", "of stages and judge", "critical" if failed else ""),
        Tile(
            "Critical path assumed",
            "–" if share is None else percent(share),
            "of its days rest on no source",
        ),
    )


def _power_tile(plan: Plan) -> Tile:
    balances = plan.power.balances.frame
    if not balances.height:
        return Tile("Power at the grid", "–", "not planned")
    facility, energised = (sum(balances[name].to_list()) / WATTS_PER_MW for name in ("facility_w", "energised_w"))
    it = sum(balances["it_w"].to_list()) / WATTS_PER_MW
    year = [None if y is None else y * w for y, w in balances.select("pue_year", "it_w").iter_rows()]
    mean = sum(y for y in year if y is not None) / WATTS_PER_MW
    pue = f", PUE {facility / it:.2f} design day" if it else ""
    pue += f", {mean / it:.2f} year" if pue and None not in year else ""
    tone = "critical" if facility > energised else ""
    return Tile("Power at the grid", f"{facility:,.1f} MW", f"of {energised:,.1f} MW contracted{pue}", tone)


def _cost_tile(plan: Plan) -> Tile:
    orders = plan.supply.orders
    duty = int(orders["duty_cent"].sum())
    cost = int(orders["cost_cent"].sum()) + duty
    if not cost:
        return Tile("Orders", "–", "not planned")
    return Tile("Orders", f"{cost / CENTS_PER_MUSD:,.1f} MUSD", f"of it duty {duty / CENTS_PER_MUSD:,.2f} MUSD")


def _content_tile(plan: Plan) -> Tile:
    value, traced = (int(plan.supply.content[name].sum()) for name in ("value_cent", "us_cent"))
    goal = traced_goal(plan)
    return Tile("Traced US value", percent(traced / value, 1) if value else "–", goal)


def tranche_line(state: TrancheState) -> TrancheLine:
    """What page 1 says of one tranche."""
    likely = ("beyond" if day is None else day.isoformat() for day in (state.accepted_p50, state.accepted_p80))
    return TrancheLine(
        tranche=state.tranche,
        where=f"{state.platform}, {state.site}",
        racks=f"{state.racks:,}",
        need=state.need.isoformat(),
        accepted=_accepted(state),
        status=_status(state),
        last=_last(state),
        likely="–" if state.state == "accepted" else " / ".join(likely),
        gate=state.gate,
        cause=state.cause or "–",
        owner=state.owner or "–",
        decide_by="–" if state.decide_by is None else state.decide_by.isoformat(),
    )


def _last(state: TrancheState) -> str:
    """Bounds of the last rack's lateness; also where its mean is below a day and the tranche counts as in time."""
    if not state.late_days:
        return ""
    least = f"{state.late_days_least:,} to" if state.late_days_least else "up to"
    return f"last rack {least} {state.late_days:,}"


def _accepted(state: TrancheState) -> str:
    if state.state == "accepted":
        return "before plan"
    return "–" if state.accepted is None else state.accepted.isoformat()


def _status(state: TrancheState) -> Status:
    if state.state == "accepted":
        return Status("good", "accepted")
    if state.accepted is None:
        return Status("critical", f"{state.accepted_racks:,.0f} of {state.racks:,} in the horizon")
    if state.is_late:
        return Status("critical", f"{state.mean_late_days:,.1f} days late")
    return Status("good", "in time")


def _notes(plan: Plan, budget: Budget, change: Shown | None) -> list[Note]:
    notes = [_note(plan, POWER_READY, budget, MOST_POWER_FIGURES), _decision_note(plan), _note(plan, CASH, budget, 1)]
    commits = COMMITS.build(plan)
    oldest = [t for t in commits.tables[:1] if t.rows]
    tables = tuple(table_part(t, rows=MOST_COMMITS, where="the section below") for t in oldest)
    notes.append(Note("Oldest commits", commits.lead, anchor_of(COMMITS.name), tables=tables))
    notes.append(Note("What the dates rest on", EVIDENCE.build(plan).lead, anchor_of(EVIDENCE.name)))
    if change is not None:
        tables = tuple(table_part(t, rows=MOST_COMMITS, where="`rackwright diff`") for t in change.tables if t.rows)
        notes.append(Note("Change since the last plan", change.lead, "", tables=tables))
    return notes


def _note(plan: Plan, view: View, budget: Budget, figures: int) -> Note:
    answer = view.build(plan)
    few = Shown(answer.lead, (), answer.figures[:figures])
    block = draw(Block(view.name, view.title, view.question, answer.lead), few, budget)
    return Note(view.title, answer.lead, anchor_of(view.name), block.figures)


def _decision_note(plan: Plan) -> Note:
    answer, due = DECISIONS.build(plan), decisions(plan)
    tables = []
    if due:
        tables = [table_part(answer.tables[0], rows=MOST_DECISIONS, where="the section below")]
        parties = liability_table(plan, due)
        tables += [table_part(parties, rows=MOST_DECISIONS, where="the section below")] if parties.rows else []
    return Note("Decisions due in 30 and 90 days", answer.lead, anchor_of(DECISIONS.name), tables=tuple(tables))
