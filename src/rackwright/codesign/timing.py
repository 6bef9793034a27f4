"""How fast is one accelerator of a design on one workload? The only file that calls the sizing model.

Rates are per accelerator and not cut to whole racks or whole steps of batch, so that a small change of a property
shows as a small change of the rate. A training run keeps the gang that the reference design needs for its deadline.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import SECONDS_PER_DAY
from rackwright.catalog.parts import Fact, OperatorCoefficients, PlanningRules
from rackwright.catalog.software import SoftwareStack
from rackwright.codesign.design import Design
from rackwright.sizing import find_gangs, find_service, make_device, serving_times, step_times
from rackwright.sizing.bands import Spread
from rackwright.sizing.cases import serving_case
from rackwright.sizing.decode import Instance, instance_memory_byte
from rackwright.sizing.device import Device, Speed, with_sram_reference
from rackwright.sizing.gaps import lacking_of
from rackwright.sizing.memory import TrainingMemory, reserved_memory_share
from rackwright.sizing.own_corrections import own_correction
from rackwright.sizing.own_runs import Observation, with_speed
from rackwright.sizing.partition import Partition
from rackwright.sizing.profile import PowerFacts, power_profile
from rackwright.sizing.request import ServingRun, TrainingRun
from rackwright.sizing.serving import (
    SERVING_TERMS,
    NoService,
    ServingCase,
    ServingRack,
    ServingTimes,
    instances,
)
from rackwright.sizing.space import ALL_OFFLOADS, PLAIN, search_space
from rackwright.sizing.step import COMPUTE_TERMS, MEMORY_TERMS, TERMS, WAITING, Overlap
from rackwright.sizing.train import training_case
from rackwright.sizing.training import MICRO_BATCHES, NoGang, TrainingCase, TrainingDevice

__all__ = ["Infeasible", "Timer", "Timing", "Workload"]

Workload = TrainingRun | ServingRun
FINE_STEPS = 8
"""Batches tried between two of the search's grid, which has four to a doubling."""
CERTAIN = Spread(1.0, 1.0)
GANG_WINDOW = 0.75
"""A gang may leave up to a quarter of its accelerators idle where their number does not factor well."""


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why a workload does not run on a design, and the nearest change that helps."""

    reason: str
    relief: str


@dataclass(frozen=True, slots=True)
class Timing:
    """One workload on one design.

    Parameters
    ----------
    tok_s
        Tokens per second of one accelerator: output tokens when serving, trained tokens when training.
    days
        Time to train with the reference gang [day]; None when serving.
    period_s
        Step over which the three shares of time are given.
    compute_s, memory_s, network_s
        Time in products, bound by memory, and waiting for the network.
    binding
        Which of the three takes most, or the limit that stops a larger batch.
    """

    tok_s: float
    days: float | None
    period_s: float
    compute_s: float
    memory_s: float
    network_s: float
    binding: str


@dataclass(frozen=True)
class _Space:
    """Configurations of a training run on a number of accelerators, with the memory each needs."""

    part: Partition
    memory: TrainingMemory


class Timer:
    """Times workloads on designs; equal questions are answered from memory.

    Parameters
    ----------
    coefficients, rules
        As sizing takes them.
    reference
        The design whose gang a training run keeps on every other design.
    speed
        Which end of the bands of figures and coefficients is read.
    engine
        The serving engine whose losses count, as sizing takes it.
    own
        Own measured runs; they correct their accelerator, and designs made from it, as they correct a plan.
    """

    def __init__(
        self,
        coefficients: tuple[OperatorCoefficients, ...],
        rules: PlanningRules,
        reference: Design,
        speed: Speed = "middle",
        *,
        engine: SoftwareStack | None = None,
        own: tuple[Observation, ...] = (),
    ) -> None:
        self._coefficients = coefficients
        self._rules = rules
        self._reference = reference
        self._speed: Speed = speed
        self._engine = engine
        self._own = own
        self._known: dict[tuple[Workload, Device, float, float], Timing | Infeasible] = {}
        self._gangs: dict[TrainingRun, float | Infeasible] = {}
        self._spaces: dict[tuple[TrainingRun, int, float, bool], _Space] = {}

    def time(self, workload: Workload, design: Design, *, has_own_gang: bool = False) -> Timing | Infeasible:
        """Speed of an accelerator on a workload, every figure at one end of its band or in the middle.

        A training run keeps the reference design's gang, or with `has_own_gang` takes the one this design needs.
        """
        gap = lacking_of(design.accelerator, workload)
        if gap is not None:
            return Infeasible(gap.reason, gap.relief)
        device = self._device(workload, design)
        accels = 0.0
        if isinstance(workload, TrainingRun):
            gang = self._find_gang(workload, design) if has_own_gang else self.gang_accels(workload)
            if isinstance(gang, Infeasible):
                return gang
            accels = gang
        key = (workload, device, design.software.value, accels)
        if key not in self._known:
            self._known[key] = (
                self._train(workload, device, design, accels)
                if isinstance(workload, TrainingRun)
                else self._serve(workload, device, design)
            )
        return self._known[key]

    def mean_w(self, timing: Timing, design: Design) -> float:
        """Mean load at the rack input for each accelerator over a step of the workload [W]."""
        rules, idle = self._rules, design.accelerator.idle_share
        facts = PowerFacts(
            rack_w=design.load_w,
            accel_w=design.package_w,
            idle_share=_value(idle),
            compute_share=_value(rules.compute_power_share, 1.0),
            memory_share=_value(rules.memory_power_share, 1.0),
            communication_share=_value(rules.communication_power_share, 1.0),
            other_idle_share=_value(rules.other_idle_share, 1.0),
            ramp_s=_value(rules.phase_ramp_s),
        )
        return power_profile(
            facts,
            step_s=timing.period_s,
            compute_s=timing.compute_s,
            memory_s=timing.memory_s,
            communication_s=timing.network_s,
        ).mean_w

    def _device(self, workload: Workload, design: Design) -> Device:
        kv_precision = workload.kv_precision if isinstance(workload, ServingRun) else "bf16"
        made = make_device(
            design.accelerator,
            self._coefficients,
            precision=workload.precision,
            kv_precision=kv_precision,
            speed=self._speed,
            expert_precision=workload.expert_precision,
            exchange=(workload.dispatch_precision, workload.combine_precision),
            origin=design.origin,
        )
        origin = design.origin or design.accelerator
        known = max(_value(origin.sram_byte), _value(self._rules.fitted_sram_byte))
        device = with_sram_reference(dataclasses.replace(made, tiers=design.tiers), known)
        return with_speed(device, self._own_factor(workload, design))

    def _own_factor(self, workload: Workload, design: Design) -> float:
        """Speed that own runs found over that predicted; a design made from the reference is taken for its platform."""
        if not self._own:
            return 1.0
        chip = (design.origin or design.accelerator).id
        platform = self._reference.name if chip == self._reference.accelerator.id else design.name
        return own_correction(self._rules, workload, self._own, accelerator=chip, platform=platform).speed_factor

    @property
    def _overlap(self) -> Overlap:
        rules = self._rules
        return Overlap(
            tensor_share=_value(rules.tensor_overlap_share),
            expert_share=_value(rules.expert_overlap_share),
            pipeline_share=_value(rules.pipeline_overlap_share),
            data_share=_value(rules.data_overlap_share),
            expert_imbalance=_value(rules.expert_imbalance, 1.0),
            host_contention_share=_value(rules.host_contention_share),
        )

    @property
    def _reserve(self) -> float:
        return reserved_memory_share(self._rules)

    # ---------------------------------------------------------------------------------------------------- training
    def gang_accels(self, run: TrainingRun) -> float | Infeasible:
        """Accelerators of the smallest gang that meets the deadline on the reference design."""
        if run not in self._gangs:
            self._gangs[run] = self._find_gang(run, self._reference)
        return self._gangs[run]

    def _find_gang(self, run: TrainingRun, design: Design) -> float | Infeasible:
        """Accelerators in use by the smallest gang that meets the deadline on a design."""
        gap = lacking_of(design.accelerator, run)
        if gap is not None:
            return Infeasible(gap.reason, gap.relief)
        if run.finish_day <= max(run.start_day, 0):
            return Infeasible("the run has no time between start and deadline", "a later finish date")
        case, chips = training_case(run, software=design.software.value), self._chips(run, design)
        found = find_gangs(case, chips, CERTAIN)
        if isinstance(found, NoGang) and found.is_memory and run.offload == "if-needed":
            found = find_gangs(dataclasses.replace(case, may_offload=True), chips, CERTAIN)
        return Infeasible(found.reason, found.relief) if isinstance(found, NoGang) else float(found[1].part.accels[0])

    def _chips(self, run: TrainingRun, design: Design) -> TrainingDevice:
        device, overlap = self._device(run, design), self._overlap
        return TrainingDevice(
            slow=device,
            middle=device,
            fast=device,
            per_rack=max(design.per_rack, 1),
            memory_reserve_share=self._reserve,
            overlap=overlap,
            slow_overlap=overlap,
            fast_overlap=overlap,
            host_reserve_share=_value(self._rules.host_reserve_share),
        )

    def _train(self, run: TrainingRun, device: Device, design: Design, accels: float) -> Timing | Infeasible:
        case, chips = training_case(run, software=design.software.value), self._chips(run, design)
        part = self._fitting(run, chips, accels)
        if not part.tensor.size:
            need = float(self._space(run, device.domain, accels).memory.total.min(initial=math.inf))
            reason = f"no configuration on {accels:.0f} accelerators fits into {device.memory_byte / 1e9:.0f} GB"
            return Infeasible(reason, f"{need / (1.0 - self._reserve) / 1e9:.0f} GB per accelerator, or a larger gang")
        times = step_times(case.shape, device, case.run, part, self._overlap)
        steps = times.step_s
        best = int(np.argmin(steps))
        seconds = dict(zip(TERMS, times.terms[:, best].tolist(), strict=True))
        return _training_timing(case, float(steps[best]), accels, seconds)

    def _fitting(self, run: TrainingRun, chips: TrainingDevice, accels: float) -> Partition:
        """Configurations that fit device and host; those with host memory only where the run may use it."""
        space = self._space(run, chips.middle.domain, accels)
        part = space.part.take(chips.fits(space.memory))
        has_host = chips.middle.host_byte_s > 0.0
        if not has_host or run.offload == "never" or (part.tensor.size and run.offload == "if-needed"):
            return part
        moved = self._space(run, chips.middle.domain, accels, may_offload=True)
        return moved.part.take(chips.fits(moved.memory))

    def _space(self, run: TrainingRun, domain: int, accels: float, *, may_offload: bool = False) -> _Space:
        key = (run, domain, accels, may_offload)
        if key not in self._spaces:
            case = training_case(run, software=1.0)
            part = search_space(
                case.shape,
                domain=domain,
                global_batch=run.global_batch,
                fewest=GANG_WINDOW * accels,
                most=accels,
                micro_batches=MICRO_BATCHES,
                axes=dataclasses.replace(PLAIN, offload=ALL_OFFLOADS) if may_offload else PLAIN,
                campuses=case.campuses,
            )
            self._spaces[key] = _Space(part, case.memory(part))
        return self._spaces[key]

    # ----------------------------------------------------------------------------------------------------- serving
    def _serving_case(self, run: ServingRun, design: Design) -> ServingCase:
        engine, factor = self._engine, self._own_factor(run, design)
        return serving_case(
            run,
            software=design.software.value,
            imbalance=_value(self._rules.expert_imbalance, 1.0),
            verified_per_accepted=_value(self._rules.verified_per_accepted, 1.0),
            layer_s=_value(engine.layer_s if engine else None) / factor,
            moe_layer_s=_value(engine.moe_layer_s if engine else None) / factor,
            prefill_factor=_value(engine.prefill_factor if engine else None, 1.0),
        )

    def _serve(self, run: ServingRun, device: Device, design: Design) -> Timing | Infeasible:
        case = self._serving_case(run, design)
        tried = _Tried(case, device, self._reserve)
        coarse = instances(case.shape, device.domain, case.most_domains)
        rate = tried.rate(coarse)
        if not np.isfinite(rate).any():
            return self._no_service(case, device, design)
        fine = _refined(coarse, rate)
        best = int(np.argmax(tried.rate(fine)))
        return _serving_timing(tried, fine, best)

    def _no_service(self, case: ServingCase, device: Device, design: Design) -> Infeasible:
        found = find_service(case, device, ServingRack(max(design.per_rack, device.domain), self._reserve))
        if isinstance(found, NoService):
            return Infeasible(found.reason, found.relief)
        return Infeasible("no instance keeps the limits within one scale-up domain", "looser limits")


@dataclass(frozen=True)
class _Tried:
    """Rates of instances of one case on one device."""

    case: ServingCase
    device: Device
    reserve_share: float

    @property
    def room_byte(self) -> float:
        """Memory that weights and cache may take."""
        return self.device.memory_byte * (1.0 - self.reserve_share)

    def rate(self, instance: Instance) -> NDArray[np.float64]:
        """Tokens per second of one accelerator; minus infinity where memory or a limit is broken."""
        return self.allowed(instance, *self.measure(instance))

    def measure(self, instance: Instance) -> tuple[ServingTimes, NDArray[np.float64]]:
        """Times of instances, and the bytes each needs on an accelerator."""
        _, memory_byte = instance_memory_byte(self.case.shape, self.device, self.case.request, instance)
        return serving_times(self.case, self.device, instance), memory_byte

    def allowed(self, instance: Instance, times: ServingTimes, memory_byte: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same from what was measured."""
        ok = (memory_byte <= self.room_byte) & (times.tpot_s <= self.case.tpot_s) & (times.rate_tok_s > 0.0)
        return np.where(ok, times.rate_tok_s * self.case.availability / instance.accels, -np.inf)


