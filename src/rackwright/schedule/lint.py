"""Is the network of projects drawn well enough to be believed? Rules on links, lags, durations, floats and evidence.

Most limits are those of the DCMA 14-point assessment as it is commonly described (no more than 5 % of the activities;
44 working days for long durations and high floats); GAO-16-89G, best practices 2, 5 and 7, asks the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rackwright.schedule.network import Arc, Job
from rackwright.schedule.result import Solved
from rackwright.tables.schedule import Flaws

__all__ = ["Judged", "Row", "flaw_table", "judge_network"]

Row = tuple[str, str, float, float, str, bool, str]
LONG_DAYS = 44
LONG_ELAPSED_DAYS = 62  # as many days of the calendar as hold so many working days
MOST_SHARE = 0.05
LEAST_LINKS = 1.0
HALF = 0.5
DCMA, GAO = "DCMA 14-point assessment, as commonly described", "GAO-16-89G"


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule as a row of checks, and everything that breaks it: (activity, link or project, what is wrong)."""

    row: Row
    flaws: tuple[tuple[str, str], ...] = ()


def judge_network(solved: Solved) -> list[Judged]:
    """Every lint rule with its offenders; what has finished is no longer judged."""
    return [*_dead_ends(solved), *_links(solved), *_lengths(solved), *_evidence(solved), *_ends(solved)]


def flaw_table(judged: Iterable[Judged]) -> Flaws:
    """Every offender of every rule, also of rules that a few may break."""
    return Flaws.from_rows([(one.row[0], subject, words) for one in judged for subject, words in one.flaws])


def _open_jobs(solved: Solved) -> list[int]:
    return [i for i, job in enumerate(solved.network.jobs) if job.fixed_finish < 0]


def _share(solved: Solved, rule: str, flaw: Callable[[int], str], source: str) -> Judged:
    """Share of the open activities with a flaw, which `flaw` puts in words (empty if there is none)."""
    jobs = _open_jobs(solved)
    flaws = tuple((solved.network.jobs[i].name, words) for i in jobs if (words := flaw(i)))
    share = len(flaws) / len(jobs) if jobs else 0.0
    return Judged((rule, "all projects", share, MOST_SHARE, "share", share <= MOST_SHARE, source), flaws)


def _count(rule: str, subject: str, unit: str, flaws: Iterable[tuple[str, str]], source: str) -> Judged:
    """A rule that nothing may break."""
    found = tuple(flaws)
    return Judged((rule, subject, len(found), 0, unit, not found, source), found)


def _dead_ends(solved: Solved) -> Iterator[Judged]:
    """Activities other than gates with nothing after them: nobody waits for them, or a link is missing."""
    network = solved.network
    source = f"every activity but the last gate has a successor ({GAO}, practice 2)"
    for number, project in enumerate(network.projects):
        loose = [
            (job.name, "nothing follows it")
            for i, job in enumerate(network.jobs)
            if job.project == number and not network.arcs_from[i] and job.activity.kind != "gate"
        ]
        yield _count("schedule-dead-ends", project.id, "activities", loose, source)


def _links(solved: Solved) -> Iterator[Judged]:
    network = solved.network
    arcs = [arc for into in network.arcs_into for arc in into]
    leads = [(_link_name(network.jobs, arc), f"lead of {-arc.lag} days") for arc in arcs if arc.lag < 0]
    yield _count("schedule-negative-lag", "all projects", "links", leads, f"no leads ({DCMA})")
    longest = {arc.after: arc for arc in sorted(arcs, key=lambda arc: arc.lag)}

    def hidden(number: int) -> str:
        arc, days = longest.get(number), network.jobs[number].duration
        if arc is None or arc.lag < max(days, 1):
            return ""
        return f"{days} days after a lag of {arc.lag} days behind {network.jobs[arc.before].name}"

    yield _share(solved, "schedule-hidden-work", hidden, "a lag longer than its activity is work without a name")
    per_job = len(arcs) / len(network.jobs) if network.jobs else LEAST_LINKS
    is_linked = per_job >= HALF * LEAST_LINKS
    words = "a network has about as many links as activities, or more"
    alone = [
        (job.name, "no link at all")
        for i, job in enumerate(network.jobs)
        if job.fixed_finish < 0 and not network.arcs_into[i] and not network.arcs_from[i]
    ]
    row = ("schedule-few-links", "all projects", per_job, LEAST_LINKS, "links", is_linked, words)
    yield Judged(row, tuple(alone))


