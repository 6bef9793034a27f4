"""How is an Ethernet switch of the plan configured in SONiC? `PORT` and `DEVICE_NEIGHBOR` of each, as config_db.json.

SONiC names a port by the first of its lanes, counted along the front plate: with eight lanes a cage, `Ethernet0` is the
first cage whole or its first part, `Ethernet8` the second cage. `index` is the cage from 1, `alias` the cage with a
letter for its part. A port of management (`eth0`) stands in `MGMT_PORT`. InfiniBand switches run no SONiC.
Source: the port_config.ini files of SONiC (SN5600 as V256 and O128, SN2201) and its YANG models of these tables.
"""

from __future__ import annotations

import json
from typing import Any, Final

import polars as pl

from rackwright.asbuilt import device_names, port_name
from rackwright.catalog import Switch, load_catalog
from rackwright.catalog.parts import Fact
from rackwright.plan import Plan

__all__ = ["lost_ports", "sonic_bytes", "sonic_plates", "sonic_ports"]

CAGE_LANES: Final = {
    **dict.fromkeys(("OSFP", "QSFP-DD"), 8),
    **dict.fromkeys(("QSFP112", "QSFP56", "QSFP28", "QSFP+"), 4),
    **dict.fromkeys(("SFP112", "SFP56", "SFP28", "SFP+", "SFP", "RJ45"), 1),
}
"""Electrical lanes of a cage by its form factor, as the agreements on the form factors define them."""
UNKNOWN_LANES: Final = 8
UPLINK_LANES: Final = 4
"""Lanes of the uplink cages beside the ports of a management switch: QSFP28."""
MANAGEMENT: Final = "eth0"
MBIT_PER_GBIT: Final = 1000
Document = dict[str, dict[str, dict[str, Any]]]


def sonic_bytes(plan: Plan) -> bytes:
    """One JSON object: for each Ethernet switch by name what its config_db.json takes over."""
    documents: dict[str, Document] = {}
    ports = sonic_ports(plan)
    for row in ports.iter_rows(named=True):
        _add_port(documents.setdefault(row["name"], _document(row["name"])), row)
    for name, far, far_port in _management(plan, ports).iter_rows():
        if name in documents:
            port = {"alias": MANAGEMENT, "admin_status": "up", "description": f"{far}:{far_port}"}
            documents[name]["MGMT_PORT"] = {MANAGEMENT: port}
    return (json.dumps(dict(sorted(documents.items())), indent=1) + "\n").encode()


def _document(name: str) -> Document:
    return {"DEVICE_METADATA": {"localhost": {"hostname": name}}, "PORT": {}, "DEVICE_NEIGHBOR": {}}


def _add_port(document: Document, row: dict[str, Any]) -> None:
    """One port, and its neighbour where it has one."""
    used = row["far"] is not None
    port: dict[str, Any] = {
        "lanes": ",".join(str(lane) for lane in range(row["lane"], row["lane"] + row["lanes"])),
        "alias": row["alias"],
        "index": str(row["index"]),
        "speed": str(row["speed_mbit_s"]),
        "subport": str(row["subport"]),
        "admin_status": "up" if used else "down",
    }
    if used:
        port["description"] = f"{row['far']}:{row['far_port']}"
        document["DEVICE_NEIGHBOR"][row["sonic"]] = {"name": row["far"], "port": row["far_port"]}
    document["PORT"][row["sonic"]] = port


def lost_ports(plan: Plan) -> tuple[str, ...]:
    """What is left out of the export, in words."""
    switches = _switches(plan)
    left = switches.filter(protocol="infiniband").group_by("network", "part").len().sort("network", "part")
    words = [
        f"{count:,} InfiniBand switches {part} of the {network} network; `ibsim` and `port-map` have them."
        for network, part, count in left.iter_rows()
    ]
    if left.height < switches.group_by("network", "part").len().height:
        words.append("the ASIC's own order of lanes: they are counted along the front plate; compare port_config.ini.")
    return tuple(words)


