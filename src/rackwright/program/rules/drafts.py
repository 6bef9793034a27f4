"""Does drafting of tokens bring a serving demand anything?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.workloads import Serving

__all__ = ["check_drafts"]


def check_drafts(subject: Subject) -> Iterator[Finding]:
    """A demand that drafts tokens of which none is accepted pays for them and gains nothing."""
    for path, demand in subject.rows(Serving):
        if demand.draft_tokens and demand.draft_acceptance_share <= 0.0:
            rule = f"{demand.draft_tokens} tokens are drafted for each step, and none is accepted: a pure loss."
            repair = "Give `draft_acceptance`, such as `70 %`, or remove `draft_tokens`."
            yield Finding("no-effect", (*path, "draft_tokens"), rule, repair, "warning")
