"""What are goods for? Duty rules may hold for one end use only; what is deployed is for data centres.

The words of a rule are read as far as words go: an end use that names a data centre covers every campus in the rule's
country that does not say otherwise. How large a data centre must be, or which papers it needs, words do not tell here:
a campus that is not covered says so by its own list (`sites.end_uses`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rackwright.program.supply import Duty
from rackwright.tables.siting import Blocks, Tranches

__all__ = ["EndUser", "Use", "end_users", "is_for", "users_at"]

DONE_STATES = frozenset({"accepted", "retired"})


@dataclass(frozen=True)
class Use:
    """A campus, its country, and the end uses it says it has; None where it says nothing."""

    site: str
    country: str
    end_uses: tuple[str, ...] | None


@dataclass(frozen=True)
class EndUser:
    """A campus with its share of the racks still to be accepted."""

    use: Use
    share: float


def end_users(uses: Iterable[Use], blocks: Blocks, tranches: Tranches) -> tuple[EndUser, ...]:
    """Campuses that still get racks, with their shares of them; all racks where none is left."""
    site_of = dict(blocks.frame.select("block", "site").iter_rows())
    left: dict[str, int] = {}
    placed: dict[str, int] = {}
    for block, racks, accepted, state in tranches.frame.select("block", "racks", "accepted_racks", "state").iter_rows():
        site = site_of[block]
        placed[site] = placed.get(site, 0) + racks
        left[site] = left.get(site, 0) + (0 if state in DONE_STATES else racks - accepted)
    racks = left if sum(left.values()) > 0 else placed
    return _shared([EndUser(use, float(racks.get(use.site, 0))) for use in uses])


def users_at(users: tuple[EndUser, ...], place: str) -> tuple[EndUser, ...]:
    """Whom goods are for that go to a place: the campus itself, or from a plant all campuses by their shares."""
    here = [user for user in users if user.use.site == place]
    return _shared([EndUser(user.use, 1.0) for user in here]) if here else users


def is_for(rule: Duty, user: EndUser) -> bool:
    """True if a rule has no end use, or its end use is that of a campus in the rule's country."""
    if not rule.end_use:
        return True
    if user.use.country != rule.country:
        return False
    if user.use.end_uses is not None:
        return rule.end_use in user.use.end_uses
    return rule.is_for_data_centres


def _shared(users: list[EndUser]) -> tuple[EndUser, ...]:
    total = sum(user.share for user in users)
    return tuple(EndUser(user.use, user.share / total) for user in users if user.share > 0)
