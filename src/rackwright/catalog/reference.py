"""What does the catalog hold, part by part? The reference page in markdown, with evidence beside each figure."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rackwright.base.units import format_quantity
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Fact, FactKind, Part
from rackwright.catalog.read import PART_CLASSES, fact_fields, text_fields
from rackwright.catalog.sources import Source

__all__ = ["KIND_MARKS", "catalog_reference"]

KIND_MARKS: Final[dict[FactKind, str]] = {
    "datasheet": "D",
    "standard": "S",
    "measured": "M",
    "filing": "F",
    "estimate": "E",
    "computed": "C",
    "definition": "N",
    "assumption": "A",
}
"""Letter of each kind of evidence in the tables."""

COMMON_FIELDS: Final = frozenset(entry.name for entry in dataclasses.fields(Part))


def catalog_reference(catalog: Catalog) -> str:
    """The reference page: how to read it, a section for each class, and the sources.

    Returns
    -------
    Markdown that depends on the catalog alone, with a line break at the end.
    """
    lines = [*_head(catalog)]
    for name, cls in PART_CLASSES.items():
        parts = catalog.all(cls)
        if parts:
            lines += _class_section(catalog, name, cls, parts)
    lines += _source_section(catalog.sources)
    return "\n".join(lines).rstrip() + "\n"


def _head(catalog: Catalog) -> Iterator[str]:
    facts = [fact for part in catalog.parts for fact in catalog.facts_of(part)]
    assumed = sum(fact.kind == "assumption" for fact in facts)
    yield "# Catalog"
    yield ""
    yield "Made from the catalog by `rackwright.catalog.reference`; do not edit."
    yield ""
    counts = f"{len(catalog.parts)} parts, {len(facts):,} figures, {assumed:,} of them assumptions"
    yield f"{counts}, {len(catalog.sources)} sources."
    yield "Each figure is followed by the letter of its kind of evidence and by its source, where that is not the main"
    yield "source of the row; a band stands in brackets."
    yield ""
    yield "| letter | kind of evidence |"
    yield "|---|---|"
    yield from (f"| {mark} | {kind} |" for kind, mark in KIND_MARKS.items())
    yield ""


def _class_section(catalog: Catalog, name: str, cls: type[Part], parts: Iterable[Part]) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield (cls.__doc__ or "").strip().splitlines()[0]
    yield ""
    yield "| figure | unit | meaning |"
    yield "|---|---|---|"
    yield from (f"| `{entry.name}` | {entry.unit} | {entry.meaning} |" for entry in fact_fields(cls))
    yield ""
    yield "| part | status | figures | main source |"
    yield "|---|---|---|---|"
    yield from (_part_row(catalog, part) for part in parts)
    yield ""


def _part_row(catalog: Catalog, part: Part) -> str:
    facts = catalog.facts_of(part)
    cited = Counter(fact.source for fact in facts if fact.source)
    main = cited.most_common(1)[0][0] if cited else ""
    own = [name for name in text_fields(type(part)) if name not in COMMON_FIELDS and getattr(part, name)]
    words = [f"{name} {getattr(part, name)}" for name in own]
    figures = [_figure(fact, main) for fact in facts]
    title = f"`{part.id}`<br>{part.name}" + (f"<br>{part.note}" if part.note else "")
    return f"| {_cell(title)} | {part.status} | {_cell('; '.join((*words, *figures)))} | {main} |"


def _figure(fact: Fact, main: str) -> str:
    name = fact.id.rpartition(".")[2]
    low, high = fact.band
    band = f" [{_number(low, fact.unit)} .. {_number(high, fact.unit)}]" if low != high else ""
    source = f" {fact.source}" if fact.source and fact.source != main else ""
    year = f" {fact.year}" if fact.year else ""
    return f"{name} **{_number(fact.value, fact.unit)}**{band} {KIND_MARKS[fact.kind]}{source}{year}"


def _number(value: float, unit: str) -> str:
    return format_quantity(value, unit, digits=4)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _source_section(sources: Iterable[Source]) -> Iterator[str]:
    yield "## Sources"
    yield ""
    yield "| source | title | publisher | date | seen as | note |"
    yield "|---|---|---|---|---|---|"
    for source in sources:
        title = f"[{source.title}]({source.address})" if source.address else source.title
        cells = (f"`{source.id}`", title, source.publisher, source.date, source.status, source.note)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
