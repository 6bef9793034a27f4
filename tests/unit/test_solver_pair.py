"""Do the solver libraries live in one process? The pins of highspy and ortools rest on these tests.

A broken pair fails at import and takes the whole interpreter with it, so each case runs in a fresh one.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations

import pytest

SOLVE = {
    "highspy": """
import highspy, numpy as np
solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
solver.addVars(1, np.array([0.0]), np.array([10.0]))
solver.changeColCost(0, -1.0)
solver.addRow(-highspy.kHighsInf, 4.0, 1, np.array([0], dtype=np.int32), np.array([1.0]))
solver.run()
answers.append(solver.getSolution().col_value[0])
""",
    "ortools": """
from ortools.sat.python import cp_model
from ortools.linear_solver import pywraplp
model = cp_model.CpModel()
x = model.new_int_var(0, 10, "x")
model.add(x <= 4)
model.maximize(x)
solver = cp_model.CpSolver()
solver.parameters.num_workers = 1
assert solver.solve(model) == cp_model.OPTIMAL
answers.append(solver.value(x))
glop = pywraplp.Solver.CreateSolver("GLOP")
y = glop.NumVar(0, 10, "y")
glop.Add(y <= 4)
glop.Maximize(y)
assert glop.Solve() == pywraplp.Solver.OPTIMAL
answers.append(y.solution_value())
""",
    "scipy": """
from scipy.optimize import linprog
answers.append(linprog([-1.0], A_ub=[[1.0]], b_ub=[4.0], bounds=[(0, 10)], method="highs").x[0])
""",
    "polars": """
import polars as pl
answers.append(pl.DataFrame({"x": range(11)}).filter(pl.col("x") <= 4)["x"].max())
""",
}
PAIRS = [
    order
    for pair in [("highspy", "ortools"), ("scipy", "highspy"), ("polars", "ortools")]
    for order in permutations(pair)
]


def solve_in_fresh_interpreter(*libraries: str) -> str:
    """Largest x <= 4 by each library in turn, then by the first once more."""
    steps = [SOLVE[name] for name in (*libraries, libraries[0])]
    program = "\n".join(["answers = []", *steps, "print(sorted({round(float(x), 6) for x in answers}))"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    return done.stdout.strip() or f"exit code {done.returncode}: {done.stderr[-2000:]}"


@pytest.mark.parametrize("order", PAIRS, ids="-then-".join)
def test_101_each_order_of_a_pair_solves(order: tuple[str, str]) -> None:
    """Two libraries in one process solve "greatest x with x <= 4" alike, whichever is imported first."""
    assert solve_in_fresh_interpreter(*order) == "[4.0]"
