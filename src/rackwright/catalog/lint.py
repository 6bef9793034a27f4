"""Can each figure of the catalog be trusted as it stands? Evidence, bands, and the slips that data sheets invite."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Accelerator, BomLine, Fact, ModelArchitecture, Part, Tray
from rackwright.catalog.read import fact_fields
from rackwright.catalog.rules import REQUIRED_FACTS, TEXT_CHOICES

__all__ = ["lint_catalog", "lint_parts"]

ID_FORM: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
ROUNDING: Final = 1e-9
SPARSE_WORDS: Final = ("sparse", "sparsity")
MAX_PRECISION_STEP: Final = 3.9
"""Dense peaks rise by less than four times from one precision to the next; four times is dense against sparse."""


def lint_catalog(catalog: Catalog) -> list[Problem]:
    """Every problem of a catalog, in catalog order; an empty list means that it may be relied on.

    Checked are: ids used twice; a figure without source that is neither assumption nor definition; an assumption
    without band; a definition with one; an unknown source; a value outside its band; figures a class needs; words of
    text fields; sparse figures given as dense; GB read as GiB; counts that do not add up.
    """
    problems = [
        Problem("duplicate-id", Place(path=part_id), f'the id "{part_id}" is used {count} times.', "Rename one.")
        for part_id, count in Counter(part.id for part in catalog.parts).items()
        if count > 1
    ]
    problems += [
        Problem("duplicate-id", Place(path=source_id), f'the source "{source_id}" is named {count} times.')
        for source_id, count in Counter(source.id for source in catalog.sources).items()
        if count > 1
    ]
    return problems + lint_parts(catalog.parts, catalog)


def lint_parts(parts: Iterable[Part], catalog: Catalog) -> list[Problem]:
    """Every problem of some parts, which may cite sources and parts of `catalog`."""
    return [problem for part in parts for problem in _part_problems(part, catalog)]


def _part_problems(part: Part, catalog: Catalog) -> Iterator[Problem]:
    if not ID_FORM.fullmatch(part.id):
        rule = f'the id "{part.id}" is not kebab-case.'
        yield _problem("bad-id", part.id, rule, "Use small letters, digits, dots and single hyphens.")
    yield from _text_problems(part)
    yield from _missing(part)
    for fact in catalog.facts_of(part):
        yield from _evidence_problems(fact, catalog)
        yield from _band_problems(fact)
    if isinstance(part, Accelerator):
        yield from _accelerator_problems(part)
    if isinstance(part, Tray):
        yield from _tray_problems(part, catalog)
    if isinstance(part, BomLine):
        yield from _line_problems(part, catalog)
    if isinstance(part, ModelArchitecture):
        yield from _model_problems(part)


def _problem(code: str, path: str, rule: str, repair: str = "") -> Problem:
    return Problem(code, Place(path=path), rule, repair)


def _text_problems(part: Part) -> Iterator[Problem]:
    for (cls, name), words in TEXT_CHOICES.items():
        value = getattr(part, name) if type(part) is cls else None
        if value is not None and value not in words:
            rule = f'{name} "{value}" is not known.'
            yield _problem("bad-text", f"{part.id}.{name}", rule, did_you_mean(value, words))


def _missing(part: Part) -> Iterator[Problem]:
    declared = tuple(entry.name for entry in fact_fields(type(part)) if entry.required)
    for name in dict.fromkeys((*declared, *REQUIRED_FACTS.get(type(part), ()))):
        if getattr(part, name) is None:
            rule = f"a part of class {type(part).__name__} needs {name}."
            yield _problem(
                "missing-fact", f"{part.id}.{name}", rule, "Give it, as an assumption with a band if need be."
            )


def _evidence_problems(fact: Fact, catalog: Catalog) -> Iterator[Problem]:
    if fact.kind == "assumption":
        if fact.low is None or fact.high is None:
            rule = "the figure is an assumption without low and high."
            repair = "Write `{value: .., low: .., high: ..}` with the ends of its 10-90 % band, or name a `source:`."
            yield _problem("assumption-without-band", fact.id, rule, repair)
    elif fact.kind == "definition":
        if not fact.at or fact.band != (fact.value, fact.value):
            rule = "a definition is one value and says in `at` what defines it."
            repair = "Take away low and high and name the class, the unit or the rule; else it is an assumption."
            yield _problem("bad-definition", fact.id, rule, repair)
    elif not fact.source:
        repair = "Add `source:` (an id of sources.yaml) or mark it `kind: assumption` with low and high."
        yield _problem("no-source", fact.id, "the figure has no source.", repair)
    if fact.source and not catalog.has_source(fact.source):
        known = did_you_mean(fact.source, (source.id for source in catalog.sources))
        yield _problem("unknown-source", fact.id, f'the source "{fact.source}" is not known.', known)


def _band_problems(fact: Fact) -> Iterator[Problem]:
    low, high = fact.band
    if not all(math.isfinite(bound) for bound in (low, fact.value, high)):
        yield _problem("bad-band", fact.id, "the figure is not finite.")
    elif not low <= fact.value <= high:
        rule = f"low <= value <= high does not hold for {low:g}, {fact.value:g}, {high:g} {fact.unit}."
        yield _problem("bad-band", fact.id, rule)
    if fact.id.endswith("_share") and not (0.0 <= low and high <= 1.0):
        yield _problem("bad-share", fact.id, f"a share lies in [0, 1], not {low:g} to {high:g}.")
    elif low < 0.0:
        yield _problem("negative-fact", fact.id, f"{low:g} {fact.unit} is negative.")


def _accelerator_problems(part: Accelerator) -> Iterator[Problem]:
    """Slips of data sheets: sparse figures given as dense, binary memory sizes, both-way link rates."""
    ladder = [fact for fact in (part.bf16_flop_s, part.fp8_flop_s, part.fp4_flop_s) if fact is not None]
    for fact in ladder:
        if any(word in fact.at.lower() for word in SPARSE_WORDS) and fact.kind != "assumption":
            yield _problem("sparse-figure", fact.id, "the figure is cited as sparse; only dense ones belong here.")
    for narrow, wide in zip(ladder[1:], ladder, strict=False):
        if wide.kind != "assumption" and narrow.kind != "assumption" and narrow.value > MAX_PRECISION_STEP * wide.value:
            rule = f"it is {narrow.value / wide.value:.1f} times {wide.id}, which suggests a sparse figure."
            yield _problem("sparse-figure", narrow.id, rule, "Give the dense figure.")
    memory = part.memory_byte
    if (
        memory is not None
        and memory.value > 0.0
        and abs(memory.value / 2**30 - round(memory.value / 2**30)) < ROUNDING
        and "GiB" not in memory.written
    ):
        yield _problem("binary-size", memory.id, f"it is a whole number of GiB, but written {memory.written}.")


def _tray_problems(part: Tray, catalog: Catalog) -> Iterator[Problem]:
    """A tray names an accelerator that exists, says how many, and draws at least their power."""
    if not part.accelerator:
        return
    if not catalog.has(part.accelerator):
        known = did_you_mean(part.accelerator, catalog.ids(Accelerator))
        yield _problem("unknown-part", part.id, f'no accelerator is called "{part.accelerator}".', known)
        return
    if part.accelerators is None:
        yield _problem(
            "missing-fact", f"{part.id}.accelerators", "the tray carries accelerators, but how many is not said."
        )
        return
    package = catalog.get(Accelerator, part.accelerator).power_w
    if package is not None and part.power_w is not None:
        needed = package.band[0] * part.accelerators.value
        if part.power_w.band[1] < needed:
            rule = f"its accelerators alone draw {needed:g} W, more than the tray's {part.power_w.value:g} W."
            yield _problem("tray-power", f"{part.id}.power_w", rule)


def _line_problems(part: BomLine, catalog: Catalog) -> Iterator[Problem]:
    """Both ends of a line of structure are parts, and not the same part."""
    for end in (part.parent, part.child):
        if not catalog.has(end):
            known = did_you_mean(end, (known.id for known in catalog.parts))
            yield _problem("unknown-part", part.id, f'no part is called "{end}".', known)
    if part.parent == part.child:
        yield _problem("bad-structure", part.id, f'"{part.parent}" contains itself.')


def _model_problems(part: ModelArchitecture) -> Iterator[Problem]:
    """Query heads are shared evenly by key-value heads; mixtures say how many experts and how wide."""
    heads, kv_heads = part.heads, part.kv_heads
    if heads and kv_heads and kv_heads.value and heads.value % kv_heads.value:
        rule = f"{kv_heads.value:g} key-value heads do not divide {heads.value:g} heads."
        yield _problem("bad-shape", f"{part.id}.kv_heads", rule)
    if part.family == "moe":
        for name in ("experts", "topk", "moe_ffn", "moe_layers"):
            if getattr(part, name) is None:
                yield _problem("missing-fact", f"{part.id}.{name}", f"a mixture of experts needs {name}.")
    if part.family == "dense" and part.ffn is None:
        yield _problem("missing-fact", f"{part.id}.ffn", "a dense model needs ffn.")
