"""What stages hand to each other: schemas and frozen results, nothing that computes."""

from rackwright.tables.bom import Bom
from rackwright.tables.cabling import Cabling
from rackwright.tables.checks import Checks
from rackwright.tables.cooling import Cooling
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout
from rackwright.tables.power import Power
from rackwright.tables.racks import Racks
from rackwright.tables.schedule import Schedule
from rackwright.tables.siting import Siting
from rackwright.tables.sizing import Sizing
from rackwright.tables.supply import Supply

__all__ = [
    "Bom",
    "Cabling",
    "Checks",
    "Cooling",
    "Fabric",
    "Layout",
    "Power",
    "Racks",
    "Schedule",
    "Siting",
    "Sizing",
    "Supply",
]
