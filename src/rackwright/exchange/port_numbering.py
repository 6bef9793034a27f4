"""Are the ports of a device numbered as they should be? Gaps, numbers off the step, runs that start late.

A run is the ports that share what stands before their last number: `swp1`, `swp2`, ... or `1/1`, `1/2`. Runs may step
by more than one (`Ethernet0`, `Ethernet4`, ...), as names by lanes do; runs like `1/`, `2/` are siblings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

__all__ = ["Misnumbering", "misnumbered"]

NUMBERED: Final = re.compile(r"^(.*?)(\d+)$")
SIBLING: Final = re.compile(r"^(.*?)(\d+)([./:])$")
LONGEST_NUMBER: Final = 5
"""Digits above which a number is an identifier, not a count."""
LISTED: Final = 5

Runs = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Misnumbering:
    """One finding: the port that is missing or wrong, a port of the file beside it, and what to do."""

    code: str
    port: str
    beside: str
    rule: str
    repair: str


def misnumbered(names: Sequence[str]) -> Iterator[Misnumbering]:
    """Numbers written twice, missing from a run, off its step, or missing before its first.

    Examples
    --------
    >>> [(found.code, found.port) for found in misnumbered(["p1", "p2", "p4", "p5"])]
    [('missing-port', 'p3')]
    >>> [(found.code, found.port) for found in misnumbered(["e0", "e4", "e9", "e12", "e16", "e20"])]
    [('misnumbered-port', 'e9')]
    """
    spelt: dict[tuple[str, int], str] = {}
    for name in dict.fromkeys(names):
        match = NUMBERED.match(name)
        if match is None or len(match[2]) > LONGEST_NUMBER:
            continue
        key = (match[1], int(match[2]))
        if key in spelt:
            rule = f"`{name}` and `{spelt[key]}` are one number in two spellings."
            yield Misnumbering("misnumbered-port", name, name, rule, "Keep one, with the number that it has.")
        spelt.setdefault(key, name)
    runs: Runs = {}
    for stem, number in sorted(spelt):
        runs.setdefault(stem, []).append(number)
    families = _families(runs)
    related = {stem for stems in families for stem in stems}
    numbers = {number for _, number in spelt}
    for stem, run in runs.items():
        yield from _inside(_Run(stem, run, spelt))
        if stem not in related and len(run) > 1 and run[0] > 1 and run[0] - 1 not in numbers:
            yield _late(_Run(stem, run, spelt))
    for stems in families:
        yield from _short_siblings(stems, runs, spelt)


@dataclass(frozen=True, slots=True)
class _Run:
    """Numbers of one run, rising, and how every number of the file is spelt."""

    stem: str
    numbers: list[int]
    spelt: dict[tuple[str, int], str]

    def name(self, number: int) -> str:
        """Name of a port of the run."""
        return self.spelt[self.stem, number]


def _step(numbers: Sequence[int]) -> int:
    """Usual distance of neighbours, if more than half keep it; else 1."""
    distances = Counter(high - low for low, high in pairwise(numbers))
    if not distances:
        return 1
    step, count = min(distances.items(), key=lambda item: (-item[1], item[0]))
    return step if 2 * count > distances.total() else 1


def _inside(run: _Run) -> Iterator[Misnumbering]:
    """Gaps between the lowest and the highest number, and ports that stand beside such a gap, off the step."""
    numbers = run.numbers
    step = _step(numbers)
    missing = sorted(set(range(numbers[0], numbers[-1] + 1, step)) - set(numbers))
    for number in [number for number in numbers if (number - numbers[0]) % step]:
        near = [gap for gap in missing if abs(gap - number) < step]
        if near:
            missing.remove(near[0])
            name, should = run.name(number), f"{run.stem}{near[0]}"
            rule = f"`{name}` is off the step of {step} that its run keeps, and `{should}` is missing."
            yield Misnumbering("misnumbered-port", name, name, rule, f"Name it `{should}` if that is the port.")
    if missing and len(missing) < len(numbers):
        listed = ", ".join(f"`{run.stem}{number}`" for number in missing[:LISTED])
        more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
        last = run.name(max(number for number in numbers if number < missing[0]))
        first = f"{run.stem}{missing[0]}"
        rule = f"{listed}{more} missing between `{run.name(numbers[0])}` and `{run.name(numbers[-1])}`."
        yield Misnumbering("missing-port", first, last, rule, f"Add it after `{last}`, or leave it if there is none.")


def _late(run: _Run) -> Misnumbering:
    """A run that starts above 1 while no other port has the number before."""
    first = run.name(run.numbers[0])
    rule = f"the run starts at `{first}`, and no port has the number {run.numbers[0] - 1}."
    repair = "Number from 0 or 1, or leave it if the device does so."
    return Misnumbering("misnumbered-port", first, first, rule, repair)


def _families(runs: Runs) -> list[list[str]]:
    """Runs that are siblings (`1/`, `2/`, ...), where there are at least two."""
    families: dict[tuple[str, str], list[str]] = {}
    for stem in runs:
        match = SIBLING.match(stem)
        if match:
            families.setdefault((match[1], match[3]), []).append(stem)
    return [stems for stems in families.values() if len(stems) > 1]


def _short_siblings(stems: Sequence[str], runs: Runs, spelt: dict[tuple[str, int], str]) -> Iterator[Misnumbering]:
    """Ports missing at an end of one run that most of its siblings have."""
    usual = max((tuple(runs[stem]) for stem in stems), key=len)
    common = sum(tuple(runs[stem]) == usual for stem in stems)
    for stem in sorted(stems) if common * 2 > len(stems) else []:
        own = runs[stem]
        lost = [number for number in usual if number not in own and not own[0] < number < own[-1]]
        if lost:
            beside = spelt[stem, min(own, key=lambda number: abs(number - lost[0]))]
            port = f"{stem}{lost[0]}"
            rule = f"`{port}` is missing, which {common} of its {len(stems) - 1} sibling groups have."
            yield Misnumbering("missing-port", port, beside, rule, f"Add it beside `{beside}`, or leave it.")
