"""How are many single cases laid side by side, so that different models and devices are timed at once?

Sizing computes with columns over configurations of one model on one device. Here models and devices become columns
too: every number of a frozen class becomes a column over the cases, unless all cases agree on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

__all__ = ["has_columns", "side_by_side"]

T = TypeVar("T")


def has_columns(*instances: Any) -> bool:
    """True if any number of these frozen classes differs from case to case."""
    return any(_holds_column(getattr(item, field.name)) for item in instances for field in dataclasses.fields(item))


def _holds_column(value: Any) -> bool:
    return has_columns(value) if dataclasses.is_dataclass(value) else isinstance(value, np.ndarray)


def side_by_side(cases: Sequence[T]) -> T:
    """One instance whose numbers are columns over the cases.

    Parameters
    ----------
    cases
        Instances of one frozen class of numbers, truth values, texts and classes of the same kind, at least one.

    Returns
    -------
    An instance of the class. A number all cases share stays a number; others become a column of shape (n_cases,).
    Texts and truth values must be shared, since they choose between formulas.

    Raises
    ------
    ValueError
        Cases differ in a text or a truth value.
    """
    first: Any = cases[0]
    values: dict[str, Any] = {}
    for field in dataclasses.fields(first):
        column = [getattr(case, field.name) for case in cases]
        values[field.name] = _merged(field.name, column)
    merged: T = type(first)(**values)
    return merged


def _merged(name: str, column: list[Any]) -> Any:
    head = column[0]
    if dataclasses.is_dataclass(head):
        return side_by_side(column)
    if isinstance(head, np.ndarray):
        return np.concatenate(column)
    if all(value == head for value in column):
        return head
    if not isinstance(head, bool | str):
        return np.array(column, dtype=np.float64)
    text = f"cases side by side must agree on {name}, which chooses between formulas"
    raise ValueError(text)
