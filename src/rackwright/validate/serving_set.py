"""Which latencies does the product say many published serving rows have? All rows are timed side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.catalog import Catalog
from rackwright.catalog.parts import OperatorCoefficients, PlanningRules
from rackwright.catalog.software import SoftwareStack
from rackwright.sizing import Device, Shape, make_device
from rackwright.sizing.columns import side_by_side
from rackwright.sizing.decode import Instance, Request, decode_terms, instance_memory_byte, prefill_time_s
from rackwright.sizing.device import peak_fact
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.pools import closed_loop_wait_s
from rackwright.validate.inference_rows import InferenceRow
from rackwright.validate.training_set import value_of

__all__ = ["ServingSet"]


@dataclass(frozen=True)
class _Group:
    """Rows whose models take the same formulas."""

    owner: np.ndarray
    shape: Shape
    rows: tuple[InferenceRow, ...]
    decode: Instance
    prefill: Instance
    servers: FloatArray
    users: FloatArray
    is_apart: FloatArray


class ServingSet:
    """Published rows laid out once and timed with any catalog.

    Parameters
    ----------
    rows
        Configurations of a file of the form of `inference.csv`.
    """

    def __init__(self, rows: Sequence[InferenceRow]) -> None:
        self.rows = tuple(rows)
        keys = [(r.shape.is_mla, r.shape.is_moe, r.shape.is_tied, r.kv_precision) for r in rows]
        self._groups = tuple(_group(rows, [i for i, key in enumerate(keys) if key == k]) for k in sorted(set(keys)))

    def overloaded(self, catalog: Catalog) -> FloatArray:
        """1 for rows with more users than the memory of the stated instances holds: they must have had more of them."""
        found = np.zeros(len(self.rows))
        coefficients = catalog.all(OperatorCoefficients)
        for group in self._groups:
            device = side_by_side([_device(row, coefficients, {}) for row in group.rows])
            request = side_by_side([_request(row, None, 1.0) for row in group.rows])
            found[group.owner] = _running(group, device, request).batch < group.decode.batch
        return found

    def unexplained(self) -> NDArray[np.bool_]:
        """True for rows whose time to the first token no load of theirs explains, see `_longest_wait_s`."""
        return np.array([row.ttft_s is not None and row.ttft_s > _longest_wait_s(row) for row in self.rows])

    def predict(self, catalog: Catalog) -> tuple[FloatArray, FloatArray]:
        """Times per output token and to the first token [s] of the rows.

        Sequences beyond what the memory holds wait for a place: fewer run at once, and the others lengthen the wait.
        """
        tpot, ttft = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        coefficients = catalog.all(OperatorCoefficients)
        rules = catalog.get(PlanningRules, "planning-rules")
        known: dict[tuple[str, str, str], Device] = {}
        for group in self._groups:
            device = side_by_side([_device(row, coefficients, known) for row in group.rows])
            tpot[group.owner], ttft[group.owner] = _latencies(group, device, catalog, rules)
        return tpot, ttft


def _longest_wait_s(row: InferenceRow) -> float:
    """A second, and the prompts of all users one after another at a tenth of the peak of what computes prompts [s].

    Only columns of the row are used. Whoever waits longer waited for something that the row does not state.
    """
    pool = row.prefill or row.decode
    peak = peak_fact(row.accelerator, row.precision)
    if peak is None:
        return np.inf
    flop = model_flop_per_token(row.shape, row.input_tokens / 2.0) * row.input_tokens * row.users
    return OUTSIDE_S + flop / (LEAST_SHARE * peak.value * pool.count * pool.tensor * pool.groups)


OUTSIDE_S, LEAST_SHARE = 1.0, 0.1


def _group(rows: Sequence[InferenceRow], members: list[int]) -> _Group:
    own = tuple(rows[index] for index in members)

    def column(numbers: list[float]) -> FloatArray:
        return np.array(numbers, dtype=np.float64)

    prefill = [row.prefill or row.decode for row in own]
    one = np.ones(len(own))
    return _Group(
        owner=np.array(members),
        shape=side_by_side([row.shape for row in own]),
        rows=own,
        decode=Instance(
            column([row.decode.tensor for row in own]),
            column([row.decode.groups for row in own]),
            column([max(row.users / row.decode.count, 1.0) for row in own]),
        ),
        prefill=Instance(column([pool.tensor for pool in prefill]), column([pool.groups for pool in prefill]), one),
        servers=column([pool.count * pool.groups for pool in prefill]),
        users=column([row.users for row in own]),
        is_apart=column([float(row.prefill is not None) for row in own]),
    )


def _device(
    row: InferenceRow, coefficients: tuple[OperatorCoefficients, ...], known: dict[tuple[str, str, str], Device]
) -> Device:
    key = (row.accelerator.id, row.precision, row.expert_precision)
    if key not in known:
        known[key] = make_device(
            row.accelerator,
            coefficients,
            precision=row.precision,
            kv_precision=row.kv_precision,
            speed="middle",
            expert_precision=row.expert_precision,
        )
    return known[key]


def _latencies(group: _Group, device: Device, catalog: Catalog, rules: PlanningRules) -> tuple[FloatArray, FloatArray]:
    stacks = [None if row.stack is None else catalog.get(SoftwareStack, row.stack.id) for row in group.rows]
    imbalance = value_of(rules.expert_imbalance, 1.0)
    pairs = zip(group.rows, stacks, strict=True)
    request = side_by_side([_request(row, stack, imbalance) for row, stack in pairs])
    running = _running(group, device, request)
    step_s = decode_terms(group.shape, device, request, running).sum(axis=0)
    users = np.maximum(group.users / group.servers, 1.0)
    prefill_s, tpot_s = _prompts(group, device, request, running, step_s)
    away_s = request.output_tokens * tpot_s
    wait_s = closed_loop_wait_s(users, prefill_s, away_s, randomness=value_of(rules.queue_randomness, 1.0))
    burst_s = value_of(rules.burst_share, 0.0) * (users - 1.0) / 2.0 * prefill_s
    ahead = group.decode.batch / running.batch - 1.0
    outside = np.array([0.0 if stack is None else value_of(stack.request_s, 0.0) for stack in stacks])
    apart = np.array([0.0 if stack is None else value_of(stack.pools_s, 0.0) for stack in stacks])
    ttft_s = (
        outside + group.is_apart * device.pools_ratio * apart + step_s + prefill_s + wait_s + burst_s + ahead * away_s
    )
    return tpot_s, ttft_s


def _prompts(
    group: _Group, device: Device, request: Request, running: Instance, step_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Time of a prompt, and per output token: groups that wait for no prompt leave their experts to the others.

    The share of groups that compute prompts follows from the time of a prompt and the other way round.
    """
    alone_s, full_s = (
        prefill_time_s(group.shape, device, request, group.prefill, busy_share=busy) for busy in (0.0, 1.0)
    )
    users = np.maximum(group.users / group.servers, 1.0)
    busy: FloatArray = np.ones_like(full_s)
    for _ in range(ROUNDS):
        prefill_s = alone_s + busy * (full_s - alone_s)
        mixed = (1.0 - group.is_apart) * running.group_batch * prefill_s / request.output_tokens
        tpot_s = step_s + mixed
        busy = 0.5 * busy + 0.5 * np.minimum(users * prefill_s / (prefill_s + request.output_tokens * tpot_s), 1.0)
    return prefill_s, tpot_s


ROUNDS = 20
"""Rounds of the fixed point above; each halves what is left."""


def _request(row: InferenceRow, stack: SoftwareStack | None, imbalance: float) -> Request:
    return Request(
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cached_share=0.0,
        tokens_per_step=1.0,
        verified_per_step=1.0,
        kv_precision=row.kv_precision,
        imbalance=imbalance,
        layer_s=0.0 if stack is None else value_of(stack.layer_s, 0.0),
        moe_layer_s=0.0 if stack is None else value_of(stack.moe_layer_s, 0.0),
        prefill_factor=1.0 if stack is None else value_of(stack.prefill_factor, 1.0),
    )


def _running(group: _Group, device: Device, request: Request) -> Instance:
    """Sequences that decode at once: all users, or as many as the memory holds."""
    weights, total = instance_memory_byte(group.shape, device, request, group.decode)
    each = (total - weights) / group.decode.batch
    most = np.maximum(np.floor((device.memory_byte - weights) / np.maximum(each, 1.0)), 1.0)
    batch = np.where(most >= group.decode.batch, group.decode.batch, np.maximum(most, group.decode.groups))
    return Instance(group.decode.tensor, group.decode.groups, np.minimum(batch, group.decode.batch))
