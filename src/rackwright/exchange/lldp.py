"""What do devices say of their neighbours? Reads lldpd JSON, SONiC tables, ibnetdiscover output and CSV.

Nothing of it is trusted. A path is one file, or a folder with one file per device (its name without the ending is the
device, unless the file says so itself). The form is told from the content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from rackwright.asbuilt.records import COLUMNS, Records, records_of
from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, decode_text, read_bytes_guarded
from rackwright.base.problem import Place, Problem
from rackwright.exchange.link_list import read_link_list
from rackwright.exchange.plate_names import Plates, named_by_steps, named_on_plate

__all__ = ["read_neighbours"]

Row = tuple[str, str, str, str]
ENDINGS: Final = (".json", ".txt", ".csv", ".log", ".out", "")
MAX_FILES: Final = 20_000
IB_HEADER: Final = re.compile(r'^(?:Switch|Ca|Rt)\s+\d+\s+"([^"]+)"\s*#\s*"([^"]*)"')
IB_PORT: Final = re.compile(r'^\[(\d+)\](?:\([0-9a-fA-F]+\))?\s+"([^"]+)"\[(\d+)\]')
SONIC_ROW: Final = re.compile(r"^(\S+)\s{2,}(\S+)\s{2,}(\S+)")


@dataclass(frozen=True, slots=True)
class _Reports:
    """What one file says: reports, the devices that were asked (None for a list of links), and nameless neighbours."""

    frame: pl.DataFrame
    asked: frozenset[str] | None = None
    nameless: tuple[str, ...] = ()


def read_neighbours(path: Path, plates: Plates | None = None) -> Records:
    """Reports of one file, or of every file in a folder.

    Parameters
    ----------
    path
        File or folder.
    plates
        Makes the names that switches of the design give their ports; without it only their steps are known.

    Raises
    ------
    InputError
        A file cannot be read, is cut short, or has none of the forms; the problems of all files at once.
    """
    problems: list[Problem] = []
    found: list[_Reports] = []
    for file in _files(path):
        try:
            found.append(_read_file(file, plates))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems[: Limits().max_problems])
    lists = [reports.asked for reports in found]
    asked = None if None in lists else frozenset().union(*(devices for devices in lists if devices is not None))
    nameless = tuple(port for reports in found for port in reports.nameless)
    return records_of(pl.concat([reports.frame for reports in found]), asked=asked, nameless=nameless)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS and not file.name.startswith("."))
    if not files or len(files) > MAX_FILES:
        rule = f"the folder holds {len(files):,} files of neighbours; 1 to {MAX_FILES:,} are read."
        raise InputError([Problem("file-missing", Place(str(path)), rule, "Put one file per device into it.")])
    return files


def _read_file(path: Path, plates: Plates | None) -> _Reports:
    name = path.name
    text = decode_text(read_bytes_guarded(path, name=name, max_bytes=4 * Limits().max_bytes), name=name)
    head = text[:4000].lstrip()
    if head.startswith(("{", "[")):
        found = _lldpd(text, name, path.stem)
    elif IB_HEADER.search(head) or "\nvendid=" in text[:4000] or head.startswith("#\n# Topology file"):
        found = _Reports(_frame(list(_ibnetdiscover(text, name))))
    elif "LocalPort" in head and "RemoteDevice" in head:
        found = _Reports(_frame(_sonic(text, name, path.stem)), frozenset({path.stem}))
        return replace(found, frame=named_by_steps(named_on_plate(found.frame, plates) if plates else found.frame))
    elif head.split("\n", 1)[0].count(",") >= len(COLUMNS) - 1:
        found = _Reports(read_link_list(path, text))
    else:
        rule = "this is neither lldpd JSON, a SONiC LLDP table, ibnetdiscover output nor CSV."
        raise _refused(name, rule, f"Write CSV with the columns {', '.join(COLUMNS)}.")
    return replace(found, frame=named_on_plate(found.frame, plates)) if plates else found


def _frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _refused(name: str, rule: str, repair: str, code: str = "syntax") -> InputError:
    return InputError([Problem(code, Place(name), rule, repair)])


def _lldpd(text: str, name: str, device: str) -> _Reports:
    """`lldpcli -f json show neighbors`: one interface is a mapping, several are a list of mappings."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError([_not_json(text, name, error)]) from error
    except RecursionError as error:
        raise _refused(name, "this is nested too deep, or it is cut short.", "Write the file again.") from error
    local = _first_key(_dig(document, "local-chassis", "chassis")) or device
    interfaces = _dig(document, "lldp", "interface")
    if interfaces is None:
        if isinstance(document, dict) and isinstance(document.get("lldp"), dict):
            return _Reports(_frame([]), frozenset({local}))
        raise _refused(name, "there is no `lldp.interface`.", "Use `lldpcli -f json show neighbors`.", "missing-field")
    entries = [
        entry for entry in (interfaces if isinstance(interfaces, list) else [interfaces]) if isinstance(entry, dict)
    ]
    seen = [_neighbour(local, str(port), near) for entry in entries for port, near in entry.items()]
    rows = [row for neighbours in seen for row in neighbours]
    named = [row for row in rows if row[2] and row[3]]
    nameless = tuple(f"{here} {port}" for here, port, far, far_port in rows if not (far and far_port))
    return _Reports(_frame(named), frozenset({local}), nameless)


