from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.problem import Place, Problem, did_you_mean

names = st.lists(st.text(st.characters(categories=["Ll"], include_characters="-1"), min_size=1, max_size=12))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(), ""),
        (Place("projects.yaml"), "projects.yaml"),
        (Place("projects.yaml", 14, 5), "projects.yaml:14:5"),
        (Place("projects.yaml", 14, 5, "projects[tx-2].after"), "projects.yaml:14:5: projects[tx-2].after"),
        (Place(path="name"), "name"),
    ],
)
def test_101_a_place_leaves_out_what_is_unknown(place: Place, expected: str) -> None:
    """A place reads `file:line:column: path`, without the parts that are not known."""
    assert str(place) == expected


def test_102_places_sort_as_a_reader_meets_them() -> None:
    """Places sort by file, then line, then column."""
    places = [Place("b", 1, 1), Place("a", 10, 1), Place("a", 2, 9), Place("a", 2, 1)]
    assert sorted(places) == places[::-1]


def test_201_a_problem_is_one_line() -> None:
    """A problem reads place, rule, repair; the parts that are empty leave no trace."""
    place = Place("projects.yaml", 14, 5, "projects[tx-2].after")
    problem = Problem("unknown-reference", place, 'no project is called "tx-1a".', 'Did you mean "tx-1"?')
    assert str(problem) == (
        'projects.yaml:14:5: projects[tx-2].after: no project is called "tx-1a". Did you mean "tx-1"?'
    )
    assert str(Problem("empty", Place(), "the program is empty")) == "the program is empty"


def test_202_a_problem_is_flat_json() -> None:
    """A problem as JSON holds code, severity, place, rule and repair, each under its own name."""
    problem = Problem("unknown-reference", Place("a.yaml", 1, 2, "x"), "rule", severity="warning")
    assert json.loads(json.dumps(problem.as_json())) == {
        "code": "unknown-reference",
        "severity": "warning",
        "file": "a.yaml",
        "line": 1,
        "column": 2,
        "path": "x",
        "rule": "rule",
        "repair": "",
    }


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("tx-1a", ["oh-2", "tx-1"], 'Did you mean "tx-1"?'),
        ("tx-", ["tx-1", "tx-2", "tx-3"], 'Did you mean "tx-3" or "tx-2"?'),
        ("zebra", ["b", "a"], 'Known: "a", "b".'),
        ("zebra", list("fedcbag"), 'Known: "a", "b", "c", "d", "e", "f", ....'),
        ("zebra", [], ""),
    ],
)
def test_301_near_names_are_offered(name: str, known: list[str], expected: str) -> None:
    """The nearest known names are offered, at most two; without a near one, the first six known."""
    assert did_you_mean(name, known) == expected


@given(st.text(max_size=12), names)
def test_302_the_offer_does_not_depend_on_order(name: str, known: list[str]) -> None:
    """The same names in another order, or given twice, make the same offer."""
    assert did_you_mean(name, known) == did_you_mean(name, [*known[::-1], *known])
