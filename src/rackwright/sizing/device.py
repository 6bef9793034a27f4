"""What can one accelerator do at a slow, middle or fast reading of its figures?

Bands of device figures and of coefficients are read together: `slow` takes the slower end of every one of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rackwright.catalog.parts import Accelerator, Fact, OperatorCoefficients
from rackwright.sizing.collectives import Link
from rackwright.sizing.operators import OperatorCost

__all__ = [
    "BITS",
    "Device",
    "Lacking",
    "Speed",
    "Tier",
    "changed_joule_per_flop",
    "generation_of",
    "joule_per_flop",
    "lacking",
    "lacking_class",
    "make_device",
    "make_link",
    "operator_cost",
    "peak_fact",
    "with_sram_reference",
]

Speed = Literal["slow", "middle", "fast"]
BITS = {"bf16": 16.0, "fp8": 8.0, "fp4": 4.5}
"""Stored bits of a value: FP4 carries one FP8 scale for 16 values (NVFP4) or one E8M0 for 32 (MXFP4)."""
SAME_AS = {"quantise": ("elementwise",), "logits": ("elementwise",), "optimiser": ("elementwise",)}
"""Class whose figures stand in where a catalog has none of its own: all pass through memory once."""
_BITS_PER_BYTE = 8.0
WIDE = 2.0
"""Bytes of a BF16 value."""
GBIT_BYTES = 1e9 / _BITS_PER_BYTE
"""Bytes of a gigabit."""
_PER_PICO = 1e12


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a device cannot be sized for a workload, and the nearest change that would help."""

    reason: str
    relief: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of a scale-out network whose uplinks carry less than its downlinks.

    Parameters
    ----------
    within
        Accelerators that the tier below joins; only larger groups cross this one.
    oversubscription
        Rate of an accelerator's port over its share of the tier's capacity, tiers below included.
    """

    within: float
    oversubscription: float


@dataclass(frozen=True, slots=True)
class Device:
    """One accelerator for one workload: costs by operator class at the precisions the workload uses.

    Parameters
    ----------
    memory_byte, memory_byte_s
        Device memory and its bandwidth.
    domain
        Accelerators in one scale-up domain.
    peak_flop_s
        Dense peak at the workload's precision, for model FLOPs utilisation.
    weight_byte, expert_byte
        Bytes of one weight or activation in a product, and in a product of routed experts.
    logits, cross_entropy
        Product with the vocabulary, and the loss over it.
    quantise, optimiser
        Casts to the products' precision, and the step of the optimiser.
    softmax_width
        Width of scores and values whose products take as long as the exponentials of a score.
    dispatch_byte, combine_byte
        Bytes of a value on its way to an expert, and of a result on its way back.
    host_byte_s, host_memory_byte
        Link to the host's memory, one way, and how much of that memory is an accelerator's; 0 where not stated.
    tiers
        Oversubscribed tiers of the scale-out network, from the nearest on.
    sram_byte, sram_reference_byte
        On-chip memory all units share, and the one that figures of operators hold for; equal where nothing is known.
    layer_ratio, pools_ratio
        What serving engines lose at a layer, and between pools, over the mean of all generations of devices.
    """

    memory_byte: float
    memory_byte_s: float
    domain: int
    peak_flop_s: float
    weight_byte: float
    gemm: OperatorCost
    grouped: OperatorCost
    prefill: OperatorCost
    decode: OperatorCost
    elementwise: OperatorCost
    scale_up: Link
    scale_out: Link
    expert_byte: float
    quantise: OperatorCost
    logits: OperatorCost
    cross_entropy: OperatorCost
    optimiser: OperatorCost
    softmax_width: float = 0.0
    dispatch_byte: float = WIDE
    combine_byte: float = WIDE
    host_byte_s: float = 0.0
    host_memory_byte: float = 0.0
    tiers: tuple[Tier, ...] = ()
    sram_byte: float = 0.0
    sram_reference_byte: float = 0.0
    layer_ratio: float = 1.0
    pools_ratio: float = 1.0


def _read(fact: Fact | None, speed: Speed, *, is_cost: bool) -> float:
    """Value of a figure at a speed; for a cost (time, factor) the slow end is the high one."""
    if fact is None:
        return 0.0
    if speed == "middle":
        return fact.value
    low, high = fact.band
    return high if (speed == "slow") == is_cost else low


def peak_fact(accelerator: Accelerator, precision: str) -> Fact | None:
    """Dense peak of a device at a precision; None if it lacks the precision or the figure is not published."""
    facts = {"bf16": accelerator.bf16_flop_s, "fp8": accelerator.fp8_flop_s, "fp4": accelerator.fp4_flop_s}
    return facts[precision]


def product_precision(accelerator: Accelerator, stored: str, other: str) -> str:
    """Precision in which weights of a precision are multiplied: their own where the device has it, else the other."""
    return stored if peak_fact(accelerator, stored) is not None else other


def attention_precision(accelerator: Accelerator) -> str:
    """Precision of attention products: BF16 where the device states it, else FP8; never interpolated."""
    return "bf16" if accelerator.bf16_flop_s else "fp8"


def lacking(accelerator: Accelerator, precision: str) -> Lacking | None:
    """What is missing to size a workload of a precision on a device; None if nothing is."""
    if peak_fact(accelerator, precision) is None:
        known = [p for p in BITS if peak_fact(accelerator, p) is not None]
        relief = f"precision {' or '.join(known)}, or a platform with {precision}" if known else "publish its peaks"
        return Lacking(f"{accelerator.name} states no {precision} rate", relief)
    if accelerator.bf16_flop_s is None and accelerator.fp8_flop_s is None:
        return Lacking(f"{accelerator.name} states neither bf16 nor fp8 rate for attention", "publish one of them")
    needed = ("memory_byte", "memory_byte_s", "scale_up_byte_s", "scale_up_domain", "scale_out_gbit_s", "power_w")
    missing = [name for name in needed if getattr(accelerator, name) is None]
    if missing:
        return Lacking(f"{accelerator.name} states no {', '.join(missing)}", "state it in the program's catalog folder")
    zero = [name for name in needed if getattr(accelerator, name).value <= 0.0]
    zero += [
        f"{name}_flop_s" for name in BITS if (fact := peak_fact(accelerator, name)) is not None and fact.value <= 0
    ]
    if zero:
        relief = "state a figure above 0 in the program's catalog folder, or leave a precision out that it lacks"
        return Lacking(f"{accelerator.name} states 0 for {', '.join(zero)}, with which nothing runs", relief)
    return None


def lacking_class(accelerator: Accelerator, classes: Iterable[tuple[str, str]]) -> Lacking | None:
    """What a device lacks to hold classes of tensors in their precisions: a cast needs the format, so none is guessed.

    Parameters
    ----------
    accelerator
        The device.
    classes
        Name of each class with its precision; empty for what follows another class.
    """
    for name, precision in classes:
        if precision in BITS and precision != "bf16" and peak_fact(accelerator, precision) is None:
            known = [p for p in BITS if p == "bf16" or peak_fact(accelerator, p) is not None]
            return Lacking(
                f"{accelerator.name} states no {precision} rate, so {name} cannot be cast to it",
                f"{name} in {' or '.join(known)}, or a platform with {precision}",
            )
    return None


def joule_per_flop(accelerator: Accelerator) -> float:
    """Thermal design power over the dense BF16 peak [J/FLOP]; one picojoule where either is not published.

    A narrower precision counts with its width, so that a device has one figure for all of them.
    """
    peaks = ((peak_fact(accelerator, precision), bits) for precision, bits in BITS.items())
    peak = next((fact.value * bits / BITS["bf16"] for fact, bits in peaks if fact is not None), 0.0)
    if accelerator.power_w is None or peak <= 0.0:
        return 1.0 / _PER_PICO
    return accelerator.power_w.value / peak


def changed_joule_per_flop(accelerator: Accelerator, precision: str, origin: Accelerator) -> float:
    """Energy of a FLOP at a precision where figures of a device were changed on paper [J/FLOP].

    What stands for all precisions of a published device would let more of one slow the others down. So a changed device
    keeps the energy of the one it was made from, times the change of its power, over the change of this precision's
    peak alone. Equal to `joule_per_flop` where all peaks move together.
    """
    new, old = peak_fact(accelerator, precision), peak_fact(origin, precision)
    new_w, old_w = accelerator.power_w, origin.power_w
    if new is None or old is None or new_w is None or old_w is None or min(new.value, old.value, old_w.value) <= 0.0:
        return joule_per_flop(accelerator)
    return joule_per_flop(origin) * (new_w.value / old_w.value) / (new.value / old.value)


def operator_cost(
    accelerator: Accelerator,
    part: OperatorCoefficients,
    *,
    precision: str,
    speed: Speed,
    is_sustained: bool,
    generation: OperatorCoefficients | None = None,
    origin: Accelerator | None = None,
) -> OperatorCost:
    """Cost of one operator class on a device.

    Parameters
    ----------
    accelerator, part
        Device and coefficients.
    precision
        Precision of the products, which the device must state.
    speed
        Which end of the bands.
    is_sustained
        True for long runs, in which power and heat hold the clock down; False for single short measurements.
    generation
        Ratios of the device's generation to the class; None for one whose kernels nobody has measured.
    origin
        Device whose figures were changed to make this one; None for one that is read as it is published.

    Notes
    -----
    c_sustained = max(c x s x (e / 1 pJ)^-g, 1) with e the energy of a FLOP at thermal design power: a device that
    has less power for each FLOP of its peak sustains a smaller share of that peak.
    """
    peak_flop_s = _read(peak_fact(accelerator, precision), speed, is_cost=False)
    factor = _with_ratio(part.compute_factor, None if generation is None else generation.compute_ratio, speed)
    if is_sustained and part.sustained_factor is not None:
        factor *= _read(part.sustained_factor, speed, is_cost=True)
        joule = (
            joule_per_flop(accelerator) if origin is None else changed_joule_per_flop(accelerator, precision, origin)
        )
        factor *= (joule * _PER_PICO) ** -_read(part.power_exponent, "middle", is_cost=False)
        factor = max(factor, 1.0)
    return OperatorCost(
        floor_s=_with_ratio(part.floor_s, None if generation is None else generation.floor_ratio, speed)
        * (_queued(part, speed) if is_sustained else 1.0),
        s_per_flop=factor / peak_flop_s,
        s_per_byte=_read(part.memory_factor, speed, is_cost=True)
        / _read(accelerator.memory_byte_s, speed, is_cost=False),
        exponent=_read(part.exponent, speed, is_cost=False),
        s_per_unit=_read(part.unit_s, speed, is_cost=True),
        held_passes=_read(part.held_passes, speed, is_cost=True),
    )


def _with_ratio(figure: Fact | None, ratio: Fact | None, speed: Speed) -> float:
    """A cost of a class times the ratio of a generation, where that is known.

    Both are fitted together, and what one gains the other loses: their product is known better than either. So the
    ratio is read at the other end of its band, and the product never crosses its middle.
    """
    if figure is None or ratio is None:
        return _read(figure, speed, is_cost=True)
    middle = figure.value * ratio.value
    if speed == "middle":
        return middle
    other: Speed = "fast" if speed == "slow" else "slow"
    product = _read(figure, speed, is_cost=True) * _read(ratio, other, is_cost=True)
    return max(product, middle) if speed == "slow" else min(product, middle)


def generation_of(
    parts: Iterable[OperatorCoefficients], operator: str, accelerator: Accelerator
) -> OperatorCoefficients | None:
    """The ratios of a device's generation for an operator; None where there are none."""
    own = (part for part in parts if part.generation and part.operator == operator)
    return next((part for part in own if part.generation == accelerator.generation), None)


