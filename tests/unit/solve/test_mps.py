"""MPS files are read with every section, and written so that they read back the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.solve import LinearModel, solve_linear
from rackwright.solve.mps import parse_mps, read_mps
from rackwright.solve.mps_lines import Source
from rackwright.solve.mps_write import mps_text, write_mps

INF = float("inf")
EVERYTHING = """* every section; a comment
NAME          TEST
OBJSENSE
    MAX
ROWS
 N  PROFIT
 L  LIM
 G  LEAST
 E  EVEN
 N  LOOK
COLUMNS
    X         PROFIT    2.0            LIM       1.0
    X         LEAST     1.0
    M1        'MARKER'                 'INTORG'
    K         PROFIT    3.0            EVEN      2.0
    J         LIM       1.0
    M2        'MARKER'                 'INTEND'
    Y         EVEN      -1.0           LOOK      1.0
    Z         LIM       1.0
RHS
    R         LIM       8.0            LEAST     1.0
    R         PROFIT    -4.0
    OTHER     LIM       99.0
RANGES
    W         LIM       6.0            EVEN      -2.0
BOUNDS
 UP B         X         3.5
 MI B         Y
 UP B         Y         9.0
 FR B         Z
 UI B         K         4
ENDATA
"""


def read(text: str, form: str = "auto") -> object:
    """Read a text as if it came from `x.mps`."""
    return parse_mps(Source("x.mps", text), form=form)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["auto", "fixed", "free"])
def test_101_every_section_is_understood(form: str) -> None:
    """Sense, kinds, markers, sets, ranges and bounds have the meaning the format gives them."""
    found = parse_mps(Source("x.mps", EVERYTHING), form=form)  # type: ignore[arg-type]
    model = found.model
    assert found.is_maximized
    assert found.offset == -4.0
    assert found.rows == ("LIM", "LEAST", "EVEN", "LOOK")
    assert found.cols == ("X", "K", "J", "Y", "Z")
    assert model.cost.tolist() == [-2.0, -3.0, 0.0, 0.0, 0.0]
    assert model.row_lower.tolist() == [2.0, 1.0, -2.0, -INF]
    assert model.row_upper.tolist() == [8.0, INF, 0.0, INF]
    assert model.col_lower.tolist() == [0.0, 0.0, 0.0, -INF, -INF]
    assert model.col_upper.tolist() == [3.5, 4.0, 1.0, 9.0, INF]
    assert model.is_integer is not None
    assert model.is_integer.tolist() == [False, True, True, False, False]


def test_102_names_with_blanks_are_read_in_fixed_form() -> None:
    """Where only the columns of fixed form part the words, that form is taken."""
    text = EVERYTHING.replace(" L  LIM\n", " L  LI M\n").replace("LIM ", "LI M")
    assert parse_mps(Source("x.mps", text)).rows[0] == "LI M"


def test_103_an_upper_bound_below_zero_frees_the_lower_side() -> None:
    """A column with an upper bound of -1 and no lower one reaches down without end."""
    text = EVERYTHING.replace(" UP B         X         3.5", " UP B         X         -1")
    model = parse_mps(Source("x.mps", text)).model
    assert (model.col_lower[0], model.col_upper[0]) == (-INF, -1.0)


def test_104_letters_of_another_code_page_may_stand_in_comments(tmp_path: Path) -> None:
    """A comment in Latin-1 does not keep a file from being read, a name in it does."""
    path = tmp_path / "old.mps"
    path.write_bytes(b"* caf\xe9\n" + EVERYTHING.encode())
    assert read_mps(path).name == "TEST"
    path.write_bytes(EVERYTHING.replace("LIM", "L\xe9M").encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_mps(path)


def random_model(seed: int, *, is_mixed: bool) -> LinearModel:
    """A model with every kind of row and bound."""
    random = np.random.default_rng(seed)
    num_rows, num_cols = int(random.integers(1, 6)), int(random.integers(1, 6))
    rows, cols = np.nonzero(random.random((num_rows, num_cols)) < 0.6)
    sides = np.sort(np.round(random.normal(size=(2, num_rows)) * 10, 3), axis=0)
    kind = random.integers(0, 5, num_rows)
    bounds = np.sort(np.round(random.normal(size=(2, num_cols)) * 10, 3), axis=0)
    of_col = random.integers(0, 5, num_cols)
    return LinearModel(
        cost=random.normal(size=num_cols),
        col_lower=np.select([of_col == 0, of_col == 1], [-INF, 0.0], bounds[0]),
        col_upper=np.select([of_col <= 2, of_col == 3], [INF, bounds[0]], bounds[1]),
        row_lower=np.select([kind == 0, kind == 1], [-INF, -INF], sides[0]),
        row_upper=np.select([kind == 0, kind == 2, kind == 3], [INF, INF, sides[0]], sides[1]),
        rows=rows,
        cols=cols,
        values=random.normal(size=len(rows)),
        is_integer=random.random(num_cols) < 0.5 if is_mixed else None,
    )


@given(seed=st.integers(0, 10_000), is_mixed=st.booleans())
def test_201_free_form_reads_back_the_same(seed: int, is_mixed: bool) -> None:
    """What is written in free form reads back with the same numbers; a range's lower side to the last digit but one."""
    model = random_model(seed, is_mixed=is_mixed)
    back = parse_mps(Source("x.mps", mps_text(model)), form="free").model
    for name in ("cost", "col_lower", "col_upper", "row_upper"):
        assert np.array_equal(getattr(model, name), getattr(back, name)), name
    assert back.row_lower == pytest.approx(model.row_lower, rel=1e-12)
    for mine, theirs in zip(model.compressed(), back.compressed(), strict=True):
        assert np.array_equal(mine, theirs)
    if is_mixed and model.is_integer is not None and model.is_integer.any():
        assert np.array_equal(back.is_integer, model.is_integer)


