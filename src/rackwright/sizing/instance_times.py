"""How long do decode, prompts and waits of serving instances take, and which instances are there to try?

Prefill and decode share an instance with continuous batching. TPOT is the mean time between the tokens of an answer
after its first: (latency - time to first token) / (tokens - 1).
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.architecture import Shape
from rackwright.sizing.decode import DECODE_TERMS, Instance, Request, decode_terms, prefill_time_s
from rackwright.sizing.device import Device
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.queueing import MEAN, Station, Waiting, largest_load
from rackwright.sizing.space import tensor_degrees

__all__ = [
    "SERVING_TERMS",
    "LengthClass",
    "ServingCase",
    "ServingTimes",
    "instances",
    "prompt_times",
    "serving_times",
    "step_terms",
]

LARGEST_BATCH = 8192
BATCH_STEPS_PER_DOUBLING = 4
WHOLE = 1e-9
SERVING_TERMS = (*DECODE_TERMS, "draft")
"""Terms of a step: those of decode, and drafting."""


@dataclass(frozen=True, slots=True)
class LengthClass:
    """Requests of one length, and their share of all requests."""

    share: float
    input_tokens: float
    output_tokens: float


@dataclass(frozen=True, slots=True)
class ServingCase:
    """One serving demand: the model, its mean request and its limits.

    Parameters
    ----------
    shape, request
        Model and mean request; its context is the mean over the time that requests spend in decode.
    ttft_s, tpot_s
        Limits of the time to first token and per output token after it.
    software
        Share of the predicted speed that today's software reaches.
    availability
        Share of accelerators in service on average.
    mix
        Classes of request length; none stands for one class of the mean request.
    quantile
        Share of requests that must see their first token within its limit; `MEAN` holds the mean to it.
    arrival_cv2
        Squared coefficient of variation of the gaps between arrivals; 1 for random arrivals, more for bursts.
    chunk_tokens
        Prompt tokens computed beside one decode step (chunked prefill); 0 computes a prompt in one go.
    draft_share
        Time of drafting for one decode step over the step itself (speculative decoding).
    most_domains
        Scale-up domains that the experts of one instance may span.
    """

    shape: Shape
    request: Request
    ttft_s: float
    tpot_s: float
    software: float
    availability: float
    mix: tuple[LengthClass, ...] = ()
    quantile: float = MEAN
    arrival_cv2: float = 1.0
    chunk_tokens: float = 0.0
    draft_share: float = 0.0
    most_domains: int = 1

    @property
    def classes(self) -> tuple[LengthClass, ...]:
        """Classes of request length, at least one."""
        return self.mix or (LengthClass(1.0, self.request.input_tokens, self.request.output_tokens),)

    @property
    def class_share(self) -> FloatArray:
        """Share of each class."""
        return np.array([row.share for row in self.classes])


@dataclass(frozen=True)
class ServingTimes:
    """Times of instances: terms of a step (`SERVING_TERMS`) in rows, one column per instance.

    Parameters
    ----------
    prefill_s
        Mean time to compute a prompt, without what runs beside it.
    tpot_s
        Mean time between the tokens of an answer after its first: (latency - time to first token) / (tokens - 1).
    ttft_s
        Time to first token as its limit asks for it: the mean, or the quantile of the case.
    pause_s
        Longest time between two tokens: a step with a whole prompt, or with one chunk of it.
    rate_tok_s
        Output tokens per second of the whole instance.
    waiting
        How the time to first token is spread.
    """

    terms: FloatArray
    step_s: FloatArray
    prefill_s: FloatArray
    tpot_s: FloatArray
    ttft_s: FloatArray
    pause_s: FloatArray
    rate_tok_s: FloatArray
    waiting: Waiting

    def take(self, index: NDArray[np.int64]) -> ServingTimes:
        """The columns with these indices."""
        return ServingTimes(
            terms=self.terms[:, index],
            step_s=self.step_s[index],
            prefill_s=self.prefill_s[index],
            tpot_s=self.tpot_s[index],
            ttft_s=self.ttft_s[index],
            pause_s=self.pause_s[index],
            rate_tok_s=self.rate_tok_s[index],
            waiting=self.waiting.take(index),
        )


def instances(shape: Shape, domain: int, most_domains: int = 1) -> Instance:
    """Every instance to try: tensor degrees within a domain, groups that fit the domains, batches four to a doubling.

    Mixture models may spread over the groups of one scale-up domain, or of several; dense ones have a single group.
    """
    batches = np.unique(np.round(2.0 ** (np.arange(math.log2(LARGEST_BATCH) * BATCH_STEPS_PER_DOUBLING + 1) / 4.0)))
    rows = []
    for tensor in tensor_degrees(shape, domain):
        limits = [min(domain * (k + 1), int(shape.experts)) // int(tensor) for k in range(most_domains)]
        most = limits[-1] if shape.is_moe else 1
        groups = [2**k for k in range(max(most, 1).bit_length())] + (limits if shape.is_moe else [1])
        for count in sorted({g for g in groups if 1 <= g <= max(most, 1)}):
            own = np.unique(np.maximum(batches, 1.0)) * count
            rows.append(np.stack([np.full_like(own, tensor), np.full_like(own, count), own]))
    tensor_column, group_column, batch_column = np.concatenate(rows, axis=1)
    return Instance(tensor_column, group_column, batch_column)


def step_terms(case: ServingCase, device: Device, instance: Instance) -> tuple[FloatArray, FloatArray]:
    """Terms of a decode step (`SERVING_TERMS`) with drafting, and their sum [s]."""
    terms = decode_terms(case.shape, device, case.request, instance) / case.software
    step_s: FloatArray = np.zeros(terms.shape[1])
    for row in terms:
        step_s = step_s + row
    draft_s = case.draft_share * step_s
    return np.concatenate([terms, draft_s[None]]), step_s + draft_s


def prompt_times(case: ServingCase, device: Device, instance: Instance) -> tuple[FloatArray, FloatArray]:
    """Time to compute a prompt of each class in its chunks, and the number of chunks, shape (n_classes, n_instances).

    A chunk attends to what was computed before it: it is timed at the mean of that over the chunks of a prompt.
    """
    times, chunks = [], []
    for row in case.classes:
        cached = row.input_tokens * case.request.cached_share
        new = max(1.0, row.input_tokens - cached)
        size = min(new, case.chunk_tokens) if case.chunk_tokens > 0.0 else new
        past = cached + (new - size) / 2.0
        part = dataclasses.replace(
            case.request, input_tokens=past + size, cached_share=past / (past + size), context_tokens=0.0
        )
        count = new / size
        times.append(count * prefill_time_s(case.shape, device, part, instance) / case.software)
        chunks.append(np.full_like(instance.tensor, math.ceil(count - WHOLE)))
    return np.stack(times), np.stack(chunks)


def serving_times(case: ServingCase, device: Device, instance: Instance) -> ServingTimes:
    """Decode step, prefill, TPOT, TTFT and rate of instances; rate 0 where no load keeps the TTFT limit.

    Notes
    -----
    Each sequence that ends is replaced by one whose prompt must be computed in between: per output token that is
    b t_prefill / OSL with b sequences in the group, so TPOT = t_step / a + b t_prefill / OSL with a accepted tokens a
    step. TTFT = one step that is under way + prompt + wait in the queue of the group at the load r that prompts put on
    it (`mean_wait_s`, one server). With chunks the prompt also takes one step for each of them. Where r at the full
    rate b / TPOT would break the TTFT limit, requests are admitted more slowly: the rate is that of the largest r
    allowed. Software maturity divides all times.
    """
    request = case.request
    terms, step_s = step_terms(case, device, instance)
    prompt_s, chunks = prompt_times(case, device, instance)
    prefill_s = case.class_share @ prompt_s
    tpot_s = step_s / request.tokens_per_step + instance.group_batch * prefill_s / request.output_tokens
    is_chunked = case.chunk_tokens > 0.0
    busy_s = prompt_s + chunks * step_s if is_chunked else prompt_s
    base_s = np.zeros_like(step_s) if is_chunked else step_s
    station = Station(case.class_share, base_s, busy_s, np.ones_like(step_s), case.arrival_cv2)
    most_load = largest_load(station, case.ttft_s, case.quantile)
    service_s = station.mean_service_s
    load = np.minimum(instance.group_batch * service_s / request.output_tokens / tpot_s, most_load)
    waiting = station.waiting(load)
    rate = np.minimum(instance.group_batch / tpot_s, most_load * request.output_tokens / service_s)
    longest_s = (prompt_s / chunks).max(axis=0)
    return ServingTimes(
        terms=terms,
        step_s=step_s,
        prefill_s=prefill_s,
        tpot_s=tpot_s,
        ttft_s=waiting.quantile_s(case.quantile),
        pause_s=step_s + longest_s,
        rate_tok_s=instance.groups * rate,
        waiting=waiting,
    )
