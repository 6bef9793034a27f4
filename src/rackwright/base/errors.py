"""The one tree of exceptions: what can go wrong that is not a result.

Infeasible plans, missed dates and failed checks are results (tables), never exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rackwright.base.problem import Problem

__all__ = ["InputError", "InternalError", "RackwrightError", "SolverError", "StoreError", "UnitError"]


class RackwrightError(Exception):
    """Root of every exception Rackwright raises on purpose."""


class InputError(RackwrightError):
    """The user's input contradicts a rule; carries all problems found, not only the first.

    Parameters
    ----------
    problems
        Every problem found, worst first; at least one.
    """

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Copy between processes by the problems, not by the text made of them."""
        return (type(self), (self.problems,))


class UnitError(RackwrightError, ValueError):
    """A quantity cannot be read: no finite number, no unit, or a unit of another dimension."""


class StoreError(RackwrightError):
    """A result could not be written or read back (disk full, permission, broken file)."""


class SolverError(RackwrightError):
    """A solver stopped without a usable status; the text names the model and the solver's words."""


class InternalError(RackwrightError):
    """An independent check disagrees with the code that made a result: a bug of ours, never the user's."""
