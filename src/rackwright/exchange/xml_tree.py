"""How is an XML file of others read safely, and on which line does each element of it begin?

Document types and entities, with which a small file can unpack to more than memory holds, are refused before anything
is parsed; nothing outside the file is ever fetched.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from rackwright.base.intake.guard import Limits, decode_text, refuse
from rackwright.base.problem import Place

__all__ = ["add_texts", "child_of", "children_of", "line_of", "local_name", "read_tree", "rows_of", "text_of"]

MOST_ELEMENTS, MOST_DEPTH = 2_000_000, 40
LINE: Final = "#line"
FORBIDDEN = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
FOREIGN = re.compile(r"^<\?xml[^>]*encoding=[\"'](?!utf-8)([^\"']*)", re.IGNORECASE)
CUT_SHORT = frozenset(
    expat.errors.codes[words]
    for words in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


def read_tree(data: bytes, *, name: str) -> ET.Element:
    """The first element of a file, every element with its line.

    Parameters
    ----------
    data
        Content of the file.
    name
        How messages call it.

    Raises
    ------
    InputError
        The file declares a document type, entities or another encoding, is cut short or not well-formed, or is too
        deep or too large.
    """
    if len(data) > Limits().max_bytes:
        refuse("file-too-large", Place(name), f"The file has {len(data):,} bytes.", "Split it.")
    text = decode_text(data, name=name)
    _refuse_declarations(text, name)
    builder, parser, depth, count = ET.TreeBuilder(), expat.ParserCreate(namespace_separator="}"), 0, 0
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            rule = "The file has too many elements, or too many inside one another."
            refuse("too-deep", Place(name, parser.CurrentLineNumber, 1), rule, "Export it again, or split it.")
        builder.start(tag, {**attributes, LINE: str(parser.CurrentLineNumber)})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        _refuse_form(error, name)
    return builder.close()


def _refuse_declarations(text: str, name: str) -> None:
    found = FORBIDDEN.search(text)
    if found is not None:
        place = Place(name, text.count("\n", 0, found.start()) + 1, 1)
        rule = "The file declares a document type or entities, which can unpack to more than memory holds."
        refuse("xml-entities", place, rule, "Remove all <!DOCTYPE and <!ENTITY parts, or export the file again.")
    foreign = FOREIGN.search(text)
    if foreign is not None:
        rule = f'The file declares the encoding "{foreign[1]}", not UTF-8.'
        refuse("bad-encoding", Place(name, 1, 1), rule, "Save it as UTF-8.")


def _refuse_form(error: expat.ExpatError, name: str) -> None:
    place, words = Place(name, error.lineno, error.offset + 1), expat.ErrorString(error.code)
    if error.code in CUT_SHORT:
        refuse("file-cut-short", place, f"The file ends in the middle: {words}.", "Export or copy it again.")
    repair = "Look at the line for a tag that is not closed, or a plain & or <; or export the file again."
    refuse("bad-xml", place, f"The file is not well-formed XML: {words}.", repair)


def line_of(element: ET.Element) -> int:
    """Line on which an element begins."""
    return int(element.get(LINE, "0"))


def local_name(element: ET.Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def child_of(element: ET.Element, name: str) -> ET.Element | None:
    """First child of a name."""
    return next(children_of(element, name), None)


def children_of(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Children of a name."""
    return (child for child in element if local_name(child) == name)


def rows_of(root: ET.Element, part: str, kind: str) -> Iterator[ET.Element]:
    """Children of a kind below all children of a name."""
    for child in children_of(root, part):
        yield from children_of(child, kind)


def add_texts(parent: ET.Element, **values: str) -> None:
    """Write children that hold text, each by its name."""
    for name, value in values.items():
        ET.SubElement(parent, name).text = value


def text_of(element: ET.Element, name: str) -> str:
    """Text of the first child of a name; empty where there is none."""
    for child in element:
        if local_name(child) == name:
            return (child.text or "").strip()
    return ""
