"""What do the fields of one row of a schedule file say, with everything that is wrong in them named at once?"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from rackwright.base.errors import InputError
from rackwright.base.intake.guard import shorten
from rackwright.base.problem import Place, Problem

__all__ = ["STAND_IN", "RowFields", "no_working_day"]

FIRST_YEAR, LAST_YEAR = 1970, 2150
STAND_IN: Final = dt.date(FIRST_YEAR, 1, 1)
"""What a date that cannot be read is taken for until the problems of the row are raised."""
DATE_LENGTH, MINUTE = 10, slice(11, 16)
START_OF_WORK = "08:00"
Value = TypeVar("Value")


@dataclass(frozen=True)
class RowFields:
    """Where a row stands, how its form writes dates, and what was wrong so far."""

    place: Place
    date_form: str
    problems: list[Problem] = field(default_factory=list)

    def complain(self, code: str, rule: str, repair: str, *, line: int = 0) -> None:
        """Remember a problem of the row, at its own line or that of a field in it."""
        place = replace(self.place, line=line or self.place.line, column=1 if line or self.place.line else 0)
        self.problems.append(Problem(code, place, rule, repair))

    def checked(self, value: Value) -> Value:
        """The value read from the row; raises all problems of the row if there are any."""
        if self.problems:
            raise InputError(self.problems)
        return value

    def day(self, text: str, name: str, *, line: int = 0) -> dt.date:
        """A date with or without a time; `name` is the field that holds it."""
        try:
            day = dt.date.fromisoformat(text[:DATE_LENGTH])
        except ValueError:
            what = f'{name} "{shorten(text)}" is not a date.' if text else f"{name} is empty: it is not a date."
            self.complain("bad-date", what, f"Write {self.date_form}.", line=line)
            return STAND_IN
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            rule = f"{name} {text[:DATE_LENGTH]} lies outside {FIRST_YEAR} to {LAST_YEAR}."
            self.complain("date-out-of-range", rule, "Correct the year.", line=line)
            return STAND_IN
        return day

    def after(self, text: str, name: str, *, line: int = 0) -> dt.date:
        """First day after a finish: one that ends at or before the start of a working day ends on the day before."""
        day = self.day(text, name, line=line)
        return day if text[MINUTE] <= START_OF_WORK else day + dt.timedelta(days=1)

    def number(self, text: str, name: str, most: float) -> float:
        """A number whose size is below `most`; an empty field is none."""
        try:
            number = float(text or "0")
        except ValueError:
            number = math.nan
        if not abs(number) < most:
            rule = f'{name} "{shorten(text)}" is not a number, or not below {most:,.0f}.'
            self.complain("bad-number", rule, "Write a plain number, such as 40.")
            return 0.0
        return number


def no_working_day(fields: RowFields, title: str) -> None:
    """Remember that a calendar has no working day."""
    fields.complain("no-working-day", f'The calendar "{title}" has no working day.', "Give it one.")
