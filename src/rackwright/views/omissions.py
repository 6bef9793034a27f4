"""What does the plan leave out: stages not run, effects not modelled, fields of the program not used?"""

from __future__ import annotations

from rackwright.plan import STAGES, Plan
from rackwright.program.unused import UNUSED, unused_fields
from rackwright.views.absent import skipped_stages
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["OMISSIONS"]


def _show(plan: Plan) -> Shown:
    skipped = skipped_stages(plan)
    left_out = [(stage, text) for stage in STAGES if stage not in skipped for text in getattr(plan, stage).omissions]
    unused = [(path, UNUSED[path]) for path in unused_fields(plan.program)]
    lead = (
        f"{counted(len(skipped), 'stage')} not planned, {counted(len(left_out), 'effect')} left out by the others, "
        f"and {counted(len(unused), 'field')} of this program read and not used yet."
    )
    tables = (
        ViewTable("Not planned", (TableColumn("stage", "Stage"), TableColumn("reason", "Why")), tuple(skipped.items())),
        ViewTable("Left out", (TableColumn("stage", "Stage"), TableColumn("what", "What")), tuple(left_out)),
        ViewTable(
            "Read and not used yet",
            (TableColumn("field", "Field of the program"), TableColumn("instead", "What is done instead")),
            tuple(unused),
        ),
    )
    return Shown(lead, tables)


OMISSIONS = View("omissions", "What is left out", "What does the plan not say?", _show)
