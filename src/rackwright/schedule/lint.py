"""Is the network of projects drawn well enough to be believed? Rules on links, lags, durations, floats and evidence.

Most limits are those of the DCMA 14-point assessment as it is commonly described (no more than 5 % of the activities;
44 working days for long durations and high floats); GAO-16-89G, best practices 2, 5 and 7, asks the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rackwright.schedule.network import Job
from rackwright.schedule.reasons import total_float
from rackwright.schedule.result import Solved

__all__ = ["Row", "lint_rows"]

Row = tuple[str, str, float, float, str, bool, str]
LONG_DAYS = 44
MOST_SHARE = 0.05
LEAST_LINKS = 1.0
HALF = 0.5
DCMA, GAO = "DCMA 14-point assessment, as commonly described", "GAO-16-89G"


def lint_rows(solved: Solved) -> list[Row]:
    """Every lint rule as rows of checks; what has finished is no longer judged."""
    return [*_dead_ends(solved), *_links(solved), *_lengths(solved), *_evidence(solved), *_ends(solved)]


def _open_jobs(solved: Solved) -> list[int]:
    return [i for i, job in enumerate(solved.network.jobs) if job.fixed_finish < 0]


def _share_row(solved: Solved, rule: str, flaw: Callable[[int], bool], source: str) -> Row:
    """Share of the open activities with a flaw; the worst offenders are named by the first of them."""
    jobs = _open_jobs(solved)
    flawed = [solved.network.jobs[i].name for i in jobs if flaw(i)]
    share = len(flawed) / len(jobs) if jobs else 0.0
    subject = f"all projects ({flawed[0]} and {len(flawed) - 1} more)" if flawed else "all projects"
    return (rule, subject, share, MOST_SHARE, "share", share <= MOST_SHARE, source)


def _dead_ends(solved: Solved) -> Iterator[Row]:
    """Activities other than gates with nothing after them: nobody waits for them, or a link is missing."""
    for number, project in enumerate(solved.network.projects):
        own = [i for i, job in enumerate(solved.network.jobs) if job.project == number]
        loose = sum(not solved.network.arcs_from[i] for i in own if solved.network.jobs[i].activity.kind != "gate")
        words = "every activity but the last gate has a successor"
        yield ("schedule-dead-ends", project.id, loose, 0, "activities", loose == 0, f"{words} ({GAO}, practice 2)")


def _links(solved: Solved) -> Iterator[Row]:
    network = solved.network
    arcs = [arc for into in network.arcs_into for arc in into]
    negative = sum(arc.lag < 0 for arc in arcs)
    yield ("schedule-negative-lag", "all projects", negative, 0, "links", not negative, f"no leads ({DCMA})")
    hidden = {arc.after for arc in arcs if arc.lag > 0 and arc.lag >= max(network.jobs[arc.after].duration, 1)}
    yield _share_row(
        solved, "schedule-hidden-work", lambda i: i in hidden, "a lag longer than its activity is work without a name"
    )
    per_job = len(arcs) / len(network.jobs) if network.jobs else LEAST_LINKS
    words = "a network has about as many links as activities, or more"
    yield ("schedule-few-links", "all projects", per_job, LEAST_LINKS, "links", per_job >= HALF * LEAST_LINKS, words)


def _lengths(solved: Solved) -> Iterator[Row]:
    network = solved.network
    slack = total_float(network, solved.dates)

    def is_long(number: int) -> bool:
        job = network.jobs[number]
        return job.activity.kind in {"work", "build", "inspection"} and job.duration > LONG_DAYS

    yield _share_row(solved, "schedule-long-activities", is_long, f"over {LONG_DAYS} days hide their progress ({DCMA})")
    ends = {i for i, arcs in enumerate(network.arcs_from) if not arcs}
    loose = np.nonzero(slack > 2 * LONG_DAYS)[0].tolist()
    found = set(loose) - ends
    words = f"float over {2 * LONG_DAYS} days: a link may be missing, or the activity can wait ({DCMA}, doubled)"
    yield _share_row(solved, "schedule-unused-float", lambda i: i in found, words)


def _evidence(solved: Solved) -> Iterator[Row]:
    network = solved.network
    timed = [job for job in network.jobs if job.duration > 0 and job.fixed_finish < 0]
    points = sum(job.estimate.is_point for job in timed)
    share = points / len(timed) if timed else 0.0
    words = "more than half of the durations carry a band"
    yield ("schedule-point-estimates", "all projects", share, HALF, "share", share <= HALF, words)
    independent = sum(project.correlation == 0.0 for project in network.projects)
    is_blind = bool(network.projects) and independent == len(network.projects)
    words = "durations of a project move together; none correlated makes dates look too sure"
    yield ("schedule-correlation", "all projects", independent, len(network.projects), "projects", not is_blind, words)
    nameless = sum(_is_nameless(job) for job in timed)
    words = "a procurement names its item and its supplier"
    yield ("schedule-nameless-order", "all projects", nameless, 0, "activities", nameless == 0, words)


def _is_nameless(job: Job) -> bool:
    return job.activity.kind == "procure" and not (job.activity.item and job.activity.supplier)


def _ends(solved: Solved) -> Iterator[Row]:
    """A second source is qualified after an inspection of its first articles; site work ends in acceptance."""
    for number, project in enumerate(solved.network.projects):
        own = {job.name: i for i, job in enumerate(solved.network.jobs) if job.project == number}
        gates = {own[f"{project.id}.{given.gate}"] for given in project.delivers if given.kind == "source"}
        if gates:
            missing = sum(not _is_inspected(solved, gate) for gate in gates)
            words = "a source is qualified after its first articles were inspected (the practice that AS9102 describes)"
            yield ("schedule-first-article", project.id, missing, 0, "gates", missing == 0, words)
        halls = any(given.kind == "hall" for given in project.delivers)
        if project.kind == "site" and halls:
            accepted = sum(a.gate == "accepted" for a in project.activities)
            words = "work on a hall ends in its acceptance"
            yield ("schedule-accepted", project.id, accepted, 1, "gates", accepted >= 1, words)


def _is_inspected(solved: Solved, gate: int) -> bool:
    """True if an inspection comes before a gate, over any number of links."""
    reached, waiting = {gate}, [gate]
    while waiting:
        for arc in solved.network.arcs_into[waiting.pop()]:
            if solved.network.jobs[arc.before].activity.kind == "inspection":
                return True
            if arc.before not in reached:
                reached.add(arc.before)
                waiting.append(arc.before)
    return False
