"""In and out: one file per format. Readers trust nothing, writers are read back in tests.

Who writes one format needs none of the others; so each name is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rackwright.base.asked import names_from

if TYPE_CHECKING:
    from rackwright.exchange.device_type import DeviceType, read_device_type
    from rackwright.exchange.dot import fabric_dot
    from rackwright.exchange.exports import EXPORTS, LOSSES
    from rackwright.exchange.folder import plan_files, read_plan, write_plan
    from rackwright.exchange.icalendar import icalendar_bytes
    from rackwright.exchange.lldp import read_neighbours
    from rackwright.exchange.mermaid import mermaid_bytes
    from rackwright.exchange.models import smps_bytes, supply_mps
    from rackwright.exchange.mspdi import mspdi_bytes, read_mspdi
    from rackwright.exchange.project_file import ProjectFile
    from rackwright.exchange.workbook import workbook_bytes
    from rackwright.exchange.xer import read_xer, xer_bytes

__all__ = [
    "EXPORTS",
    "LOSSES",
    "DeviceType",
    "ProjectFile",
    "fabric_dot",
    "icalendar_bytes",
    "mermaid_bytes",
    "mspdi_bytes",
    "plan_files",
    "read_device_type",
    "read_mspdi",
    "read_neighbours",
    "read_plan",
    "read_xer",
    "smps_bytes",
    "supply_mps",
    "workbook_bytes",
    "write_plan",
    "xer_bytes",
]

__getattr__ = names_from(
    __name__,
    {
        "EXPORTS": "rackwright.exchange.exports",
        "LOSSES": "rackwright.exchange.exports",
        "DeviceType": "rackwright.exchange.device_type",
        "ProjectFile": "rackwright.exchange.project_file",
        "fabric_dot": "rackwright.exchange.dot",
        "icalendar_bytes": "rackwright.exchange.icalendar",
        "mermaid_bytes": "rackwright.exchange.mermaid",
        "mspdi_bytes": "rackwright.exchange.mspdi",
        "plan_files": "rackwright.exchange.folder",
        "read_device_type": "rackwright.exchange.device_type",
        "read_mspdi": "rackwright.exchange.mspdi",
        "read_neighbours": "rackwright.exchange.lldp",
        "read_plan": "rackwright.exchange.folder",
        "read_xer": "rackwright.exchange.xer",
        "smps_bytes": "rackwright.exchange.models",
        "supply_mps": "rackwright.exchange.models",
        "workbook_bytes": "rackwright.exchange.workbook",
        "write_plan": "rackwright.exchange.folder",
        "xer_bytes": "rackwright.exchange.xer",
    },
)
