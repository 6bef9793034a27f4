"""Which views answer a question about one thing, and what do they ask for?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rackwright.plan import Plan
from rackwright.views.engineering_change import engineering_change
from rackwright.views.pegging import pegging
from rackwright.views.view import Shown
from rackwright.views.where_used import where_used_shown

__all__ = ["ASKED", "AskedView"]


@dataclass(frozen=True, slots=True)
class AskedView:
    """A named question about one thing."""

    name: str
    thing: str
    question: str
    build: Callable[[Plan, str], Shown]


ASKED: Final[dict[str, AskedView]] = {
    view.name: view
    for view in (
        AskedView(
            "pegging", "TRANCHE or ORDER", "Which orders serve a tranche, and whom does an order serve?", pegging
        ),
        AskedView(
            "where_used", "ITEM", "Where is an item used, beside which alternates, and what is in it?", where_used_shown
        ),
        AskedView(
            "engineering_change",
            "OLD:NEW or ITEM",
            "What changes between revisions, which tranche gets which, and what becomes of parts that go out?",
            engineering_change,
        ),
    )
}
"""Views that take a thing, by name."""
