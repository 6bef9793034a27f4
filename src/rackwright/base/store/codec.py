"""Which files hold a stage result, and how do they become the same result again?

A result is a frozen dataclass. Each `Table` field becomes one Parquet file; all other fields together become one JSON
file. Types come from the annotations: bool, int, float, str, date, None, `X | None`, Literal, tuples and frozen
dataclasses of these. Equal results give equal bytes; any other type raises.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

import polars as pl

from rackwright.base.digest import digest, digest_bytes
from rackwright.base.table import Table

__all__ = ["decode_result", "encode_result", "kind_name", "result_digest"]

Result = TypeVar("Result")

PLAIN_FILE = "plain.json"
_TABLE_SUFFIX = ".parquet"
_ROWS_PER_GROUP = 250_000


def kind_name(kind: type) -> str:
    """Full name of a result class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def result_digest(result: Any) -> str:
    """Digest of the files a result is stored in: equal results give equal digests, in every process."""
    return files_digest(kind_name(type(result)), {n: digest_bytes(data) for n, data in encode_result(result).items()})


def files_digest(kind: str, digests: Mapping[str, str]) -> str:
    """Digest of a stored result, from the digests of its files."""
    return digest((kind, tuple(sorted(digests.items()))))


def encode_result(result: Any) -> dict[str, bytes]:
    """File name -> content of a result, one Parquet file per table and `plain.json`.

    Raises
    ------
    TypeError
        A field holds something that is neither a table nor plain; names class and field.
    """
    kind = type(result)
    files: dict[str, bytes] = {}
    plain: dict[str, Any] = {}
    for name in _hints(kind):
        value = getattr(result, name)
        if isinstance(value, Table):
            files[name + _TABLE_SUFFIX] = _table_bytes(value)
        else:
            plain[name] = _encode(value, f"{kind.__name__}.{name}")
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {**files, PLAIN_FILE: text.encode()}


def decode_result(kind: type[Result], files: Mapping[str, bytes]) -> Result:
    """The result that `encode_result` turned into files.

    Raises
    ------
    ValueError, TypeError, KeyError
        The files do not fit the class.
    """
    plain = json.loads(files[PLAIN_FILE])
    fields: dict[str, Any] = {}
    for name, hint in _hints(kind).items():
        stored = files.get(name + _TABLE_SUFFIX)
        if stored is not None:
            fields[name] = _read_table(stored, hint)
        else:
            fields[name] = _decode(plain[name], hint, f"{kind.__name__}.{name}")
    return kind(**fields)


def _hints(kind: type) -> dict[str, Any]:
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is not a dataclass")
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind) if field.init}


def _table_bytes(table: Table) -> bytes:
    """Parquet bytes that depend on the values only: one chunk, declared columns, fixed row groups."""
    frame = table.frame.select(list(type(table).columns)).rechunk()
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd", compression_level=3, row_group_size=_ROWS_PER_GROUP)
    return file.getvalue()


def _read_table(data: bytes, hint: Any) -> Table:
    for kind in _choices(hint):
        if isinstance(kind, type) and issubclass(kind, Table):
            frame = pl.read_parquet(io.BytesIO(data))
            if dict(frame.schema) != kind.schema():
                raise ValueError(f"the stored columns are not those of {kind.__name__}")
            return kind(frame)
    raise TypeError(f"{hint} is not a table")


def _choices(hint: Any) -> tuple[Any, ...]:
    """Members of a union, or the type itself."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)


def _encode(value: Any, where: str) -> Any:
    """JSON value of a plain field; floats that JSON lacks become text."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if type(value) is dt.date:
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(part, f"{where}[{index}]") for index, part in enumerate(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = _hints(type(value))
        return {name: _encode(getattr(value, name), f"{where}.{name}") for name in names}
    raise TypeError(f"{where} holds {type(value).__name__}, which is neither a table nor plain")


def _decode(value: Any, hint: Any, where: str) -> Any:
    """Plain value of a type from its JSON form; the inverse of `_encode`."""
    choices = _choices(hint)
    if value is None and type(None) in choices:
        return None
    for choice in choices:
        decoded = _decode_as(value, choice, where)
        if decoded is not _NO_FIT:
            return decoded
    raise ValueError(f"{where}: {value!r} is not a {hint}")


_NO_FIT = object()


def _decode_as(value: Any, hint: Any, where: str) -> Any:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return value if value in typing.get_args(hint) else _NO_FIT
    if origin is tuple:
        return _decode_tuple(value, typing.get_args(hint), where)
    if hint is float and isinstance(value, int | float | str):
        return _float(value)
    if hint in (bool, int, str):
        return value if type(value) is hint else _NO_FIT
    if hint is dt.date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return hint(**{name: _decode(value[name], below, f"{where}.{name}") for name, below in _hints(hint).items()})
    return _NO_FIT


def _decode_tuple(value: Any, hints: tuple[Any, ...], where: str) -> Any:
    if not isinstance(value, list):
        return _NO_FIT
    if len(hints) == 2 and hints[1] is Ellipsis:
        hints = (hints[0],) * len(value)
    if len(hints) != len(value):
        return _NO_FIT
    return tuple(_decode(part, hint, f"{where}[{i}]") for i, (part, hint) in enumerate(zip(value, hints, strict=True)))


def _float(value: int | float | str) -> Any:
    """Number of a float field; an integer that was stored there stays one, so that the result is equal."""
    if isinstance(value, int | float):
        return value
    return float(value) if value in ("nan", "inf", "-inf") else _NO_FIT
