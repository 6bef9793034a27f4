"""How wide is a text, how is it shortened, and how is a number printed short?

Widths are those of Helvetica and Arial, which the figures ask for first, with a margin for the fonts that stand in.
"""

from __future__ import annotations

import unicodedata

__all__ = ["fit", "percent", "short_number", "text_width", "wrap"]

SMALL = 11.0
NORMAL = 12.0

_ELLIPSIS = "…"
_MARGIN = 1.05
_BOLD = 1.06
# Advance widths in thousandths of the font size, characters of equal width together (Helvetica, Adobe font metrics).
_WIDTHS = {
    "ijl": 222,
    "'": 191,
    "|": 260,
    " !,./:;I[\\]ft": 278,
    "()-`r": 333,
    "{}": 334,
    '"': 355,
    "*": 389,
    "^": 469,
    "Jckvsxyz": 500,
    "#$0123456789?L_abdeghnopqu": 556,
    "+<=>~": 584,
    "FTZ": 611,
    "&ABEKPSVXY": 667,
    "CDHNRUw": 722,
    "GOQ": 778,
    "Mm": 833,
    "%": 889,
    "W": 944,
    "@": 1015,
    "·": 278,
    "°": 400,
    "×": 584,
    "–": 556,
    "—": 1000,
    "…": 1000,
}
_WIDTH_OF = {char: width for chars, width in _WIDTHS.items() for char in chars}
_OTHER_WIDTH = 600
_WIDE_WIDTH = 1000
_NUMBER_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k"))
_DIVISORS = {"T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3}


def _char_width(char: str) -> int:
    """Advance of one character in thousandths of the font size."""
    known = _WIDTH_OF.get(char)
    if known is not None:
        return known
    if unicodedata.combining(char):
        return 0
    return _WIDE_WIDTH if unicodedata.east_asian_width(char) in "WF" else _OTHER_WIDTH


def text_width(text: str, size: float = NORMAL, *, is_bold: bool = False) -> float:
    """Estimated width of a text in pixels at a font size; errs a little to the wide side."""
    thousandths = sum(_char_width(char) for char in text)
    return thousandths / 1000 * size * _MARGIN * (_BOLD if is_bold else 1.0)


def fit(text: str, width: float, size: float = NORMAL, *, is_bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than `width` pixels; empty when not even the ellipsis fits."""
    if text_width(text, size, is_bold=is_bold) <= width:
        return text
    left = width - text_width(_ELLIPSIS, size, is_bold=is_bold)
    if left < 0:
        return ""
    kept = 0
    for char in text:
        left -= text_width(char, size, is_bold=is_bold)
        if left < 0:
            break
        kept += 1
    return text[:kept].rstrip() + _ELLIPSIS


def wrap(text: str, width: float, *, size: float = NORMAL, max_lines: int = 2, is_bold: bool = False) -> list[str]:
    """The text broken at spaces into at most `max_lines` lines of `width` pixels; the last line is cut to fit."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < max_lines - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size, is_bold=is_bold) <= width:
            line = f"{line} {words.pop(0)}"
        lines.append(fit(line, width, size, is_bold=is_bold))
    if words:
        lines.append(fit(" ".join(words), width, size, is_bold=is_bold))
    return lines


def short_number(value: float, unit: str = "") -> str:
    """A number with about three digits, thousands as k, M, G, T, and its unit.

    Examples
    --------
    >>> short_number(1234), short_number(131072), short_number(0.0456), short_number(3_400_000, "USD")
    ('1,234', '131k', '0.046', '3.4M USD')
    """
    size = abs(value)
    step = next((name for edge, name in _NUMBER_STEPS if size >= edge * 0.9995), "")
    scaled = value / _DIVISORS.get(step, 1.0)
    if size < 1 and size > 0:
        digits = f"{scaled:.2g}"
        text = digits if "e" not in digits else f"{scaled:.1e}"
    else:
        decimals = 0 if abs(scaled) >= 99.95 else 1
        text = f"{scaled:,.{decimals}f}"
        text = text.removesuffix(".0")
    text = ("0" if text == "-0" else text) + step
    return f"{text} {unit}" if unit else text


def percent(share: float) -> str:
    """A share as a whole percentage.

    Examples
    --------
    >>> percent(0.864)
    '86 %'
    """
    return f"{round(share * 100):,} %"
