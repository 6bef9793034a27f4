"""Which items does everything placed need, at every level?"""

from rackwright.bom.explode import explode_bom
from rackwright.bom.request import BomRequest, Placed, bom_request
from rackwright.bom.rollup import Use, origin_shares, rolled_cost_cent, rolled_mass_g, rolled_power_w, where_used
from rackwright.tables.bom import Bom

__all__ = [
    "Bom",
    "BomRequest",
    "Placed",
    "Use",
    "bom_request",
    "explode_bom",
    "origin_shares",
    "rolled_cost_cent",
    "rolled_mass_g",
    "rolled_power_w",
    "where_used",
]
