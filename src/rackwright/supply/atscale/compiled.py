"""Which loops are compiled? All that are marked, where a compiler is installed (extra `fast`); else they are Python.

Every compiled loop over rows writes only its own row, so results do not depend on the number of threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HAS_COMPILER", "compiled", "compiled_row", "rows_in_parallel"]

Function = TypeVar("Function", bound="Callable[..., Any]")

try:
    from numba import njit, prange

    HAS_COMPILER = True
    rows_in_parallel = prange
except ImportError:
    HAS_COMPILER = False
    rows_in_parallel = range


def compiled(function: Function) -> Function:
    """The function compiled, with its row loops on all threads; the function itself without a compiler."""
    if not HAS_COMPILER:
        return function
    made: Function = njit(cache=True, parallel=True, fastmath={"contract", "nsz", "arcp", "nnan"})(function)
    return made


def compiled_row(function: Function) -> Function:
    """The function compiled for use inside one row of a compiled loop."""
    if not HAS_COMPILER:
        return function
    made: Function = njit(cache=True, fastmath={"contract", "nsz", "arcp", "nnan"})(function)
    return made
