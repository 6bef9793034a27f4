"""What rate, or power, does the product give for published rows whose lengths or load must be assumed?

A system is given the best of its instances that keep the limits; a pool as many requests as it states or holds. The
mean time per token stands for the 99 % point that some limits name. The band spans all assumed lengths and the error
of left-out serving rows.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Fact, OperatorCoefficients, PlanningRules
from rackwright.sizing import Device, make_device
from rackwright.sizing.decode import Instance, Request, decode_terms, instance_memory_byte, prefill_time_s
from rackwright.sizing.queueing import MEAN
from rackwright.sizing.serving import NoService, Service, ServingCase, ServingRack, find_service
from rackwright.validate.figures import Scored
from rackwright.validate.inference_rows import dense_precision
from rackwright.validate.rate_rows import RateRow
from rackwright.validate.training_set import value_of

__all__ = ["RateAnswer", "answer_rates"]

NINETY_NINE = 0.99


@dataclass(frozen=True)
class RateAnswer:
    """A row with its published and predicted figure, or why there is no prediction."""

    row: RateRow
    scored: Scored | None
    reason: str = ""


@dataclass(frozen=True)
class _Context:
    """What all rows are answered with."""

    rules: PlanningRules
    coefficients: tuple[OperatorCoefficients, ...]
    rows: tuple[RateRow, ...]

    @property
    def reserve_share(self) -> float:
        """Memory that stays free."""
        return value_of(self.rules.buffer_memory_share, 0.0) + value_of(self.rules.fragmentation_share, 0.0)


def answer_rates(rows: Sequence[RateRow], catalog: Catalog) -> tuple[RateAnswer, ...]:
    """Every row answered at the middle of its lengths, with a band over all of them."""
    context = _Context(catalog.get(PlanningRules, "planning-rules"), catalog.all(OperatorCoefficients), tuple(rows))
    return tuple(_answer(row, context) for row in rows)


def _answer(row: RateRow, context: _Context) -> RateAnswer:
    middle = _figure(row, context, row.input_tokens[1], row.output_tokens[1])
    if middle <= 0.0:
        return RateAnswer(row, None, "no instance of the stated accelerators keeps the limits or fits the memory")
    corners = itertools.product(sorted(set(row.input_tokens)), sorted(set(row.output_tokens)))
    every = [_figure(row, context, *corner) for corner in corners]
    if row.kind == "power":
        low, high = _power_band(row, context)
        return RateAnswer(row, Scored(row.value, middle, min(low, *every), max(high, *every)))
    slow, fast = _error_band(context.rules.tpot_error)
    return RateAnswer(row, Scored(row.value, middle, min(every) * slow, max(every) * fast))


def _error_band(error: Fact | None) -> tuple[float, float]:
    """Rates at the ends of measured over predicted time per token, over the middle."""
    low, high = (1.0, 1.0) if error is None else error.band
    return 1.0 / high, 1.0 / low


def _figure(row: RateRow, context: _Context, input_tokens: float, output_tokens: float) -> float:
    """The row's figure at one pair of lengths; 0 where nothing serves."""
    request = _request(row, context, input_tokens, output_tokens)
    if row.kind == "prefill":
        return row.counted * _prefill_tok_s(row, context, request)
    if row.kind in ("decode", "user"):
        per_accel, per_user = _decode_tok_s(row, context, request)
        return per_user if row.kind == "user" else row.counted * per_accel
    if row.kind == "fleet":
        return _fleet_tok_s(row, context)
    found = _service(row, context, request)
    if found is None:
        return 0.0
    return found.rack_tok_s if row.kind == "service" else _power_w(row, context)


def _request(row: RateRow, context: _Context, input_tokens: float, output_tokens: float) -> Request:
    stack = row.stack
    return Request(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_share=row.cached_share,
        tokens_per_step=1.0,
        verified_per_step=1.0,
        kv_precision="bf16" if row.stored == "bf16" else "fp8",
        imbalance=value_of(context.rules.expert_imbalance, 1.0),
        layer_s=0.0 if stack is None else value_of(stack.layer_s, 0.0),
        moe_layer_s=0.0 if stack is None else value_of(stack.moe_layer_s, 0.0),
        prefill_factor=1.0 if stack is None else value_of(stack.prefill_factor, 1.0),
    )


