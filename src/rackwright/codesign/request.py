"""Which slices of program and catalog does advice use, and what did the user ask for?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TypeVar

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.catalog import Catalog
from rackwright.catalog.generations import DesignRules, MemoryStack
from rackwright.catalog.parts import Accelerator, Fact, ModelArchitecture, OperatorCoefficients, PlanningRules
from rackwright.catalog.software import SoftwareStack
from rackwright.codesign.design import Design
from rackwright.codesign.hypothetical import Limits
from rackwright.program import Program
from rackwright.program.platforms import Platform
from rackwright.sizing import sizing_request
from rackwright.sizing.own_runs import Observation
from rackwright.sizing.request import RackKind, ServingRun, TrainingRun
from rackwright.sizing.size import own_observations
from rackwright.tables.racks import Racks

__all__ = ["AdviceOptions", "AdviceRequest", "advice_request"]

Run = TypeVar("Run", TrainingRun, ServingRun)
BUYABLE = ("shipping", "ramping")
COMING = ("in development", "announced", "hypothetical", "ramping")


@dataclass(frozen=True, slots=True)
class AdviceOptions:
    """What the user asks for.

    Parameters
    ----------
    platform
        Platform to advise on; empty for the last generation that does not ship yet.
    limits
        What a hypothetical design may not exceed.
    nre_usd, volume
        Engineering and tooling, and the accelerators they are spread over; 0 for none.
    recipient
        Party that the specification is written for; empty for the manufacturer.
    """

    platform: str = ""
    limits: Limits = field(default_factory=Limits)
    nre_usd: float = 0.0
    volume: float = 0.0
    recipient: str = ""


@dataclass(frozen=True)
class AdviceRequest:
    """Everything advice depends on.

    Parameters
    ----------
    platform, name, generation
        The platform in development.
    design
        Its figures.
    rivals
        Other platforms of the program, then accelerators of the catalog that can be bought.
    training, serving, weights
        Workloads that may run on the platform (all where none may), with their importance in that order.
    coefficients, rules, design_rules, stacks, models
        Slices of the catalog.
    energy_usd_per_mwh, capital_share, headroom_share
        Policy.
    need_by, as_of
        First day the platform is wanted, and the day of the program's facts, as ISO dates.
    disclosure
        Granularity by field that the recipient may see, as the program lists them.
    engine
        The serving engine whose losses count, as sizing takes it.
    own
        Own measured runs beside their predictions, which correct speeds as in a plan.
    """

    platform: str
    name: str
    generation: int
    design: Design
    rivals: tuple[Design, ...]
    training: tuple[TrainingRun, ...]
    serving: tuple[ServingRun, ...]
    weights: tuple[float, ...]
    coefficients: tuple[OperatorCoefficients, ...]
    rules: PlanningRules
    design_rules: DesignRules
    stacks: tuple[MemoryStack, ...]
    models: tuple[ModelArchitecture, ...]
    energy_usd_per_mwh: float
    capital_share: float
    headroom_share: float
    need_by: str
    as_of: str
    options: AdviceOptions
    disclosure: tuple[tuple[str, str], ...]
    engine: SoftwareStack | None = None
    own: tuple[Observation, ...] = ()


def advice_request(program: Program, catalog: Catalog, racks: Racks, options: AdviceOptions) -> AdviceRequest:
    """Pick what advice needs.

    Raises
    ------
    InputError
        The program has no platform or no workload, none has the name asked for, a party is unknown, or neither
        configuration nor accelerator has a price.
    """
    platform = _platform(program, options.platform)
    sizing = sizing_request(program, catalog, racks)
    rules = catalog.get(DesignRules, "design-rules")
    kinds = {kind.platform: kind for kind in sizing.platforms}
    design = _platform_design(platform, kinds[platform.id], catalog, rules)
    if design.price.value <= 0.0 and design.owning_usd_per_h <= 0.0:
        rule = f'neither the configuration of "{platform.id}" nor its accelerator states a price.'
        place = Place(path=f"platforms[{platform.id}].configurations[{platform.configurations[-1].id}].price")
        raise InputError([Problem("price-missing", place, rule, "State the price of a rack, as a range.")])
    training, serving = _allowed(sizing.training, platform.id), _allowed(sizing.serving, platform.id)
    if not training and not serving:
        training, serving = sizing.training, sizing.serving
    runs: tuple[TrainingRun | ServingRun, ...] = (*training, *serving)
    weight = {run.id: run.weight for run in (*program.training, *program.serving)}
    recipient = _recipient(program, options.recipient)
    return AdviceRequest(
        platform=platform.id,
        name=platform.name,
        generation=platform.generation,
        design=design,
        rivals=(*_rival_platforms(program, platform, kinds, catalog), *_rival_parts(program, catalog, rules)),
        training=training,
        serving=serving,
        weights=tuple(weight[run.workload] for run in runs),
        coefficients=sizing.coefficients,
        rules=sizing.rules,
        design_rules=rules,
        stacks=catalog.all(MemoryStack),
        models=catalog.all(ModelArchitecture),
        energy_usd_per_mwh=program.policy.energy_usd_per_mwh,
        capital_share=program.policy.capital_cost_share_per_year,
        headroom_share=program.policy.serving_headroom_share,
        need_by=_need_by(program, platform, runs),
        as_of=program.as_of.isoformat(),
        options=dataclasses.replace(options, recipient=recipient),
        engine=sizing.engine,
        own=own_observations(sizing),
        disclosure=tuple((row.field, row.granularity) for row in program.disclosure if row.recipient == recipient),
    )


def _platform(program: Program, name: str) -> Platform:
    """The platform asked for; else the highest generation that does not ship yet, else the highest of all."""
    known = {platform.id: platform for platform in program.platforms}
    if not known or not (program.training or program.serving):
        rule = "advice needs a platform and a workload, and the program lacks one of them."
        raise InputError([Problem("nothing-to-advise", Place(path="platforms"), rule, "Add both.")])
    if name and name not in known:
        rule = f'no platform is called "{name}".'
        raise InputError([Problem("unknown-platform", Place(path="--platform"), rule, did_you_mean(name, known))])
    coming = [platform for platform in program.platforms if platform.status in COMING] or list(program.platforms)
    return known[name] if name else max(coming, key=lambda platform: (platform.generation, platform.id))


def _recipient(program: Program, name: str) -> str:
    """The party asked for; else the first manufacturer, else nobody in particular."""
    known = [party.id for party in program.parties]
    if name and name not in known:
        rule = f'no party is called "{name}".'
        raise InputError([Problem("unknown-party", Place(path="--recipient"), rule, did_you_mean(name, known))])
    makers = [party.id for party in program.parties if party.role == "manufacturer"]
    return name or next(iter(makers), "")


def _platform_design(platform: Platform, kind: RackKind, catalog: Catalog, rules: DesignRules) -> Design:
    accelerator = catalog.get(Accelerator, platform.accelerator)
    price = platform.configurations[-1].price
    each = Estimate(0.0, 0.0, 0.0) if price is None else _scaled(price, 1.0 / kind.per_rack)
    if price is None and accelerator.price_usd is not None:
        each = _scaled(_estimate(accelerator.price_usd), _value(rules.rack_price_ratio, 1.0))
    return Design(
        name=platform.id,
        accelerator=accelerator,
        per_rack=kind.per_rack,
        rest_w=max(0.0, kind.rack_w / kind.per_rack - _value(accelerator.power_w)),
        price=each,
        software=platform.software,
        owning_usd_per_h=_value(accelerator.tco_usd_per_h),
        tiers=kind.tiers,
    )


def _rival_platforms(
    program: Program, platform: Platform, kinds: dict[str, RackKind], catalog: Catalog
) -> tuple[Design, ...]:
    rules = catalog.get(DesignRules, "design-rules")
    others = sorted(program.platforms, key=lambda other: (other.generation, other.id))
    made = [_platform_design(other, kinds[other.id], catalog, rules) for other in others if other.id != platform.id]
    return tuple(design for design in made if design.price.value > 0.0 or design.owning_usd_per_h > 0.0)


def _rival_parts(program: Program, catalog: Catalog, rules: DesignRules) -> tuple[Design, ...]:
    """Accelerators that can be bought and that no platform of the program carries, where their cost is known."""
    taken = {platform.accelerator for platform in program.platforms}
    found = []
    for part in catalog.all(Accelerator):
        if part.id in taken or part.status not in BUYABLE:
            continue
        price = Estimate(0.0, 0.0, 0.0)
        if part.price_usd is not None:
            price = _scaled(_estimate(part.price_usd), _value(rules.rack_price_ratio, 1.0))
        owning = _value(part.tco_usd_per_h)
        if price.value <= 0.0 and owning <= 0.0:
            continue
        rest_w = _value(part.power_w) * (_value(rules.rack_power_ratio, 1.0) - 1.0)
        if part.all_in_w is not None:
            rest_w = part.all_in_w.value / _value(rules.energy_overhead, 1.0) - _value(part.power_w)
        found.append(Design(part.id, part, 0, max(rest_w, 0.0), price, Estimate(1.0, 1.0, 1.0), owning))
    return tuple(found)


def _allowed(runs: tuple[Run, ...], platform: str) -> tuple[Run, ...]:
    return tuple(run for run in runs if not run.platforms or platform in run.platforms)


def _need_by(program: Program, platform: Platform, runs: tuple[TrainingRun | ServingRun, ...]) -> str:
    """First day a workload wants the platform, not before it may be ordered or built."""
    days = [run.start_day if isinstance(run, TrainingRun) else min(day for day, _ in run.demand) for run in runs]
    first = program.horizon.date(max(min(days), 0))
    known = [date for date in (platform.available, platform.configurations[-1].start) if date is not None]
    return max([first, *known]).isoformat()


def _estimate(fact: Fact) -> Estimate:
    low, high = fact.band
    return Estimate(fact.value, low, high)


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.low * factor, estimate.high * factor)


def _value(fact: Fact | None, default: float = 0.0) -> float:
    return default if fact is None else fact.value
