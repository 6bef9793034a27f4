"""What is in one rack of each type, where does each part sit, and which ports leave the rack?"""

from rackwright.racks.design import design_racks
from rackwright.racks.request import RacksRequest, racks_request

__all__ = ["RacksRequest", "design_racks", "racks_request"]
