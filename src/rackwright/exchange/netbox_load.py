"""How do the files of a NetBox archive get into NetBox at once? A script for NetBox's own interpreter.

NetBox's own import makes a few cables a second. This script writes the same rows through its database layer, all of
them or none:

    unzip plan-netbox.zip -d plan && NETBOX_ROOT=/opt/netbox/instance python plan/load.py plan
    netbox trace_paths

It needs nothing of Rackwright, and uses Python 3.12 or newer with NetBox 4. What is there already by name is kept and
used; a cable on a port that has one is an error, and nothing is written. Links of one assembly become one cable where
NetBox has a profile that keeps each port's own far end (4.5 or newer); before, and in the files, each is a cable.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["group_rows", "load_folder", "read_rows"]

BATCH = 2000
"""Rows of one statement."""
GUARD = "'"
"""Before text that a spreadsheet would run as a formula; the writer of the files adds it."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = dict[str, str]
CableRows = tuple[str, list[Row]]
"""Profile of a cable (empty for one link), and its rows."""
LEG = re.compile(r"leg (?P<leg>\d+) of assembly (?P<assembly>\d+)")
"""What the description of a link says of the assembly it runs in."""
PROFILES = ((2, "trunk-2c1p"), (4, "trunk-4c1p"))
"""Profiles that lead connector n of one side to connector n of the other, by connectors."""


def read_rows(folder: Path, model: str) -> list[Row]:
    """Rows of the file of a model, `NN-MODEL.csv`, with the guard before formulas taken off."""
    found = sorted(folder.glob(f"[0-9][0-9]-{model}.csv"))
    if len(found) != 1:
        raise FileNotFoundError(f"{folder} holds {len(found)} files for {model}; unzip the archive into it")
    with found[0].open(newline="", encoding="utf-8") as file:
        return [{key: _plain(text) for key, text in row.items()} for row in csv.DictReader(file)]


def _plain(text: str) -> str:
    return text[1:] if text.startswith(GUARD) and text[1:].startswith(FORMULA) else text


def load_folder(folder: Path, tell: Callable[[str], object]) -> None:
    """Write every file of an unzipped archive; the first error undoes all."""
    transaction = import_module("django.db").transaction
    with transaction.atomic():
        for model, load in LOADERS:
            rows = read_rows(folder, model)
            load(rows)
            tell(f"{model}: {len(rows):,} rows")


def _dcim(name: str) -> Any:
    return getattr(import_module("dcim.models"), name)


def _named(model: str) -> Callable[[list[Row]], None]:
    """Loader of rows with name and slug, few enough to be saved one by one."""

    def load(rows: list[Row]) -> None:
        for row in rows:
            known = {"name": row["name"]} | ({"site": _one("Site", row["site"])} if "site" in row else {})
            rest = {"slug": row["slug"]} | ({"status": row["status"]} if "status" in row else {})
            _dcim(model).objects.get_or_create(**known, defaults=rest)

    return load


def _one(model: str, name: str) -> Any:
    return _dcim(model).objects.get(name=name)


def _ids(model: str, names: Iterable[str], field: str = "name") -> dict[str, int]:
    """Keys of the rows with these names."""
    wanted = set(names)
    rows = _dcim(model).objects.filter(**{f"{field}__in": wanted}).values_list(field, "pk")
    return dict(rows)


def _device_types(rows: list[Row]) -> None:
    for row in rows:
        rest = {"slug": row["slug"], "u_height": row["u_height"], "is_full_depth": row["is_full_depth"] == "true"}
        maker = _one("Manufacturer", row["manufacturer"])
        _dcim("DeviceType").objects.get_or_create(manufacturer=maker, model=row["model"], defaults=rest)


def _racks(rows: list[Row]) -> None:
    sites, places = (
        _ids(model, (row[key] for row in rows)) for model, key in (("Site", "site"), ("Location", "location"))
    )
    known = _ids("Rack", (row["name"] for row in rows))
    rack = _dcim("Rack")
    _create(
        rack,
        (
            rack(
                name=row["name"],
                site_id=sites[row["site"]],
                location_id=places[row["location"]],
                status=row["status"],
                width=int(row["width"]),
                u_height=int(row["u_height"]),
            )
            for row in rows
            if row["name"] not in known
        ),
    )


def _devices(rows: list[Row]) -> None:
    tables = (("DeviceRole", "role"), ("Site", "site"), ("Location", "location"), ("Rack", "rack"))
    ids = {key: _ids(model, (row[key] for row in rows)) for model, key in tables}
    types = _ids("DeviceType", (row["device_type"] for row in rows), "model")
    known = _ids("Device", (row["name"] for row in rows))
    device = _dcim("Device")
    decimal = import_module("decimal").Decimal
    _create(
        device,
        (
            device(
                name=row["name"],
                device_type_id=types[row["device_type"]],
                status=row["status"],
                position=decimal(row["position"]) if row["position"] else None,
                face=row["face"],
                **{f"{key}_id": ids[key][row[key]] for key in ids},
            )
            for row in rows
            if row["name"] not in known
        ),
    )


def _interfaces(rows: list[Row]) -> None:
    devices = {d.name: d for d in _dcim("Device").objects.filter(name__in={row["device"] for row in rows})}
    interface = _dcim("Interface")
    known = set(interface.objects.filter(device__in=devices.values()).values_list("device__name", "name"))
    _create(
        interface,
        (
            interface(
                device=devices[row["device"]],
                name=row["name"],
                type=row["type"],
                speed=int(row["speed"]),
                **_cached(interface, devices[row["device"]]),
            )
            for row in rows
            if (row["device"], row["name"]) not in known
        ),
    )


