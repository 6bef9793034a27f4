"""What do own measured runs change for a workload on an accelerator? Asked by plans and by advice alike."""

from __future__ import annotations

from collections.abc import Iterable

from rackwright.catalog.parts import Fact, PlanningRules
from rackwright.sizing.bands import Spread, error_spread
from rackwright.sizing.own_runs import (
    Configuration,
    Correction,
    ErrorModel,
    Observation,
    Workload,
    correction,
    deviation_of,
)
from rackwright.sizing.request import ServingRun, TrainingRun

__all__ = ["own_correction", "prediction_spread"]


def prediction_spread(rules: PlanningRules, run: TrainingRun | ServingRun) -> Spread:
    """How rates of workloads of this kind err where nothing of one's own was measured."""
    if isinstance(run, ServingRun):
        return error_spread(rules.tpot_error)
    return error_spread(rules.moe_step_error if run.model.family == "moe" else rules.dense_step_error)


def own_correction(
    rules: PlanningRules,
    run: TrainingRun | ServingRun,
    seen: Iterable[Observation],
    *,
    accelerator: str,
    platform: str,
) -> Correction:
    """Correction of a workload's speed on an accelerator.

    Parameters
    ----------
    rules
        How much of an error two workloads share.
    run
        The workload.
    seen
        Own runs beside their predictions; those on other accelerators, and of the other kind, do not count.
    accelerator
        Id of the accelerator.
    platform
        Platform on which a run of the same configuration counts as this workload itself.
    """
    model_error = ErrorModel(
        deviation_of(prediction_spread(rules, run)),
        _value(rules.own_run_hardware_share),
        _value(rules.own_run_model_share),
        _value(rules.own_run_configuration_share),
    )
    kind = "training" if isinstance(run, TrainingRun) else "serving"
    own = tuple(row for row in seen if row.accelerator == accelerator and row.kind == kind)
    return correction(model_error, own, Workload(run.model.id, _configuration(platform, run)))


def _configuration(platform: str, run: TrainingRun | ServingRun) -> Configuration:
    """What a measured run must agree with to count as this workload itself."""
    if isinstance(run, TrainingRun):
        return Configuration(
            platform, run.precision, sequence_length=run.sequence_length, global_batch=run.global_batch
        )
    return Configuration(
        platform,
        run.precision,
        run.kv_precision,
        input_tokens=round(run.input_tokens),
        output_tokens=round(run.output_tokens),
    )


def _value(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.value
