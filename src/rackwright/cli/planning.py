"""The main job on the command line: plan a folder, publish the result, end with a short summary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rackwright
from rackwright.base.digest import digest, digest_bytes
from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.base.stage import StageRun, library_digest
from rackwright.cli.console import BAD_INPUT, SHORTFALLS, Progress, say, write_json
from rackwright.cli.program import open_folder, open_rest
from rackwright.program.rest import without_scenarios

if TYPE_CHECKING:
    from rackwright.base.store import Lock, ResultCache
    from rackwright.catalog import Catalog
    from rackwright.plan import Plan
    from rackwright.program import Program
    from rackwright.scenarios import Comparison
    from rackwright.tables.checks import Checks
    from rackwright.tables.incumbent import Incumbent
    from rackwright.views.view import Shown

__all__ = ["PlanOptions", "plan_folder"]

CACHE_NAME = ".rackwright-cache"


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Switches of `rackwright plan`."""

    scenarios: bool = True
    since: Path | None = None
    incumbent: Path | None = None
    pack: Path | None = None
    pack_key: Path | None = None
    strict: bool = False
    force: bool = False
    keep_going: bool = False
    workers: int = 2
    verbose: bool = False
    quiet: bool = False
    as_json: bool = False


def plan_folder(folder: Path, out: Path | None, options: PlanOptions) -> int:
    """Plan a program folder into an output folder; 1 with `--strict` if it falls short, 2 if it leaves projects out."""
    from rackwright.base.store import check_ours, locked, recover

    program, catalog, is_whole = _opened(folder, options)
    if options.pack is None and options.pack_key is not None:
        rule, repair = "it checks the signature of a pack.", "Name the pack by `--with`."
        raise InputError([Problem("bad-option", Place(path="--key"), rule, repair)])
    if options.pack is not None:
        from rackwright.cli.packing import with_pack

        program = with_pack(program, catalog, options.pack, options.pack_key)
    target = out if out is not None else Path("out") / program.name
    target.parent.mkdir(parents=True, exist_ok=True)
    since = None if options.since is None else manifest_digest(options.since)
    made_by = product_digest()
    held = None if options.incumbent is None else manifest_digest(options.incumbent)
    key = plan_key(made_by, program, catalog, scenarios=options.scenarios, earlier=(since, held))
    with locked(target, wait=True, on_wait=lambda text: say(text, "dim")) as lock:
        recover(target, lock=lock)
        check_ours(lock.folder)
        summary = None if options.force else summary_of(target, key)
        if summary is not None:
            say(f"nothing changed; {target} holds the plan of this program")
        else:
            _warn_of_moves(program, target, options)
            run = _run(program, catalog, target, options)
            summary = {"key": key, **run.summary}
            _publish(run, summary, made_by, options, lock)
    status = _finish(summary, target, options)
    return status if is_whole else BAD_INPUT


def _opened(folder: Path, options: PlanOptions) -> tuple[Program, Catalog, bool]:
    """What to plan, and whether that is the whole folder: with `--keep-going` it may be less."""
    if not options.keep_going:
        return *open_folder(folder), True
    rest, catalog = open_rest(folder)
    program = without_scenarios(rest.program, catalog)
    return program, catalog, len(program.scenarios) == len(rest.program.scenarios) and not rest.left_out


def _warn_of_moves(program: Program, target: Path, options: PlanOptions) -> None:
    """Say that released racks and cables may move, where an earlier plan is there and was not named."""
    released = [t.id for t in program.tranches if t.state not in {"planned", "retired"}]
    if released and options.incumbent is None and not options.quiet and (target / "plan.json").is_file():
        say(f"{len(released)} released tranches are placed anew; --incumbent {target} keeps their racks", "dim")


def summary_of(folder: Path, key: str) -> dict[str, Any] | None:
    """The summary `plan.json` of an output folder; None unless it is whole and holds the plan of this key."""
    from rackwright.base.store import read_manifest, verify

    if not folder.is_dir() or read_manifest(folder) is None:
        return None
    try:
        summary = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return summary if isinstance(summary, dict) and summary.get("key") == key and not verify(folder) else None


def manifest_digest(folder: Path) -> str:
    """Digest of an earlier output folder, by its manifest."""
    from rackwright.base.store import MANIFEST_NAME
    from rackwright.exchange.folder import not_a_plan

    manifest = folder / MANIFEST_NAME
    if not manifest.is_file():
        raise not_a_plan(folder)
    return digest_bytes(manifest.read_bytes())


