"""An answer is read back as it was shown, and its tables are found by a word of their titles."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.cli.reading import show_view
from rackwright.exchange.answer import answer_json, read_answers, tables_called
from rackwright.views.view import Shown, TableColumn, ViewTable

COLUMNS = (
    TableColumn("rung", "Rung"),
    TableColumn("by", "By"),
    TableColumn("fee_musd", "Fee", "MUSD", 2),
    TableColumn("share", "Taken in", digits=0, is_share=True),
    TableColumn("qty", "Pieces", digits=0),
    TableColumn("is_taken", "Taken"),
)
ROW = ("deposit", dt.date(2027, 1, 4), 1.2345, 0.384, 1451, True)
LADDER = ViewTable("The ladder", COLUMNS, (ROW, ("firm order", None, None, 1.0, 3.0, False)), "A note.")
PROJECTS = ViewTable("The ladder of what projects buy", COLUMNS[:1], (("deposit",),))
REGRET = ViewTable("Regret by branch", COLUMNS[:1], (("deposit",),))
ANSWER = Shown("Take 1 commitment.", (LADDER, PROJECTS, REGRET))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `decide` leaves of an answer."""
    (tmp_path / "decide.json").write_text(json.dumps(answer_json(ANSWER)))
    return tmp_path


def test_101_an_answer_comes_back_as_it_was_shown(folder: Path) -> None:
    """Headings, units, notes and cells are those that were written, as people read them and as JSON."""
    (found,) = read_answers(folder)
    assert found.lead == ANSWER.lead
    assert [table.columns for table in found.tables] == [table.columns for table in ANSWER.tables]
    assert [table.as_text() for table in found.tables] == [table.as_text() for table in ANSWER.tables]
    assert answer_json(found) == answer_json(ANSWER)


def test_102_a_word_of_the_title_names_tables(folder: Path) -> None:
    """A whole title names one table, a word every table that has it; an unknown word is told with the nearest name."""
    answers = read_answers(folder)
    assert [table.title for table in tables_called(answers, "the_ladder").tables] == [LADDER.title]
    assert [table.title for table in tables_called(answers, "ladder").tables] == [LADDER.title, PROJECTS.title]
    with pytest.raises(InputError, match="regret-by-branch"):
        tables_called(answers, "regret-by-brunch")


def test_103_show_lists_and_shows_kept_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` works on the folder that `decide` wrote, with no plan in it; it has no figures to draw again."""
    assert show_view(folder, "", as_json=False, as_csv=False, rows=9) == 0
    assert "regret-by-branch" in capsys.readouterr().out
    assert show_view(folder, "regret", as_json=False, as_csv=True, rows=9) == 0
    assert capsys.readouterr().out == "rung\ndeposit\n"
    with pytest.raises(InputError, match="figures"):
        show_view(folder, "ladder", as_json=False, as_csv=False, rows=9, figures=folder / "figures")


@pytest.mark.parametrize("text", ["{", '{"format_version": 2}', '{"format_version": 1, "lead": "x", "tables": [{}]}'])
def test_104_an_answer_that_was_changed_is_refused(tmp_path: Path, text: str) -> None:
    """What is no answer, or one of another version, is an error with a repair, not a trace."""
    (tmp_path / "stress.json").write_text(text)
    with pytest.raises(InputError, match="Run stress again"):
        read_answers(tmp_path)