def _cached(model: Any, device: Any) -> dict[str, Any]:
    """Keys that NetBox keeps beside a component for its lists, where this version has them."""
    names = {field.name for field in model._meta.get_fields()}
    wanted = {"_site_id": device.site_id, "_location_id": device.location_id, "_rack_id": device.rack_id}
    return {key: value for key, value in wanted.items() if key.removesuffix("_id") in names}


def group_rows(rows: list[Row], profiles: Iterable[str]) -> list[CableRows]:
    """Rows that become one cable: the links of an assembly in the order of its legs, where a profile joins so many.

    Without `profiles`, those NetBox knows (4.5 or newer), every link is a cable of its own.
    """
    known = {size: name for size, name in PROFILES if name in set(profiles)}
    found: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(rows):
        told = LEG.fullmatch(row["description"])
        found.setdefault(told["assembly"] if told else f"row {number}", []).append(
            (int(told["leg"]) if told else 1, row)
        )
    grouped: list[CableRows] = []
    for legs in found.values():
        in_order = [row for _, row in sorted(legs, key=lambda leg: leg[0])]
        size = min((size for size in known if size >= len(legs)), default=0)
        if len(legs) > 1 and size:
            grouped.append((known[size], in_order))
        else:
            grouped += [("", [row]) for row in in_order]
    return grouped


def _cables(rows: list[Row]) -> None:
    """Cables with the terminations of both ends, and the ends of their interfaces."""
    ends = _ends(rows)
    taken = sorted(f"{device} {port}" for (device, port), end in ends.items() if end.cable_id is not None)
    if taken:
        raise ValueError(f"{len(taken)} ports have a cable already: {', '.join(taken[:5])}")
    grouped = group_rows(rows, _profiles())
    made = [_cable(profile, own) for profile, own in grouped]
    _create(_dcim("Cable"), made)
    _terminate(grouped, made, ends)


def _profiles() -> list[str]:
    """Profiles of cables that this NetBox knows; none before 4.5."""
    choices = getattr(import_module("dcim.choices"), "CableProfileChoices", None)
    return [] if choices is None else list(choices.values())


def _cable(profile: str, rows: list[Row]) -> Any:
    """One cable: the label of its first leg, the length of its longest."""
    first, length = rows[0], max(import_module("decimal").Decimal(row["length"]) for row in rows)
    told = LEG.fullmatch(first["description"])
    whole = f"assembly {told['assembly']} of {len(rows)} links" if profile and told else first["description"]
    return _dcim("Cable")(
        type=first["type"],
        status=first["status"],
        label=first["label"],
        description=whole,
        length=length,
        length_unit=first["length_unit"],
        _abs_length=length,
        **({"profile": profile} if profile else {}),
    )


def _ends(rows: list[Row]) -> dict[tuple[str, str], Any]:
    """Interfaces by device and name."""
    devices = {row[f"side_{side}_device"] for row in rows for side in "ab"}
    found = _dcim("Interface").objects.filter(device__name__in=devices).select_related("device")
    return {(end.device.name, end.name): end for end in found}


def _terminate(grouped: list[CableRows], cables: list[Any], ends: dict[tuple[str, str], Any]) -> None:
    interface = _dcim("Interface")
    joined, touched = [], []
    for (profile, rows), cable in zip(grouped, cables, strict=True):
        for lane, row in enumerate(rows, 1):
            for side in "ab":
                end = ends[row[f"side_{side}_device"], row[f"side_{side}_name"]]
                end.cable, end.cable_end = cable, side.upper()
                if profile:
                    end.cable_connector, end.cable_positions = lane, [1]
                touched.append(end)
                joined.append(_termination(cable, end, {"connector": lane, "positions": [1]} if profile else {}))
    _create(_dcim("CableTermination"), joined)
    lanes = ["cable_connector", "cable_positions"] if any(profile for profile, _ in grouped) else []
    interface.objects.bulk_update(touched, ["cable", "cable_end", *lanes], batch_size=BATCH)


def _termination(cable: Any, end: Any, lane: dict[str, Any]) -> Any:
    """What joins one end of a cable to an interface, in a lane of its profile where it has one."""
    content_type = import_module("django.contrib.contenttypes.models").ContentType
    device = end.device
    return _dcim("CableTermination")(
        cable=cable,
        cable_end=end.cable_end,
        termination_type=content_type.objects.get_for_model(_dcim("Interface")),
        termination_id=end.pk,
        _device_id=device.pk,
        _rack_id=device.rack_id,
        _location_id=device.location_id,
        _site_id=device.site_id,
        **lane,
    )


def _create(model: Any, rows: Iterable[Any]) -> None:
    model.objects.bulk_create(list(rows), batch_size=BATCH)


LOADERS: tuple[tuple[str, Callable[[list[Row]], None]], ...] = (
    ("sites", _named("Site")),
    ("locations", _named("Location")),
    ("manufacturers", _named("Manufacturer")),
    ("device-roles", _named("DeviceRole")),
    ("device-types", _device_types),
    ("racks", _racks),
    ("devices", _devices),
    ("interfaces", _interfaces),
    ("cables", _cables),
)
"""Model of each file and what writes its rows, in the order of reference."""


def main() -> None:
    """Load the folder named on the command line."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: load.py FOLDER, with NETBOX_ROOT set and NetBox's interpreter")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netbox.settings")
    import_module("django").setup()
    load_folder(Path(sys.argv[1]), lambda text: sys.stdout.write(f"{text}\n"))
    sys.stdout.write("now run: netbox trace_paths\n")


if __name__ == "__main__":
    main()
