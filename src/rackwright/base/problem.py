"""What is wrong with an input, where, by which rule, and how to repair it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Place", "Problem", "did_you_mean"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands: file, line and column (from 1; 0 = unknown) and the path inside the document.

    `path` reads like `projects[tx-2].after`: list entries are named by their id where they have one.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        """`file:line:column: path`, leaving out what is unknown."""
        spot = self.file
        if self.line:
            spot += f":{self.line}:{self.column}"
        return ": ".join(text for text in (spot, self.path) if text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule.

    Parameters
    ----------
    code
        Stable identifier of the rule, kebab-case, such as `unknown-reference`; documented in docs/errors.md.
    place
        Where the value stands.
    rule
        The rule that is broken, with the value, in one sentence.
    repair
        What the user can do about it, in one sentence; may be empty.
    severity
        `error` stops the plan (exit code 2); `warning` does not.
    """

    code: str
    place: Place
    rule: str
    repair: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line: place, rule, repair."""
        text = f"{self.place}: {self.rule}" if str(self.place) else self.rule
        return f"{text} {self.repair}".rstrip()

    def as_json(self) -> dict[str, str | int]:
        """The same as a flat JSON object, for `--json` and the API."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "path": self.place.path,
            "rule": self.rule,
            "repair": self.repair,
        }


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Sentence that offers the nearest known names, or lists a few of them; empty when none is known.

    Examples
    --------
    >>> did_you_mean("tx-1a", ["tx-1", "oh-2"])
    'Did you mean "tx-1"?'
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(f'"{match}"' for match in near) + "?"
    if not names:
        return ""
    shown = ", ".join(f'"{known_name}"' for known_name in names[:6])
    return f"Known: {shown}{', ...' if len(names) > 6 else ''}."
