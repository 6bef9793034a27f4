"""What of an earlier plan does a new one hold to? The parts of it that stand, or are cut, on the floor."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rackwright.tables.cabling import Cabling
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout
from rackwright.tables.schedule import Schedule
from rackwright.tables.siting import Siting
from rackwright.tables.supply import Buckets, Orders

__all__ = ["Bought", "Incumbent"]


@dataclass(frozen=True)
class Bought:
    """What the earlier plan orders, in days from its own start."""

    start: dt.date
    buckets: Buckets
    orders: Orders


@dataclass(frozen=True)
class Incumbent:
    """Results of the earlier plan of the same program; only what belongs to released tranches is held.

    Purchases of the earlier plan stand in the firm and flexible windows of their terms. Gates of the earlier schedule
    stay near their dates, as far as `policy.moved_gate_weight` asks for it.
    """

    siting: Siting
    fabric: Fabric
    layout: Layout
    cabling: Cabling
    schedule: Schedule | None = None
    bought: Bought | None = None
