"""How long does a collective operation take, inside a scale-up domain, across domains, and across further tiers?

Sizes are bytes per accelerator of the full (gathered) message. Groups larger than the domain work level by level: first
inside the domain, then between domains with the share that is left, then through what lies above (an oversubscribed
spine, another campus) with what is left then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rackwright.sizing.operators import FloatArray

__all__ = [
    "Collective",
    "Crossing",
    "Link",
    "collective_time_s",
    "dispatch_time_s",
    "hierarchical_time_s",
    "transfer_time_s",
]

Collective = Literal["all-reduce", "all-gather", "reduce-scatter", "all-to-all"]


@dataclass(frozen=True, slots=True)
class Link:
    """One tier of the network as an accelerator sees it.

    Parameters
    ----------
    byte_s
        Nominal bandwidth of one accelerator, one way [B/s].
    floor_s
        Time to launch a collective [s].
    latency_s
        Latency of one step [s].
    efficiency_share
        Share of the nominal bandwidth reached at large size, in (0, 1].
    half_size_byte
        Message at which half of that efficiency is reached [B].
    """

    byte_s: float
    floor_s: float
    latency_s: float
    efficiency_share: float
    half_size_byte: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """One tier above the first of scale-out, as a group crosses it.

    Parameters
    ----------
    inside
        Members of the group that the tier below joins.
    link
        The tier; `byte_s` may be a column.
    """

    inside: FloatArray | float
    link: Link


def collective_time_s(
    kind: Collective, members: FloatArray | float, size_byte: FloatArray | float, link: Link
) -> FloatArray:
    """Time of one collective in one tier [s]; zero for a group of one or an empty message.

    Parameters
    ----------
    kind
        The operation.
    members
        Accelerators n in the group, >= 1.
    size_byte
        Message S [B]: what is reduced or gathered, or what one member sends to all in an all-to-all.
    link
        The tier.

    Notes
    -----
    t = floor + latency k(n) + f(n) S / (bw e(S)) with e(S) = efficiency / (1 + sqrt(half / S)). f is 2(n-1)/n for an
    all-reduce, else (n-1)/n; k is 2 log2 n, log2 n, and 1 for an all-to-all. The square root fits published NCCL
    measurements from 2 kB to 1 GB; with half / S in its place small messages come out three times too slow.
    """
    n = np.maximum(np.asarray(members, dtype=np.float64), 1.0)
    size = np.asarray(size_byte, dtype=np.float64)
    volume = (2.0 if kind == "all-reduce" else 1.0) * (n - 1.0) / n * size
    steps = np.ones_like(n) if kind == "all-to-all" else (2.0 if kind == "all-reduce" else 1.0) * np.log2(n)
    # S (1 + sqrt(half / S)) = S + sqrt(half S), which needs no division by an empty message.
    padded = volume * (1.0 + np.sqrt(link.half_size_byte / np.maximum(size, 1.0)))
    time_s = link.floor_s + link.latency_s * steps + padded / (link.byte_s * link.efficiency_share)
    return np.where((n > 1.0) & (size > 0.0), time_s, 0.0)


def hierarchical_time_s(
    kind: Collective,
    members: FloatArray | float,
    local: FloatArray | float,
    size_byte: FloatArray | float,
    *,
    scale_up: Link,
    scale_out: Link,
    beyond: tuple[Crossing, ...] = (),
) -> FloatArray:
    """Time of a collective whose group spans scale-up domains [s].

    Parameters
    ----------
    kind
        The operation.
    members
        Accelerators in the group.
    local
        How many of them share one scale-up domain, in [1, members].
    size_byte
        Message [B] as for `collective_time_s`.
    scale_up, scale_out
        The two tiers.
    beyond
        Tiers above them, from the nearest on.

    Notes
    -----
    Reductions and gathers: the whole message inside the domain, then 1/local of it between domains, then what is left
    of it through each tier above, one after the other. All-to-all: what stays and what leaves run side by side, so the
    slowest counts.
    """
    n = np.asarray(members, dtype=np.float64)
    near = np.minimum(np.asarray(local, dtype=np.float64), n)
    size = np.asarray(size_byte, dtype=np.float64)
    far = np.ceil(n / near)
    if kind == "all-to-all":
        inside = collective_time_s(kind, near, size * near / n, scale_up)
        # far domains get (n - near) / n of the message, which is (far - 1) / far of it for whole domains
        outside = np.maximum(inside, collective_time_s(kind, far, size, scale_out))
        for tier in beyond:
            blocks = np.ceil(n / np.clip(tier.inside, near, n))
            outside = np.maximum(outside, collective_time_s(kind, blocks, size, tier.link))
        return outside
    if not beyond:
        return collective_time_s(kind, near, size, scale_up) + collective_time_s(kind, far, size / near, scale_out)
    total, joined, link = collective_time_s(kind, near, size, scale_up), near, scale_out
    for tier in beyond:
        inside = np.clip(tier.inside, joined, n)
        total = total + collective_time_s(kind, np.ceil(inside / joined), size / joined, link)
        joined, link = inside, tier.link
    return total + collective_time_s(kind, np.ceil(n / joined), size / joined, link)


def dispatch_time_s(
    members: FloatArray | float,
    local: FloatArray | float,
    token_byte: FloatArray | float,
    copies: FloatArray | float,
    *,
    scale_up: Link,
    scale_out: Link,
    beyond: tuple[Crossing, ...] = (),
) -> FloatArray:
    """Time to send every token of a rank to its experts, or to bring the results back [s].

    Parameters
    ----------
    members
        Ranks n the experts are spread over.
    local
        How many of them share one scale-up domain.
    token_byte
        Bytes of all tokens of the rank, each counted once.
    copies
        Experts k each token goes to.
    scale_up, scale_out
        The two tiers.
    beyond
        Tiers above them, from the nearest on; their blocks take the place of domains.

    Notes
    -----
    Between domains a token travels once to each other domain that holds at least one of its experts, and is handed on
    inside: with D domains and uniform routing that is (D - 1) (1 - (1 - 1/D)^k) copies, and inside a domain at most
    one copy for each rank: l (1 - (1 - 1/n)^k) D. Both parts run side by side, so the slower counts.
    """
    n = np.maximum(np.asarray(members, dtype=np.float64), 1.0)
    near = np.minimum(np.asarray(local, dtype=np.float64), n)
    far = np.ceil(n / near)
    reached = n * (1.0 - (1.0 - 1.0 / n) ** copies)
    longest = collective_time_s("all-to-all", near, token_byte * reached, scale_up)
    for blocks, link in ((far, scale_out), *((np.ceil(n / np.clip(row.inside, near, n)), row.link) for row in beyond)):
        sent = token_byte * blocks * (1.0 - (1.0 - 1.0 / blocks) ** copies)
        longest = np.maximum(longest, collective_time_s("all-to-all", blocks, sent, link))
    return longest


def transfer_time_s(size_byte: FloatArray | float, link: Link) -> FloatArray:
    """Time to send a message to one neighbour [s]; zero for an empty message."""
    size = np.asarray(size_byte, dtype=np.float64)
    padded = size * (1.0 + np.sqrt(link.half_size_byte / np.maximum(size, 1.0)))
    return np.where(size > 0.0, link.latency_s + padded / (link.byte_s * link.efficiency_share), 0.0)
