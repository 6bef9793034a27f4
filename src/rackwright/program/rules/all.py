"""Which families of rules are there? In the order in which their findings are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rackwright.program.rules.batches import check_batches
from rackwright.program.rules.calendars import check_calendars
from rackwright.program.rules.campuses import check_campuses
from rackwright.program.rules.contexts import check_contexts
from rackwright.program.rules.cycles import check_cycles
from rackwright.program.rules.dates import check_dates
from rackwright.program.rules.deadlines import check_deadlines
from rackwright.program.rules.disclosure import check_disclosure
from rackwright.program.rules.drafts import check_drafts
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.rules.halls import check_halls
from rackwright.program.rules.measured import check_measured
from rackwright.program.rules.most_lags import check_most_lags
from rackwright.program.rules.names import check_names
from rackwright.program.rules.parts import check_parts
from rackwright.program.rules.projects import check_projects
from rackwright.program.rules.references import check_references
from rackwright.program.rules.scenarios import check_scenarios
from rackwright.program.rules.smoothing import check_smoothing
from rackwright.program.rules.storage import check_storage
from rackwright.program.rules.supply import check_supply
from rackwright.program.rules.zeros import check_zeros

__all__ = ["RULES", "find_all"]

RULES: Final[tuple[Callable[[Subject], Iterable[Finding]], ...]] = (
    check_names,
    check_references,
    check_parts,
    check_dates,
    check_cycles,
    check_halls,
    check_calendars,
    check_projects,
    check_deadlines,
    check_most_lags,
    check_supply,
    check_zeros,
    check_smoothing,
    check_storage,
    check_measured,
    check_batches,
    check_contexts,
    check_campuses,
    check_drafts,
    check_scenarios,
    check_disclosure,
)


def find_all(subject: Subject) -> list[Finding]:
    """Every finding of every family."""
    return [finding for rule in RULES for finding in rule(subject)]
