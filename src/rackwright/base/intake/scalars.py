"""What value does a plain (unquoted) YAML scalar stand for? YAML 1.2 core schema, section 10.3.2, without nan and inf.

`NO`, `12:30:45`, `1_000` and `2026-12-01` are text. Where a number would lose something (leading zeros, more digits
than a double holds exactly) it is refused rather than changed.
"""

from __future__ import annotations

import math
import re

from rackwright.base.intake.guard import shorten

__all__ = ["NumberError", "exact_int", "finite_float", "plain_value"]

MAX_EXACT_INT = 2**53
"""Integers up to this size pass through every JSON reader and spreadsheet unchanged (IEEE 754 double)."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MAX_DIGITS = 40


class NumberError(ValueError):
    """A number cannot be kept as written; the message says why."""


def plain_value(text: str) -> bool | int | float | str | None:
    """Value of a plain scalar.

    Raises
    ------
    NumberError
        The scalar is not finite, too large, or has leading zeros.

    Examples
    --------
    >>> [plain_value(text) for text in ("NO", "12", "0x1F", "1e3", "2026-12-01", "~")]
    ['NO', 12, 31, 1000.0, '2026-12-01', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _BASED.fullmatch(text):
        return exact_int(text)
    if _NOT_FINITE.fullmatch(text):
        raise NumberError(f"{text} is not a finite number.")
    if not _FLOAT.fullmatch(text):
        return text
    if _LEADING_ZERO.match(text):
        raise NumberError(f'{shorten(text)} has leading zeros. Write "{shorten(text)}" in quotes if it is text.')
    return exact_int(text) if _INT.fullmatch(text) else finite_float(text)


def exact_int(text: str) -> int:
    """Integer of a decimal, 0x or 0o literal.

    Raises
    ------
    NumberError
        It is beyond 2^53 and would not survive other programs.
    """
    number = int(text, 0) if len(text) <= _MAX_DIGITS else MAX_EXACT_INT + 1
    if abs(number) > MAX_EXACT_INT:
        raise NumberError(f"The integer {shorten(text)} is beyond 2^53. Write it in quotes if it is an id.")
    return number


def finite_float(text: str) -> float:
    """Double nearest to a decimal literal.

    Raises
    ------
    NumberError
        It is beyond the range of a double.
    """
    number = float(text)
    if not math.isfinite(number):
        raise NumberError(f"The number {shorten(text)} is out of range.")
    return number
