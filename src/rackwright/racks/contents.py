"""What does one rack hold, part by part: how many, where mounted, what one piece weighs and draws, how its air goes?"""

from __future__ import annotations

from collections import Counter

from rackwright.racks.ratings import Ratings, value_of
from rackwright.racks.request import Fill, RackDesign

__all__ = ["SAID_NOTHING", "list_contents"]

SAID_NOTHING = "front-to-rear"
"""Way of the air of what draws power and does not say how it blows."""


def list_contents(design: RackDesign, ratings: Ratings, mean_w: float) -> list[tuple[str | int | float, ...]]:
    """Rows of `racks.contents`: one per part and place, in the order of the configuration.

    Parameters
    ----------
    design
        The rack type.
    ratings
        Its rated figures.
    mean_w
        Typical load of the rack [W]; pieces share it as they share the peak.
    """
    share = mean_w / ratings.peak_w if ratings.peak_w else 1.0
    counts: Counter[tuple[str, str]] = Counter()
    for fill in design.fills:
        counts[fill.part.id, _mount(fill)] += fill.count
    parts = {fill.part.id: fill.part for fill in design.fills}
    rows: list[tuple[str | int | float, ...]] = []
    for (name, mount), pieces in counts.items():
        part = parts[name]
        peak_w = value_of(part.power_w)
        airflow = (part.airflow or SAID_NOTHING) if peak_w and mount == "slot" else ""
        rows.append(
            (design.id, name, mount, part.role, pieces, value_of(part.mass_kg), peak_w * share, peak_w, airflow)
        )
    return rows


def _mount(fill: Fill) -> str:
    """Where a part of this fill is mounted."""
    if fill.part.role == "side-rack":
        return "beside"
    if fill.zone == "inside" or fill.part.height_u is None:
        return fill.part.mount or "inside"
    return "slot"