def _queued(part: OperatorCoefficients, speed: Speed) -> float:
    """Share of the floor that is left where kernels follow one another; all of it where not stated."""
    return 1.0 if part.queued_floor_share is None else _read(part.queued_floor_share, speed, is_cost=True)


@dataclass(frozen=True)
class _Coefficients:
    """Finds coefficients by class, precision and tier."""

    parts: tuple[OperatorCoefficients, ...]

    def of(self, operator: str, *precisions: str) -> OperatorCoefficients:
        for name in (operator, *SAME_AS.get(operator, ())):
            for precision in (*precisions, "any"):
                for part in self.parts:
                    if part.operator == name and part.precision == precision and not part.generation:
                        return part
        raise LookupError(operator)

    def tier(self, ending: str) -> OperatorCoefficients:
        own = [part for part in self.parts if part.operator == "collective"]
        return next((part for part in own if part.id.endswith(ending)), own[0])


def make_device(
    accelerator: Accelerator,
    coefficients: Iterable[OperatorCoefficients],
    *,
    precision: str,
    kv_precision: str,
    speed: Speed,
    expert_precision: str = "",
    core_precision: str = "",
    exchange: tuple[str, str] = ("", ""),
    origin: Accelerator | None = None,
) -> Device:
    """Costs of one accelerator at a speed; ask `lacking` first.

    Parameters
    ----------
    accelerator
        The device.
    coefficients
        Coefficients of all classes used; for collectives one part ends in `-scale-up` and one in `-scale-out`.
    precision
        Precision of products.
    kv_precision
        Precision of the cache; attention to it runs in FP8 where cache and device are that narrow, else in BF16.
    speed
        Which end of the bands.
    expert_precision
        Precision in which routed experts are stored; that of the products if empty. A device that lacks it widens
        the weights on the way to its products: narrow to read, but no faster to multiply.
    core_precision
        Precision of attention's products; BF16 if empty, where the device states it.
    exchange
        Precisions of tokens on their way to experts and of results on their way back; if empty the narrower of BF16 and
        that of experts, and BF16.
    origin
        Device whose figures were changed to make this one, as advice does; None for one as it is published.
    """
    table = _Coefficients(tuple(coefficients))
    core = core_precision or attention_precision(accelerator)
    narrow = "fp8" if kv_precision != "bf16" and accelerator.fp8_flop_s else core
    memory_byte_s = _read(accelerator.memory_byte_s, speed, is_cost=False)
    sram_byte = _read(accelerator.sram_byte, "middle", is_cost=False)
    stored_byte = BITS[expert_precision or precision] / _BITS_PER_BYTE
    engine = generation_of(table.parts, "engine", accelerator)

    def cost(operator: str, at: str) -> OperatorCost:
        part = table.of(operator, at)
        own = generation_of(table.parts, operator, accelerator)
        return operator_cost(
            accelerator, part, precision=at, speed=speed, is_sustained=True, generation=own, origin=origin
        )

    return Device(
        memory_byte=accelerator.memory_byte.value if accelerator.memory_byte else 0.0,
        memory_byte_s=memory_byte_s,
        domain=max(1, int(_read(accelerator.scale_up_domain, "middle", is_cost=False))),
        peak_flop_s=_read(peak_fact(accelerator, precision), "middle", is_cost=False),
        weight_byte=BITS[precision] / _BITS_PER_BYTE,
        gemm=cost("gemm", precision),
        grouped=cost("grouped-gemm", product_precision(accelerator, expert_precision or precision, precision)),
        prefill=cost("prefill-attention", core),
        decode=cost("decode-attention", narrow),
        elementwise=cost("elementwise", precision),
        scale_up=make_link(table.tier("-scale-up"), accelerator, speed=speed, is_sustained=True),
        scale_out=make_link(table.tier("-scale-out"), accelerator, speed=speed, is_sustained=True, is_scale_out=True),
        expert_byte=stored_byte,
        quantise=cost("quantise", precision),
        logits=cost("gemm", precision),
        cross_entropy=cost("logits", precision),
        optimiser=cost("optimiser", precision),
        softmax_width=_read(table.of("prefill-attention", core).softmax_width, speed, is_cost=True),
        dispatch_byte=BITS[exchange[0]] / _BITS_PER_BYTE if exchange[0] else min(stored_byte, WIDE),
        combine_byte=BITS[exchange[1]] / _BITS_PER_BYTE if exchange[1] else WIDE,
        host_byte_s=_read(accelerator.host_byte_s, speed, is_cost=False),
        host_memory_byte=_read(accelerator.host_memory_byte, "middle", is_cost=False),
        sram_byte=sram_byte,
        sram_reference_byte=sram_byte,
        layer_ratio=1.0 if engine is None or engine.floor_ratio is None else engine.floor_ratio.value,
        pools_ratio=1.0 if engine is None or engine.pools_ratio is None else engine.pools_ratio.value,
    )


def with_sram_reference(device: Device, reference_byte: float) -> Device:
    """The device with its figures taken to hold for another on-chip memory; unchanged where either is not known."""
    if device.sram_byte <= 0.0 or reference_byte <= 0.0:
        return device
    return dataclasses.replace(device, sram_reference_byte=reference_byte)


def make_link(
    part: OperatorCoefficients,
    accelerator: Accelerator,
    *,
    speed: Speed,
    is_sustained: bool,
    is_scale_out: bool = False,
) -> Link:
    """One tier of the network as an accelerator sees it, alone (`is_sustained` False) or among other kernels."""
    if is_scale_out:
        byte_s = _read(accelerator.scale_out_gbit_s, speed, is_cost=False) * GBIT_BYTES
    else:
        byte_s = _read(accelerator.scale_up_byte_s, speed, is_cost=False)
    return Link(
        byte_s=byte_s,
        floor_s=_read(part.floor_s, speed, is_cost=True) * (_queued(part, speed) if is_sustained else 1.0),
        latency_s=_read(part.latency_s, speed, is_cost=True),
        efficiency_share=_read(part.efficiency_share, speed, is_cost=False),
        half_size_byte=_read(part.half_size_byte, speed, is_cost=True),
    )