def _link_name(jobs: tuple[Job, ...], arc: Arc) -> str:
    return f"{jobs[arc.before].name} {arc.kind} {jobs[arc.after].name}"


def _lengths(solved: Solved) -> Iterator[Judged]:
    network = solved.network
    slack = solved.float_days
    ends = {i for i, arcs in enumerate(network.arcs_from) if not arcs}

    def is_long(number: int) -> str:
        job = network.jobs[number]
        is_work = job.activity.kind in {"work", "build", "inspection"}
        most = LONG_DAYS if job.calendar else LONG_ELAPSED_DAYS
        return f"{job.duration} days" if is_work and job.duration > most else ""

    def is_loose(number: int) -> str:
        days = int(slack[number])
        return f"{days} days of float" if days > 2 * LONG_DAYS and number not in ends else ""

    yield _share(solved, "schedule-long-activities", is_long, f"over {LONG_DAYS} days hide their progress ({DCMA})")
    words = f"float over {2 * LONG_DAYS} days: a link may be missing, or the activity can wait ({DCMA}, doubled)"
    yield _share(solved, "schedule-unused-float", is_loose, words)


def _evidence(solved: Solved) -> Iterator[Judged]:
    network = solved.network
    timed = [job for job in network.jobs if job.duration > 0 and job.fixed_finish < 0]
    points = tuple((job.name, f"{job.duration} days without a band") for job in timed if job.estimate.is_point)
    share = len(points) / len(timed) if timed else 0.0
    words = "more than half of the durations carry a band"
    yield Judged(("schedule-point-estimates", "all projects", share, HALF, "share", share <= HALF, words), points)
    independent = tuple((p.id, "durations are independent") for p in network.projects if p.correlation == 0.0)
    count, total = len(independent), len(network.projects)
    is_blind = total > 0 and count == total
    words = "durations of a project move together; none correlated makes dates look too sure"
    row = ("schedule-correlation", "all projects", count, total, "projects", not is_blind, words)
    yield Judged(row, independent)
    nameless = [(job.name, "no item or no supplier") for job in timed if _is_nameless(job)]
    words = "a procurement names its item and its supplier"
    yield _count("schedule-nameless-order", "all projects", "activities", nameless, words)


def _is_nameless(job: Job) -> bool:
    return job.activity.kind == "procure" and not (job.activity.item and job.activity.supplier)


def _ends(solved: Solved) -> Iterator[Judged]:
    """A second source is qualified after an inspection of its first articles; site work ends in acceptance."""
    for number, project in enumerate(solved.network.projects):
        own = {job.name: i for i, job in enumerate(solved.network.jobs) if job.project == number}
        gates = sorted({own[f"{project.id}.{given.gate}"] for given in project.delivers if given.kind == "source"})
        if gates:
            names = [solved.network.jobs[gate].name for gate in gates if not _is_inspected(solved, gate)]
            words = "a source is qualified after its first articles were inspected (the practice that AS9102 describes)"
            missing = [(name, "no inspection comes before it") for name in names]
            yield _count("schedule-first-article", project.id, "gates", missing, words)
        halls = any(given.kind == "hall" for given in project.delivers)
        if project.kind == "site" and halls:
            accepted = sum(a.gate == "accepted" for a in project.activities)
            words = "work on a hall ends in its acceptance"
            flaws = () if accepted else ((project.id, "no gate of kind accepted"),)
            yield Judged(("schedule-accepted", project.id, accepted, 1, "gates", accepted >= 1, words), flaws)


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
