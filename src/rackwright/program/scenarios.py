"""scenarios.yaml: what could be different, named, with probabilities and triggers?"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from rackwright.program.entry import Date, Entry, Id, Share

__all__ = ["Change", "Scenario"]


class Change(Entry):
    """One edit of the program.

    `at` is a path such as `offers[item=hbm4-stack,supplier=supplier-a].lead_time`, `duties[id=s301].rate`,
    `serving[chat].demand[0].output`. Exactly one of `set`, `scale`, `shift`, `add`, `remove` is given.
    """

    at: str
    """Path of the field or row."""
    set: Any = None
    """New value, written as in the program."""
    scale: float | None = Field(default=None, ge=0)
    """Factor applied to a number or a band."""
    shift: str | None = None
    """Time added to a date or a duration, such as `+8 weeks`."""
    add: dict[str, Any] | None = None
    """Row added to the table at `at`."""
    remove: bool = False
    """True removes the row."""


class Scenario(Entry):
    """A named set of changes on the base program, or on its parent scenario."""

    id: Id
    """Name of the scenario."""
    name: str
    """Name for people."""
    parent: str = ""
    """Scenario it refines; the base program where empty."""
    probability_share: Share | None = Field(default=None, alias="probability")
    """Chance, given its parent; the rest falls to the parent itself."""
    decide_by: Date | None = None
    """Day by which it is known which branch came true."""
    trigger: str = ""
    """Observable and threshold that tells."""
    changes: tuple[Change, ...] = ()
    """Edits, applied in order."""
