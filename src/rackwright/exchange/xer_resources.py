"""How do resources stand in XER? Names, sorts and calendars in the table RSRC, units and hourly prices in RSRCRATE."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rackwright.base.problem import Problem
from rackwright.exchange.every_row import read_each
from rackwright.exchange.project_file import FileResource, ProjectFile
from rackwright.exchange.row_fields import RowFields
from rackwright.exchange.xer_calendars import HOURS_PER_DAY, ReadCalendar, shared_calendar

__all__ = ["CURRENCY", "ReadResources", "rate_rows", "resource_rows"]

CURRENCY = "USD"
MATERIAL, EQUIPMENT = "RT_Mat", "RT_Equip"
MOST_UNITS, MOST_RATE, CENTS = 1e7, 1e9, 2
NOTHING = (0, 0.0)  # no units and no price told
NO_UNITS = "units of resources without a rate: 1 is assumed"
FOREIGN = f"prices of resources: the file does not say that they are in {CURRENCY}"
Row = dict[str, str]
RowReader = Callable[[Row], RowFields]


# ------------------------------------------------------------------------------------------------------------- writing
def resource_rows(file: ProjectFile, own_calendar: Mapping[str, int]) -> Iterator[Sequence[object]]:
    """Rows of the table RSRC."""
    for number, row in enumerate(file.resources, 1):
        kind = MATERIAL if row.is_consumable else EQUIPMENT
        yield number, row.name, row.title or row.name, kind, own_calendar.get(row.name, "")


def rate_rows(file: ProjectFile) -> Iterator[Sequence[object]]:
    """Rows of the table RSRCRATE: units there at once, and the price of an hour of one of them."""
    for number, row in enumerate(file.resources, 1):
        is_priced = row.usd_per_day and not row.is_consumable
        yield number, number, row.units, f"{row.usd_per_day / HOURS_PER_DAY:.4f}" if is_priced else ""


# ------------------------------------------------------------------------------------------------------------- reading
@dataclass(frozen=True)
class ReadResources:
    """Resources of a file, their names by its ids, and what of them was lost."""

    all: tuple[FileResource, ...]
    names: dict[str, str]
    lossy: tuple[str, ...]

    @classmethod
    def of(
        cls,
        tables: Mapping[str, list[Row]],
        calendars: Mapping[str, ReadCalendar | None],
        fields: RowReader,
        problems: list[Problem],
    ) -> ReadResources:
        """Read both tables; of several rates of a resource the last counts."""
        rows = tables.get("RSRC", [])
        read = read_each(tables.get("RSRCRATE", []), lambda row: _read_rate(row, fields(row)), problems)
        rates = {row.get("rsrc_id", ""): rate for row, rate in read}
        is_known = any(row.get("curr_short_name") == CURRENCY for row in tables.get("CURRTYPE", []))
        lossy = [NO_UNITS] if any(not rates.get(row["rsrc_id"], NOTHING)[0] for row in rows) else []
        if not is_known and any(price for _, price in rates.values()):
            lossy.append(FOREIGN)
            rates = {name: (units, 0.0) for name, (units, _) in rates.items()}
        found = [_read_resource(row, calendars, rates.get(row["rsrc_id"], NOTHING)) for row in rows]
        return cls(tuple(found), {row["rsrc_id"]: _name(row) for row in rows}, tuple(lossy))

    @property
    def with_calendar(self) -> set[str]:
        """Names of those with a calendar or days off."""
        return {row.name for row in self.all if row.calendar or row.days_off}


def _name(row: Row) -> str:
    return row.get("rsrc_short_name") or row["rsrc_id"]


def _read_resource(row: Row, calendars: Mapping[str, ReadCalendar | None], rate: tuple[int, float]) -> FileResource:
    """A resource with its rate and calendar; a material is used up."""
    units, usd_per_hour = rate
    title = row.get("rsrc_name", "") if row.get("rsrc_name") != _name(row) else ""
    plain = FileResource(_name(row), max(units, 1), row.get("rsrc_type") == MATERIAL, title=title)
    if not plain.is_consumable:
        plain = replace(plain, usd_per_day=round(usd_per_hour * HOURS_PER_DAY, CENTS))
    return shared_calendar(plain, row.get("clndr_id", ""), calendars)


def _read_rate(row: Row, fields: RowFields) -> tuple[int, float]:
    """Most units at once (0: not told), and the price of one for an hour."""
    units = row.get("max_qty_per_hr") and max(
        round(fields.number(row["max_qty_per_hr"], "max_qty_per_hr", MOST_UNITS)), 1
    )
    return fields.checked((units or 0, fields.number(row.get("cost_per_qty", ""), "cost_per_qty", MOST_RATE)))
