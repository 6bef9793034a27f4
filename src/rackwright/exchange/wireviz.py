"""What does each cable assembly look like to the plant that makes it? A WireViz sheet per kind of assembly.

One harness file: for each part and stock length a cable with its two plugs; the count and spares stand in the notes.
"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan

__all__ = ["wireviz_bytes", "yaml_text"]


def wireviz_bytes(plan: Plan) -> bytes:
    """WireViz YAML of every assembly of the plan; the drawing's single wire stands for the whole assembly."""
    counted = (
        plan.cabling.assemblies.frame.group_by("part", "length_mm")
        .agg(pl.col("count").sum(), pl.col("spares").sum())
        .sort("part", "length_mm")
    )
    connectors, cables, connections = ["connectors:"], ["cables:"], ["connections:"]
    for number, (part, length_mm, count, spares) in enumerate(counted.iter_rows(), 1):
        name = f"W{number}"
        for end in ("A", "B"):
            connectors += [f"  {name}{end}:", f"    type: {yaml_text(part)}", "    pinlabels: [all lanes]"]
        cables += [
            f"  {name}:",
            f"    type: {yaml_text(part)}",
            "    wirecount: 1",
            f"    length: {length_mm / 1000:g} m",
            f"    notes: {yaml_text(f'{count} installed and {spares} spares')}",
        ]
        connections += ["  -", f"    - {name}A: [1]", f"    - {name}: [1]", f"    - {name}B: [1]"]
    if not len(counted):
        return b"connectors: {}\ncables: {}\nconnections: []\n"
    return "\n".join([*connectors, *cables, *connections, ""]).encode()


def yaml_text(text: str) -> str:
    """A YAML text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
