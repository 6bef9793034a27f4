"""Are two arguments equal, byte for byte? The digest of a value is the cache key of everything made from it.

Canonical form: a type tag and a length before each part, so no two different values share bytes. An unknown type
raises; it never hashes to a constant.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

__all__ = ["digest", "digest_bytes"]

Write = Callable[[bytes], object]
_SIZE: Final = struct.Struct("<Q")
_DOUBLE: Final = struct.Struct("<d")


def digest_bytes(data: bytes) -> str:
    """Hex digest of raw bytes (BLAKE2b, 16 bytes): 32 characters."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest(value: Any) -> str:
    """Hex digest of a value, equal for equal values in every process and on every machine of one byte order.

    Parameters
    ----------
    value
        None, bool, int, float, str, bytes, date, sequence, mapping, set, dataclass, pydantic model, numpy array, polars
        frame, or `Table`; nested as deep as wanted. A list equals the tuple of its parts; mappings and sets have no
        order; 0.0 equals -0.0.

    Raises
    ------
    TypeError
        The type has no canonical form; the message names it.

    Examples
    --------
    >>> digest((1, "a")) == digest([1, "a"])
    True
    >>> digest(1) == digest(1.0)
    False
    """
    hasher = hashlib.blake2b(digest_size=16)
    _feed(value, hasher.update)
    return hasher.hexdigest()


def _tagged(tag: bytes, body: bytes) -> bytes:
    return tag + _SIZE.pack(len(body)) + body


_SCALARS: Final[Mapping[type, Callable[[Any], bytes]]] = {
    type(None): lambda _: _tagged(b"n", b""),
    bool: lambda value: _tagged(b"b", bytes([value])),
    int: lambda value: _tagged(b"i", str(int(value)).encode()),
    float: lambda value: _tagged(b"f", _DOUBLE.pack(value + 0.0)),
    str: lambda value: _tagged(b"s", value.encode()),
    bytes: lambda value: _tagged(b"y", value),
    dt.date: lambda value: _tagged(b"d", value.isoformat().encode()),
}
"""Form of a value without parts, by its class; a class comes before those it is made from."""


@cache
def _scalar_form(kind: type) -> Callable[[Any], bytes] | None:
    """How values of a class without parts are written; None for any other class."""
    return next((form for base, form in _SCALARS.items() if issubclass(kind, base)), None)


def _feed(value: Any, write: Write) -> None:
    kind: type = type(value)
    if (form := _scalar_form(kind)) is not None:
        write(form(value))
    elif isinstance(value, tuple | list):
        _feed_parts(b"l", value, write)
    elif isinstance(value, Mapping):
        _feed_parts(b"m", sorted((digest(key), digest(part)) for key, part in value.items()), write)
    elif isinstance(value, frozenset | set):
        _feed_parts(b"u", sorted(digest(part) for part in value), write)
    elif (record := _record(kind)) is not None:
        _feed_fields(value, record, write)
    else:
        _feed_object(value, write)


def _feed_parts(tag: bytes, parts: Sequence[Any], write: Write) -> None:
    write(tag + _SIZE.pack(len(parts)))
    for part in parts:
        _feed(part, write)


@cache
def _record(kind: type) -> tuple[bytes, tuple[tuple[str, bytes], ...]] | None:
    """Head of a dataclass or pydantic model, and of each of its fields; None for any other class."""
    if dataclasses.is_dataclass(kind):
        tag, names = b"c", [field.name for field in dataclasses.fields(kind)]
    elif hasattr(kind, "model_fields"):
        tag, names = b"p", list(kind.model_fields)
    else:
        return None
    heads = tuple((name, b"l" + _SIZE.pack(2) + _tagged(b"s", name.encode())) for name in names)
    return _tagged(tag, _name(kind)) + b"F" + _SIZE.pack(len(heads)), heads


def _feed_fields(value: Any, record: tuple[bytes, tuple[tuple[str, bytes], ...]], write: Write) -> None:
    head, fields = record
    write(head)
    for name, start in fields:
        write(start)
        _feed(getattr(value, name), write)


def _name(kind: type) -> bytes:
    return f"{kind.__module__}.{kind.__qualname__}".encode()


def _feed_object(value: Any, write: Write) -> None:
    kind = type(value)
    if kind.__module__.startswith("numpy") and hasattr(value, "tobytes") and not value.dtype.hasobject:
        write(_tagged(b"a", f"{value.dtype}{value.shape}".encode()) + _tagged(b"A", value.tobytes()))
    elif kind.__module__.startswith("polars") and hasattr(value, "get_columns"):
        write(_tagged(b"t", repr((value.height, list(value.schema.items()))).encode()))
        for column in value.get_columns():
            write(_column_form(column))
    elif hasattr(value, "frame") and hasattr(kind, "columns"):
        write(_tagged(b"r", _name(kind)) + _tagged(b"R", _table_digest(value)))
    else:
        raise TypeError(f"no canonical form for {kind.__module__}.{kind.__qualname__}")


def _table_digest(table: Any) -> bytes:
    """Digest of a table's frame, kept with the table: a frame is replaced, never changed in place."""
    kept: tuple[object, bytes] = vars(table).get("_digest", (None, b""))
    if kept[0] is not table.frame:
        kept = (table.frame, digest(table.frame).encode())
        vars(table)["_digest"] = kept
    return kept[1]


def _column_form(column: Any) -> bytes:
    if (column.dtype.is_integer() or column.dtype.is_float()) and not column.null_count():
        return _tagged(b"T", column.to_numpy().tobytes())
    return _tagged(b"U", repr(column.to_list()).encode())
