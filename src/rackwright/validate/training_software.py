"""What did the software of a published row hide, launch and slow down? One reading of its stack, release and recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Fact, PlanningRules
from rackwright.catalog.software import SoftwareStack
from rackwright.sizing.columns import side_by_side
from rackwright.sizing.step import Overlap
from rackwright.validate.training_rows import TrainingRow

__all__ = ["overlaps", "slowdown", "value_of"]

MONTHS = 12.0


def overlaps(rows: Sequence[TrainingRow], catalog: Catalog) -> Overlap:
    """What the software of each row hides and adds, rows side by side."""
    rules = catalog.get(PlanningRules, "planning-rules")
    return side_by_side([_overlap(row, rules, stack_of(row, catalog)) for row in rows])


def stack_of(row: TrainingRow, catalog: Catalog) -> SoftwareStack | None:
    """The stack of a row as this catalog has it."""
    return None if row.stack is None else catalog.get(SoftwareStack, row.stack.id)


def value_of(fact: Fact | None, default: float = 0.0) -> float:
    """Value of a figure, a neutral one where it is not published."""
    return default if fact is None else fact.value


def _overlap(row: TrainingRow, rules: PlanningRules, stack: SoftwareStack | None) -> Overlap:
    recipe = row.recipe
    is_hidden = recipe is None or recipe.is_hidden
    # Published rows of mixture models balance their experts by force, so the imbalance is one.
    plain = Overlap(
        tensor_share=value_of(rules.tensor_overlap_share),
        expert_share=value_of(rules.expert_overlap_share) if is_hidden else 0.0,
        pipeline_share=value_of(rules.pipeline_overlap_share),
        data_share=value_of(rules.data_overlap_share),
        expert_imbalance=1.0,
        sharded_share=value_of(rules.sharded_overlap_share),
        copied_share=0.0 if recipe is None or recipe.is_deduplicated else 1.0,
        again_share=1.0 if recipe is not None and "norms" in recipe.again else 0.0,
    )
    if stack is None:
        return plain
    host = _launched(row, stack) * _gain(row, stack, rules.launch_yearly_gain)
    return replace(
        plain,
        tensor_share=value_of(stack.tensor_overlap_share, plain.tensor_share),
        unfused_share=value_of(stack.unfused_share),
        moe_layer_s=value_of(stack.moe_launch_s) * host,
        expert_s=value_of(stack.expert_launch_s) * host,
        attention_factor=_attention_factor(row, stack),
    )


def _launched(row: TrainingRow, stack: SoftwareStack) -> float:
    """Share of the host's time for a layer that graphs leave."""
    shares = {
        "router": value_of(stack.router_launch_share, 1.0),
        "layer": value_of(stack.layer_launch_share, 1.0),
        "step": 0.0,
    }
    return 1.0 if row.recipe is None else shares.get(row.recipe.launch, 1.0)


def _attention_factor(row: TrainingRow, stack: SoftwareStack) -> float:
    """Time of attention over that of kernels written for the accelerator."""
    is_native = not stack.attention_for or row.accelerator.id.startswith(stack.attention_for)
    return 1.0 if is_native else value_of(stack.attention_factor, 1.0)


def slowdown(row: TrainingRow, catalog: Catalog) -> float:
    """Step time over that of the reference stack in its reference release."""
    stack = stack_of(row, catalog)
    if stack is None:
        return 1.0
    rules = catalog.get(PlanningRules, "planning-rules")
    return value_of(stack.step_factor, 1.0) * _gain(row, stack, rules.yearly_gain)


def _gain(row: TrainingRow, stack: SoftwareStack, yearly: Fact | None) -> float:
    """What the releases since the row's have gained."""
    if not row.year or not stack.release:
        return 1.0
    year, month = stack.release.split("-")
    age = max(0.0, float(year) + float(month) / MONTHS - row.year)
    gain: float = value_of(yearly, 1.0) ** age
    return gain