def _refined(coarse: Instance, rate: NDArray[np.float64]) -> Instance:
    """Batches just above the best of each kind of instance, in steps finer than the search's."""
    _, first = np.unique(np.stack([coarse.tensor, coarse.groups]), axis=1, return_index=True)
    starts = np.sort(first)
    ends = np.r_[starts[1:], rate.size]
    best = np.array([start + int(np.argmax(rate[start:end])) for start, end in zip(starts, ends, strict=True)])
    best = best[np.isfinite(rate[best])]
    steps = 2.0 ** (np.arange(FINE_STEPS) / (4.0 * FINE_STEPS))
    return Instance(
        np.repeat(coarse.tensor[best], FINE_STEPS),
        np.repeat(coarse.groups[best], FINE_STEPS),
        (coarse.batch[best][:, None] * steps).ravel(),
    )


def _serving_timing(tried: _Tried, fine: Instance, best: int) -> Timing:
    """Shares of a decode step with the prefill that interrupts it, and what stops a slightly larger batch."""
    case = tried.case
    larger = fine.batch[best] * np.array([1.0, 2.0 ** (1.0 / (4.0 * FINE_STEPS))])
    pair = Instance(np.repeat(fine.tensor[best], 2), np.repeat(fine.groups[best], 2), larger)
    times, memory_byte = tried.measure(pair)
    rates = tried.allowed(pair, times, memory_byte)
    seconds = dict(zip(SERVING_TERMS, (float(row[0]) for row in times.terms), strict=True))
    step_s = float(times.step_s[0])
    prefill_s = max(float(times.tpot_s[0]) * case.request.tokens_per_step - step_s, 0.0)
    network_s = sum(value for name, value in seconds.items() if name.startswith("communication"))
    parts = {"compute": prefill_s, "memory bandwidth": step_s - network_s, "network": network_s}
    binding = max(parts, key=lambda name: parts[name])
    if not np.isfinite(rates[1]):
        binding = "memory size" if float(memory_byte[1]) > tried.room_byte else f"{binding}, latency limit"
    return Timing(
        tok_s=float(rates[0]),
        days=None,
        period_s=step_s + prefill_s,
        compute_s=prefill_s,
        memory_s=step_s - network_s,
        network_s=network_s,
        binding=binding,
    )


def _training_timing(case: TrainingCase, step_s: float, accels: float, seconds: dict[str, float]) -> Timing:
    """Rate and phases of an optimiser step, software and goodput included in the rate."""
    compute_s = sum(seconds[name] for name in COMPUTE_TERMS)
    memory_s = sum(seconds[name] for name in MEMORY_TERMS)
    network_s = sum(value for name, value in seconds.items() if name.startswith(WAITING))
    parts = {"compute": compute_s, "memory bandwidth": memory_s, "network": network_s}
    tokens = case.run.sequence * case.run.global_batch
    tok_s = tokens / step_s * case.software * case.goodput
    return Timing(
        tok_s=tok_s / accels,
        days=case.tokens / tok_s / SECONDS_PER_DAY,
        period_s=step_s,
        compute_s=compute_s,
        memory_s=memory_s,
        network_s=network_s,
        binding=max(parts, key=lambda name: parts[name]),
    )


def _value(fact: Fact | None, default: float = 0.0) -> float:
    return default if fact is None else fact.value
