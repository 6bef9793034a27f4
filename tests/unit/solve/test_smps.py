"""SMPS files become a staged model with chance, and are written so that they mean the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rackwright.base.errors import InputError
from rackwright.solve.mps_lines import Source
from rackwright.solve.smps import parse_smps, read_smps
from rackwright.solve.smps_write import SmpsTexts, smps_texts, write_smps
from rackwright.solve.staged import ChangeKind, StochasticProgram
from rackwright.solve.stochastic import solve_stochastic
from rackwright.solve.tree import full_tree

BLOCKS = """STOCH         SELLER
BLOCKS        DISCRETE
 BL B         LATER     0.5
    RHS       WANT      2.0
    SELL      COST      -2.0           HAVE      2.0
    BUY       WANT      0.5
 UP BND       SELL      4.0
 BL B         LATER     0.5
    RHS       WANT      9.0
ENDATA
"""
SCENARIOS = """STOCH         SELLER
SCENARIOS     DISCRETE
 SC LOW       'ROOT'    0.2            NOW
    RHS       WANT      2.0
    SELL      COST      -2.0
 SC MID       LOW       0.5            LATER
    RHS       WANT      5.0
 SC HIGH      ROOT      0.3            LATER
    RHS       WANT      8.0
ENDATA
"""


def program(texts: SmpsTexts, form: str = "auto") -> StochasticProgram:
    """Read three texts."""
    return parse_smps(
        Source("a.cor", texts.core),
        Source("a.tim", texts.time),
        Source("a.sto", texts.stoch),
        form=form,  # type: ignore[arg-type]
    )


def optimum(found: StochasticProgram) -> float:
    """Cost of the best plan over all scenarios."""
    return solve_stochastic(found.core, full_tree(found)).objective


def newsvendor_cost(demands: list[float], shares: list[float], price: list[float]) -> float:
    """Least cost of buying at 1 and selling at a price, by trying every demand."""

    def cost(x: float) -> float:
        return x - sum(s * p * min(x, d) for s, p, d in zip(shares, price, demands, strict=True))

    return min(cost(x) for x in [0.0, *demands])


@pytest.mark.parametrize("form", ["auto", "fixed", "free"])
def test_101_independent_values(seller: SmpsTexts, form: str) -> None:
    """INDEP spans one scenario per demand; the optimum is the one found by trying every demand."""
    found = program(seller, form)
    assert found.stages == ("NOW", "LATER")
    assert found.num_scenarios == 3
    assert optimum(found) == pytest.approx(newsvendor_cost([2, 5, 8], [0.2, 0.5, 0.3], [3] * 3))


def test_102_the_period_of_an_independent_value_may_be_left_out(seller: SmpsTexts) -> None:
    """Without a period a value is known at the stage of its row."""
    short = replace(seller, stoch=seller.stoch.replace("LATER     ", "          "))
    assert optimum(program(short)) == optimum(program(seller))


def test_103_a_later_realisation_begins_with_the_first_one(seller: SmpsTexts) -> None:
    """What the second realisation of a block leaves out has the value of the first, for every kind of number."""
    block = program(replace(seller, stoch=BLOCKS)).blocks[0]
    first, second = ({(kind, index): value for kind, index, value in entry.changes} for entry in block.realisations)
    assert first.keys() == second.keys()
    assert {ChangeKind(kind) for kind, _ in first} == set(ChangeKind) - {ChangeKind.LOWER}
    assert {place for place in first if first[place] != second[place]} == {(ChangeKind.RHS, 2)}


def test_104_a_place_the_core_leaves_empty_may_be_random(seller: SmpsTexts) -> None:
    """A matrix entry only the stochastics file names is a zero of the core."""
    found = program(replace(seller, stoch=BLOCKS))
    model = found.core.model
    assert (model.rows[-1], model.cols[-1], model.values[-1]) == (2, 0, 0.0)


def test_105_scenarios_inherit_from_the_one_they_branch_from(seller: SmpsTexts) -> None:
    """MID sells at LOW's price of 2, HIGH at the core's 3."""
    found = program(replace(seller, stoch=SCENARIOS))
    assert found.tree is not None
    assert found.tree.names == ("LOW", "MID", "HIGH")
    assert found.tree.share.tolist() == [1.0, 0.2, 0.5, 0.3]
    assert optimum(found) == pytest.approx(newsvendor_cost([2, 5, 8], [0.2, 0.5, 0.3], [2, 2, 3]))


@pytest.mark.parametrize(("mode", "values"), [("ADD", (-3, 0, 3)), ("MULTIPLY", (0.4, 1.0, 1.6))])
def test_106_values_may_be_added_and_multiplied(seller: SmpsTexts, mode: str, values: tuple[float, ...]) -> None:
    """Differences from the core and factors on it give the same demands."""
    stoch = seller.stoch.replace("DISCRETE", f"DISCRETE      {mode}")
    for old, new in zip(("2.0 ", "5.0 ", "8.0 "), values, strict=True):
        stoch = stoch.replace(f"WANT      {old}", f"WANT      {new:<4}")
    assert optimum(program(replace(seller, stoch=stoch))) == pytest.approx(optimum(program(seller)))


def test_107_stages_may_be_named_row_by_row(seller: SmpsTexts) -> None:
    """An explicit time file says the same as one with first rows and columns."""
    time = (
        "TIME          SELLER\nPERIODS       EXPLICIT\n NOW\n LATER\nROWS\n ROOM NOW\n HAVE LATER\n WANT LATER\n"
        "COLUMNS\n SELL LATER\n BUY NOW\nENDATA\n"
    )
    found = program(replace(seller, time=time))
    assert found.core.row_stage.tolist() == [0, 1, 1]
    assert optimum(found) == optimum(program(seller))


def test_108_a_maximisation_is_read_with_random_prices_negated(seller: SmpsTexts) -> None:
    """Files that maximise the profit give the same plan as those that minimise the cost."""
    core = seller.core.replace("ROWS", "OBJSENSE\n    MAX\nROWS").replace("COST      1.0 ", "COST      -1.0")
    core = core.replace("-3.0", "3.0 ")
    stoch = SCENARIOS.replace("-2.0", "2.0 ")
    assert optimum(program(SmpsTexts(core, seller.time, stoch))) == pytest.approx(
        optimum(program(replace(seller, stoch=SCENARIOS)))
    )


def test_109_independent_values_of_two_rows_are_combined(seller: SmpsTexts) -> None:
    """Two values of the room for stock sold and three demands make six scenarios with product probabilities."""
    stoch = seller.stoch.replace(
        "ENDATA", "    SELL      HAVE      1.0            0.25\n    SELL      HAVE      2.0            0.75\nENDATA"
    )
    tree = full_tree(program(replace(seller, stoch=stoch)))
    assert tree.share[tree.leaves] == pytest.approx(np.outer([0.2, 0.5, 0.3], [0.25, 0.75]).ravel())


@pytest.mark.parametrize("form", ["free", "fixed"])
@pytest.mark.parametrize("kind", ["indep", "blocks", "scenarios"])
def test_201_what_is_written_means_the_same(seller: SmpsTexts, kind: str, form: str, tmp_path: Path) -> None:
    """A program written to a folder and read back has the same scenarios, probabilities and optimum."""
    stoch = {"indep": seller.stoch, "blocks": BLOCKS, "scenarios": SCENARIOS}[kind]
    found = program(replace(seller, stoch=stoch))
    write_smps(tmp_path, found, form=form)  # type: ignore[arg-type]
    back = read_smps(tmp_path, form=form)  # type: ignore[arg-type]
    assert kind.upper() in (tmp_path / "SELLER.sto").read_text()
    assert full_tree(back).share == pytest.approx(full_tree(found).share)
    assert optimum(back) == pytest.approx(optimum(found), abs=1e-12)


def test_202_a_core_out_of_order_is_written_with_named_stages(seller: SmpsTexts) -> None:
    """Where the rows do not stand in order of their stages, the time file names each."""
    found = program(seller)
    swapped = replace(found.core.model, rows=2 - found.core.model.rows, row_lower=found.core.model.row_lower[::-1])
    model = replace(swapped, row_upper=found.core.model.row_upper[::-1], name_of_row=None)
    core = replace(found.core, model=model, rhs=found.core.rhs[::-1], row_stage=found.core.row_stage[::-1])
    block = replace(
        found.blocks[0],
        realisations=tuple(
            replace(entry, changes=tuple((kind, 2 - index, value) for kind, index, value in entry.changes))
            for entry in found.blocks[0].realisations
        ),
    )
    texts = smps_texts(replace(found, core=core, blocks=(block,)))
    assert "EXPLICIT" in texts.time
    assert optimum(program(texts)) == pytest.approx(optimum(found))


@pytest.mark.parametrize(
    ("which", "change", "code", "line"),
    [
        ("time", ("SELL      HAVE", "SELL      HOLD"), "mps-unknown-name", 4),
        ("time", ("    SELL      HAVE                     LATER\n", "    SELL\n"), "mps-bad-line", 4),
        ("time", ("PERIODS\n", ""), "smps-empty", 0),
        ("time", ("LATER", "NOW"), "mps-duplicate", 4),
        ("time", ("SELL      HAVE", "SELL      WANT"), "smps-stage-order", 0),
        ("stoch", ("0.5\n", "0.6\n"), "smps-bad-probability", 3),
        ("stoch", ("0.5\n", "1.5\n"), "smps-bad-probability", 4),
        ("stoch", ("0.5\n", "half\n"), "mps-bad-number", 4),
        ("stoch", ("WANT      5.0", "WISH      5.0"), "mps-unknown-name", 4),
        ("stoch", ("    RHS       WANT      5.0", "    BYE       WANT      5.0"), "mps-unknown-name", 4),
        ("stoch", ("5.0            LATER", "5.0            LAST "), "mps-unknown-name", 4),
        ("stoch", ("DISCRETE", "NORMAL"), "smps-unsupported", 2),
        ("stoch", ("INDEP", "INDEPENDENT"), "mps-bad-section", 2),
        ("stoch", ("ENDATA", ""), "mps-bad-section", 0),
        ("stoch", ("RHS       WANT      5.0", "RHS       ROOM      5.0"), "smps-stage-order", 4),
        ("stoch", ("RHS       WANT      5.0", "SELL      ROOM      5.0"), "smps-stage-order", 4),
        ("stoch", ("RHS       WANT      5.0", "RHS       COST      5.0"), "smps-unsupported", 4),
    ],
)
def test_301_a_broken_line_is_named(
    seller: SmpsTexts, which: str, change: tuple[str, str], code: str, line: int
) -> None:
    """Each mistake is told with its code, file and line."""
    text, (old, new) = getattr(seller, which), change
    assert old in text
    with pytest.raises(InputError) as caught:
        program(replace(seller, **{which: text.replace(old, new, 1)}), "free")
    problems = [problem for problem in caught.value.problems if problem.code == code]
    assert problems, caught.value
    assert line in {0, *(problem.place.line for problem in problems)}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("SC MID       LOW ", "SC MID       SLOW", "mps-unknown-name"),
        ("SC MID ", "SC LOW ", "mps-duplicate"),
        ("    RHS       WANT      8.0\n", "    RHS       ROOM      8.0\n", "smps-stage-order"),
        (" SC LOW       'ROOT'    0.2            NOW\n", "", "mps-bad-line"),
        ("0.3", "0.4", "smps-bad-probability"),
        ("SC HIGH      ROOT      0.3            LATER", "SC HIGH      ROOT", "mps-bad-line"),
    ],
)
def test_302_a_broken_scenario_is_named(seller: SmpsTexts, old: str, new: str, code: str) -> None:
    """A scenario without parent, named twice, or with wrong probabilities is told."""
    assert old in SCENARIOS
    with pytest.raises(InputError) as caught:
        program(replace(seller, stoch=SCENARIOS.replace(old, new, 1)), "free")
    assert code in {problem.code for problem in caught.value.problems}


def test_303_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """A folder without a stochastics file is refused, with the endings it may have."""
    (tmp_path / "a.cor").write_text("NAME\n")
    (tmp_path / "a.tim").write_text("TIME\n")
    with pytest.raises(InputError, match=r"0 stochastics files .*\.sto"):
        read_smps(tmp_path)


@pytest.mark.parametrize(
    ("stoch", "codes"),
    [
        ("STOCH\nINDEP DISCRETE\nENDATA\n", ["smps-empty"]),
        ("STOCH\nINDEP DISCRETE\n    RHS WISH 1.0 LATER 1.0\nENDATA\n", ["mps-unknown-name"]),
        ("STOCH\nINDEPP\n    RHS WANT 1.0 LATER 1.0\nENDATA\n", ["mps-bad-section"]),
    ],
)
def test_304_the_mistake_is_told_not_what_follows_from_it(seller: SmpsTexts, stoch: str, codes: list[str]) -> None:
    """A file is called empty only where no line of it is at fault."""
    with pytest.raises(InputError) as caught:
        program(replace(seller, stoch=stoch), "free")
    assert [problem.code for problem in caught.value.problems] == codes
