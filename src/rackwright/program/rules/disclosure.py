"""Does the disclosure list name fields that some document shows?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.base.problem import did_you_mean
from rackwright.program.header import DISCLOSED
from rackwright.program.rules.finding import Finding, Subject

__all__ = ["check_disclosure"]


def check_disclosure(subject: Subject) -> Iterator[Finding]:
    """A field that nothing shows is misspelt: what was meant would silently stay hidden."""
    for index, row in enumerate(subject.program.disclosure):
        if row.field not in DISCLOSED:
            rule = f'no document shows a field "{row.field}"; known are {", ".join(DISCLOSED)}.'
            repair = did_you_mean(row.field, DISCLOSED) or "Take one of these."
            yield Finding("unknown-disclosure", ("disclosure", index, "field"), rule, repair)
