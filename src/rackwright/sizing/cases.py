"""What does a serving demand of a program ask for in numbers? One reading for sizing and for advice."""

from __future__ import annotations

from rackwright.sizing.architecture import model_shape
from rackwright.sizing.decode import Request
from rackwright.sizing.request import ServingRun
from rackwright.sizing.serving import LengthClass, ServingCase

__all__ = ["accepted_per_step", "serving_case"]


def accepted_per_step(draft_tokens: float, acceptance_share: float) -> float:
    """Mean tokens of one decode step: the drafted ones accepted in a row, and one more.

    Notes
    -----
    (1 - a^(k + 1)) / (1 - a) for k drafted tokens, each accepted with probability a if those before it are. Source:
    Leviathan, Kalman, Matias (2023), equation 1.

    Examples
    --------
    >>> round(accepted_per_step(1.0, 0.7), 9)
    1.7
    """
    if acceptance_share >= 1.0:
        return draft_tokens + 1.0
    return float((1.0 - acceptance_share ** (draft_tokens + 1.0)) / (1.0 - acceptance_share))


def serving_case(
    run: ServingRun,
    *,
    software: float,
    imbalance: float,
    verified_per_accepted: float,
    layer_s: float = 0.0,
    moe_layer_s: float = 0.0,
    prefill_factor: float = 1.0,
) -> ServingCase:
    """The demand in numbers, software at its middle."""
    if run.draft_tokens:
        accepted, verified = accepted_per_step(run.draft_tokens, run.draft_acceptance_share), run.draft_tokens + 1.0
    else:
        accepted = run.tokens_per_step
        verified = 1.0 + (accepted - 1.0) * verified_per_accepted
    mix = tuple(LengthClass(*row) for row in run.mix)
    input_tokens, output_tokens, context = _means(run, mix)
    request = Request(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_share=run.prefix_cache_share,
        tokens_per_step=accepted,
        verified_per_step=verified,
        kv_precision=run.kv_precision,
        imbalance=imbalance,
        layer_s=layer_s,
        moe_layer_s=moe_layer_s,
        prefill_factor=prefill_factor,
        context_tokens=context,
    )
    return ServingCase(
        shape=model_shape(run.model),
        request=request,
        ttft_s=run.ttft_s,
        tpot_s=run.tpot_s,
        software=software,
        availability=run.availability_share,
        mix=mix,
        quantile=run.quantile,
        arrival_cv2=run.arrival_cv2,
        chunk_tokens=run.chunk_tokens,
        draft_share=run.draft_tokens * run.draft_time_share,
        most_domains=run.most_domains,
    )


def _means(run: ServingRun, mix: tuple[LengthClass, ...]) -> tuple[float, float, float]:
    """Mean prompt and answer over requests, and the mean context over the time they spend in decode."""
    if not mix:
        return run.input_tokens, run.output_tokens, 0.0
    output = sum(row.share * row.output_tokens for row in mix)
    context = sum(row.share * row.output_tokens * (row.input_tokens + row.output_tokens / 2.0) for row in mix)
    return sum(row.share * row.input_tokens for row in mix), output, context / output
