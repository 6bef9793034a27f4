"""A published run is read with the recipe of its release, and of no other's."""

from __future__ import annotations

from dataclasses import replace

from rackwright.validate.recipes import Run, find_recipe

RUN = Run("megatron-bridge", "Qwen3-235B-A22B", "GB200", "fp8", 2026.0 + 2.0 / 12.0, 8.0)


def test_the_newest_recipe_that_is_not_younger_counts() -> None:
    """A release takes the last recipe published by then; before the first there is none."""
    old, new = find_recipe(RUN), find_recipe(replace(RUN, year=2026.9))
    assert old is not None
    assert new is not None
    assert (old.launch, new.launch) == ("layer", "step")
    assert (old.is_hidden, new.is_hidden) == (False, True)
    assert find_recipe(replace(RUN, year=2025.0)) is None


def test_a_recipe_of_one_precision_or_split_holds_for_no_other() -> None:
    """A row of another precision keeps the older recipe; one of other stages does too."""
    other = find_recipe(replace(RUN, year=2026.9, precision="bf16"))
    assert other is not None
    assert other.launch == "layer"
    deep = Run("megatron-bridge", "DeepSeek-V3", "B200", "fp8", 2026.4, 16.0)
    wide, narrow = find_recipe(deep), find_recipe(replace(deep, pipeline=8.0))
    assert wide is not None
    assert narrow is not None
    assert not wide.is_hidden
    assert narrow.is_hidden


def test_unknown_runs_have_no_recipe() -> None:
    """A stack, model or device the table does not name has none."""
    for changes in ({"stack": "maxtext"}, {"model": "Other"}, {"hardware": "TPUv4"}):
        assert find_recipe(replace(RUN, **changes)) is None  # type: ignore[arg-type]
