"""Which tiers above the first of scale-out does a group of ranks cross, and at what bandwidth?

Ranks lie tensor first, then replicas, then pipeline stages, so the members of a group stand `spacing` ranks apart. A
job on several campuses divides its replicas evenly among them: nothing but their exchange leaves a campus.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from rackwright.sizing.collectives import Crossing, Link
from rackwright.sizing.device import Device
from rackwright.sizing.operators import FloatArray

__all__ = ["ONE_CAMPUS", "Campuses", "campus_crossing", "tier_crossings", "tier_link"]


@dataclasses.dataclass(frozen=True, slots=True)
class Campuses:
    """How a job is divided among campuses.

    Parameters
    ----------
    number
        Campuses with an equal part of the job each; 1 for all in one place.
    link
        What leaves a campus for the job: `byte_s` of all its accelerators there together, latency one way.
    """

    number: float = 1.0
    link: Link | None = None


ONE_CAMPUS = Campuses()
"""All in one place."""


def tier_link(device: Device, oversubscription: float) -> Link:
    """Scale-out as an accelerator sees it through an oversubscribed tier."""
    return dataclasses.replace(device.scale_out, byte_s=device.scale_out.byte_s / oversubscription)


def tier_crossings(device: Device, members: FloatArray | float, spacing: FloatArray | float) -> tuple[Crossing, ...]:
    """Oversubscribed tiers of a platform's network, as a group of `members` ranks that stand `spacing` apart sees them.

    A tier that no group reaches changes nothing: all of its members are inside.
    """
    return tuple(
        Crossing(np.clip(np.floor(tier.within / spacing), 1.0, members), tier_link(device, tier.oversubscription))
        for tier in device.tiers
    )


def campus_crossing(campuses: Campuses, members: FloatArray, accels: FloatArray) -> tuple[Crossing, ...]:
    """The way between campuses for a group of replicas; none for a job in one place.

    Every accelerator of a campus exchanges at the same time, so each has its part of what leaves the campus.
    """
    if campuses.number <= 1.0 or campuses.link is None:
        return ()
    own: FloatArray = campuses.link.byte_s * campuses.number / accels
    return (Crossing(members / campuses.number, _with_rate(campuses.link, own)),)


def _with_rate(link: Link, byte_s: FloatArray) -> Link:
    """The link with a column of rates."""
    return dataclasses.replace(link, byte_s=byte_s)  # type: ignore[arg-type]
