"""Does a measured run say enough to be compared with a prediction?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.workloads import MeasuredRun

__all__ = ["check_measured"]

_NEEDED = {"training": ("sequence_length", "global_batch"), "serving": ("input_tokens", "output_tokens", "users")}


def check_measured(subject: Subject) -> Iterator[Finding]:
    """A run states what it processed and one speed above 0."""
    for path, run in subject.rows(MeasuredRun):
        for name in _NEEDED[run.kind]:
            if not getattr(run, name):
                rule = f"a measured {run.kind} run needs {name}."
                yield Finding("measured-run-incomplete", (*path, name), rule, "State what was run.")
        speeds = [speed for speed in (run.rate, run.tpot) if speed is not None]
        if len(speeds) != 1 or (run.kind == "training" and run.rate is None):
            rule = "a measured run needs one speed."
            repair = "Give `rate`, or for serving `time_per_output_token` instead."
            yield Finding("measured-run-incomplete", (*path, "rate"), rule, repair)
        for name in ("rate", "tpot"):
            speed = getattr(run, name)
            if speed is not None and speed.low <= 0.0:
                yield Finding("out-of-range", (*path, name), "nothing was done.", "Give a figure above 0.")