def sonic_ports(plan: Plan) -> pl.DataFrame:
    """Every data port of every Ethernet switch: what stands in `PORT`, and where the other end of its link is.

    Returns
    -------
    Columns device, name, number (port from 0), sonic, lane (first, from 0), lanes, alias, index, subport, speed_mbit_s,
    far, far_port (null where the port is free); far_port is the SONiC name where the far end is such a switch.
    """
    ports = _placed(_every_port(plan, _switches(plan).filter(protocol="ethernet")))
    names = pl.concat([ports.select("device", "number", "sonic"), _management_ports(plan)])
    names = names.select(far_device="device", far_number="number", far_sonic="sonic")
    joined = ports.join(names, on=["far_device", "far_number"], how="left", maintain_order="left")
    far = device_names(plan.fabric.devices).rename({"device": "far_device", "name": "far"})
    plain = port_name(pl.col("far_number"))
    return joined.join(far, on="far_device", how="left", maintain_order="left").select(
        *("device", "name", "number", "sonic", "lane", "lanes", "alias", "index", "subport", "speed_mbit_s", "far"),
        far_port=pl.coalesce("far_sonic", plain),
    )


def _switches(plan: Plan) -> pl.DataFrame:
    """Switches with protocol, rate of a port, logical ports and lanes of a cage, uplink cages and their rate."""
    tiers = plan.fabric.tiers.frame.with_columns(
        pl.col("cage_ports").cast(pl.Int64),
        cage_lanes=pl.col("cage").replace_strict(CAGE_LANES, default=UNKNOWN_LANES, return_dtype=pl.Int64),
        protocol=pl.when(pl.col("network") == "scale-out")
        .then(pl.col("block").replace_strict(_protocols(plan), return_dtype=pl.String))
        .otherwise(pl.lit("ethernet")),
    )
    kinds = tiers.join(_catalogued(plan), on="part", maintain_order="left").select(
        *("block", "network", "tier", "protocol", "cage_ports", "cage_lanes", "uplinks", "uplink_gbit_s", "lane_step"),
        port_gbit_s=pl.col("port_gbit_s") / pl.col("split"),
    )
    devices = plan.fabric.devices.frame.filter(pl.col("tier") > 0).join(
        device_names(plan.fabric.devices), on="device", maintain_order="left"
    )
    return devices.join(kinds, on=["block", "network", "tier"], maintain_order="left")


def _protocols(plan: Plan) -> dict[str, str]:
    """Protocol of the scale-out network of each block."""
    platforms = {platform.id: platform.fabric.protocol for platform in plan.program.platforms}
    return {block.id: platforms[block.platform] for block in plan.program.blocks}


def _catalogued(plan: Plan) -> pl.DataFrame:
    """Figures of each switch: rate of a port [Gbit/s], uplink cages and their rate, lanes from port to port."""
    facts = dict(plan.facts.frame.select("fact", "value").unique("fact", keep="first").iter_rows())
    catalog = load_catalog(None)
    rows = []
    for part in plan.fabric.tiers.frame["part"].unique().sort().to_list():
        found = catalog.find(part) if catalog.has(part) else None
        switch = found if isinstance(found, Switch) else Switch(id=part, name=part)
        uplinks, fast, step = (fact.value if fact else None for fact in _beside(switch))
        rows.append((part, facts.get(f"{part}.port_gbit_s"), round(uplinks or 0), fast or 0.0, round(step or 1)))
    types = {
        "part": pl.String,
        "port_gbit_s": pl.Float64,
        "uplinks": pl.Int64,
        "uplink_gbit_s": pl.Float64,
        "lane_step": pl.Int64,
    }
    return pl.DataFrame(rows, schema=types, orient="row")


def _beside(switch: Switch) -> tuple[Fact | None, Fact | None, Fact | None]:
    return switch.uplinks, switch.uplink_gbit_s, switch.lane_step


def _ends(plan: Plan) -> pl.DataFrame:
    """Both ends of every link: device, number, network of the link, rate, and the other end."""
    frame = plan.fabric.links.frame
    sides = [
        frame.select(
            "gbit_s",
            link_network="network",
            device=f"{near}_device",
            number=pl.col(f"{near}_port").cast(pl.Int64),
            far_device=f"{far}_device",
            far_number=pl.col(f"{far}_port").cast(pl.Int64),
        )
        for near, far in ("ab", "ba")
    ]
    return pl.concat(sides)


