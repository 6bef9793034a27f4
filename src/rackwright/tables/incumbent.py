"""What of an earlier plan does a new one hold to? The parts of it that stand, or are cut, on the floor."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.tables.cabling import Cabling
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout
from rackwright.tables.schedule import Schedule
from rackwright.tables.siting import Siting

__all__ = ["Incumbent"]


@dataclass(frozen=True)
class Incumbent:
    """Results of the earlier plan of the same program; only what belongs to released tranches is held.

    Gates of the earlier schedule stay near their dates, as far as `policy.moved_gate_weight` asks for it.
    """

    siting: Siting
    fabric: Fabric
    layout: Layout
    cabling: Cabling
    schedule: Schedule | None = None
