"""How does a table stand in a terminal?"""

from __future__ import annotations

from rackwright.cli.text_table import text_table

HEAD = ["Part", "What it is for", "Cost per Mtok [USD]"]
ROWS = [["gb300", "serves chats and long reasoning of many users", "0.149"], ["vr", "trains", "12.5"]]
RIGHT = [False, False, True]


def test_a_row_is_a_line_where_no_width_is_asked() -> None:
    """Without a limit each row is one line, numbers to the right."""
    assert text_table(HEAD, ROWS, RIGHT, width=0).splitlines() == [
        "Part   What it is for                                 Cost per Mtok [USD]",
        "-----  ---------------------------------------------  -------------------",
        "gb300  serves chats and long reasoning of many users                0.149",
        "vr     trains                                                        12.5",
    ]


def test_headings_fold_before_cells() -> None:
    """A line a little too narrow folds the headings alone."""
    lines = text_table(HEAD, ROWS, RIGHT, width=63).splitlines()
    assert lines[:4] == [
        "Part   What it is for                                  Cost",
        "                                                        per",
        "                                                       Mtok",
        "                                                      [USD]",
    ]
    assert lines[5] == "gb300  serves chats and long reasoning of many users  0.149"


def test_text_folds_and_numbers_never_do() -> None:
    """A narrow line folds the widest text into as many lines as it needs and keeps every word."""
    text = text_table(HEAD, ROWS, RIGHT, width=40)
    assert max(len(line) for line in text.splitlines()) <= 40
    assert "0.149" in text
    assert " ".join(text.split()).count("reasoning") == 1
    assert len(text.splitlines()) > 6


def test_columns_do_not_shrink_beyond_reading() -> None:
    """A terminal of one character still shows whole numbers and columns of sixteen characters."""
    lines = text_table(HEAD, ROWS, RIGHT, width=1).splitlines()
    assert any(len(line) > 20 for line in lines)
    assert any("12.5" in line for line in lines)


def test_a_table_without_rows_has_its_headings() -> None:
    """No rows: headings and rule alone."""
    assert text_table(["a", "b"], [], [False, True], width=0) == "a  b\n-  -"
