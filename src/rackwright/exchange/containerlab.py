"""How does a fabric look to containerlab and to SONiC? Links of switches as a lab, neighbours as device metadata."""

from __future__ import annotations

import json

import polars as pl

from rackwright.exchange.wires import wires
from rackwright.plan import Plan

__all__ = ["containerlab_bytes", "sonic_bytes"]


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


def sonic_bytes(plan: Plan) -> bytes:
    """`DEVICE_NEIGHBOR` of every switch, keyed by its name; ports by their front-plate name."""
    neighbours: dict[str, dict[str, dict[str, str]]] = {}
    switches = set(plan.fabric.devices.frame.filter(pl.col("tier") > 0)["device"].to_list())
    columns = ("a_device", "a", "a_port", "b_device", "b", "b_port")
    for a_device, a, a_port, b_device, b, b_port in wires(plan).select(columns).iter_rows():
        for device, near, port, far, far_port in ((a_device, a, a_port, b, b_port), (b_device, b, b_port, a, a_port)):
            if device in switches:
                neighbours.setdefault(near, {})[port] = {"name": far, "port": far_port}
    document = {name: {"DEVICE_NEIGHBOR": ports} for name, ports in sorted(neighbours.items())}
    return (json.dumps(document, indent=1) + "\n").encode()
