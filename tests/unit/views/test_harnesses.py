"""Harnesses hold every cable between racks once; their files are drawings of what the lists count."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import yaml

from rackwright.exchange import EXPORTS
from rackwright.plan import Plan
from rackwright.views.harnesses import HARNESSES, bundle_limits, bundled_pieces, harness_bundles
from rackwright.views.panel_ways import sheet_pieces


def test_101_every_cable_between_racks_once(one_pod: Plan) -> None:
    """Cables inside a rack are bound by nobody; all others are in one bundle, none thicker than the largest."""
    pieces = bundled_pieces(one_pod)
    assert pieces["number"].is_unique().all()
    lines = sheet_pieces(one_pod).height
    assert 0 < lines - pieces.height < lines / 2
    bundles = harness_bundles(one_pod, pieces)
    assert bundles["cables"].sum() == pieces.height
    assert float(bundles["diameter_mm"].to_numpy().max()) <= bundle_limits(one_pod).diameter_m * 1000 + 1.0


def test_104_legs_of_splitters_are_named(one_pod: Plan) -> None:
    """Splitters are bound by legs, since these may part; straight cables, twin-port ones too, are bound whole."""
    counted = dict(bundled_pieces(one_pod).group_by("part").len().iter_rows())
    made = dict(one_pod.cabling.assemblies.frame.group_by("part").agg(pl.col("count").sum()).iter_rows())
    assert counted["aec-800g-4x200g-qsfp112 (leg)"] == 4 * made["aec-800g-4x200g-qsfp112"]
    assert counted["aec-800g-osfp"] == made["aec-800g-osfp"]


def test_102_the_view_counts_a_type_once(one_pod: Plan) -> None:
    """Harnesses of all types are the bundles of all halls and networks, and so are their cables."""
    types, halls = HARNESSES.build(one_pod).tables
    assert sum(int(str(row[1])) for row in types.rows) == sum(int(str(row[2])) for row in halls.rows)
    cables = sum(int(str(row[1])) * int(str(row[2])) for row in types.rows)
    assert cables == sum(int(str(row[3])) for row in halls.rows)


def test_103_lists_and_drawings_agree(one_pod: Plan) -> None:
    """A type's drawing has as many runs as the list says, both ends plugged; the archive is the same twice."""
    data = EXPORTS["harnesses"](one_pod)
    assert data == EXPORTS["harnesses"](one_pod)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lists = {
            name: pl.read_csv(io.BytesIO(archive.read(name))) for name in archive.namelist() if name.endswith("csv")
        }
        drawings = {name: yaml.safe_load(archive.read(name)) for name in archive.namelist() if name.endswith("yaml")}
    types = lists["types.csv"]
    assert len(drawings) == types.height
    assert types["bundles"].sum() == lists["bundles.csv"].height
    assert lists["bundles.csv"]["cables"].sum() == lists["cables.csv"].height
    for name, cables in types.select("type", "cables").iter_rows():
        drawing = drawings[f"wireviz/{name}.yaml"]
        assert sum(run["wirecount"] for run in drawing["cables"].values()) == cables
        assert len(drawing["connectors"]) == 2 * len(drawing["cables"]) == 2 * len(drawing["connections"])
