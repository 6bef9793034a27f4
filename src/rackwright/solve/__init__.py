"""Which answer does a mathematical model have? The only package that imports a solver library."""

from rackwright.solve.linear import Limits, LinearModel, LinearSolution, Status, solve_linear
from rackwright.solve.warm import Basis, HotModel

__all__ = ["Basis", "HotModel", "Limits", "LinearModel", "LinearSolution", "Status", "solve_linear"]
