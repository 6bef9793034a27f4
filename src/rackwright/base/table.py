"""What columns does a table have, and does a frame keep its promise?

A column is declared once: type, meaning, unit, key, bounds, reference, formula. `Table.of` casts, sorts by key and
checks; a broken promise is a bug of the stage that made the frame, so it raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import polars as pl

__all__ = ["Column", "Table"]


class Column:
    """Declaration of one column of a `Table`.

    Parameters
    ----------
    dtype
        Polars type: Int32, Int64, Float64, String or Boolean.
    meaning
        One line for people.
    unit
        Unit of the numbers, as in the column's name; empty for counts, ids and text.
    key
        True if the column is part of the primary key; keys sort the table and must be unique.
    ge, le
        Inclusive bounds.
    ref
        `stage.table.column` that holds every value.
    nullable
        True if a value may be missing.
    formula
        Name of the entry in docs/formulas.md that computes the column.
    inputs
        What the formula uses: `table.column`, `stage.table.column`, `fact:ID` or `program:PATH`.
    """

    def __init__(
        self,
        dtype: type[pl.DataType],
        meaning: str,
        *,
        unit: str = "",
        key: bool = False,
        ge: float | None = None,
        le: float | None = None,
        ref: str = "",
        nullable: bool = False,
        formula: str = "",
        inputs: Sequence[str] = (),
    ) -> None:
        self.dtype = dtype
        self.meaning = meaning
        self.unit = unit
        self.key = key
        self.ge = ge
        self.le = le
        self.ref = ref
        self.nullable = nullable
        self.formula = formula
        self.inputs = tuple(inputs)
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name


class Table:
    """A polars frame with declared columns, sorted by its key.

    Subclasses declare columns as class attributes; instances hold the checked frame in `frame`. Make one with `of`
    (from a frame) or `from_columns` (from arrays).
    """

    columns: ClassVar[Mapping[str, Column]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        cls.columns = {**cls.columns, **own}

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    @classmethod
    def keys(cls) -> list[str]:
        """Names of the key columns, in order of declaration."""
        return [name for name, column in cls.columns.items() if column.key]

    @classmethod
    def schema(cls) -> dict[str, type[pl.DataType]]:
        """Column name to polars type, in order of declaration."""
        return {name: column.dtype for name, column in cls.columns.items()}

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Self:
        """Select, cast, sort by key and check a frame.

        Raises
        ------
        ValueError
            A column is missing, a value is null, out of bounds or of another type (a fraction where whole numbers
            belong, a text where numbers do), or a key is used twice; names table and column.
        """
        missing = [name for name in cls.columns if name not in frame.columns]
        if missing:
            raise ValueError(f"{cls.__name__}: missing columns {missing}; the frame has {frame.columns}")
        cast = pl.DataFrame([cls._cast_column(frame[name], column) for name, column in cls.columns.items()])
        ordered = cls._sort_by_key(cast)
        for name, column in cls.columns.items():
            cls._check_column(ordered[name], column)
        return cls(ordered)

    @classmethod
    def _cast_column(cls, values: pl.Series, column: Column) -> pl.Series:
        if column.dtype.is_integer() and values.dtype.is_float():
            fractional = values.filter(values.is_finite() & (values != values.round()))
            if fractional.len():
                raise ValueError(f"{cls.__name__}.{column.name}: {fractional[0]} is not a whole number")
        try:
            return values.cast(column.dtype)
        except pl.exceptions.InvalidOperationError as error:
            raise ValueError(f"{cls.__name__}.{column.name}: {error}") from error

    @classmethod
    def _sort_by_key(cls, frame: pl.DataFrame) -> pl.DataFrame:
        keys = cls.keys()
        if not keys:
            return frame
        ordered = frame.sort(keys)
        is_twice = ordered.select(pl.struct(keys).is_duplicated()).to_series()
        if is_twice.any():
            twice = ordered.filter(is_twice).select(keys).head(3).rows()
            raise ValueError(f"{cls.__name__}: key {keys} used twice, such as {twice}")
        return ordered

    @classmethod
    def _check_column(cls, values: pl.Series, column: Column) -> None:
        if not column.nullable and values.null_count():
            raise ValueError(f"{cls.__name__}.{column.name}: {values.null_count()} values are missing")
        if values.len() == values.null_count() or not values.dtype.is_numeric():
            return
        if values.dtype.is_float() and values.is_nan().any():
            raise ValueError(f"{cls.__name__}.{column.name}: holds NaN")
        low, high = values.min(), values.max()
        if column.ge is not None and isinstance(low, int | float) and low < column.ge:
            raise ValueError(f"{cls.__name__}.{column.name}: {low} is below {column.ge}")
        if column.le is not None and isinstance(high, int | float) and high > column.le:
            raise ValueError(f"{cls.__name__}.{column.name}: {high} is above {column.le}")

    @classmethod
    def from_columns(cls, **columns: Any) -> Self:
        """Make a table from arrays or sequences, one keyword for each column."""
        return cls.of(pl.DataFrame(columns, strict=False))

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """Make a table from tuples in the order of declaration; an empty list gives the empty table."""
        names = list(cls.columns)
        return cls.of(pl.DataFrame(rows, schema=names, orient="row", strict=False, infer_schema_length=None))

    @classmethod
    def empty(cls) -> Self:
        """The table with no rows."""
        return cls(pl.DataFrame(schema=cls.schema()))

    def __getitem__(self, name: str) -> pl.Series:
        return self.frame[name]

    def __len__(self) -> int:
        return self.frame.height

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and type(self) is type(other) and self.frame.equals(other.frame)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.frame.height} rows)\n{self.frame}"
