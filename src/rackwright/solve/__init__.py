"""Which answer does a mathematical model have? The only package that imports a solver library."""

from rackwright.solve.linear import Limits, LinearModel, LinearSolution, Status, solve_linear
from rackwright.solve.warm import HotModel

__all__ = ["HotModel", "Limits", "LinearModel", "LinearSolution", "Status", "solve_linear"]