def _every_port(plan: Plan, switches: pl.DataFrame) -> pl.DataFrame:
    """A row for each data port, free ones too; a link at a multiple of the rate takes its neighbours in."""
    numbers = pl.int_ranges(0, pl.col("ports").cast(pl.Int64) + pl.col("uplinks"))
    every = switches.with_columns(number=numbers).explode("number")
    joined = every.join(
        _ends(plan), left_on=["device", "number", "network"], right_on=["device", "number", "link_network"], how="left"
    )
    ratio = (pl.col("gbit_s") / pl.col("port_gbit_s")).round().cast(pl.Int64, strict=False).fill_null(1)
    is_data = pl.col("number") < pl.col("ports")
    joined = joined.with_columns(ratio=pl.when(is_data).then(ratio.clip(lower_bound=1)).otherwise(1))
    wide = joined.filter(pl.col("ratio") > 1)
    taken = wide.select("device", number=pl.int_ranges(pl.col("number") + 1, pl.col("number") + pl.col("ratio")))
    return joined.join(taken.explode("number"), on=["device", "number"], how="anti").sort("device", "number")


def _placed(ports: pl.DataFrame) -> pl.DataFrame:
    """Ports with their name, lanes, alias and cage."""
    is_uplink = pl.col("number") >= pl.col("ports")
    cages = pl.col("ports").cast(pl.Int64) // pl.col("cage_ports")
    beyond = pl.col("number") - pl.col("ports")
    cage = pl.when(is_uplink).then(cages + beyond).otherwise(pl.col("number") // pl.col("cage_ports"))
    part = pl.when(is_uplink).then(0).otherwise(pl.col("number") % pl.col("cage_ports"))
    each = (pl.col("cage_lanes") // pl.col("cage_ports")).clip(lower_bound=1)
    front = pl.when(is_uplink).then(cages * pl.col("cage_lanes") + beyond * UPLINK_LANES)
    name = front.otherwise(cage * pl.col("cage_lanes") + part * each)
    shift = pl.when(is_uplink).then(cages).otherwise(cage) * pl.col("cage_lanes") * (pl.col("lane_step") - 1)
    lanes = pl.when(is_uplink).then(UPLINK_LANES).otherwise(each * pl.col("ratio"))
    is_whole = is_uplink | (lanes >= pl.col("cage_lanes"))
    letter = part.replace_strict(dict(enumerate("abcdefgh")), default="", return_dtype=pl.String)
    rate = pl.coalesce(pl.col("gbit_s"), pl.when(is_uplink).then("uplink_gbit_s").otherwise("port_gbit_s"))
    return ports.with_columns(
        sonic=pl.format("Ethernet{}", name),
        lane=name + shift,
        lanes=lanes,
        index=cage + 1,
        alias=pl.format("etp{}{}", cage + 1, pl.when(is_whole).then(pl.lit("")).otherwise(letter)),
        subport=pl.when(is_whole).then(0).otherwise(part + 1),
        speed_mbit_s=(rate * MBIT_PER_GBIT).round().cast(pl.Int64),
    )


def _management_ports(plan: Plan) -> pl.DataFrame:
    """Port of management of each switch outside the management network: device, number, sonic (`eth0`)."""
    own = plan.fabric.devices.frame.filter((pl.col("tier") > 0) & (pl.col("network") != "out-of-band"))
    wired = _ends(plan).filter(link_network="out-of-band").join(own.select("device"), on="device", how="semi")
    return wired.select("device", "number", sonic=pl.lit(MANAGEMENT))


def _management(plan: Plan, ports: pl.DataFrame) -> pl.DataFrame:
    """Where each port of management is plugged: name, far, far_port; `ports` are those of `sonic_ports`."""
    wired = _ends(plan).join(_management_ports(plan), on=["device", "number"])
    far = ports.select(far_device="device", far_number="number", far="name", far_port="sonic")
    names = device_names(plan.fabric.devices)
    joined = wired.join(far, on=["far_device", "far_number"]).join(names, on="device")
    return joined.select("name", "far", "far_port").sort("name")


def sonic_plates(plan: Plan) -> pl.DataFrame:
    """What a port that SONiC names is on the front plate: device (name), port (SONiC's), plate (`p1` onwards)."""
    names = device_names(plan.fabric.devices)
    management = _management_ports(plan).join(names, on="device").select("name", "sonic", "number")
    every = pl.concat([sonic_ports(plan).select("name", "sonic", "number"), management])
    return every.select(device="name", port="sonic", plate=port_name(pl.col("number")))
