"""What do devices say of their neighbours? Reads lldpd JSON, SONiC tables, ibnetdiscover output and CSV.

Nothing of it is trusted. A path is one file, or a folder with one file per device (its name without the ending is the
device, unless the file says so itself). The form is told from the content.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from rackwright.asbuilt.records import COLUMNS, Records, records_of
from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, decode_text, read_bytes_guarded
from rackwright.base.problem import Place, Problem

__all__ = ["read_neighbours"]

Row = tuple[str, str, str, str]
ENDINGS: Final = (".json", ".txt", ".csv", ".log", ".out", "")
MAX_FILES: Final = 20_000
IB_HEADER: Final = re.compile(r'^(?:Switch|Ca|Rt)\s+\d+\s+"([^"]+)"\s*#\s*"([^"]*)"')
IB_PORT: Final = re.compile(r'^\[(\d+)\](?:\([0-9a-fA-F]+\))?\s+"([^"]+)"\[(\d+)\]')
SONIC_ROW: Final = re.compile(r"^(\S+)\s{2,}(\S+)\s{2,}(\S+)")
SONIC_PORT: Final = re.compile(r"^Ethernet(\d+)$")


def read_neighbours(path: Path) -> Records:
    """Reports of one file, or of every file in a folder.

    Raises
    ------
    InputError
        A file cannot be read, is cut short, or has none of the forms; the problems of all files at once.
    """
    problems: list[Problem] = []
    frames: list[pl.DataFrame] = []
    for file in _files(path):
        try:
            frames.append(_read_file(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems[: Limits().max_problems])
    return records_of(pl.concat(frames))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS and not file.name.startswith("."))
    if not files or len(files) > MAX_FILES:
        rule = f"the folder holds {len(files):,} files of neighbours; 1 to {MAX_FILES:,} are read."
        raise InputError([Problem("file-missing", Place(str(path)), rule, "Put one file per device into it.")])
    return files


def _read_file(path: Path) -> pl.DataFrame:
    name = path.name
    text = decode_text(read_bytes_guarded(path, name=name, max_bytes=4 * Limits().max_bytes), name=name)
    head = text[:4000].lstrip()
    if head.startswith(("{", "[")):
        return _frame(list(_lldpd(text, name, path.stem)))
    if IB_HEADER.search(head) or "\nvendid=" in text[:4000] or head.startswith("#\n# Topology file"):
        return _frame(list(_ibnetdiscover(text, name)))
    if "LocalPort" in head and "RemoteDevice" in head:
        return _frame(_sonic(text, name, path.stem))
    if head.split("\n", 1)[0].count(",") >= len(COLUMNS) - 1:
        return _csv(text, name)
    rule = "this is neither lldpd JSON, a SONiC LLDP table, ibnetdiscover output nor CSV."
    raise _refused(name, rule, f"Write CSV with the columns {', '.join(COLUMNS)}.")


def _frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _refused(name: str, rule: str, repair: str, code: str = "syntax") -> InputError:
    return InputError([Problem(code, Place(name), rule, repair)])


def _csv(text: str, name: str) -> pl.DataFrame:
    """CSV with the four columns; read as text in one pass, since files of many hundred thousand rows are common."""
    try:
        frame = pl.read_csv(io.StringIO(text), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        first = str(error).splitlines()[0]
        raise _refused(name, f"this is not CSV: {first}.", "Check quotes and the number of fields.") from error
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        repair = f"The columns are {', '.join(COLUMNS)}."
        raise _refused(name, f"the columns {', '.join(missing)} are missing.", repair, "missing-column")
    empty = frame.select(pl.any_horizontal(pl.col(column).is_null() for column in COLUMNS)).to_series()
    if empty.any():
        raise InputError([_empty_field(frame, int(empty.arg_true()[0]), name)])
    return frame.select(COLUMNS)


def _empty_field(frame: pl.DataFrame, row: int, name: str) -> Problem:
    """The fields that the first faulty row lacks; an end without them in the last row looks like a file cut short."""
    lacking = [column for column in COLUMNS if frame[column][row] is None]
    rule = f"{', '.join(lacking)} of this row {'are' if len(lacking) > 1 else 'is'} empty."
    is_cut = row == frame.height - 1 and frame.columns[-1] in lacking
    repair = "The file looks cut short: copy it again, or fill or remove the row." if is_cut else "Fill or remove it."
    return Problem("missing-field", Place(name, row + 2, 1), rule, repair)


def _lldpd(text: str, name: str, device: str) -> Iterator[Row]:
    """`lldpcli -f json show neighbors`: one interface is a mapping, several are a list of mappings."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise _refused(name, f"this is not JSON, or it is cut short{where}.", "Write the file again.") from error
    local = _first_key(_dig(document, "local-chassis", "chassis")) or device
    interfaces = _dig(document, "lldp", "interface")
    if interfaces is None:
        if isinstance(document, dict) and isinstance(document.get("lldp"), dict):
            return
        raise _refused(name, "there is no `lldp.interface`.", "Use `lldpcli -f json show neighbors`.", "missing-field")
    for entry in interfaces if isinstance(interfaces, list) else [interfaces]:
        if isinstance(entry, dict):
            for port, seen in entry.items():
                yield from _neighbour(local, str(port), seen)


def _neighbour(local: str, port: str, seen: Any) -> Iterator[Row]:
    """Rows of one interface; a neighbour without a name or a port is no link."""
    for neighbour in seen if isinstance(seen, list) else [seen]:
        remote = _first_key(_dig(neighbour, "chassis"))
        identity = _dig(neighbour, "port", "id", "value")
        if remote and isinstance(identity, str):
            yield local, port, remote, identity


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
    """`show lldp table` of SONiC; `Ethernet8` counts lanes, so its port follows from the steps on the device."""
    rows: list[Row] = []
    for line in text.splitlines():
        match = SONIC_ROW.match(line.strip())
        if match and not line.lstrip().startswith(("LocalPort", "---", "Capability", "Total")):
            rows.append((device, match[1], match[2], match[3]))
    if not rows:
        raise _refused(name, "the table holds no neighbour.", "Check that the output is complete.", "file-empty")
    lanes = math.gcd(*(int(m[1]) for row in rows for cell in (row[1], row[3]) if (m := SONIC_PORT.match(cell)))) or 1
    return [(local, _plate(port, lanes), remote, _plate(far, lanes)) for local, port, remote, far in rows]


def _plate(port: str, lanes: int) -> str:
    """Front-plate name of a SONiC port: `Ethernet8` with 8 lanes a port is `p2`."""
    match = SONIC_PORT.match(port)
    return f"p{int(match[1]) // lanes + 1}" if match else port


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
