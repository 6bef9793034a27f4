"""How does a fabric look to containerlab? The links of its switches as a lab."""

from __future__ import annotations

import polars as pl

from rackwright.exchange.wires import wires
from rackwright.plan import Plan

__all__ = ["containerlab_bytes"]


def containerlab_bytes(plan: Plan) -> bytes:
    """A lab of the switches and their links; ports become `eth1` onwards, as containerlab names them."""
    links = _between_switches(plan)
    names = sorted({*links["a"].to_list(), *links["b"].to_list()})
    lines = [f"name: {plan.program.name}", "topology:", "  nodes:" + ("" if names else " {}")]
    lines += [f"    {name}: {{kind: linux}}" for name in names]
    lines.append("  links:" + ("" if len(links) else " []"))
    for a, a_port, b, b_port in links.iter_rows():
        lines.append(f'    - endpoints: ["{a}:eth{a_port[1:]}", "{b}:eth{b_port[1:]}"]')
    return "\n".join([*lines, ""]).encode()


def _between_switches(plan: Plan) -> pl.DataFrame:
    switches = plan.fabric.devices.frame.filter(pl.col("tier") > 0)["device"]
    inside = pl.col("a_device").is_in(switches.implode()) & (pl.col("network") != "out-of-band")
    return wires(plan).filter(inside).select("a", "a_port", "b", "b_port")
