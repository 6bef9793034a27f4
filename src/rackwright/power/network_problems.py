"""Which elements of a network cannot be solved, and what would repair them? The rest of the network still is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.power.ac_network import AcNetwork

__all__ = ["MOST_NAMED", "NetworkProblem", "flow_problems", "islands", "unstated"]

BoolArray = npt.NDArray[np.bool_]
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class NetworkProblem:
    """One element that is left out.

    Parameters
    ----------
    element
        Line, transformer, branch or bus with its number in its table, from 0.
    rule, repair
        What is wrong with it, and what would mend it.
    """

    element: str
    rule: str
    repair: str


def flow_problems(network: AcNetwork, is_fed: BoolArray) -> tuple[NetworkProblem, ...]:
    """Lines and transformers without an impedance, and buses no source reaches.

    Parameters
    ----------
    network
        Network of a power flow.
    is_fed
        True for each bus with a source, shape (n_buses,).
    """
    is_open, lines = ~network.is_stated, network.lines.start.size
    return (*unstated("line", is_open[:lines]), *unstated("transformer", is_open[lines:]), *islands(is_fed))


def unstated(kind: str, is_open: BoolArray) -> Iterator[NetworkProblem]:
    """A problem for each branch without an impedance."""
    for number in np.flatnonzero(is_open).tolist():
        rule = "has no impedance, and is left open"
        yield NetworkProblem(
            f"{kind} {number}", rule, "give its resistance and reactance, or its short-circuit voltage"
        )


def islands(is_fed: BoolArray) -> Iterator[NetworkProblem]:
    """A problem for each bus that no source reaches."""
    for number in np.flatnonzero(~is_fed).tolist():
        rule = "has no source, and neither voltage nor fault current"
        yield NetworkProblem(f"bus {number}", rule, "connect it to a bus that is fed, or give it a source")
