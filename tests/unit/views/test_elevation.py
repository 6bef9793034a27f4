"""The elevation of a rack type lists every unit once and adds up to the rack."""

from __future__ import annotations

import re

import pytest

from rackwright.plan import Plan
from rackwright.report.sections import CHAPTERS
from rackwright.views.elevation import ELEVATION

UNITS = re.compile(r"U(\d+)(?:-U(\d+))?")


def test_101_every_unit_stands_on_one_line_from_the_top(one_pod: Plan) -> None:
    """The lines of a rack type cover its units without gap or overlap, the highest first."""
    for table in ELEVATION.build(one_pod).tables[2:]:
        spans = [(int(m[1]), int(m[2] or m[1])) for row in table.rows if (m := UNITS.fullmatch(str(row[0])))]
        units = [unit for low, high in spans for unit in range(high, low - 1, -1)]
        kind = table.title.split(",")[0]
        height = one_pod.racks.types.frame.filter(type=kind)["height_u"][0]
        assert units == list(range(height, 0, -1))


def test_102_masses_and_loads_add_up(one_pod: Plan) -> None:
    """The masses of the lines are the rack's, their peaks the load of all parts, their number the blanks' too."""
    tables = ELEVATION.build(one_pod).tables
    totals = tables[1].as_json()
    for total, table in zip(totals, tables[2:], strict=True):
        rows = table.as_json()
        assert sum(float(str(row["mass_kg"] or 0)) for row in rows) == pytest.approx(float(str(total["mass_kg"])))
        assert sum(float(str(row["peak_kw"] or 0)) for row in rows) == pytest.approx(float(str(total["parts_kw"])))
        assert {row["role"] for row in rows} >= {"compute", "blank", "frame"}
    assert totals[0]["scale_up_links"] == 1296
    assert float(str(totals[0]["air_kw"])) + float(str(totals[0]["liquid_kw"])) == pytest.approx(135.0)


def test_103_what_only_the_bill_lists_is_told(one_pod: Plan) -> None:
    """Parts of the rack's bill that its configuration leaves out are named, without figures."""
    last = ELEVATION.build(one_pod).tables[2]
    rows = {row[1]: row[3] for row in last.rows if row[0] == "bill"}
    assert rows == {"busbar-50v": 1, "manifold": 2, "nvlink-cartridge": 4}
    assert "bill of materials" in last.note


def test_104_the_report_keeps_to_the_first_table() -> None:
    """Units are shown on request only; the report shows the rack types."""
    entries = {entry.view: entry for chapter in CHAPTERS for entry in chapter.entries}
    assert entries["elevation"].tables == 1
