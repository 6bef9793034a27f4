"""Which formats is a plan written in, and what does each of them lose?"""

from __future__ import annotations

from collections.abc import Callable

from rackwright.exchange.containerlab import containerlab_bytes
from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.exchange.device_library import device_library_bytes
from rackwright.exchange.dot import fabric_dot
from rackwright.exchange.drawings import drawings_bytes
from rackwright.exchange.folder import csv_bytes
from rackwright.exchange.harnesses import harnesses_bytes
from rackwright.exchange.ibsim import ibsim_bytes
from rackwright.exchange.icalendar import icalendar_bytes
from rackwright.exchange.labels import labels_bytes
from rackwright.exchange.labels_pdf import labels_pdf_bytes
from rackwright.exchange.load_schedule import load_schedule
from rackwright.exchange.mermaid import mermaid_bytes
from rackwright.exchange.models import smps_bytes, supply_mps
from rackwright.exchange.mspdi import mspdi_bytes
from rackwright.exchange.netbox import netbox_bytes
from rackwright.exchange.pandapower import plan_pandapower
from rackwright.exchange.panel_schedule import panel_schedule
from rackwright.exchange.port_book import port_book_bytes
from rackwright.exchange.power_drawings import power_drawings_bytes
from rackwright.exchange.project_file import lost_words, project_file
from rackwright.exchange.sonic import lost_ports, sonic_bytes
from rackwright.exchange.topology import graphml_bytes, port_map, ptm_bytes
from rackwright.exchange.waveform import waveform_table
from rackwright.exchange.wireviz import wireviz_bytes
from rackwright.exchange.workbook import workbook_bytes
from rackwright.exchange.xer import xer_bytes
from rackwright.plan import Plan

__all__ = ["EXPORTS", "LOSSES"]

EXPORTS: dict[str, Callable[[Plan], bytes]] = {
    "cut-sheet": lambda plan: csv_bytes(cut_sheet(plan)),
    "device-types": device_library_bytes,
    "dot": fabric_dot,
    "drawings": drawings_bytes,
    "load-schedule": lambda plan: csv_bytes(load_schedule(plan)),
    "pandapower": plan_pandapower,
    "panel-schedule": lambda plan: csv_bytes(panel_schedule(plan)),
    "power-drawings": power_drawings_bytes,
    "icalendar": icalendar_bytes,
    "mermaid": mermaid_bytes,
    "mps": supply_mps,
    "smps": smps_bytes,
    "mspdi": lambda plan: mspdi_bytes(project_file(plan)),
    "xer": lambda plan: xer_bytes(project_file(plan)),
    "xlsx": workbook_bytes,
    "containerlab": containerlab_bytes,
    "graphml": graphml_bytes,
    "harnesses": harnesses_bytes,
    "ibsim": ibsim_bytes,
    "labels": labels_bytes,
    "labels-pdf": labels_pdf_bytes,
    "netbox": netbox_bytes,
    "port-map": lambda plan: csv_bytes(port_map(plan)),
    "port-book": port_book_bytes,
    "ptm": ptm_bytes,
    "sonic": sonic_bytes,
    "waveform": lambda plan: csv_bytes(waveform_table(plan)),
    "wireviz": wireviz_bytes,
}

LOSSES: dict[str, Callable[[Plan], tuple[str, ...]]] = {"mspdi": lost_words, "xer": lost_words, "sonic": lost_ports}
"""What a format cannot hold of a plan, for those formats that are read back."""
