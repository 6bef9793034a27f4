"""Why is there nothing to show? A stage that was skipped says so by name; an empty result says that it is empty."""

from __future__ import annotations

from rackwright.plan import STAGES, Plan
from rackwright.views.view import Shown

__all__ = ["absent", "skipped_stages", "without_racks"]

SKIPPED = ": not planned here, "


def skipped_stages(plan: Plan) -> dict[str, str]:
    """Stages that were not run, with the reason in words, in the order of the pipeline."""
    found = {}
    for stage in STAGES:
        for text in getattr(plan, stage).omissions:
            if text.startswith(f"{stage}{SKIPPED}"):
                found[stage] = text.removeprefix(f"{stage}{SKIPPED}")
    return found


def without_racks(plan: Plan) -> list[str]:
    """Why not one rack has a place, by block, as siting found it; empty where one has."""
    if int(plan.siting.blocks["racks"].sum()):
        return []
    short = plan.siting.shortfalls.frame.select("block", "cause", "relief").iter_rows()
    found = "; ".join(f"block {block} for {cause}: {relief}" for block, cause, relief in short)
    return [f"no rack has a place, {found}"] if found else []


def absent(plan: Plan, what: str, *stages: str) -> Shown:
    """The answer of a view that has nothing to show.

    Parameters
    ----------
    plan
        The plan.
    what
        What is missing, as the start of a sentence, such as `No racks`.
    stages
        Stages that would have made it; the first one skipped gives the reason.
    """
    skipped = skipped_stages(plan)
    reasons = [f"{stage} was not planned, {skipped[stage]}" for stage in stages if stage in skipped]
    reasons += without_racks(plan)
    return Shown(f"{what}: {reasons[0]}." if reasons else f"{what} in this plan.")
