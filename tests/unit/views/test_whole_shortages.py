"""Does a shortage name whole pieces?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.clear_to_build import CLEAR_TO_BUILD


def test_101_missing_parts_are_whole_pieces(one_pod: Plan) -> None:
    """Every piece missing for the next rack is a whole number of at least one."""
    (table,) = [table for table in CLEAR_TO_BUILD.build(one_pod).tables if table.title == "Shortages"]
    missing = [row["missing"] for row in table.as_json()]
    assert missing
    assert all(isinstance(pieces, int) and pieces >= 1 for pieces in missing)
