"""What sizing has found for one pair of workload and platform, as rows of the result tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rackwright.sizing.own_runs import Correction, Observation
from rackwright.sizing.profile import PowerProfile
from rackwright.tables.checks import Checks
from rackwright.tables.sizing import (
    Alternatives,
    Breakdown,
    Choices,
    Corrections,
    Fleet,
    Frontier,
    Gangs,
    Goodputs,
    Measured,
    Needs,
    Profiles,
    Rates,
    Sizing,
    Skipped,
    TrainingMemory,
)

__all__ = ["OMISSIONS", "PairRows", "collect"]

OMISSIONS = (
    "Sizing takes the oversubscription the program asks of a fabric; the fabric stage checks what it really gives.",
    "States in host memory stream through the accelerator; updates on the host's processor are not counted.",
    "Between campuses only replicas exchange, at every step; pipelines across them and rarer exchange are not tried.",
    "Serving instances stay in one scale-up domain unless the demand allows more; a pool's instances are all alike.",
    "Linear and state-space mixers are counted by attention's matrices without scores and without a cache.",
    "Multi-token-prediction blocks and draft models cost no time; only their verified tokens do.",
    "Gang sizes are searched at the middle speed; their band is that of speed, goodput and software together.",
    "Device and operator figures move together inside the band of speed, which is wider than independent ones.",
    "Lengths of requests are those of the classes given; without a mix all have the mean length.",
    "A night is a sine between its valley and the peak; what its idle accelerators might do is not planned.",
)


@dataclass
class PairRows:
    """Rows of one pair, in the order of the tables' columns without workload and platform."""

    workload: str
    platform: str
    needs: list[tuple[int, int, int, int]] = field(default_factory=list)
    rates: tuple[int, float, float, float] | None = None
    profile: PowerProfile | None = None
    choice: tuple[object, ...] | None = None
    breakdown: list[tuple[str, float]] = field(default_factory=list)
    skipped: tuple[str, str] | None = None
    checks: list[tuple[object, ...]] = field(default_factory=list)
    num_timed: int = 0
    correction: Correction = field(default_factory=Correction)
    frontier: list[tuple[object, ...]] = field(default_factory=list)
    alternatives: list[tuple[object, ...]] = field(default_factory=list)
    fleet: list[tuple[object, ...]] = field(default_factory=list)
    memory: list[tuple[str, float, float]] = field(default_factory=list)
    gangs: list[tuple[object, ...]] = field(default_factory=list)
    goodput: tuple[object, ...] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Workload and platform."""
        return (self.workload, self.platform)


def collect(pairs: Iterable[PairRows], observations: Iterable[Observation] = ()) -> Sizing:
    """The result tables of all pairs, and of own measured runs."""
    every = tuple(pairs)
    return Sizing(
        needs=Needs.from_rows([(*p.key, *row) for p in every for row in p.needs]),
        rates=Rates.from_rows([(*p.key, *p.rates) for p in every if p.rates]),
        profiles=Profiles.from_rows([(*p.key, *_profile(p.profile)) for p in every if p.profile]),
        choices=Choices.from_rows([(*p.key, *p.choice) for p in every if p.choice]),
        breakdown=Breakdown.from_rows([(*p.key, *row) for p in every for row in p.breakdown]),
        skipped=Skipped.from_rows([(*p.key, *p.skipped) for p in every if p.skipped]),
        checks=Checks.from_rows([row for p in every for row in p.checks]),
        omissions=OMISSIONS,
        measured=Measured.from_rows([_measured(row) for row in observations]),
        frontier=Frontier.from_rows([(*p.key, number, *row) for p in every for number, row in enumerate(p.frontier)]),
        alternatives=Alternatives.from_rows([(*p.key, *row) for p in every for row in p.alternatives]),
        fleet=Fleet.from_rows([(*p.key, *row) for p in every for row in p.fleet]),
        memory=TrainingMemory.from_rows([(*p.key, *row) for p in every for row in p.memory]),
        gangs=Gangs.from_rows([(*p.key, number, *row) for p in every for number, row in enumerate(p.gangs)]),
        goodput=Goodputs.from_rows([(*p.key, *p.goodput) for p in every if p.goodput]),
        corrections=Corrections.from_rows([(*p.key, *_correction(p.correction)) for p in every if p.correction.runs]),
    )


def _measured(row: Observation) -> tuple[object, ...]:
    return (row.run, row.platform, row.kind, row.measured_tok_s, row.predicted_tok_s, row.reason, row.relief)


def _correction(found: Correction) -> tuple[object, ...]:
    return (found.runs, found.speed_factor, found.band_share)


def _profile(profile: PowerProfile) -> tuple[float, ...]:
    return (
        profile.idle_w,
        profile.low_w,
        profile.mean_w,
        profile.peak_w,
        profile.period_ms,
        profile.duty_share,
        profile.ramp_w_s,
    )
