"""May this file be read at all: is it a plain file, small enough, inside its folder, and text?"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem

__all__ = ["Limits", "decode_text", "inside", "raise_all", "read_bytes_guarded", "refuse", "shorten"]

_CONTROL = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
_CONTROL_BYTE = re.compile(b"[" + re.escape(_CONTROL) + b"]")
_BOM = b"\xef\xbb\xbf"
_MAGIC = (
    (b"PK\x03\x04", "a workbook or zip archive", "Export the sheet as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Export the sheet as CSV (UTF-8)."),
    (b"%PDF", "a PDF", ""),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"PAR1", "a Parquet file", ""),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8."),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8."),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a file may hold; counts only, so the verdict on a file is the same on every machine.

    Parameters
    ----------
    max_bytes
        Size of a bulk file such as CSV.
    max_document_bytes
        Size of a YAML or JSON file.
    max_depth
        Lists and mappings inside one another.
    max_nodes
        Keys and values of a YAML or JSON file, aliases expanded.
    max_alias_nodes
        Keys and values that aliases may add to one YAML file, and anchors it may have.
    max_rows, max_columns, max_cells
        Shape of a CSV file.
    max_field_chars, max_field_lines
        Length of one CSV field, and how many lines its quotes may span.
    max_line_chars
        Length of one line of a CSV file.
    max_key_chars
        Length of a key or column name.
    max_problems
        Problems listed for one file; reading stops after them.
    """

    max_bytes: int = 64_000_000
    max_document_bytes: int = 8_000_000
    max_depth: int = 64
    max_nodes: int = 500_000
    max_alias_nodes: int = 10_000
    max_rows: int = 500_000
    max_columns: int = 512
    max_cells: int = 5_000_000
    max_field_chars: int = 32_767
    max_field_lines: int = 100
    max_line_chars: int = 1_000_000
    max_key_chars: int = 256
    max_problems: int = 100


def refuse(code: str, place: Place, rule: str, repair: str = "") -> NoReturn:
    """Raise one problem as an `InputError`."""
    raise InputError([Problem(code, place, rule, repair)]) from None


def shorten(text: str, max_chars: int = 60) -> str:
    """Text for a message, with its middle left out where it is too long."""
    half = max_chars // 2
    return text if len(text) <= max_chars else f"{text[:half]}...{text[-half:]}"


def raise_all(problems: Sequence[Problem], max_problems: int) -> None:
    """Raise all problems in order of place, if there are any; those beyond the limit are left out, and that is said."""
    if not problems:
        return
    shown = sorted(problems, key=lambda problem: (problem.place, problem.code))[:max_problems]
    if len(shown) < len(problems):
        rule = f"Only the first {max_problems} problems are listed."
        shown.append(Problem("too-many-problems", Place(shown[0].place.file), rule, "Repair these first."))
    raise InputError(shown) from None


def read_bytes_guarded(path: Path, *, name: str = "", root: Path | None = None, max_bytes: int) -> bytes:
    """Read a regular file of bounded size; nothing is read before kind, place and size are known.

    Parameters
    ----------
    path
        The file.
    name
        How messages call it; default is `path`.
    root
        Folder the file must stay in after links are followed; None means anywhere.
    max_bytes
        Largest accepted size [bytes].

    Raises
    ------
    InputError
        `file-missing`, `file-not-regular`, `file-unreadable`, `file-outside` or `file-too-large`.
    """
    place = Place(name or str(path))
    try:
        real = _real_path(path, root, place)
        _check_kind(Path(real).stat(), place, max_bytes)
        return _read_checked(real, place, max_bytes)
    except (FileNotFoundError, NotADirectoryError):
        refuse("file-missing", place, "The file does not exist.", "Check its name and folder.")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        refuse("file-unreadable", place, f"The file cannot be read: {why}.", "Check the name and the permissions.")


def _real_path(path: Path, root: Path | None, place: Place) -> str:
    real = os.path.realpath(path, strict=True)
    if root is not None and not Path(real).is_relative_to(os.path.realpath(root)):
        refuse("file-outside", place, f"The file leads outside its folder {root}.", "Copy it into the folder.")
    return real


