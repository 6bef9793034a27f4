"""How many switches does each network of a block need, and which port meets which?"""

from rackwright.fabric.clos import Clos, ClosNeed, largest_groups, size_clos
from rackwright.fabric.design import design_fabric
from rackwright.fabric.request import FabricRequest, fabric_request

__all__ = ["Clos", "ClosNeed", "FabricRequest", "design_fabric", "fabric_request", "largest_groups", "size_clos"]