def _not_json(text: str, name: str, error: json.JSONDecodeError) -> Problem:
    """Where the file stops being JSON; at its end it looks cut short."""
    place = Place(name, error.lineno, error.colno)
    last = re.findall(r'"((?:swp|eth|ens|enp|ib|p|Ethernet)\d[\w./:]*)"\s*:', text[: error.pos])
    after = f" after the interface {last[-1]}" if last else ""
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        rule = f"the file ends in the middle of a value{after}: it looks cut short."
        return Problem("syntax", place, rule, "Write the file again, in full.")
    rule = f"this is not JSON{after}: {error.msg[:1].lower()}{error.msg[1:]}."
    return Problem("syntax", place, rule, "Write the file again; nothing may be cut out of it.")


def _neighbour(local: str, port: str, seen: Any) -> list[Row]:
    """Rows of one interface; what a neighbour does not give is empty."""
    return [
        (local, port, _first_key(_dig(neighbour, "chassis")), identity if isinstance(identity, str) else "")
        for neighbour in (seen if isinstance(seen, list) else [seen])
        for identity in (_dig(neighbour, "port", "id", "value"),)
    ]


def _dig(value: Any, *path: str) -> Any:
    """A nested value, through lists of one; None where it is not there."""
    for key in path:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _first_key(value: Any) -> str:
    """Name of a chassis: its key, or its `name` where it is keyed by its id."""
    if not isinstance(value, dict) or not value:
        return ""
    if isinstance(value.get("name"), str):
        return str(value["name"])
    key = str(next(iter(value)))
    return "" if key == "id" else key


def _sonic(text: str, name: str, device: str) -> list[Row]:
    """`show lldp table` of SONiC, with its own names of ports."""
    rows: list[Row] = []
    for line in text.splitlines():
        match = SONIC_ROW.match(line.strip())
        if match and not line.lstrip().startswith(("LocalPort", "---", "Capability", "Total")):
            rows.append((device, match[1], match[2], match[3]))
    if not rows:
        raise _refused(name, "the table holds no neighbour.", "Check that the output is complete.", "file-empty")
    return rows


def _ibnetdiscover(text: str, name: str) -> Iterator[Row]:
    """Switches and adapters by the name in their comment; `NAME/pN` or `NAME mlx5_N` names port N + 1 of a tray."""
    names: dict[str, str] = {}
    for line in text.splitlines():
        header = IB_HEADER.match(line)
        if header:
            names[header[1]] = header[2]
    if not names:
        raise _refused(name, "no switch or adapter is named.", "Check that the output is complete.", "file-empty")
    local = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = IB_HEADER.match(line)
        if header:
            local = header[1]
            continue
        port = IB_PORT.match(line)
        if port is None:
            continue
        if not local or port[2] not in names:
            problem = Problem("syntax", Place(name, number, 1), f'"{port[2]}" is not listed.', "The file is cut short.")
            raise InputError([problem])
        yield *_ib_end(names[local], port[1]), *_ib_end(names[port[2]], port[3])


def _ib_end(description: str, port: str) -> tuple[str, str]:
    """Device and port of a node description."""
    device, slash, own = description.partition("/")
    if slash:
        return device, own
    device, _, rest = description.partition(" ")
    adapter = re.search(r"(?:mlx\d+_|HCA-)(\d+)$", rest)
    if adapter:
        return device, f"p{int(adapter[1]) + (0 if 'HCA' in rest else 1)}"
    return device, f"p{port}"