def _check_kind(status: os.stat_result, place: Place, max_bytes: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        refuse("file-not-regular", place, "This is a folder, not a file.", "Name a file inside it.")
    if not stat.S_ISREG(status.st_mode):
        rule = "This is a pipe, socket or device, not a plain file."
        refuse("file-not-regular", place, rule, "Save it to a file first.")
    if status.st_size > max_bytes:
        _refuse_size(place, status.st_size, max_bytes)


def _refuse_size(place: Place, num_bytes: int, max_bytes: int) -> NoReturn:
    rule = f"The file has {num_bytes / 1e6:,.1f} MB; the limit is {max_bytes / 1e6:,.1f} MB."
    refuse("file-too-large", place, rule, "Move bulk tables to CSV files, or split the file.")


def _read_checked(real: str, place: Place, max_bytes: int) -> bytes:
    """Read without following a link put there meanwhile, and without blocking on a pipe put there meanwhile."""
    handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        _check_kind(os.fstat(handle), place, max_bytes)
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        _refuse_size(place, len(data), max_bytes)
    return data


def decode_text(data: bytes, *, name: str) -> str:
    """UTF-8 text of a file, without its byte order mark.

    Raises
    ------
    InputError
        `file-empty`, `file-not-text` (binary or another encoding) or `control-character`, with line and column.
    """
    for magic, what, repair in _MAGIC:
        if data.startswith(magic):
            refuse("file-not-text", Place(name), f"The file is {what}, not UTF-8 text.", repair)
    body = data.removeprefix(_BOM)
    if not body.strip():
        refuse("file-empty", Place(name), "The file is empty.", "Fill it or remove it.")
    if len(body.translate(None, _CONTROL)) != len(body):
        _refuse_control(body, name)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        rule = f"The byte 0x{body[error.start]:02x} is not UTF-8 text."
        refuse("file-not-text", _byte_place(body, error.start, name), rule, "Save the file as UTF-8.")


def _refuse_control(body: bytes, name: str) -> NoReturn:
    found = _CONTROL_BYTE.search(body)
    start = found.start() if found else 0
    place = _byte_place(body, start, name)
    if body[start] == 0:
        refuse("file-not-text", place, "The file is binary: it holds a NUL byte.", "Give a UTF-8 text file.")
    refuse("control-character", place, f"The control character 0x{body[start]:02x} is not allowed.", "Remove it.")


def _byte_place(body: bytes, start: int, name: str) -> Place:
    line_start = body.rfind(b"\n", 0, start) + 1
    column = len(body[line_start:start].decode("utf-8", "replace")) + 1
    return Place(name, body.count(b"\n", 0, start) + 1, column)


def inside(root: Path, relative: str, *, place: Place | None = None) -> Path:
    """Path of a file named in a program, guaranteed to lie inside the program's folder.

    Parameters
    ----------
    root
        The program's folder.
    relative
        Path as written by the user, with `/` between folders.
    place
        Where the name is written, for the message.

    Raises
    ------
    InputError
        `file-outside`: the path is absolute, climbs with `..`, or a link leads out of the folder.
    """
    where = place or Place(relative)
    parts = PurePosixPath(relative).parts
    repair = "Name a file inside the program folder, such as tables/stock.csv."
    if not relative.strip() or "\0" in relative or "\\" in relative:
        refuse("file-outside", where, f"{relative!r} is not a file name.", repair)
    if relative.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", relative):
        refuse("file-outside", where, f'"{relative}" leads outside the program folder.', repair)
    try:
        real, top = (root / relative).resolve(), root.resolve()
    except (OSError, RuntimeError):
        refuse("file-outside", where, f'"{relative}" is a link that leads in a circle.', repair)
    if not real.is_relative_to(top):
        refuse("file-outside", where, f'"{relative}" is a link that leads outside the program folder.', repair)
    return real
