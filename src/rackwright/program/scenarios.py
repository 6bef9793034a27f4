"""scenarios.yaml: what could be different, named, with probabilities and triggers?"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from rackwright.program.entry import Date, Entry, Id, Share, TokenRateEstimate
from rackwright.program.workloads import Precision

__all__ = ["BASE", "LOSSES", "OPERATIONS", "ArchitectureShift", "Change", "Scenario"]


BASE = "base"
"""Name of the program without the changes of any scenario."""
OPERATIONS = frozenset({"set", "scale", "shift", "add", "remove"})
"""Fields of a change of which one is written."""
LOSSES = ("supplier-lost", "country-lost")
"""Kinds of shifts that take away a supplier, or a country."""


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

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Only what is written: an operation that reads back as given would be a second one."""
        written: dict[str, Any] = handler(self)
        return {
            name: value for name, value in written.items() if name not in OPERATIONS or name in self.model_fields_set
        }


class ArchitectureShift(Entry):
    """Work that moves to another architecture, or a supplier or a country that is lost.

    `model`: another model, such as a mixture of experts for a dense one; `context`: longer prompts; `precision`: other
    matrix multiplications; `training-to-serving`: a training run gives up tokens and a service gains output.
    `supplier-lost` and `country-lost` leave offers nothing to give and take away their terms, commits and open orders.
    """

    kind: Literal["model", "context", "precision", "training-to-serving", "supplier-lost", "country-lost"]
    """What changes."""
    workload: str = ""
    """Workload that changes; the training run for `training-to-serving`; none for a loss."""
    supplier: str = ""
    """Supplier that delivers nothing any more (`supplier-lost`)."""
    country: str = ""
    """Country that delivers and makes nothing any more, ISO 3166 alpha-2 (`country-lost`)."""
    share: Share = 1.0
    """Part of its demand (or of its tokens) that moves."""
    start: Date | None = Field(default=None, alias="from")
    """Day from which demand moves; the whole horizon where empty."""
    model: str = ""
    """Model it moves to (`model`)."""
    context_factor: float = Field(default=1.0, gt=0, le=1000)
    """Factor on the prompt length of what moves (`context`)."""
    precision: Precision | None = None
    """Precision of what moves (`precision`)."""
    to: str = ""
    """Service that gains (`training-to-serving`)."""
    output_tok_s: TokenRateEstimate | None = Field(default=None, alias="output")
    """Output the service gains at its daily peak (`training-to-serving`)."""


class Scenario(Entry):
    """A named set of changes on the base program, or on its parent scenario."""

    id: Id
    """Name of the scenario."""
    name: str
    """Name for people."""
    parent: str = ""
    """Scenario it refines; the base program where empty."""
    merges: tuple[str, ...] = ()
    """Scenarios that come true together, in place of `parent`; what they do not agree on `changes` must set."""
    probability_share: Share | None = Field(default=None, alias="probability")
    """Chance, given its parent; the rest falls to the parent itself. Of merged scenarios: of all together, and so
    part of the chance of each of them."""
    decide_by: Date | None = None
    """Day by which it is known which branch came true."""
    trigger: str = ""
    """Observable and threshold that tells."""
    shifts: tuple[ArchitectureShift, ...] = ()
    """Work that moves to another architecture, suppliers or countries that are lost, before the edits."""
    changes: tuple[Change, ...] = ()
    """Edits, applied in order."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Scenarios it rests on: those it merges, or the one it refines, or none."""
        return self.merges or ((self.parent,) if self.parent else ())