def _device(row: RateRow, context: _Context, request: Request) -> Device:
    return make_device(
        row.accelerator,
        context.coefficients,
        precision=dense_precision(row.accelerator, row.stored, is_moe=row.shape.is_moe),
        kv_precision=request.kv_precision,
        speed="middle",
        expert_precision=row.stored if row.shape.is_moe else "",
    )


def _service(row: RateRow, context: _Context, request: Request) -> Service | None:
    """The best instance of a system: none spans more accelerators than it has."""
    device = _device(row, context, request)
    own = dataclasses.replace(device, domain=min(device.domain, int(row.accels)))
    quantile = NINETY_NINE if math.isfinite(row.ttft_s) else MEAN
    case = ServingCase(row.shape, request, row.ttft_s, row.tpot_s, 1.0, 1.0, quantile=quantile)
    found = find_service(case, own, ServingRack(int(row.accels), context.reserve_share))
    return None if isinstance(found, NoService) else found


def _power_w(row: RateRow, context: _Context) -> float:
    """Power of a server: halfway between its accelerators alone and all that a facility feeds for them."""
    return sum(_power_band(row, context)) / 2.0


def _power_band(row: RateRow, context: _Context) -> tuple[float, float]:
    """Accelerators alone where memory binds, and the facility's power of as many accelerators."""
    own = value_of(row.accelerator.power_w, 0.0)
    least = own * value_of(context.rules.memory_power_share, 1.0)
    return row.accels * least, row.accels * value_of(row.accelerator.all_in_w, own)


def _prefill_tok_s(row: RateRow, context: _Context, request: Request) -> float:
    """Prompt tokens a second of one accelerator of a pool that always computes prompts, cached ones counted."""
    pool = Instance(np.ones(1), np.array([row.accels]), np.array([row.accels]))
    seconds = prefill_time_s(row.shape, _device(row, context, request), request, pool)
    return request.input_tokens / float(seconds[0])


def _decode_tok_s(row: RateRow, context: _Context, request: Request) -> tuple[float, float]:
    """Output tokens a second of one accelerator of a decode pool, and of one user; 0 where the model does not fit."""
    device = _device(row, context, request)
    pool = Instance(np.ones(1), np.array([row.accels]), np.array([max(row.users, row.accels)]))
    if row.users <= 0.0:
        pool = _filled(row, device, request, pool, context.reserve_share)
    step_s = float(decode_terms(row.shape, device, request, pool).sum(axis=0)[0])
    batch = float(pool.batch[0])
    return (batch / step_s / row.accels, 1.0 / step_s) if batch > 0.0 else (0.0, 0.0)


def _filled(row: RateRow, device: Device, request: Request, pool: Instance, reserve_share: float) -> Instance:
    """A pool with as many requests as its memory holds."""
    weights, total = instance_memory_byte(row.shape, device, request, pool)
    each = (total - weights) / pool.batch
    room = np.maximum(device.memory_byte * (1.0 - reserve_share) - weights, 0.0)
    return Instance(pool.tensor, pool.groups, np.floor(room / each))


def _fleet_tok_s(row: RateRow, context: _Context) -> float:
    """Output tokens a second of a fleet split so that prompts and answers keep pace, from its source's own pools."""
    parts = {other.kind: other for other in context.rows if other.source == row.source}
    if "prefill" not in parts or "decode" not in parts:
        return 0.0
    pairs = (parts["prefill"], parts["decode"])
    requests = [_request(part, context, part.input_tokens[1], part.output_tokens[1]) for part in pairs]
    prompts = _prefill_tok_s(pairs[0], context, requests[0])
    answers = _decode_tok_s(pairs[1], context, requests[1])[0]
    return row.accels / (row.input_tokens[1] / row.output_tokens[1] / prompts + 1.0 / answers)
