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
from typing import Any

__all__ = ["digest", "digest_bytes"]

Write = Callable[[bytes], object]


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


def _tagged(tag: bytes, body: bytes, write: Write) -> None:
    write(tag + struct.pack("<Q", len(body)))
    write(body)


def _feed(value: Any, write: Write) -> None:
    if (scalar := _scalar(value)) is not None:
        _tagged(*scalar, write)
    elif isinstance(value, tuple | list):
        _feed_parts(b"l", value, write)
    elif isinstance(value, Mapping):
        _feed_parts(b"m", sorted((digest(key), digest(part)) for key, part in value.items()), write)
    elif isinstance(value, frozenset | set):
        _feed_parts(b"u", sorted(digest(part) for part in value), write)
    else:
        _feed_object(value, write)


def _scalar(value: Any) -> tuple[bytes, bytes] | None:
    """Tag and bytes of a value without parts; None for any other."""
    found: tuple[bytes, bytes] | None = None
    if value is None:
        found = (b"n", b"")
    elif isinstance(value, bool):
        found = (b"b", bytes([value]))
    elif isinstance(value, int):
        found = (b"i", str(int(value)).encode())
    elif isinstance(value, float):
        found = (b"f", struct.pack("<d", value + 0.0))
    elif isinstance(value, str):
        found = (b"s", value.encode())
    elif isinstance(value, bytes):
        found = (b"y", value)
    elif isinstance(value, dt.date):
        found = (b"d", value.isoformat().encode())
    return found


def _feed_parts(tag: bytes, parts: Sequence[Any], write: Write) -> None:
    write(tag + struct.pack("<Q", len(parts)))
    for part in parts:
        _feed(part, write)


def _feed_object(value: Any, write: Write) -> None:
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".encode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        _tagged(b"c", name, write)
        _feed_parts(b"F", [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)], write)
    elif hasattr(kind, "model_fields"):
        _tagged(b"p", name, write)
        _feed_parts(b"F", [(field, getattr(value, field)) for field in kind.model_fields], write)
    elif kind.__module__.startswith("numpy") and hasattr(value, "tobytes") and not value.dtype.hasobject:
        _tagged(b"a", f"{value.dtype}{value.shape}".encode(), write)
        _tagged(b"A", value.tobytes(), write)
    elif kind.__module__.startswith("polars") and hasattr(value, "get_columns"):
        _tagged(b"t", repr((value.height, list(value.schema.items()))).encode(), write)
        for column in value.get_columns():
            _feed_column(column, write)
    elif hasattr(value, "frame") and hasattr(kind, "columns"):
        _tagged(b"r", name, write)
        _tagged(b"R", _table_digest(value), write)
    else:
        raise TypeError(f"no canonical form for {kind.__module__}.{kind.__qualname__}")


def _table_digest(table: Any) -> bytes:
    """Digest of a table's frame, kept with the table: a frame is replaced, never changed in place."""
    kept: tuple[object, bytes] = vars(table).get("_digest", (None, b""))
    if kept[0] is not table.frame:
        kept = (table.frame, digest(table.frame).encode())
        vars(table)["_digest"] = kept
    return kept[1]


def _feed_column(column: Any, write: Write) -> None:
    if (column.dtype.is_integer() or column.dtype.is_float()) and not column.null_count():
        _tagged(b"T", column.to_numpy().tobytes(), write)
    else:
        _tagged(b"U", repr(column.to_list()).encode(), write)
