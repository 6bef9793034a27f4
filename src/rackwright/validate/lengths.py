"""Which lengths may be assumed for a published rate whose row gives none, and on what do they rest?

The table holds lengths only, no rate of any row. What is answered with it is reported apart from the scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from rackwright.base.intake import read_csv

__all__ = ["Lengths", "find_lengths"]


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of the requests of a source, each (low, middle, high).

    Parameters
    ----------
    source, model
        Words of the row's source and model, lower case.
    shape
        Model of the catalog whose shape stands for it.
    ranks
        Accelerators of an instance where the row states none; 0 where rows state them.
    kind
        `source` for what follows from the source's other rows, else `assumption`.
    """

    source: str
    model: str
    shape: str
    input_tokens: tuple[float, float, float]
    output_tokens: tuple[float, float, float]
    ranks: float
    kind: str


def find_lengths(source: str, model: str) -> Lengths | None:
    """The entry for a row's source and model; the first that fits."""
    fits = (row for row in _every() if row.source in source.lower() and row.model in model.lower())
    return next(fits, None)


@cache
def _every() -> tuple[Lengths, ...]:
    with as_file(files("rackwright.validate") / "lengths.csv") as path:
        table = read_csv(path)
    return tuple(
        Lengths(
            source=cells["source"],
            model=cells["model"],
            shape=cells["shape"],
            input_tokens=(float(cells["input_low"]), float(cells["input"]), float(cells["input_high"])),
            output_tokens=(float(cells["output_low"]), float(cells["output"]), float(cells["output_high"])),
            ranks=float(cells["ranks"] or 0.0),
            kind=cells["kind"],
        )
        for cells in table.rows
    )
