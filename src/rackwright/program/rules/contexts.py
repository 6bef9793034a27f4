"""Are sequences and requests no longer than the context that their model was made for?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import ModelArchitecture
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.workloads import MeasuredRun, Serving, Training

__all__ = ["check_contexts"]


def check_contexts(subject: Subject) -> Iterator[Finding]:
    """Longer ones are computed as written; a model has to be made longer first, so this is a warning."""
    catalog = subject.catalog
    if catalog is None:
        return
    for path, run in subject.rows(Training):
        yield from _too_long(catalog, run.model, (*path, "sequence_length"), run.sequence_length)
    for path, measured in subject.rows(MeasuredRun):
        yield from _too_long(catalog, measured.model, (*path, "sequence_length"), measured.sequence_length)
        request = float(measured.input_tokens + measured.output_tokens)
        yield from _too_long(catalog, measured.model, (*path, "input_tokens"), request)
    for path, demand in subject.rows(Serving):
        for place, request in _requests(demand, 1.0):
            yield from _too_long(catalog, demand.model, (*path, *place), request)
    yield from _check_shifts(subject, catalog)


def _requests(demand: Serving, factor: float) -> Iterator[tuple[Path, float]]:
    """Prompt and answer of each length of a service, and where the prompt stands; prompts times a factor."""
    for i, row in enumerate(demand.length_mix):
        yield ("length_mix", i, "input_tokens"), row.input_tokens * factor + row.output_tokens
    if not demand.length_mix:
        yield ("input_tokens",), demand.input_tokens.value * factor + demand.output_tokens.value


def _check_shifts(subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """Work of the base program that a scenario moves to longer prompts, or to a model of a shorter context."""
    services = {demand.id: demand for demand in subject.program.serving}
    for number, scenario in enumerate(subject.program.scenarios):
        for i, shift in enumerate(scenario.shifts):
            demand = services.get(shift.workload)
            if demand is None or shift.kind not in {"context", "model"}:
                continue
            longest = max(request for _, request in _requests(demand, shift.context_factor))
            field, model = ("context_factor", demand.model) if shift.kind == "context" else ("model", shift.model)
            yield from _too_long(catalog, model, ("scenarios", number, "shifts", i, field), longest)


def _too_long(catalog: Catalog, name: str, path: Path, tokens: float) -> Iterator[Finding]:
    """A warning where tokens exceed the context of a model that states one."""
    model = catalog.find(name) if catalog.has(name) else None
    if not isinstance(model, ModelArchitecture) or model.context is None or tokens <= model.context.value:
        return
    what = "A sequence" if path[-1] == "sequence_length" else "A prompt with its answer"
    rule = f'{what} of {tokens:,.0f} tokens is longer than the context of "{name}", {model.context.value:,.0f}.'
    repair = "Shorten it, or state the context of the extended model in an architecture of your own in `catalog/`."
    yield Finding("context-too-long", path, rule, repair, "warning")
