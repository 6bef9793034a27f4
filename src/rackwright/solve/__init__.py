"""Which answer does a mathematical model have? The only package that imports a solver library."""

from rackwright.solve.linear import Limits, LinearModel, LinearSolution, Status, solve_linear
from rackwright.solve.warm import AFTER_EDITS, AFTER_PRICES, Basis, HotModel, Solver

__all__ = [
    "AFTER_EDITS",
    "AFTER_PRICES",
    "Basis",
    "HotModel",
    "Limits",
    "LinearModel",
    "LinearSolution",
    "Solver",
    "Status",
    "solve_linear",
]
