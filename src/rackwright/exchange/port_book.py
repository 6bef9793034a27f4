"""What is plugged where on each switch? A workbook for the person at the rack: a list of switches, and a sheet each.

Every port of a switch has its line, free ones too. Of a plan with more than `MOST_SHEETS` switches each sheet holds
those of one network rack, so that the workbook still opens.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import polars as pl

from rackwright.cabling import rack_label
from rackwright.exchange.topology import port_map
from rackwright.exchange.wires import named_devices
from rackwright.plan import Plan

__all__ = ["MOST_SHEETS", "port_book_bytes", "switch_ports"]

MOST_SHEETS = 250
SHEET_NAME_LENGTH = 31


def port_book_bytes(plan: Plan) -> bytes:
    """The XLSX workbook."""
    import xlsxwriter

    ports = switch_ports(plan)
    switches = ports.group_by("rack", "u", "switch", "part", maintain_order=True).agg(
        ports=pl.len(), used=pl.col("far_device").is_not_null().sum()
    )
    by = "switch" if switches.height <= MOST_SHEETS else "rack"
    groups = ports.partition_by(by, maintain_order=True)
    names = _sheet_names([str(group[by][0]) for group in groups])
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        created = dt.datetime.combine(plan.program.as_of, dt.time())
        book.set_properties({"title": f"Ports of {plan.program.name}", "created": created})
        bold = book.add_format({"bold": True, "bottom": 1})
        places = dict(zip((str(group[by][0]) for group in groups), names, strict=True))
        sheets = pl.Series("sheet", [places[str(key)] for key in switches[by].to_list()], dtype=pl.String)
        _write(book.add_worksheet("Switches"), switches.with_columns(sheets), bold)
        for name, group in zip(names, groups, strict=True):
            _write(book.add_worksheet(name), group, bold)
    return file.getvalue()


def switch_ports(plan: Plan) -> pl.DataFrame:
    """Every port of every mounted switch by rack and height: rack, u, switch, part, port, and what is plugged there."""
    place = rack_label(pl.col("hall"), pl.col("row"), pl.col("position"))
    mounted = named_devices(plan).filter(pl.col("rack").is_not_null()).with_columns(place.alias("place"))
    columns = {"rack": "place", "u": "mount_u", "switch": "name", "part": "part", "num_ports": "ports"}
    switches = mounted.filter(pl.col("tier") > 0).select(**columns)
    far = mounted.select(far_device="name", far_rack="place", far_u="mount_u")
    used = port_map(plan).join(switches.select(device="switch"), on="device", how="semi")
    used = used.with_columns(number=pl.col("port").str.slice(1).cast(pl.Int64)).rename({"part": "cable_part"})
    last = used.group_by("device").agg(pl.col("number").max().alias("last"))
    counted = switches.join(last, left_on="switch", right_on="device", how="left")
    every = counted.with_columns(
        number=pl.int_ranges(1, pl.max_horizontal(pl.col("num_ports"), pl.col("last").fill_null(0)) + 1)
    ).explode("number")
    joined = every.join(used, left_on=["switch", "number"], right_on=["device", "number"], how="left")
    joined = joined.join(far, on="far_device", how="left")
    return (
        joined.select(
            "rack",
            "u",
            "switch",
            "part",
            pl.format("p{}", pl.col("number")).alias("port"),
            "network",
            "gbit_s",
            "far_device",
            "far_port",
            "far_rack",
            "far_u",
            pl.col("cable_part").alias("cable"),
            "length_m",
            "number",
        )
        .sort("rack", "u", "switch", "number")
        .drop("number")
    )


def _sheet_names(names: list[str]) -> list[str]:
    """Names a spreadsheet takes: at most 31 characters, the end of a long name kept, none twice."""
    taken: set[str] = {"switches"}
    found = []
    for name in names:
        plain = "".join("-" if char in "[]:*?/\\" else char for char in name)
        short, number = plain[-SHEET_NAME_LENGTH:].strip("'"), 2
        while short.lower() in taken:
            short, number = f"{plain[-SHEET_NAME_LENGTH + 5 :]}~{number}".strip("'"), number + 1
        taken.add(short.lower())
        found.append(short)
    return found


def _write(sheet: Any, frame: pl.DataFrame, bold: Any) -> None:
    """A frame with a frozen head and a filter; numbers as numbers, text as text."""
    for place, column in enumerate(frame.columns):
        sheet.write_string(0, place, column, bold)
        values = frame[column].to_list()
        for line, value in enumerate(values, 1):
            if isinstance(value, int | float):
                sheet.write_number(line, place, value)
            elif value is not None:
                sheet.write_string(line, place, str(value))
        longest = max((len(str(value)) for value in values if value is not None), default=0)
        sheet.set_column(place, place, max(len(column), min(longest, 60)) + 2)
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
