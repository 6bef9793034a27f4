"""How do the leaves of a torus stand: along which directions, with how many neighbours, and what lies across a cut?"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["even_dims", "torus_cut", "torus_degree"]


def torus_degree(dims: Sequence[int]) -> int:
    """Neighbours of a leaf in a torus: two in each direction, one where it has two leaves."""
    return sum(min(length, 3) - 1 for length in dims)


def torus_cut(dims: Sequence[int]) -> int:
    """Pairs of neighbours on two sides of the narrowest cut across a direction of a torus.

    Examples
    --------
    >>> torus_cut((4, 4, 2)), torus_cut((2, 2))
    (16, 2)
    """
    total = math.prod(dims)
    return min((total // length * (min(length, 3) - 1) for length in dims if length > 1), default=0)


def even_dims(leaves: int) -> tuple[int, ...]:
    """The three directions whose longest is shortest, then whose sum is.

    Examples
    --------
    >>> even_dims(32), even_dims(7)
    ((4, 4, 2), (7, 1, 1))
    """
    divisors = [part for part in range(1, leaves + 1) if leaves % part == 0]
    triples = ((a, b, leaves // (a * b)) for a in divisors for b in divisors if leaves % (a * b) == 0)
    return min((tuple(sorted(dims, reverse=True)) for dims in triples), key=lambda dims: (dims[0], sum(dims)))
