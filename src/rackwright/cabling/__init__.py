"""Which cable carries each link, how long is it, where does it run, and in which order is it pulled?"""

from rackwright.cabling.labels import cable_label, end_label, rack_label, split_label
from rackwright.cabling.request import CablingRequest, cabling_request
from rackwright.cabling.route import route_cables

__all__ = [
    "CablingRequest",
    "cable_label",
    "cabling_request",
    "end_label",
    "rack_label",
    "route_cables",
    "split_label",
]
