"""In and out: one file per format. Readers trust nothing, writers are read back in tests."""

from __future__ import annotations

from collections.abc import Callable

from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.exchange.dot import fabric_dot
from rackwright.exchange.folder import csv_bytes, plan_files, read_plan, write_plan
from rackwright.exchange.workbook import workbook_bytes
from rackwright.plan import Plan

__all__ = ["EXPORTS", "cut_sheet", "fabric_dot", "plan_files", "read_plan", "workbook_bytes", "write_plan"]

EXPORTS: dict[str, Callable[[Plan], bytes]] = {
    "cut-sheet": lambda plan: csv_bytes(cut_sheet(plan)),
    "dot": fabric_dot,
    "xlsx": workbook_bytes,
}
