"""What is one rule held against one subject?"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ROUNDING", "Finding"]

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule held against one subject, and what would repair it where it does not hold."""

    rule: str
    subject: str
    value: float
    limit: float
    unit: str
    source: str
    relief: str = ""

    @property
    def passed(self) -> bool:
        """True if the value keeps the limit."""
        return self.value <= self.limit + ROUNDING * max(1.0, abs(self.limit))
