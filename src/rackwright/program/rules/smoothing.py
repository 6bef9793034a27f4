"""Does each line against a swing or a loss of load name one way, and one that helps?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.sites import Smoothing

__all__ = ["check_smoothing"]


def check_smoothing(subject: Subject) -> Iterator[Finding]:
    """Storage with its pieces, or a cap, or power burnt; a cap does nothing where a fault takes the block."""
    for path, line in subject.rows(Smoothing):
        ways = [name for name, is_there in _ways(line) if is_there]
        if len(ways) != 1:
            said = " and ".join(ways) or "nothing"
            rule = f"a line takes one of part, cap and burn; it has {said}."
            yield Finding("smoothing-way", path, rule, "Copy a line of `rackwright show OUT transients`.")
        elif line.part and line.count == 0:
            repair = "Give `count`, or leave the line out."
            yield Finding("smoothing-way", (*path, "count"), "storage of no pieces.", repair)
        elif line.cap_w is not None and line.against == "block-loss":
            rule = "a cap does not help where a fault takes the whole block."
            yield Finding("smoothing-way", (*path, "cap_w"), rule, "Name storage, or `burn` in a load bank.")


def _ways(line: Smoothing) -> tuple[tuple[str, bool], ...]:
    return ("part", bool(line.part)), ("cap", line.cap_w is not None), ("burn", line.burn_w is not None)
