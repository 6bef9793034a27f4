"""How does a fabric look to Graphviz? Switches as nodes by tier, bundles as edges with their link count."""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan

__all__ = ["fabric_dot"]


def fabric_dot(plan: Plan) -> bytes:
    """DOT text of every network's switches; endpoints are folded into their leaf's label as a count."""
    devices = plan.fabric.devices.frame.filter(pl.col("tier") > 0)
    names = {
        row[0]: _name(*row[1:]) for row in devices.select("device", "block", "network", "tier", "index").iter_rows()
    }
    links = plan.fabric.links.frame.select("a_device", "b_device")
    counted = links.group_by("a_device", "b_device", maintain_order=True).len()
    switches = counted.filter(pl.col("a_device").is_in(devices["device"].implode()))
    below = counted.filter(~pl.col("a_device").is_in(devices["device"].implode()))
    fed = dict(below.group_by("b_device", maintain_order=True).agg(pl.col("len").sum()).iter_rows())
    lines = ["graph fabric {", "  rankdir=BT;", "  node [shape=box];"]
    for device, name in names.items():
        lines.append(f"  {_quoted(name)} [label={_quoted(f'{name} ({fed.get(device, 0)} endpoint links)')}];")
    lines.extend(
        f'  {_quoted(names[a])} -- {_quoted(names[b])} [label="{count}"];' for a, b, count in switches.iter_rows()
    )
    return "\n".join([*lines, "}", ""]).encode()


def _name(block: str, network: str, tier: int, index: int) -> str:
    role = ("node", "leaf", "spine", "core")[tier]
    return f"{block}.{network}.{role}{index}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
