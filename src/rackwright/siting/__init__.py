"""Which blocks of racks stand where, in whole scalable units, and how much IT power can each site give when?"""

from rackwright.siting.request import SitingRequest, siting_request
from rackwright.siting.site import site_blocks
from rackwright.tables.siting import Siting

__all__ = ["Siting", "SitingRequest", "site_blocks", "siting_request"]
