"""What does a YAML file say, read strictly? An own constructor over the event stream of the C parser.

A subset of YAML 1.2 (core scalars, text keys, one document, UTF-8). Tags, merge keys, duplicate keys, complex keys,
nan and inf are refused. Anchors and aliases work within a file, as bounded copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser

from rackwright.base.intake.builder import Builder, Spot
from rackwright.base.intake.document import Document
from rackwright.base.intake.guard import Limits, decode_text, read_bytes_guarded, shorten
from rackwright.base.intake.scalars import NumberError, plain_value

__all__ = ["read_yaml"]

_INVISIBLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_HINTS = (
    ("cannot start any token", "Indent with spaces, not tabs; quote text that starts with @, ` or %."),
    ("mapping values are not allowed", 'Put text that holds ": " in quotes.'),
    ("could not find expected ':'", "A key needs a colon and a space after it."),
    ("did not find expected", "Check the indentation and the closing brackets and quotes near this line."),
    ("quoted scalar", "Close the quote."),
)


def read_yaml(path: Path, *, name: str = "", root: Path | None = None, limits: Limits | None = None) -> Document:
    """Read one YAML file strictly, with the place of every value.

    Parameters
    ----------
    path
        The file.
    name
        How messages call it (such as its path in the program folder); default is `path`.
    root
        Folder the file must stay in after links are followed; None means anywhere.
    limits
        Largest size, depth and number of values; default `Limits()`.

    Returns
    -------
    Data (None, bool, int, float, str, list, dict with text keys; dates stay text) and places.

    Raises
    ------
    InputError
        All problems of the file, up to `limits.max_problems`.
    """
    bounds = limits or Limits()
    name = name or str(path)
    text = decode_text(read_bytes_guarded(path, name=name, root=root, max_bytes=bounds.max_document_bytes), name=name)
    builder = Builder(name, bounds)
    _check_characters(text, builder)
    for event in _events(text, builder):
        _feed(event, builder)
    if builder.root is None or builder.root.value is None:
        builder.stop("file-empty", Spot(1, 1), "The file holds no data, only comments.", "Fill it or remove it.")
    return builder.document()


def _check_characters(text: str, builder: Builder) -> None:
    """Refuse what the parser would take for a line end, as YAML 1.1 did, and other invisible characters."""
    found = _INVISIBLE.search(text)
    if found:
        line_start = text.rfind("\n", 0, found.start()) + 1
        spot = Spot(text.count("\n", 0, found.start()) + 1, found.start() - line_start + 1)
        rule = f"The invisible character U+{ord(found.group()):04X} is not allowed."
        builder.stop("control-character", spot, rule, "Remove it.")


def _events(text: str, builder: Builder) -> Iterator[yaml.Event]:
    """Events of the C parser; its errors become problems with place."""
    parser = CParser(text)
    try:
        while parser.check_event():
            event: Any = parser.get_event()
            yield event
    except yaml.YAMLError as error:
        spot, rule = _syntax_error(error)
        repair = next((hint for sign, hint in _HINTS if sign in rule), "")
        builder.stop("syntax", spot, rule, repair)
    finally:
        parser.dispose()


def _syntax_error(error: yaml.YAMLError) -> tuple[Spot, str]:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Spot(0, 0), f"This is not YAML: {error}."
    words = ", ".join(part for part in (error.context, error.problem) if part)
    return _spot(error.problem_mark or error.context_mark), f"This is not YAML: {words}."


def _spot(mark: Any) -> Spot:
    return Spot(0, 0) if mark is None else Spot(mark.line + 1, mark.column + 1)


def _feed(event: yaml.Event, builder: Builder) -> None:
    spot = _spot(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        _feed_scalar(event, spot, builder)
    elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
        _feed_begin(event, spot, builder)
    elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        builder.end()
    elif isinstance(event, yaml.AliasEvent):
        if builder.wants_key:
            _refuse_key(spot, builder)
        builder.alias(event.anchor or "", spot)
    elif isinstance(event, yaml.DocumentStartEvent) and builder.root is not None:
        builder.stop("several-documents", spot, "A second document starts here.", "Keep one document in a file.")


def _feed_begin(event: Any, spot: Spot, builder: Builder) -> None:
    if builder.wants_key:
        _refuse_key(spot, builder)
    _check_tag(event, spot, builder)
    builder.begin({} if isinstance(event, yaml.MappingStartEvent) else [], spot, event.anchor)


def _feed_scalar(event: yaml.ScalarEvent, spot: Spot, builder: Builder) -> None:
    _check_tag(event, spot, builder)
    is_plain = not event.style
    if builder.wants_key:
        if is_plain and event.value == "<<":
            builder.complain("merge-key", spot, 'The merge key "<<" is not allowed.', "Write the values out.")
        if not event.value:
            builder.complain("bad-key", spot, "A key is empty.", "Give it a name.")
        builder.key(event.value, spot)
        return
    try:
        builder.scalar(plain_value(event.value) if is_plain else event.value, spot, event.anchor)
    except NumberError as error:
        builder.complain("bad-number", spot, str(error))
        builder.scalar(None, spot, event.anchor)


def _check_tag(event: Any, spot: Spot, builder: Builder) -> None:
    if event.tag is not None:
        name = event.tag.replace("tag:yaml.org,2002:", "!!")
        rule = f'The tag "{shorten(name)}" is not allowed.'
        builder.complain("tag", spot, rule, "Remove it; quote the value if it is text.")


def _refuse_key(spot: Spot, builder: Builder) -> None:
    rule = "A key must be text, not a list, a mapping or an alias."
    builder.stop("bad-key", spot, rule, "Put text with braces in quotes.")
