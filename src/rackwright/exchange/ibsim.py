"""How does a fabric look to the InfiniBand simulator, so that a real subnet manager judges it?

One netlist of the scale-out networks of all blocks: switches by name, and one adapter per endpoint port named
`TRAY/pN`, as a tray's adapters are separate devices to the subnet manager. `ibnetdiscover` of the simulated fabric is
read back by `verify`.
"""

from __future__ import annotations

import polars as pl

from rackwright.exchange.wires import named_devices, wires
from rackwright.plan import Plan

__all__ = ["ibsim_bytes", "netlist"]

Row = tuple[str, int, str, int]


def ibsim_bytes(plan: Plan) -> bytes:
    """Netlist of the scale-out networks."""
    links = plan.fabric.links.frame.select("link", "a_port", "b_port").rename({"a_port": "a_no", "b_port": "b_no"})
    frame = wires(plan).filter(pl.col("network") == "scale-out").join(links, on="link", maintain_order="left")
    devices = named_devices(plan).filter((pl.col("tier") > 0) & (pl.col("network") == "scale-out"))
    ports = dict(devices.select("name", "ports").iter_rows())
    rows = frame.select("a", "a_no", "b", "b_no").iter_rows()
    return netlist(ports, list(rows)).encode()


def netlist(ports: dict[str, int], links: list[Row]) -> str:
    """Netlist of switches (name to port count) and links (lower name, port from 0, upper name, port from 0).

    A lower end that is no switch is a tray: each of its ports becomes an adapter of one port.
    """
    lines: list[str] = []
    at: dict[str, list[str]] = {name: [] for name in ports}
    adapters: list[str] = []
    for a, a_port, b, b_port in links:
        if a in ports:
            at[a].append(f'[{a_port + 1}]\t"{b}"[{b_port + 1}]')
            at[b].append(f'[{b_port + 1}]\t"{a}"[{a_port + 1}]')
        else:
            adapter = f"{a}/p{a_port + 1}"
            at[b].append(f'[{b_port + 1}]\t"{adapter}"[1]')
            adapters += [f'Hca\t1 "{adapter}"\t# "{adapter}"', f'[1]\t"{b}"[{b_port + 1}]', ""]
    for name, count in ports.items():
        lines += [f'Switch\t{count} "{name}"\t# "{name}"', *sorted(at[name], key=_port_of), ""]
    return "\n".join([*lines, *adapters, ""])


def _port_of(line: str) -> int:
    return int(line[1 : line.index("]")])
