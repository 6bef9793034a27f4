"""What does a JSON file say, read strictly? The standard parser judges the syntax, own events give the places.

Duplicate keys, NaN, infinity, integers beyond 2^53, lone surrogates and deep nesting are refused.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from pathlib import Path

from rackwright.base.intake.builder import Builder, Spot
from rackwright.base.intake.document import Document
from rackwright.base.intake.guard import Limits, decode_text, read_bytes_guarded
from rackwright.base.intake.scalars import NumberError, exact_int, finite_float

__all__ = ["read_json"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]|[^\s\[\]{}:,"]++')
_WORDS = {"true": True, "false": False, "null": None}


def read_json(path: Path, *, name: str = "", root: Path | None = None, limits: Limits | None = None) -> Document:
    """Read one JSON file strictly, with the place of every value; parameters and errors as `read_yaml`."""
    bounds = limits or Limits()
    name = name or str(path)
    text = decode_text(read_bytes_guarded(path, name=name, root=root, max_bytes=bounds.max_document_bytes), name=name)
    builder = Builder(name, bounds)
    lines = _Lines(text)
    _check_syntax(text, builder)
    for match in _TOKEN.finditer(text):
        _feed(match.group(), lines.spot(match.start()), builder)
    return builder.document()


def _check_syntax(text: str, builder: Builder) -> None:
    """Stop at a syntax error, before more is built than the limits allow.

    Nesting too deep for the parser is left to the builder, which finds its place.
    """
    if text.count("[") + text.count("{") > builder.limits.max_nodes:
        rule = f"The file holds more than {builder.limits.max_nodes:,} brackets."
        builder.stop("too-many-values", Spot(0, 0), rule, "Put bulk tables in CSV files beside it.")
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        builder.stop("syntax", Spot(error.lineno, error.colno), f"This is not JSON: {error.msg}.")
    except RecursionError:
        return


class _Lines:
    """Line and column of a character offset."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def spot(self, offset: int) -> Spot:
        """Line and column of one offset."""
        line = bisect_right(self._starts, offset)
        return Spot(line, offset - self._starts[line - 1] + 1)


def _feed(word: str, spot: Spot, builder: Builder) -> None:
    if word in "[{":
        builder.begin([] if word == "[" else {}, spot)
    elif word in "]}":
        builder.end()
    elif word[0] == '"':
        text = str(json.loads(word, strict=False))
        if builder.wants_key:
            builder.key(text, spot)
        else:
            builder.scalar(text, spot)
    else:
        _feed_plain(word, spot, builder)


def _feed_plain(word: str, spot: Spot, builder: Builder) -> None:
    value: bool | int | float | None = None
    try:
        value = _WORDS[word] if word in _WORDS else _number(word)
    except NumberError as error:
        builder.complain("bad-number", spot, str(error))
    builder.scalar(value, spot)


def _number(word: str) -> int | float:
    if word.lstrip("-") in {"NaN", "Infinity"}:
        raise NumberError(f"{word} is not a finite number.")
    return finite_float(word) if set(word) & set(".eE") else exact_int(word)
