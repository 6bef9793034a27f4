"""Is what was built what was drawn? As-built records against the design, classified, with the fewest re-plugs."""

from rackwright.asbuilt.names import device_names, port_name
from rackwright.asbuilt.records import Records, records_of
from rackwright.asbuilt.through import see_through
from rackwright.asbuilt.verify import Verification, verify_links

__all__ = ["Records", "Verification", "device_names", "port_name", "records_of", "see_through", "verify_links"]
