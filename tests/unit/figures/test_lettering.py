"""Are widths, cuts and short numbers what a reader expects?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.figures.lettering import fit, percent, short_number, text_width, wrap


@given(st.text(), st.floats(0, 500))
def test_101_a_fitted_text_fits(text: str, width: float) -> None:
    """A fitted text is never wider than its room, and unchanged where it had room."""
    fitted = fit(text, width)
    assert text_width(fitted) <= max(width, 0) + 1e-6 or fitted == ""
    if text_width(text) <= width:
        assert fitted == text


@given(st.lists(st.text("abc xyz", min_size=1, max_size=12), max_size=12).map(" ".join), st.integers(1, 4))
def test_102_wrapped_lines_fit(text: str, max_lines: int) -> None:
    """Wrapped lines are at most as many as allowed, each within the width; no word is lost where all have room."""
    lines = wrap(text, 80, max_lines=max_lines)
    assert len(lines) <= max_lines
    assert all(text_width(line) <= 80 for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == text.split()


def test_103_wide_signs_are_wide() -> None:
    """East Asian signs take a full em, combining marks nothing, bold letters more than plain ones."""
    assert text_width("機") > text_width("n") * 1.5
    assert text_width("e\u0301") == text_width("e")
    assert text_width("Rack", is_bold=True) > text_width("Rack")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (9.96, "10"),
        (12.5, "12.5"),
        (999.6, "1,000"),
        (1234, "1,234"),
        (-74, "-74"),
        (9999.9, "10k"),
        (131072, "131k"),
        (3400000.0, "3.4M"),
        (2500000000.0, "2.5G"),
        (12300000000000.0, "12.3T"),
        (0.0456, "0.046"),
        (1e-07, "1.0e-07"),
    ],
)
def test_201_short_numbers(value: float, text: str) -> None:
    """Numbers have about three digits and thousands as k, M, G, T."""
    assert short_number(value) == text


def test_202_units_and_percent() -> None:
    """A unit follows its number after a space; shares are whole percentages."""
    assert short_number(132, "kW") == "132 kW"
    assert percent(1.037) == "104 %"
