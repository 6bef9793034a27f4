"""What does the catalog know about a part, and where does each figure come from?"""

from __future__ import annotations

from rackwright.base.units import format_quantity
from rackwright.catalog import Catalog, Fact
from rackwright.catalog.parts import Part
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable

__all__ = ["catalog_shown"]


def catalog_shown(catalog: Catalog, query: str) -> Shown:
    """Classes with their counts, the parts that match some words, or one part with every figure and source."""
    if not query:
        return _classes(catalog)
    if catalog.has(query):
        return _part(catalog, catalog.find(query))
    return _search(catalog, query)


def _classes(catalog: Catalog) -> Shown:
    counts: dict[str, int] = {}
    for part in catalog.search(""):
        counts[type(part).__name__] = counts.get(type(part).__name__, 0) + 1
    rows = tuple(sorted(counts.items()))
    columns = (TableColumn("class", "Class"), TableColumn("parts", "Parts"))
    return Shown(f"{sum(counts.values())} parts in {len(counts)} classes.", (ViewTable("Catalog", columns, rows),))


def _search(catalog: Catalog, query: str) -> Shown:
    found = catalog.search(query)
    columns = (
        TableColumn("id", "Part"),
        TableColumn("class", "Class"),
        TableColumn("name", "Name"),
        TableColumn("vendor", "Vendor"),
        TableColumn("status", "Status"),
    )
    rows = tuple((part.id, type(part).__name__, part.name, part.vendor, part.status) for part in found)
    return Shown(f'{len(rows)} parts match "{query}".', (ViewTable("Parts", columns, rows),))


def _part(catalog: Catalog, part: Part) -> Shown:
    columns = (
        TableColumn("figure", "Figure"),
        TableColumn("value", "Value"),
        TableColumn("band", "Low to high"),
        TableColumn("kind", "Evidence"),
        TableColumn("source", "Source"),
        TableColumn("year", "Year"),
    )
    rows = tuple(_fact_row(catalog, fact) for fact in catalog.facts_of(part))
    lead = f"{part.name} ({type(part).__name__}, {part.vendor or 'no vendor'}, {part.status}). {part.note}".strip()
    return Shown(lead, (ViewTable(part.id, columns, rows),))


def _fact_row(catalog: Catalog, fact: Fact) -> tuple[Cell, ...]:
    band = "" if fact.low is None or fact.high is None else f"{fact.low:g} to {fact.high:g}"
    source = catalog.source(fact.source).title if fact.source else fact.at
    year = "" if fact.year is None else str(fact.year)
    return (fact.id.split(".", 1)[1], format_quantity(fact.value, fact.unit), band, fact.kind, source, year)