def product_digest() -> str:
    """Digest of the product's own files and of the libraries that can move an answer."""
    package = Path(rackwright.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".css", ".html", ".yaml", ".j2"})
    source = [(str(path.relative_to(package)), digest_bytes(path.read_bytes())) for path in files]
    return digest((source, library_digest()))


def plan_key(
    made_by: str,
    program: Program,
    catalog: Catalog,
    *,
    scenarios: bool,
    earlier: tuple[str | None, str | None] = (None, None),
) -> str:
    """Digest of everything a plan's files depend on: the product `made_by` and the `earlier` plans named among it."""
    return digest((made_by, program, catalog.digest, scenarios, earlier))


@dataclass(frozen=True, slots=True)
class _Run:
    """A plan that was made, what the judge and the comparison say of it, and its summary."""

    plan: Plan
    judged: Checks
    compared: Comparison | None
    summary: dict[str, Any]


def _run(program: Program, catalog: Catalog, target: Path, options: PlanOptions) -> _Run:
    from rackwright.base.store import ResultCache
    from rackwright.exchange.folder import read_plan
    from rackwright.judge import judge_plan
    from rackwright.pipeline import plan_program
    from rackwright.views.summary import plan_summary

    progress = Progress(quiet=options.quiet, verbose=options.verbose)
    cache = None if options.force else ResultCache(target.parent / CACHE_NAME)
    incumbent = None if options.incumbent is None else read_plan(options.incumbent).as_incumbent()
    listeners: dict[str, Any] = {"on_start": progress.start, "on_end": _teller(progress)}
    plan = plan_program(program, catalog, cache=cache, incumbent=incumbent, **listeners)
    progress.start("judge")
    judged = judge_plan(plan, cache=cache, incumbent=incumbent)
    compared = _compare((plan, incumbent), catalog, cache, options, progress)
    progress.start("files")
    return _Run(plan, judged, compared, plan_summary(plan, judged))


def _publish(run: _Run, summary: dict[str, Any], made_by: str, options: PlanOptions, lock: Lock) -> None:
    """Publish every file; the pages are drawn while the tables are written."""
    from rackwright.base.store import publish
    from rackwright.exchange.folder import plan_files

    with ThreadPoolExecutor(1) as aside:
        pages = aside.submit(_pages, run, summary, options)
        publish(lock.folder, chain(plan_files(run.plan, made_by=made_by), _items(pages)), lock=lock)


def _pages(run: _Run, summary: dict[str, Any], options: PlanOptions) -> dict[str, bytes]:
    """The files that people read first."""
    from rackwright.exchange.workbook import workbook_bytes
    from rackwright.report import render_report

    return {
        "report.html": render_report(run.plan, run.judged, run.compared, change=_change(run.plan, options)).encode(),
        "workbook.xlsx": workbook_bytes(run.plan),
        "plan.json": (json.dumps(summary, indent=1, ensure_ascii=False) + "\n").encode(),
    }


def _items(pages: Future[dict[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Files that are still being made; waits for them only when the first is asked for."""
    yield from pages.result().items()


def _change(plan: Plan, options: PlanOptions) -> Shown | None:
    """What moved since an earlier plan, where one was named."""
    from rackwright.exchange.folder import read_plan
    from rackwright.views.difference import diff_plans

    return None if options.since is None else diff_plans(read_plan(options.since), plan)


def _compare(
    plans: tuple[Plan, Incumbent | None],
    catalog: Catalog,
    cache: ResultCache | None,
    options: PlanOptions,
    progress: Progress,
) -> Comparison | None:
    """The plan beside its scenarios, all under the same earlier plan."""
    from rackwright.scenarios import compare_scenarios

    plan, incumbent = plans
    if not options.scenarios or not plan.program.scenarios:
        return None
    progress.start("scenarios")
    folder = None if cache is None else cache.folder
    return compare_scenarios(plan, catalog, cache_folder=folder, workers=options.workers, incumbent=incumbent)


def _teller(progress: Progress) -> Any:
    def tell(run: StageRun) -> None:
        """End the stage's line: what became of it, in which time, and why it was left out."""
        progress.end(run.stage, run.status, run.seconds, run.reason if run.status == "skipped" else "")

    return tell


def _finish(summary: dict[str, Any], target: Path, options: PlanOptions) -> int:
    if options.as_json:
        write_json(summary)
    else:
        for line in summary["lines"]:
            say(line, to_stdout=True)
        say(f"report: {target / 'report.html'}", "bold", to_stdout=True)
    if options.keep_going and summary["set_aside"]:
        return BAD_INPUT
    return SHORTFALLS if options.strict and not summary["meets_need"] else 0
