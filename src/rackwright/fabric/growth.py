"""How does a live fabric take in more units with the fewest moved links, and in how many stages?

A port is a port: a link that stays between the same two switches keeps its place, so the links to move are those by
which a pair of switches has fewer after than before. Choices that re-cut pods or change the uplinks of standing leaves
are left aside unless nothing else works.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from rackwright.fabric.clos import Clos, ClosNeed, clos_choices

__all__ = ["Growth", "grow_clos"]


@dataclass(frozen=True)
class Growth:
    """The grown fabric, links between switches before, links of these to move, and stages of draining."""

    clos: Clos
    links: int
    moved: int
    stages: int

    @property
    def moved_share(self) -> float:
        """Links to move over links before."""
        return self.moved / self.links if self.links else 0.0


def grow_clos(before: Clos, need: ClosNeed, *, kept_share: float) -> Growth | None:
    """Grow a fabric to a larger need.

    Parameters
    ----------
    before
        The live fabric.
    need
        What it is to serve; groups are those of old and new units together.
    kept_share
        Share of each tier's capacity that must carry traffic at any time, in (0, 1).

    Returns
    -------
    The choice with the fewest moved links, then the least cost; None if the switches cannot carry the need.

    Notes
    -----
    Links of a stage are drained together: stages = max over tiers of ceil(moved of the tier / (links x (1 - kept))),
    at least one. M. Zhao et al., "Minimal Rewiring" (NSDI 2019), bounds the same two figures by integer programming;
    here pods stay as they are, which makes the count of pairs exact.
    """
    pinned = replace(need, pod_leaves=before.pod_leaves if before.tiers == 3 else 0)
    choices = clos_choices(pinned) or clos_choices(need)
    grown = [_growth(before, after, kept_share) for after in choices if after.tiers >= before.tiers]
    return min(grown, key=lambda growth: growth.moved, default=None)


def _growth(before: Clos, after: Clos, kept_share: float) -> Growth:
    lower = before.leaves * before.leaf_up
    upper = before.spines * before.spine_up
    moved_lower, moved_upper = _moved_lower(before, after), _moved_upper(before, after)
    stages = max(1, _stages(moved_lower, lower, kept_share), _stages(moved_upper, upper, kept_share))
    return Growth(after, lower + upper, moved_lower + moved_upper, stages)


def _stages(moved: int, links: int, kept_share: float) -> int:
    return math.ceil(moved / (links * (1.0 - kept_share)) - 1e-9) if moved else 0


def _moved_lower(before: Clos, after: Clos) -> int:
    """Links between leaves and spines that lose their place; all where leaves, planes or pods are cut anew."""
    same = ("planes", "rails", "groups_per_leaf", "leaves_per_rail", "tiers")
    is_same = all(getattr(before, name) == getattr(after, name) for name in same)
    whole_pod = before.tiers == 2 or before.pod_leaves == after.pod_leaves
    if not is_same or not whole_pod:
        return before.leaves * before.leaf_up
    kept = min(before.spines_per_pod, after.spines_per_pod) * min(before.bundle, after.bundle)
    return before.leaves * (before.leaf_up - kept)


def _moved_upper(before: Clos, after: Clos) -> int:
    """Links between spines and cores that lose their place."""
    if before.tiers < 3:
        return 0
    if before.pod_leaves != after.pod_leaves or before.planes != after.planes:
        return before.spines * before.spine_up
    kept = min(before.cores_per_spine, after.cores_per_spine) * min(before.core_bundle, after.core_bundle)
    spines = before.planes * before.pods * min(before.spines_per_pod, after.spines_per_pod)
    return before.spines * before.spine_up - spines * kept
