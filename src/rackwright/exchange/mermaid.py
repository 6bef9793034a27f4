"""How does the schedule look as a Mermaid Gantt chart? One section a project, critical bars, gates as milestones."""

from __future__ import annotations

import re

from rackwright.plan import Plan

__all__ = ["mermaid_bytes"]


def mermaid_bytes(plan: Plan) -> bytes:
    """Text of a `gantt` diagram."""
    date = plan.program.horizon.date
    lines = ["gantt", f"  title {_plain(plan.program.name)}", "  dateFormat YYYY-MM-DD"]
    for project in plan.program.projects:
        lines.append(f"  section {_plain(project.name)}")
        own = plan.schedule.activities.frame.filter(project=project.id).sort("start_day", "finish_day", "activity")
        for row in own.iter_rows(named=True):
            is_gate = row["finish_day"] == row["start_day"]
            marks = [mark for mark, holds in (("crit", row["is_critical"]), ("milestone", is_gate)) if holds]
            days = row["finish_day"] - row["start_day"]
            identifier = re.sub(r"\W", "_", row["activity"])
            spot = ", ".join([*marks, identifier, str(date(row["start_day"])), f"{days}d"])
            lines.append(f"  {_plain(row['name'])} :{spot}")
    return "\n".join([*lines, ""]).encode()


def _plain(text: str) -> str:
    """Text without the signs that end a title or a task name."""
    return re.sub(r"[:#;\n]+", " ", text).strip()
