"""What may be opened for money: hours a cell may run beyond its own, a line, a source to qualify?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rackwright.program.entry import Date, Entry, Id, MoneyEstimate, TimeDays

__all__ = ["AddedStations", "ExtraShift", "Opening", "QualifiedSource"]


class ExtraShift(Entry):
    """Hours a cell may run beyond its own, for a price: a yes or no."""

    hours_per_week: float = Field(gt=0, le=168)
    """More hours a station runs in a week."""
    cost_per_week: MoneyEstimate
    """Cost of the shift in a week, whatever it makes."""
    start: Date | None = Field(default=None, alias="from")
    """First day it may run."""
    notice_days: TimeDays = Field(default=0.0, alias="notice")
    """Days from the start of the plan until it can run; the later of this and `from` wins."""
    state: Literal["decide", "open", "closed"] = "decide"
    """Whether it runs from that day to the end; `decide` leaves it to the plan, and what-if keeps what that decided."""


class AddedStations(Entry):
    """Stations that an opening adds to a cell."""

    cell: str
    """Cell."""
    stations: int = Field(gt=0)
    """More stations, with the hours, ramp and utilisation of its own."""


class QualifiedSource(Entry):
    """A source that can be used only if an opening qualifies it."""

    item: str
    """Item."""
    supplier: str
    """Supplier."""


class Opening(Entry):
    """A yes or no for capital: a line of a plant to open, more stations, a second source to qualify."""

    id: Id
    """Name of the opening."""
    cells: tuple[str, ...] = ()
    """Cells that stand only if it opens: a new line."""
    adds: tuple[AddedStations, ...] = ()
    """Stations it adds to cells that stand already: a second line."""
    qualifies: tuple[QualifiedSource, ...] = ()
    """Sources whose offers can be used only if it opens."""
    capital_cost: MoneyEstimate | None = None
    """Paid once, when it can be used."""
    cost_per_week: MoneyEstimate | None = None
    """Fixed cost of each week from then on, whatever it makes."""
    start: Date | None = Field(default=None, alias="from")
    """First day it may be used."""
    lead_days: TimeDays = Field(default=0.0, alias="lead_time")
    """Days from its order to its first use, at the earliest from the start of the plan; the later of this and `from`
    wins."""
    state: Literal["decide", "open", "closed"] = "decide"
    """Whether it opens; `decide` leaves it to the plan, and what-if keeps what that decided."""
