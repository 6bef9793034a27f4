"""What does the plant need to make harnesses, and the crew to pull them? An archive of lists and WireViz drawings.

`types.csv` has a line per type of harness, `bundles.csv` one per bundle in the order of pulling with the racks it
joins, `cables.csv` one per cable with both labels, and `wireviz/TYPE.yaml` the drawing of each type: a line in the
colour of its jacket for every cable, with its plugs at both ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from rackwright.catalog import load_catalog
from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.folder import csv_bytes
from rackwright.exchange.wireviz import make_of, yaml_text
from rackwright.plan import Plan
from rackwright.views.harnesses import bundled_pieces, harness_bundles

__all__ = ["harness_yaml", "harnesses_bytes"]

MM_PER_M = 1000.0
PLAIN = "GY"
"""Colour of a cable whose jacket is not told: a whole cable is one line of a harness."""


def harnesses_bytes(plan: Plan) -> bytes:
    """The archive."""
    return archive_bytes(_files(plan))


def _files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    pieces = bundled_pieces(plan)
    bundles = harness_bundles(plan, pieces)
    pieces = pieces.join(bundles.select("hall", "bundle", "type"), on=["hall", "bundle"], maintain_order="left")
    types = bundles.group_by("type", maintain_order=True).first().sort("bundles", "contents", descending=[True, False])
    length_m = (pl.col("longest_mm") / MM_PER_M).alias("longest_m")
    diameter_mm = pl.col("diameter_mm").round(1)
    yield "types.csv", csv_bytes(types.select("type", "bundles", "cables", diameter_mm, length_m, "contents"))
    columns = ("hall", "bundle", "type", "network", "low_rack", "high_rack", "cables", diameter_mm, length_m)
    yield "bundles.csv", csv_bytes(bundles.select(columns))
    ends = ("label_a", "label_b", "part", "medium", (pl.col("length_mm") / MM_PER_M).alias("length_m"))
    yield "cables.csv", csv_bytes(pieces.select("hall", "bundle", "type", pl.col("number").alias("cable"), *ends))
    for name, hall, bundle, count in types.select("type", "hall", "bundle", "bundles").iter_rows():
        kinds = pieces.filter(hall=hall, bundle=bundle).group_by("part", "length_mm").len("count")
        yield f"wireviz/{name}.yaml", harness_yaml(name, kinds.sort("part", "length_mm"), count)


def harness_yaml(name: str, kinds: pl.DataFrame, harnesses: int) -> bytes:
    """WireViz file of one type: for each part and length a cable of so many runs, each with a plug at both ends.

    Parameters
    ----------
    name
        Type of harness.
    kinds
        part, length_mm, count.
    harnesses
        How many are made.
    """
    catalog = load_catalog(None)
    connectors, cables, connections = ["connectors:"], ["cables:"], ["connections:"]
    for number, (part, length_mm, count) in enumerate(kinds.select("part", "length_mm", "count").iter_rows(), 1):
        run = f"W{number}"
        make = make_of(part, catalog)
        for end in ("A", "B"):
            connectors += [f"  {run}{end}:", f"    type: {yaml_text(make.plug)}", f"    pincount: {count}"]
        cables += [
            f"  {run}:",
            f"    type: {yaml_text(make.kind)}",
            f"    pn: {yaml_text(part)}",
            "    category: bundle",
            f"    wirecount: {count}",
            f"    colors: [{yaml_text(make.jacket or PLAIN)}]",
            f"    length: {length_mm / MM_PER_M:g} m",
            f"    notes: {yaml_text(f'{name}: {harnesses} harnesses with {count} of these')}",
        ]
        runs = f"[1-{count}]" if count > 1 else "[1]"
        connections += ["  -", f"    - {run}A: {runs}", f"    - {run}: {runs}", f"    - {run}B: {runs}"]
    return "\n".join([*connectors, *cables, *connections, ""]).encode()
