"""Is a line the edit that scenarios.yaml would hold?"""

from __future__ import annotations

import pytest

from rackwright.base.errors import InputError
from rackwright.program.scenarios import OPERATIONS, Change
from rackwright.program.written_change import written_change


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("duties[s301].rate = 25 %", {"at": "duties[s301].rate", "set": "25 %"}),
        ("offers[item=x,supplier=y].price*1.2", {"at": "offers[item=x,supplier=y].price", "scale": 1.2}),
        ("offers[item=a-b,supplier=y].lead_time + 8 weeks", {"at": "offers[item=a-b,supplier=y].lead_time",
                                                               "shift": "+8 weeks"}),
        ("tranches[t-1].need_by - 10 days", {"at": "tranches[t-1].need_by", "shift": "-10 days"}),
        ("serving[*].demand[*].output * 2", {"at": "serving[*].demand[*].output", "scale": 2.0}),
        ("blocks[b].units = 4", {"at": "blocks[b].units", "set": 4}),
        ('{at: "offers[item=x]", remove: true}', {"at": "offers[item=x]", "remove": True}),
    ],
)  # fmt: skip
def test_101_a_line_is_an_edit(text: str, fields: dict[str, object]) -> None:
    """Set, scale, shift by one sign; any edit as in scenarios.yaml."""
    assert written_change(text) == Change.model_validate(fields)


@pytest.mark.parametrize("text", ["offers", "offers[x].price", "* 1.2", "offers[x].price * much", "{at: }", "{a: [}"])
def test_201_a_line_that_is_none_says_how_to_write_one(text: str) -> None:
    """The repair shows the forms."""
    with pytest.raises(InputError) as caught:
        written_change(text)
    assert "PATH * FACTOR" in caught.value.problems[0].repair


def test_301_an_edit_is_written_as_it_was_given() -> None:
    """Reading back what was written gives one operation, a value of null among them."""
    for fields in ({"at": "blocks[b].units", "scale": 2.0}, {"at": "offers[x].qualified", "set": None}):
        change = Change.model_validate(fields)
        again = Change.model_validate_json(change.model_dump_json())
        assert again.model_fields_set & OPERATIONS == set(fields) & OPERATIONS
