"""Which shares and counts must not reach the ends of their range, because nothing could then be planned?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.header import Policy, SafetyPolicy
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.sites import PowerChain
from rackwright.program.workloads import Serving, Training

__all__ = ["check_zeros"]


def check_zeros(subject: Subject) -> Iterator[Finding]:
    """Quantiles stay inside (0, 1); what a stage divides by is above 0 over its whole band."""
    for path, policy in subject.rows(Policy):
        for name, share in (("size_at", policy.size_at), ("ready_at", policy.ready_at)):
            if not 0.0 < share < 1.0:
                rule = f"a band has no value at the quantile {share:g}."
                yield Finding("out-of-range", (*path, name), rule, "Give a share above 0 and below 1, such as 0.9.")
    for path, safety in subject.rows(SafetyPolicy):
        if not 0.5 <= safety.service_level < 1.0:
            rule = f"a service level of {safety.service_level:g} has no bound of demand above its mean."
            yield Finding(
                "out-of-range", (*path, "service_level"), rule, "Give 50 % or more, below 100 %, such as 95 %."
            )
    for path, run in subject.rows(Training):
        yield from _above_zero((*path, "goodput"), run.goodput.low, "the run would never end.")
        yield from _above_zero((*path, "tokens"), run.tokens, "nothing is trained.")
    for path, service in subject.rows(Serving):
        yield from _above_zero((*path, "output_tokens"), service.output_tokens.low, "an answer has no tokens.")
        yield from _above_zero(
            (*path, "availability_share"), service.availability_share, "no accelerator is ever in service."
        )
    for path, chain in subject.rows(PowerChain):
        yield from _above_zero((*path, "loading_share"), chain.loading_share, "a limit of 0 carries no load.")


def _above_zero(path: Path, value: float, rule: str) -> Iterator[Finding]:
    if value <= 0.0:
        yield Finding("out-of-range", path, rule, "Give a number above 0, also at the low end of its band.")
