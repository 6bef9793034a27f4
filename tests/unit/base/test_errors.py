from __future__ import annotations

import pickle

import pytest

from rackwright.base import errors
from rackwright.base.errors import InputError, RackwrightError
from rackwright.base.problem import Place, Problem

PROBLEMS = [Problem("first", Place("a.yaml", 1, 1), "one rule."), Problem("second", Place("b.yaml"), "another rule.")]


@pytest.mark.parametrize("name", errors.__all__)
def test_101_every_error_stands_in_one_tree(name: str) -> None:
    """Every exception Rackwright raises on purpose can be caught as a RackwrightError."""
    assert issubclass(getattr(errors, name), RackwrightError)


def test_201_an_input_error_tells_all_problems() -> None:
    """An input error carries every problem and prints one line for each."""
    error = InputError(PROBLEMS)
    assert error.problems == tuple(PROBLEMS)
    assert str(error) == "a.yaml:1:1: one rule.\nb.yaml: another rule."


def test_202_an_input_error_crosses_to_another_process() -> None:
    """An input error comes out of a child process with its problems."""
    error = pickle.loads(pickle.dumps(InputError(PROBLEMS)))
    assert type(error) is InputError
    assert error.problems == tuple(PROBLEMS)
