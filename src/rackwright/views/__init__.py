"""One file per question a reader asks: `Plan -> Shown`, a sentence, tables, figure data.

`VIEWS` is every view of a single plan, in the order of the report; those not `in_report` are shown by name only.
Comparisons of plans and scenarios, the walk `explain` and the catalog take other arguments and stand in
`difference`, `comparison`, `explain` and `catalog`. Who shows one of those needs none of the sixty views, so each name
is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rackwright.base.asked import names_from

if TYPE_CHECKING:
    from rackwright.views.every import ASKED, VIEWS
    from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["ASKED", "VIEWS", "Cell", "Shown", "TableColumn", "View", "ViewTable"]

__getattr__ = names_from(
    __name__,
    {
        name: f"rackwright.views.{'every' if name in {'ASKED', 'VIEWS'} else 'view'}"
        for name in ("ASKED", "VIEWS", "Cell", "Shown", "TableColumn", "View", "ViewTable")
    },
)
