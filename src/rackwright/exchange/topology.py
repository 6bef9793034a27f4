"""What should every switch see on each port? `topology.dot` as PTM reads it, GraphML, and a port map.

PTM (prescriptive topology manager) holds `"leaf0":"p1" -- "spine0":"p1"` against LLDP; GraphML is for graph tools, with
switches and trays as nodes and bundles of links as edges.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import polars as pl

from rackwright.exchange.wires import named_devices, wires
from rackwright.plan import Plan
from rackwright.views.panel_ways import panel_ways

__all__ = ["graphml_bytes", "port_map", "ptm_bytes"]

GRAPHML = "http://graphml.graphdrawing.org/xmlns"
NODE_KEYS = (("block", "string"), ("network", "string"), ("tier", "int"), ("plane", "int"), ("rail", "int"))


def ptm_bytes(plan: Plan) -> bytes:
    """`topology.dot` of every link of the plan."""
    rows = wires(plan).select("a", "a_port", "b", "b_port").iter_rows()
    lines = [f"  {_quoted(a)}:{_quoted(ap)} -- {_quoted(b)}:{_quoted(bp)};" for a, ap, b, bp in rows]
    return "\n".join(["graph G {", *lines, "}", ""]).encode()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def graphml_bytes(plan: Plan) -> bytes:
    """Devices and bundles as GraphML: node data block, network, tier, plane, rail, part; edge data links, gbit_s."""
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<graphml xmlns="{GRAPHML}">',
        *(f'<key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>' for name, kind in NODE_KEYS),
        '<key id="part" for="node" attr.name="part" attr.type="string"/>',
        '<key id="links" for="edge" attr.name="links" attr.type="int"/>',
        '<key id="gbit_s" for="edge" attr.name="gbit_s" attr.type="double"/>',
        '<graph id="fabric" edgedefault="undirected">',
    ]
    names = [name for name, _ in NODE_KEYS] + ["part"]
    nodes = []
    for name, *values in named_devices(plan).select("name", *names).iter_rows():
        data = "".join(f'<data key="{key}">{escape(str(v))}</data>' for key, v in zip(names, values, strict=True))
        nodes.append(f"<node id={quoteattr(name)}>{data}</node>")
    bundles = wires(plan).group_by("a", "b", maintain_order=True).agg(pl.len().alias("links"), pl.col("gbit_s").sum())
    edges = [
        f"<edge source={quoteattr(a)} target={quoteattr(b)}>"
        f'<data key="links">{links}</data><data key="gbit_s">{gbit_s:g}</data></edge>'
        for a, b, links, gbit_s in bundles.iter_rows()
    ]
    return "\n".join([*head, *nodes, *edges, "</graph>", "</graphml>", ""]).encode()


def port_map(plan: Plan) -> pl.DataFrame:
    """Every used port of every device: device, port, far device, far port, network, rate, cable, part, length.

    Where links run through patch panels a last column, through, names the panel ports on the way, the near one first.
    """
    frame = wires(plan).join(
        plan.cabling.cables.frame.select("link", "cable", "part", "length_mm"),
        on="link",
        how="left",
        maintain_order="left",
    )
    ports = plan.fabric.links.frame.select("link", "a_port", "b_port").rename({"a_port": "a_no", "b_port": "b_no"})
    frame = frame.join(ports, on="link", maintain_order="left")
    sides = [_side(frame, "a", "b"), _side(frame, "b", "a")]
    if len(plan.cabling.channels):
        sides = [
            side.join(_through(plan, *ends), on="cable", how="left", maintain_order="left")
            for side, ends in zip(sides, ("ab", "ba"), strict=True)
        ]
    return pl.concat(sides).sort("number", "no").drop("number", "no")


def _through(plan: Plan, near: str, far: str) -> pl.DataFrame:
    """Panel ports on the way of each cable, the near one first; empty text where there are none."""
    labels = [pl.col(f"{side}_panel_label") for side in (near, far)]
    ways = panel_ways(plan).select("cable", through=pl.concat_str(labels, separator=" > "))
    every = plan.cabling.cables.frame.select("cable")
    return every.join(ways, on="cable", how="left").with_columns(pl.col("through").fill_null(""))


def _side(frame: pl.DataFrame, near: str, far: str) -> pl.DataFrame:
    return frame.select(
        pl.col(f"{near}_device").alias("number"),
        pl.col(f"{near}_no").alias("no"),
        pl.col(near).alias("device"),
        pl.col(f"{near}_port").alias("port"),
        pl.col(far).alias("far_device"),
        pl.col(f"{far}_port").alias("far_port"),
        "network",
        "gbit_s",
        "cable",
        "part",
        (pl.col("length_mm") / 1000).alias("length_m"),
    )
