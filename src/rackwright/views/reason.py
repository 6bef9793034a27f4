"""What is one step of the walk from a figure to its reasons, and how is a walk written down?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Reason", "explain_text", "told_once"]


@dataclass(frozen=True)
class Reason:
    """One step of the walk.

    `value` is text ready to read; `formula` names an entry of docs/formulas; `below` are the steps it rests on.
    """

    name: str
    value: str
    meaning: str = ""
    formula: str = ""
    below: tuple[Reason, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The walk as nested JSON objects."""
        return {
            "name": self.name,
            "value": self.value,
            "meaning": self.meaning,
            "formula": self.formula,
            "inputs": [reason.as_json() for reason in self.below],
        }


def told_once(reason: Reason) -> Reason:
    """The walk with what stands below a step told where it comes first, and only named after that."""
    return _told(reason, set())


def _told(reason: Reason, seen: set[tuple[str, str]]) -> Reason:
    if reason.below and (reason.name, reason.value) in seen:
        return replace(reason, below=(), meaning="; ".join(text for text in (reason.meaning, "as above") if text))
    if reason.below:
        seen.add((reason.name, reason.value))
    return replace(reason, below=tuple(_told(below, seen) for below in reason.below))


def explain_text(reason: Reason, indent: int = 0) -> str:
    """The walk as an indented text."""
    pad = "  " * indent
    head = f"{pad}{reason.name}" + (f" = {reason.value}" if reason.value else "")
    notes = [text for text in (reason.meaning, f"formula {reason.formula}" if reason.formula else "") if text]
    lines = [head + (f"   ({'; '.join(notes)})" if notes else "")]
    lines.extend(explain_text(below, indent + 1) for below in reason.below)
    return "\n".join(lines)
