"""Which cable carries each link, how long is it, where does it run, and in which order is it pulled?"""

from rackwright.cabling.labels import CableEnd, cable_label
from rackwright.cabling.request import CablingRequest, cabling_request
from rackwright.cabling.route import route_cables

__all__ = ["CableEnd", "CablingRequest", "cable_label", "cabling_request", "route_cables"]