@given(seed=st.integers(0, 10_000), is_mixed=st.booleans())
def test_202_fixed_form_keeps_nine_digits(seed: int, is_mixed: bool) -> None:
    """What is written in fixed form reads back to the digits that fit."""
    model = random_model(seed, is_mixed=is_mixed)
    back = parse_mps(Source("x.mps", mps_text(model, form="fixed")), form="fixed").model
    assert back.cost == pytest.approx(model.cost, rel=1e-6)
    assert back.compressed()[2] == pytest.approx(model.compressed()[2], rel=1e-6)
    assert back.row_upper == pytest.approx(model.row_upper, rel=1e-6)


@pytest.mark.parametrize("form", ["free", "fixed"])
@pytest.mark.parametrize("seed", range(8))
def test_203_another_reader_finds_the_same_optimum(tmp_path: Path, seed: int, form: str) -> None:
    """The solver's own reader of MPS gets the objective we get, also with whole-number columns and an offset."""
    highspy = pytest.importorskip("highspy")
    model = random_model(seed, is_mixed=seed % 2 == 1)
    capped = replace(model, col_lower=np.maximum(model.col_lower, -20), col_upper=np.minimum(model.col_upper, 20))
    write_mps(tmp_path / "m.mps", capped, form=form)  # type: ignore[arg-type]
    other = highspy.Highs()
    other.setOptionValue("output_flag", False)
    assert other.readModel(str(tmp_path / "m.mps")) != highspy.HighsStatus.kError
    other.run()
    mine = solve_linear(capped)
    if mine.status == "optimal":
        assert other.getInfo().objective_function_value == pytest.approx(mine.objective, rel=1e-5, abs=1e-5)
    else:
        assert other.getModelStatus() != highspy.HighsModelStatus.kOptimal


def test_204_names_of_a_model_are_kept_or_replaced() -> None:
    """Names that are one word and unlike each other are written; else rows and columns get numbers."""
    model = random_model(1, is_mixed=False)
    named = replace(model, name_of_row="row-{}".format, name_of_col="long-column-name-{}".format)
    assert parse_mps(Source("x", mps_text(named))).cols[0] == "long-column-name-0"
    assert parse_mps(Source("x", mps_text(named, form="fixed")), form="fixed").cols[0] == "C0000001"
    assert parse_mps(Source("x", mps_text(replace(named, name_of_col=lambda _: "a b")))).cols[0] == "C0000001"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("ROWS\n", "ROWZ\n", "mps-bad-section", 5),
        ("ENDATA\n", "", "mps-bad-section", 0),
        (" G  LEAST", " Q  LEAST", "mps-bad-line", 8),
        (" G  LEAST", " G  LIM", "mps-duplicate", 8),
        ("    J         LIM       1.0", "    J         LIM       one", "mps-bad-number", 16),
        ("    J         LIM       1.0", "    J         LIM       nan", "mps-bad-number", 16),
        ("    J         LIM       1.0", "    J         LIMIT     1.0", "mps-unknown-name", 16),
        ("    J         LIM       1.0", "    J         LIM", "mps-bad-line", 16),
        (" MI B         Y", " MI B         YY", "mps-unknown-name", 28),
        (" UP B         Y         9.0", " XX B         Y         9.0", "mps-bad-line", 29),
        (
            " UP B         X         3.5",
            " FX B         X         3.5\n LO B         X         9",
            "mps-contradiction",
            0,
        ),
        ("    Z         LIM       1.0\n", "    Z LIM 1.0\n    Z LIM 2.0\n", "mps-duplicate", 20),
    ],
)
def test_301_a_broken_line_is_named(old: str, new: str, code: str, line: int) -> None:
    """Each mistake is told with its code and, where it has one, its line."""
    with pytest.raises(InputError) as caught:
        read(EVERYTHING.replace(old, new, 1), "free")
    problems = [problem for problem in caught.value.problems if problem.code == code]
    assert problems, caught.value
    assert line in {0, *(problem.place.line for problem in problems)}
    assert all(problem.place.file == "x.mps" for problem in caught.value.problems)


def test_302_all_problems_are_told_at_once() -> None:
    """Two mistakes in one file are two problems of one error."""
    text = EVERYTHING.replace("8.0", "eight").replace(" FR B         Z", " FR B         ZZ")
    with pytest.raises(InputError) as caught:
        read(text)
    assert [problem.code for problem in caught.value.problems] == ["mps-bad-number", "mps-unknown-name"]


@given(st.text(alphabet="NLGE RHSOWCOLUMNSBD0123.-'\n\t", max_size=300))
def test_303_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    """Any text is a model or an error with problems."""
    problems = [None]
    try:
        read("NAME\nROWS\n N  O\n L  R\nCOLUMNS\n" + text + "\nENDATA\n")
    except InputError as error:
        problems = list(error.problems)
    assert problems
