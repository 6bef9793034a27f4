"""How long do requests wait when prefill and decode are pools apart, or when a fixed number of users takes turns?

A closed loop has a fixed number of users, each with one request at a time: whoever has received the last token asks
again. A burst is the beginning of such a test, when all users ask at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rackwright.sizing.operators import FloatArray

__all__ = ["Pools", "closed_loop_wait_s", "exposed_transfer_s", "match_pools", "transfer_ttft_s"]

ROUNDS = 60
"""Rounds of the fixed point below; it contracts, and 60 leave less than a millionth."""


def closed_loop_wait_s(
    users: FloatArray | float, service_s: FloatArray | float, away_s: FloatArray | float, *, randomness: float
) -> FloatArray:
    """Time a request waits for a server that `users` share, besides being served [s].

    Parameters
    ----------
    users
        Users of one server, >= 1 (a fraction of a user counts as none waiting).
    service_s
        Time the server needs for a request [s].
    away_s
        Time a user spends elsewhere before asking again: the decode of its answer [s].
    randomness
        Share of the others' queue that a request finds before it: 1 for random arrivals and service, less for
        regular ones.

    Notes
    -----
    Approximate mean value analysis (Schweitzer 1979): R = s (1 + r Q (C - 1)/C), Q = C R / (R + Z), iterated.
    """
    count, service, away = (np.asarray(value, dtype=np.float64) for value in (users, service_s, away_s))
    others = np.maximum(count - 1.0, 0.0) / np.maximum(count, 1.0)
    response = service * np.ones_like(count * away)
    for _ in range(ROUNDS):
        queue = count * response / np.maximum(response + away, 1e-12)
        response = 0.5 * response + 0.5 * service * (1.0 + randomness * others * queue)
    # A saturated server gives each user one turn a round, whatever the order: C s - Z is the least response.
    return np.maximum(response, count * service - away) - service


@dataclass(frozen=True, slots=True)
class Pools:
    """Prefill and decode instances in a whole-number ratio, and what the smaller side leaves unused."""

    prefill: int
    decode: int
    rate_per_s: float
    idle_share: float


def match_pools(prefill_per_s: float, decode_per_s: float, *, most: int) -> Pools:
    """The ratio of prefill to decode instances, of at most `most` in all, that serves most requests per instance.

    Parameters
    ----------
    prefill_per_s, decode_per_s
        Requests per second that one instance of either kind takes, > 0.
    most
        Instances of both kinds together, >= 2.

    Notes
    -----
    rate = min(n_p r_p, n_d r_d); the best ratio is near r_d : r_p. Equal rates per instance prefer the smaller pools.

    Examples
    --------
    >>> pools = match_pools(2.0, 1.0, most=6)
    >>> pools.prefill, pools.decode, pools.rate_per_s
    (1, 2, 2.0)
    """
    best = (0.0, 0, 1, 1)
    for total in range(2, most + 1):
        for prefill in {
            max(1, min(total - 1, n)) for n in _near(total * decode_per_s / (prefill_per_s + decode_per_s))
        }:
            rate = min(prefill * prefill_per_s, (total - prefill) * decode_per_s)
            best = max(
                best, (rate / total, -total, prefill, total - prefill), key=lambda row: (round(row[0], 12), row[1])
            )
    rate_each, _, prefill, decode = best
    rate = rate_each * (prefill + decode)
    offered = max(prefill * prefill_per_s, decode * decode_per_s)
    return Pools(prefill, decode, rate, 1.0 - rate / offered)


def _near(number: float) -> tuple[int, int]:
    return math.floor(number), math.ceil(number)


def transfer_ttft_s(
    prefill_s: FloatArray, wait_s: FloatArray, cache_byte: FloatArray | float, link_byte_s: float, layers: float
) -> FloatArray:
    """Time to first token with pools apart: wait, prefill, and what of the cache transfer it cannot hide [s].

    The cache of a layer is sent while the next one is computed, so the last layer's share always counts.
    """
    transfer_s = np.asarray(cache_byte, dtype=np.float64) / link_byte_s
    total: FloatArray = wait_s + prefill_s + exposed_transfer_s(prefill_s, transfer_s, layers)
    return total


def exposed_transfer_s(prefill_s: FloatArray, transfer_s: FloatArray, layers: float) -> FloatArray:
    """What of a cache transfer the computation of the prompt does not hide: the last layer's part, and any excess."""
    exposed: FloatArray = np.maximum(transfer_s - prefill_s, 0.0) + np.minimum(transfer_s, prefill_s) / layers
    return exposed
