"""How does the judge record what it found? One row per rule: how many things were looked at, how many broke it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rackwright.tables.checks import Checks

__all__ = ["Verdict"]

MOST_NAMED = 5


@dataclass
class Verdict:
    """Findings of one rule.

    Parameters
    ----------
    rule
        Stable id, `judge-...`.
    words
        The rule in plain words; stands as the source of the check.
    """

    rule: str
    words: str
    looked_at: int = 0
    broken: list[str] = field(default_factory=list)

    def look(self, what: str, *, holds: bool) -> None:
        """Record one thing that was looked at, by name if it breaks the rule."""
        self.looked_at += 1
        if not holds:
            self.broken.append(what)

    def row(self) -> tuple[str, str, float, float, str, bool, str]:
        """The verdict as a row of `Checks`: value = number broken, limit = 0."""
        named = "; ".join(self.broken[:MOST_NAMED])
        subject = f"{self.looked_at:,} looked at" + (f": {named}" if named else "")
        return (self.rule, subject, float(len(self.broken)), 0.0, "broken", not self.broken, self.words)


def checks_of(verdicts: list[Verdict]) -> Checks:
    """Verdicts as a table of checks."""
    return Checks.from_rows([verdict.row() for verdict in verdicts])
