"""The main job on the command line: plan a folder, publish the result, end with a short summary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rackwright
from rackwright.base.digest import digest, digest_bytes
from rackwright.base.stage import StageRun, library_digest
from rackwright.cli.console import SHORTFALLS, Progress, say, write_json
from rackwright.cli.program import open_folder

if TYPE_CHECKING:
    from rackwright.base.store import ResultCache
    from rackwright.catalog import Catalog
    from rackwright.plan import Plan
    from rackwright.program import Program
    from rackwright.views.view import Shown

__all__ = ["PlanOptions", "plan_folder", "stress_folder"]

CACHE_NAME = ".rackwright-cache"


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Switches of `rackwright plan`."""

    scenarios: bool = True
    since: Path | None = None
    strict: bool = False
    force: bool = False
    workers: int = 2
    verbose: bool = False
    quiet: bool = False
    as_json: bool = False


def plan_folder(folder: Path, out: Path | None, options: PlanOptions) -> int:
    """Plan a program folder into an output folder; 1 with `--strict` if the plan falls short."""
    from rackwright.base.store import check_ours, locked, publish, recover

    program, catalog = open_folder(folder)
    target = out if out is not None else Path("out") / program.name
    target.parent.mkdir(parents=True, exist_ok=True)
    since = None if options.since is None else manifest_digest(options.since)
    key = plan_key(program, catalog, scenarios=options.scenarios, since=since)
    with locked(target, wait=True, on_wait=lambda text: say(text, "dim")) as lock:
        recover(target, lock=lock)
        check_ours(lock.folder)
        summary = None if options.force else read_summary(target)
        if summary is not None and summary.get("key") == key:
            say(f"nothing changed; {target} holds the plan of this program")
        else:
            summary, files = _plan_and_render(program, catalog, target, key, options)
            publish(target, files, lock=lock)
    return _finish(summary, target, options)


def read_summary(folder: Path) -> dict[str, Any] | None:
    """The summary `plan.json` of an output folder, or None where there is none that can be trusted."""
    from rackwright.base.store import read_manifest, verify

    if not folder.is_dir() or read_manifest(folder) is None or verify(folder):
        return None
    summary = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return summary if isinstance(summary, dict) else None


def manifest_digest(folder: Path) -> str:
    """Digest of an earlier output folder, by its manifest."""
    from rackwright.base.store import MANIFEST_NAME
    from rackwright.exchange.folder import not_a_plan

    manifest = folder / MANIFEST_NAME
    if not manifest.is_file():
        raise not_a_plan(folder)
    return digest_bytes(manifest.read_bytes())


def plan_key(program: Program, catalog: Catalog, *, scenarios: bool, since: str | None) -> str:
    """Digest of everything a plan's files depend on."""
    package = Path(rackwright.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".css", ".html", ".yaml", ".j2"})
    source = [(str(path.relative_to(package)), digest_bytes(path.read_bytes())) for path in files]
    return digest((source, library_digest(), program, catalog.digest, scenarios, since))


def _plan_and_render(
    program: Program, catalog: Catalog, target: Path, key: str, options: PlanOptions
) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """Summary and every file of the output folder."""
    from rackwright.base.store import ResultCache
    from rackwright.exchange.folder import plan_files
    from rackwright.exchange.workbook import workbook_bytes
    from rackwright.judge import judge_plan
    from rackwright.plan import plan_program
    from rackwright.report import render_report
    from rackwright.views.summary import plan_summary

    progress = Progress(quiet=options.quiet, verbose=options.verbose)
    cache = None if options.force else ResultCache(target.parent / CACHE_NAME)
    plan = plan_program(program, catalog, cache=cache, on_start=progress.start, on_end=_teller(progress))
    progress.start("judge")
    judged = judge_plan(plan)
    compared = _compare(plan, catalog, cache, options, progress)
    progress.start("report")
    summary = {"key": key, **plan_summary(plan, judged)}
    files = {
        "report.html": render_report(plan, judged, compared, change=_change(plan, options)).encode(),
        "workbook.xlsx": workbook_bytes(plan),
        "plan.json": (json.dumps(summary, indent=1, ensure_ascii=False) + "\n").encode(),
    }
    progress.start("files")
    return summary, [*plan_files(plan), *files.items()]


def _change(plan: Plan, options: PlanOptions) -> Shown | None:
    """What moved since an earlier plan, where one was named."""
    from rackwright.exchange.folder import read_plan
    from rackwright.views.difference import diff_plans

    return None if options.since is None else diff_plans(read_plan(options.since), plan)


def _compare(plan: Plan, catalog: Catalog, cache: ResultCache | None, options: PlanOptions, progress: Progress) -> Any:
    from rackwright.scenarios import compare_scenarios

    if not options.scenarios or not plan.program.scenarios:
        return None
    progress.start("scenarios")
    folder = None if cache is None else cache.folder
    return compare_scenarios(plan, catalog, cache_folder=folder, workers=options.workers)


def _teller(progress: Progress) -> Any:
    def tell(run: StageRun) -> None:
        progress.end(run.stage, run.status, run.seconds, run.reason if run.status == "skipped" else "")

    return tell


def _finish(summary: dict[str, Any], target: Path, options: PlanOptions) -> int:
    if options.as_json:
        write_json(summary)
    else:
        for line in summary["lines"]:
            say(line, to_stdout=True)
        say(f"report: {target / 'report.html'}", "bold", to_stdout=True)
    return SHORTFALLS if options.strict and not summary["meets_need"] else 0


def stress_folder(folder: Path, *, workers: int, quiet: bool, as_json: bool) -> int:
    """Plan base and scenarios and show what differs."""
    from rackwright.base.store import ResultCache
    from rackwright.cli.reading import write_shown
    from rackwright.plan import plan_program
    from rackwright.scenarios import compare_scenarios
    from rackwright.views.comparison import comparison_shown

    program, catalog = open_folder(folder)
    progress = Progress(quiet=quiet, verbose=False)
    cache = ResultCache(Path("out") / CACHE_NAME)
    plan = plan_program(program, catalog, cache=cache, on_start=progress.start, on_end=_teller(progress))
    progress.start("scenarios")
    compared = compare_scenarios(plan, catalog, cache_folder=cache.folder, workers=workers)
    write_shown(comparison_shown(compared), as_json=as_json, as_csv=False, rows=100)
    return 0
