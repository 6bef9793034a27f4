"""Which property of a coming generation is worth most to the lab, and what should be asked of the other party?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rackwright.codesign.design import Design
from rackwright.codesign.evaluation import Evaluator, Figures, Member, Missing, Mix, Money
from rackwright.codesign.hypothetical import Limits, Search, search_designs
from rackwright.codesign.incumbents import SideBySide, compare_designs
from rackwright.codesign.on_chip import Balance, sram_balances
from rackwright.codesign.request import AdviceRequest
from rackwright.codesign.requirement import Need, make_specification, needs
from rackwright.codesign.sensitivity import Curve, Elasticity, Swing, band_swings, crossovers, elasticities
from rackwright.codesign.shifts import PLANNED, Shift, make_shifts, mix_shifts, runnable
from rackwright.codesign.specification import Specification
from rackwright.codesign.timing import Timer, Workload
from rackwright.codesign.volume import Spread, spread_cost
from rackwright.sizing import fleet_racks
from rackwright.sizing.device import Speed
from rackwright.sizing.request import TrainingRun

__all__ = ["OMISSIONS", "Advice", "WorkloadAdvice", "advise_platform"]

OMISSIONS = (
    "On-chip memory acts by bounds of what is read again; what a kernel makes of more of it is not known from data.",
    "Costs are at the full rate: hours of low demand, spares and networks beyond the rack are not charged.",
    "The tornado is at the middle of the model's coefficients; their band is only in the elasticities' ends.",
    "Price and power of hypothetical designs are linear in their properties (catalog part design-rules).",
    "A training run keeps its gang when a property changes; only in the side-by-side it takes a new one.",
    "Prefill and decode share instances: pools apart, which a plan may choose, have no say.",
    "Rates are per accelerator: how instances fill whole racks is not counted, which a new rack could change.",
)


@dataclass(frozen=True)
class WorkloadAdvice:
    """One workload of the mix on the platform: its share, figures, racks it takes, and its own elasticities."""

    workload: str
    kind: str
    share: float
    figures: Figures
    racks: int
    rows: tuple[Elasticity, ...]


@dataclass(frozen=True)
class Advice:
    """Everything `advise` finds; all but `specification` is for the lab's eyes.

    `ends` holds the elasticities with every figure and coefficient at its slow and at its fast end. There is no
    `specification` where the user's limits leave no design: nothing is asked for that breaks them.
    """

    platform: str
    name: str
    design: Design
    mix: Mix
    workloads: tuple[WorkloadAdvice, ...]
    elasticities: tuple[Elasticity, ...]
    ends: tuple[tuple[Elasticity, ...], ...]
    swings: tuple[Swing, ...]
    curves: tuple[Curve, ...]
    balances: tuple[Balance, ...]
    search: Search
    rivals: SideBySide
    shifts: tuple[Shift, ...]
    volume: Spread | None
    needs: tuple[Need, ...]
    specification: Specification | None
    missing: tuple[Missing, ...]
    omissions: tuple[str, ...]


def advise_platform(request: AdviceRequest) -> Advice:
    """Advise on one platform: what its properties are worth, where they end, which designs are best, what to ask for.

    What cannot be sized is a row with its reason; a platform that runs nothing of the mix gets no figures.
    """
    design = request.design
    evaluator = _evaluator(request)
    planned = _mix(request)
    mix, missing = runnable(evaluator, planned)
    if not mix.members:
        return _nothing(request, mix, missing)
    rows = elasticities(evaluator, mix, design)
    curves = crossovers(evaluator, mix, design)
    search = search_designs(evaluator, mix, design, request.stacks, request.options.limits)
    rivals = compare_designs(evaluator, mix, (design, *request.rivals))
    shifts = mix_shifts(evaluator, design, make_shifts(planned, request.models), search.frontier)
    ends = tuple(elasticities(_evaluator(request, speed), mix, design) for speed in ("slow", "fast"))
    limits = request.options.limits
    is_bounded = limits != Limits()
    best = search.frontier[0].design if search.frontier and is_bounded else design
    votes = (*(shift.rows for shift in shifts), *ends)
    found: tuple[Need, ...] = ()
    if search.frontier or not is_bounded:
        found = needs(evaluator, mix, best, rows=rows, curves=curves, votes=votes, limits=limits)
    return Advice(
        platform=request.platform,
        name=request.name,
        design=design,
        mix=mix,
        workloads=_workloads(request, evaluator, mix),
        elasticities=rows,
        ends=ends,
        swings=band_swings(evaluator, mix, design),
        curves=curves,
        balances=sram_balances(design),
        search=search,
        rivals=rivals,
        shifts=shifts,
        volume=_volume(request, evaluator, mix, rivals),
        needs=found,
        specification=make_specification(request, found) if found else None,
        missing=missing,
        omissions=OMISSIONS,
    )


def _evaluator(request: AdviceRequest, speed: Speed = "middle") -> Evaluator:
    money = Money(request.energy_usd_per_mwh, request.capital_share, request.design_rules)
    timer = Timer(request.coefficients, request.rules, request.design, speed, engine=request.engine, own=request.own)
    return Evaluator(timer, money, request.design)


def _mix(request: AdviceRequest) -> Mix:
    """Workloads by their weight in the program."""
    total = math.fsum(request.weights)
    runs: tuple[Workload, ...] = (*request.training, *request.serving)
    members = (Member(run, weight / total) for run, weight in zip(runs, request.weights, strict=True))
    return Mix(PLANNED, tuple(members))


def _nothing(request: AdviceRequest, mix: Mix, missing: tuple[Missing, ...]) -> Advice:
    return Advice(
        platform=request.platform,
        name=request.name,
        design=request.design,
        mix=mix,
        workloads=(),
        elasticities=(),
        ends=(),
        swings=(),
        curves=(),
        balances=(),
        search=Search((), 0, 0, 0, 0.0, "the platform runs nothing of the mix"),
        rivals=SideBySide((), (), ()),
        shifts=(),
        volume=None,
        needs=(),
        specification=make_specification(request, ()),
        missing=missing,
        omissions=OMISSIONS,
    )


def _workloads(request: AdviceRequest, evaluator: Evaluator, mix: Mix) -> tuple[WorkloadAdvice, ...]:
    found = []
    for member in mix.members:
        run = member.workload
        own = evaluator.figures(run, request.design)
        if not isinstance(own, Figures):
            continue
        alone = Mix(run.workload, (Member(run, 1.0),))
        rows = elasticities(evaluator, alone, request.design)
        kind = "training" if isinstance(run, TrainingRun) else "serving"
        racks = _racks(request, evaluator, member, own)
        found.append(WorkloadAdvice(run.workload, kind, member.share, own, racks, rows))
    return tuple(found)


def _racks(request: AdviceRequest, evaluator: Evaluator, member: Member, own: Figures) -> int:
    """Racks of the gang, or of the fleet at the highest forecast demand."""
    run, per_rack = member.workload, request.design.per_rack
    if isinstance(run, TrainingRun):
        accels = evaluator.timer.gang_accels(run)
        return math.ceil(accels / per_rack) if isinstance(accels, float) else 0
    peak = max(demand.value for _, demand in run.demand)
    return fleet_racks(peak, own.tok_s * per_rack, headroom_share=request.headroom_share, racks_per_instance=1)


def _volume(request: AdviceRequest, evaluator: Evaluator, mix: Mix, rivals: SideBySide) -> Spread | None:
    if request.options.nre_usd <= 0.0 or request.options.volume <= 0.0:
        return None
    return spread_cost(evaluator, mix, rivals.indices, request.options.nre_usd, request.options.volume)
