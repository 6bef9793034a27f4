"""Where does each rack stand, and where is each switch mounted?"""

from rackwright.layout.place import place_racks
from rackwright.layout.request import LayoutRequest, layout_request

__all__ = ["LayoutRequest", "layout_request", "place_racks"]
