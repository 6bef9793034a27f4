"""What did a published run switch on that its row does not state? Recipes of frameworks, by release.

Some rows only say "see the recipe". The recipe is public, and what it switches on (graphs, overlap of the dispatch,
what is computed again) moves a mixture model by up to a factor of two. No figure of a row is in this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from rackwright.base.intake import read_csv

__all__ = ["Recipe", "Run", "find_recipe"]

ANY = "any"
MONTHS, CENTURY = 12.0, 2000.0


@dataclass(frozen=True, slots=True)
class Run:
    """What a row says about itself: stack, model, hardware, precision, release in years, pipeline stages."""

    stack: str
    model: str
    hardware: str
    precision: str
    year: float
    pipeline: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run switches on.

    Parameters
    ----------
    launch
        What the host launches at once: kernels (no graphs), router, layer, step (one graph of the whole step).
    is_deduplicated
        A token travels once to each scale-up domain, not once for each of its experts.
    is_hidden
        The dispatch of experts runs beside the work of another micro batch.
    attention
        Precision of attention's products.
    again
        Parts of a layer that are computed again backwards.
    """

    launch: str
    is_deduplicated: bool
    is_hidden: bool
    attention: str
    again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    stack: str
    model: str
    hardware: str
    precision: str
    year: float
    pipeline: str
    recipe: Recipe

    def fits(self, run: Run) -> bool:
        return (
            self.stack == run.stack
            and run.model.lower().startswith(self.model.lower())
            and run.hardware.lower().startswith(self.hardware.lower())
            and self.precision in (ANY, run.precision)
            and self.pipeline in (ANY, f"{run.pipeline:g}")
            and self.year <= run.year
        )


def find_recipe(run: Run) -> Recipe | None:
    """The newest recipe not younger than the run; the last of the table among equals; None where none is known."""
    fitting = [entry for entry in _entries() if entry.fits(run)]
    newest = max((entry.year for entry in fitting), default=0.0)
    return next((entry.recipe for entry in reversed(fitting) if entry.year == newest), None)


@cache
def _entries() -> tuple[_Entry, ...]:
    with as_file(files("rackwright.validate") / "recipes.csv") as path:
        rows = read_csv(path).rows
    return tuple(
        _Entry(
            stack=row["stack"],
            model=row["model"],
            hardware=row["hardware"],
            precision=row["precision"],
            year=_year(row["release"]),
            pipeline=row["pipeline"],
            recipe=Recipe(
                launch=row["launch"],
                is_deduplicated=row["dispatch"] == "domains",
                is_hidden=row["hidden"] == "yes",
                attention=row["attention"],
                again=tuple(part for part in row["again"].split("|") if part),
            ),
        )
        for row in rows
    )


def _year(release: str) -> float:
    """Years of a release written YY.MM."""
    year, month = release.split(".")
    return CENTURY + float(year) + float(month) / MONTHS
