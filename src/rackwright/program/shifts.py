"""Which hours may a cell run beyond its own?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rackwright.program.entry import Date, Entry, MoneyEstimate, TimeDays

__all__ = ["ExtraShift"]


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
