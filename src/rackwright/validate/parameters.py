"""Which figures of the catalog are fitted, from which prior, and how does a fitted value get into the catalog?

A parameter is one figure of one part, or the same figure of several. It is fitted as a standard normal number z, so
that the prior is the same for all: value = prior exp(s z), or the like on the logistic or the plain scale.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rackwright.base.intake import read_csv
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Fact, Part

__all__ = ["Parameter", "read_parameters", "with_values"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One fitted figure.

    Parameters
    ----------
    stage
        kernels, training or serving: which rows it is fitted on. Later stages take the earlier ones as given.
    targets
        Ids of the parts that carry the figure.
    field
        Name of the figure.
    form
        log (positive), share (in (0, 1)) or plain.
    prior, spread
        Value at z = 0, and the standard deviation of the prior on the scale of `form`.
    """

    stage: str
    targets: tuple[str, ...]
    field: str
    form: str
    prior: float
    spread: float

    @property
    def name(self) -> str:
        """First part and field."""
        return f"{self.targets[0]}.{self.field}"

    def value(self, z: float) -> float:
        """Figure at a standard normal number."""
        if self.form == "log":
            return self.prior * math.exp(self.spread * z)
        if self.form == "share":
            return 1.0 / (1.0 + math.exp(-(math.log(self.prior / (1.0 - self.prior)) + self.spread * z)))
        return max(self.prior + self.spread * z, 0.0)


def read_parameters() -> tuple[Parameter, ...]:
    """The parameters the product fits, in the order of the file."""
    with as_file(files("rackwright.validate") / "parameters.csv") as path:
        rows = read_csv(path).rows
    return tuple(
        Parameter(
            stage=row["stage"],
            targets=tuple(row["targets"].split("|")),
            field=row["field"],
            form=row["form"],
            prior=float(row["prior"]),
            spread=float(row["spread"]),
        )
        for row in rows
    )


def with_values(catalog: Catalog, parameters: Sequence[Parameter], values: Sequence[float] | FloatArray) -> Catalog:
    """The catalog with these figures in place of its own; bands of changed figures are dropped."""
    changes: dict[str, dict[str, Any]] = {}
    for parameter, value in zip(parameters, values, strict=True):
        for target in parameter.targets:
            fact = Fact(f"{target}.{parameter.field}", float(value), "", "", "calibration", "computed")
            changes.setdefault(target, {})[parameter.field] = fact
    parts = tuple(_changed(part, changes.get(part.id)) for part in catalog.parts)
    return Catalog(parts, catalog.sources)


def _changed(part: Part, figures: dict[str, Any] | None) -> Part:
    return part if figures is None else dataclasses.replace(part, **figures)
