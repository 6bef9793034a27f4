"""What does the lab ask of a generation, as the other party sees it, and what changed between two revisions?"""

from __future__ import annotations

from rackwright.codesign import Specification
from rackwright.codesign.specification import Requirement
from rackwright.figures import Bar, BarChart, Caption
from rackwright.views.advice import readable
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable

__all__ = ["specification_changes", "specification_shown"]

WORTH = {"high": 3.0, "medium": 2.0, "low": 1.0}
HEADER = ("platform", "name", "generation", "recipient", "as_of", "revision", "previous", "digest")
FIELDS = ("low", "target", "high", "need_by", "confidence", "worth", "worth_usd")


def specification_shown(specification: Specification) -> Shown:
    """The specification from its own content alone, so that it shows no more than the file does."""
    columns = (
        TableColumn("property", "Property"),
        TableColumn("low", "At least"),
        TableColumn("target", "Target"),
        TableColumn("high", "No use beyond"),
        TableColumn("unit", "Unit"),
        TableColumn("need_by", "Need by"),
        TableColumn("confidence", "Confidence"),
        TableColumn("worth", "Worth"),
        TableColumn("worth_usd", "Worth of a tenth", "USD per accelerator", 0),
    )
    rows = tuple(_row(item) for item in specification.requirements)
    digest = f", digest {specification.digest}" if specification.digest else ""
    recipient = f" for {specification.recipient}" if specification.recipient else ""
    lead = f"{specification.name}: requirement specification{recipient}, revision {specification.revision}{digest}."
    grain = ", ".join(f"{field} {value}" for field, value in specification.disclosure.items())
    table = ViewTable("Requirement specification", columns, rows, f"Granularity: {grain}.")
    return Shown(lead, (table,), (_figure(specification),))


def _row(item: Requirement) -> tuple[Cell, ...]:
    figures = [readable(figure, item.unit)[0] for figure in (item.low, item.target, item.high)]
    unit = readable(item.target, item.unit)[1]
    return (item.property, *figures, unit, item.need_by, item.confidence, item.worth, item.worth_usd)


def _figure(specification: Specification) -> BarChart:
    """Worth by class, from the disclosed rows."""
    caption = Caption(
        f"specification-{specification.platform}",
        f"{specification.name}: what matters most",
        "Class of worth of each property in the requirement specification.",
    )
    ordered = sorted(specification.requirements, key=lambda item: (-WORTH[item.worth], item.property))
    bars = tuple(Bar(item.property, item.property, (WORTH[item.worth],), note=item.worth) for item in ordered)
    return BarChart(caption, "class of worth", ("worth",), bars)


def specification_changes(before: Specification, after: Specification) -> Shown:
    """What a revision changes, property by property."""
    columns = (
        TableColumn("what", "What"),
        TableColumn("before", "Before"),
        TableColumn("after", "After"),
        TableColumn("change", "Change"),
    )
    rows: list[tuple[Cell, ...]] = [
        (name, str(a), str(b), "") for name in HEADER if (a := getattr(before, name)) != (b := getattr(after, name))
    ]
    old = {item.property: item for item in before.requirements}
    new = {item.property: item for item in after.requirements}
    for name in dict.fromkeys([*old, *new]):
        rows += _changed(name, old.get(name), new.get(name))
    if not rows:
        return Shown("The specifications are equal.")
    asked = sum(1 for row in rows if row[0] not in HEADER)
    lead = f"Revision {before.revision} to {after.revision}: {asked} figures asked for differ."
    follows = after.previous == before.digest
    lead += " The later one names the earlier as its predecessor." if follows else ""
    return Shown(lead, (ViewTable("Changes of the specification", columns, tuple(rows)),))


def _changed(name: str, before: Requirement | None, after: Requirement | None) -> list[tuple[Cell, ...]]:
    if before is None or after is None:
        return [(name, "", "", "removed" if after is None else "added")]
    return [
        (f"{name}: {field}", _text(a, before.unit), _text(b, after.unit), _step(a, b))
        for field in FIELDS
        if (a := getattr(before, field)) != (b := getattr(after, field))
    ]


def _text(value: object, unit: str) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    figure, shown_unit = readable(value, unit)
    return f"{figure:.4g} {shown_unit}".strip()


def _step(before: object, after: object) -> str:
    if not isinstance(before, float) or not isinstance(after, float) or not before:
        return ""
    return f"{(after / before - 1.0) * 100:+.0f} %"
