"""Which commands are there? Each is a thin function: arguments in, one call, an exit code out.

Heavy libraries are imported inside the command that needs them, so `--help` stays quick.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from rackwright import __version__
from rackwright.cli.arguments import Folder, Json, OutFolder, Quiet
from rackwright.cli.console import guarded
from rackwright.cli.supply_commands import PROMISE_EXAMPLES, WHATIF_EXAMPLES, promise, whatif

__all__ = ["app", "main"]

EPILOG = "Examples:  rackwright init my-plan --example one-pod   |   rackwright plan my-plan -o out/my-plan"

app = typer.Typer(
    name="rackwright",
    help="From what an AI lab needs to run to what a manufacturer has to build, where and when.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:  # noqa: FBT001 - the signature typer calls
    if value:
        typer.echo(f"rackwright {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """From what an AI lab needs to run to what a manufacturer has to build, where and when."""


@app.command(epilog="Examples:  rackwright init my-plan   |   rackwright init my-plan --example us-buildout")
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist or be empty.")],
    example: Annotated[
        str, typer.Option("--example", help="Example to start from: one-pod or us-buildout.")
    ] = "one-pod",
) -> None:
    """Make a program folder to start from."""
    from rackwright.cli.program import init_folder

    guarded(lambda: init_folder(folder, example))


@app.command(epilog="Examples:  rackwright check my-plan   |   rackwright check my-plan --json")
def check(folder: Folder, as_json: Json = False) -> None:
    """Read a program and report every problem with file, line, rule and repair."""
    from rackwright.cli.program import check_folder

    guarded(lambda: check_folder(folder, as_json=as_json), as_json=as_json)


@app.command(epilog="Examples:  rackwright schema > program.schema.json   |   rackwright schema sites.yaml")
def schema(
    file: Annotated[str, typer.Argument(help="One file of the folder, such as sites.yaml; empty for the whole.")] = "",
) -> None:
    """Write the JSON Schema (draft 7) of the program files, for editors."""
    from rackwright.cli.program import write_schema

    guarded(lambda: write_schema(file))


@app.command(epilog="Examples:  rackwright plan my-plan -o out/my-plan   |   rackwright plan my-plan --strict --json")
def plan(
    folder: Folder,
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Output folder [out/NAME].")] = None,
    scenarios: Annotated[bool, typer.Option(help="Plan the named scenarios too and compare them.")] = True,
    since: Annotated[Path | None, typer.Option("--since", help="Earlier output; page 1 shows the change.")] = None,
    incumbent: Annotated[
        Path | None,
        typer.Option(
            "--incumbent", help="Earlier output; its released racks and cables stay, planned ones too if nothing gains."
        ),
    ] = None,
    pack: Annotated[
        Path | None, typer.Option("--with", help="Another party's pack, in place of workloads or suppliers.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="Key that the pack of --with must be signed with.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if the plan has shortfalls.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run every stage again.")] = False,
    keep_going: Annotated[
        bool,
        typer.Option("--keep-going", "-k", help="Plan without wrong projects, scenarios, chain fields; exit with 2."),
    ] = False,
    workers: Annotated[int, typer.Option("--workers", "-w", min=0, help="Processes for scenarios; 0 none.")] = 2,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Progress also when not on a terminal.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Plan a program: size, design, source and schedule it; write report, tables, workbook."""
    from rackwright.cli.planning import PlanOptions, plan_folder

    options = PlanOptions(
        scenarios=scenarios,
        since=since,
        incumbent=incumbent,
        pack=pack,
        pack_key=key,
        strict=strict,
        force=force,
        keep_going=keep_going,
        workers=workers,
        verbose=verbose,
        quiet=quiet,
        as_json=as_json,
    )
    guarded(lambda: plan_folder(folder, out, options), as_json=as_json)


@app.command(
    epilog="Examples:  rackwright decide my-plan   |   rackwright decide my-plan --scenarios 400 -o out/decide"
)
def decide(
    folder: Folder,
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for page, workbook and calendar.")] = None,
    scenarios: Annotated[int, typer.Option("--scenarios", min=1, help="Sampled scenarios over all branches.")] = 200,
    fresh: Annotated[int, typer.Option("--fresh", min=0, help="Fresh scenarios that judge the plans; 0 none.")] = 60,
    judge: Annotated[
        int, typer.Option("--judge", min=0, help="Fresh scenarios judged by the whole supply model; 0 none.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything sampled.")] = 1,
    level: Annotated[
        float, typer.Option("--level", min=0.0, max=0.99, help="CVaR: worst 1 - level of all cases.")
    ] = 0.9,
    budget: Annotated[
        int, typer.Option("--budget", min=0, help="Plan against so many things at their bad end at once; 0 not.")
    ] = 0,
    tree: Annotated[
        int, typer.Option("--tree", min=0, help="Three stages, with so many draws of each branch; 0 not.")
    ] = 0,
    workers: Annotated[int, typer.Option("--workers", "-w", min=0, help="Processes; 0 none.")] = 2,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say what to commit now, at what fee, what may wait for which sign, and what it is worth."""
    from rackwright.cli.deciding import ChanceOptions, decide_folder

    options = ChanceOptions(
        out=out,
        num_scenarios=scenarios,
        num_fresh=fresh,
        num_judged=judge,
        seed=seed,
        level=level,
        budget=budget,
        num_tree_draws=tree,
        workers=workers,
        rows=rows,
        quiet=quiet,
        as_json=as_json,
    )
    guarded(lambda: decide_folder(folder, options), as_json=as_json, is_long=True)


@app.command(epilog="Examples:  rackwright stress my-plan   |   rackwright stress my-plan --draws 400 -o out/stress")
def stress(
    folder: Folder,
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for JSON, workbook and figures.")] = None,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Sampled runs of the whole chain; 0 none.")] = 100,
    compare: Annotated[bool, typer.Option(help="Plan the named scenarios by all stages too.")] = True,
    only: Annotated[str, typer.Option("--only", help="Named scenarios to compare, with commas between; all.")] = "",
    resume: Annotated[
        bool, typer.Option("--resume/--restart", help="Go on with kept draws, or plan all again.")
    ] = True,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything sampled.")] = 1,
    workers: Annotated[int, typer.Option("--workers", "-w", min=0, help="Processes; 0 none.")] = 2,
    cluster: Annotated[
        str, typer.Option("--cluster", help="Scheduler of a Dask cluster for the draws, such as tls://HOST:8786.")
    ] = "",
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Stress the whole chain: named scenarios, luck, single points that fail."""
    from rackwright.cli.deciding import ChanceOptions, stress_folder

    options = ChanceOptions(
        out=out,
        num_scenarios=draws,
        is_compared=compare,
        only=only,
        is_restart=not resume,
        seed=seed,
        workers=workers,
        cluster=cluster,
        rows=rows,
        quiet=quiet,
        as_json=as_json,
    )
    guarded(lambda: stress_folder(folder, options), as_json=as_json, is_long=True)


@app.command(
    epilog='Examples:  rackwright advise my-plan   |   rackwright advise my-plan --max-power "2 kW" --spec asked.yaml'
)
def advise(
    folder: Folder,
    *,
    platform: Annotated[str, typer.Option("--platform", help="Platform [the last that does not ship yet].")] = "",
    max_power: Annotated[str, typer.Option("--max-power", help='Most power of a package, such as "2 kW".')] = "",
    max_price: Annotated[
        str, typer.Option("--max-price", help='Most for an accelerator with its share of the rack, such as "60 kUSD".')
    ] = "",
    hbm_stacks: Annotated[
        int | None, typer.Option("--hbm-stacks", min=1, help="Most memory stacks of a package.")
    ] = None,
    max_area: Annotated[
        str, typer.Option("--max-area", help='Most silicon of a package without memory, such as "1700 mm2".')
    ] = "",
    nre: Annotated[str, typer.Option("--nre", help='Engineering and tooling, such as "1.5 BUSD".')] = "",
    volume: Annotated[int, typer.Option("--volume", min=0, help="Accelerators that share it.")] = 0,
    recipient: Annotated[str, typer.Option("--recipient", help="Party the specification is for [maker].")] = "",
    spec: Annotated[Path | None, typer.Option("--spec", help="Specification to write or revise.")] = None,
    figures: Annotated[Path | None, typer.Option("--figures", help="Folder to write the figures to.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    as_json: Json = False,
) -> None:
    """Say which property of a coming generation is worth most, and write what to ask for."""
    from rackwright.cli.advising import AdviseOptions, advise_folder

    options = AdviseOptions(
        platform=platform,
        max_power=max_power,
        max_price=max_price,
        hbm_stacks=hbm_stacks,
        max_area=max_area,
        nre=nre,
        volume=volume,
        recipient=recipient,
        spec=spec,
        figures=figures,
        rows=rows,
        as_json=as_json,
    )
    guarded(lambda: advise_folder(folder, options), as_json=as_json, is_long=True)


app.command(epilog=PROMISE_EXAMPLES)(promise)
app.command(epilog=WHATIF_EXAMPLES)(whatif)


@app.command(
    epilog="Examples:  rackwright pack my-plan requirement --for maker -o needs.yaml   |   "
    "rackwright plan other-plan --with needs.yaml"
)
def pack(
    folder: Folder,
    kind: Annotated[str, typer.Argument(help="requirement (dated racks) or capability (what can be had).")],
    *,
    recipient: Annotated[str, typer.Option("--for", help="Party it is for.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write or revise (.yaml, .json).")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="File with the key to sign the digest with.")] = None,
    as_json: Json = False,
) -> None:
    """Show another party what the disclosure list of the program agrees, and nothing else."""
    from rackwright.cli.packing import PackOptions, pack_folder

    options = PackOptions(kind=kind, recipient=recipient, out=out, key=key, as_json=as_json)
    guarded(lambda: pack_folder(folder, options), as_json=as_json)


@app.command(epilog="Examples:  rackwright show out/my-plan late --csv   |   rackwright show out/decide ladder")
def show(
    out: OutFolder,
    view: Annotated[str, typer.Argument(help="View, `stage.table`, or table of a kept answer; empty lists them.")] = "",
    thing: Annotated[str, typer.Argument(help="Tranche, order or item, for views about one thing.")] = "",
    *,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV to standard output.")] = False,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder to write the view's SVG figures to.")
    ] = None,
) -> None:
    """Show one view or result table of a plan, or one table of what `decide` or `stress` wrote."""
    from rackwright.cli.reading import show_view

    guarded(
        lambda: show_view(out, view, thing, as_json=as_json, as_csv=as_csv, rows=rows, figures=figures),
        as_json=as_json,
    )


@app.command(
    epilog="Examples:  rackwright explain out/p tranche:b1-t1   |   rackwright explain out/p sizing.needs.accels_p90"
)
def explain(
    out: OutFolder,
    thing: Annotated[
        str, typer.Argument(help="`stage.table.column[key=value]`, or an id such as tranche:NAME, item:NAME.")
    ],
    as_json: Json = False,
) -> None:
    """Say why a number is what it is: formula, inputs, facts, sources."""
    from rackwright.cli.reading import explain_thing

    guarded(lambda: explain_thing(out, thing, as_json=as_json), as_json=as_json)


@app.command(
    epilog="Examples:  rackwright diff out/a out/b   |   rackwright diff my-plan my-plan:late-transformer   |   "
    "rackwright diff out/a out/b --cables --csv > work.csv"
)
def diff(
    before: Annotated[
        Path, typer.Argument(help="Plan or program folder (or FOLDER:SCENARIO), specification or pack, before.")
    ],
    after: Annotated[
        Path, typer.Argument(help="Plan or program folder (or FOLDER:SCENARIO), specification or pack, after.")
    ],
    *,
    cables: Annotated[
        bool, typer.Option("--cables", help="List every cable and rack to add, move, replace or remove.")
    ] = False,
    key: Annotated[Path | None, typer.Option("--key", help="Key that compared packs must be signed with.")] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="With --cables: the cables as CSV.")] = False,
    rows: Annotated[int, typer.Option("--rows", min=1, help="With --cables: most rows of a table.")] = 40,
) -> None:
    """Say what changed between two plans, programs, specifications or packs, as an engineering change."""
    from rackwright.cli.reading import diff_cables, diff_folders

    def run() -> int:
        """Cables where they are asked for, else the change as a whole."""
        if cables:
            return diff_cables(before, after, as_json=as_json, as_csv=as_csv, rows=rows)
        return diff_folders(before, after, key=key, as_json=as_json)

    guarded(run, as_json=as_json)


@app.command(epilog="Examples:  rackwright catalog gb300   |   rackwright catalog nvidia-gb300 --json")
def catalog(
    query: Annotated[str, typer.Argument(help="Part id, or words to search for; empty lists the classes.")] = "",
    folder: Annotated[Path | None, typer.Option("--program", help="Program whose own parts are laid over.")] = None,
    lint: Annotated[bool, typer.Option("--lint", help="Check every figure for source, band and unit.")] = False,
    as_json: Json = False,
) -> None:
    """List, search and show parts with their sources."""
    from rackwright.cli.reading import show_catalog

    guarded(lambda: show_catalog(query, folder, lint=lint, as_json=as_json), as_json=as_json)


@app.command(
    epilog="Examples:  rackwright export out/my-plan xlsx -o book.xlsx   |   rackwright export out/my-plan cut-sheet"
)
def export(
    out: OutFolder,
    form: Annotated[str, typer.Argument(help="Format, such as xlsx or cut-sheet; a wrong one lists what there is.")],
    target: Annotated[Path | None, typer.Option("--out", "-o", help="File to write; standard output if none.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say what the format cannot hold.")] = False,
    symbols: Annotated[
        str, typer.Option("--symbols", help="power-drawings: iec or ansi [by the site's country].")
    ] = "",
) -> None:
    """Write a plan in another format."""
    from rackwright.cli.reading import export_plan

    guarded(lambda: export_plan(out, form, target, quiet=quiet, symbols=symbols))


@app.command(
    name="import",
    epilog="Examples:  rackwright import config-json model/config.json --program my-plan --id my-model   |   "
    "rackwright import mspdi plan.xml --program my-plan   |   "
    "rackwright import stock erp.xlsx --program my-plan --sheet Stock --mapping stock.map.yaml",
)
def import_(
    form: Annotated[
        str,
        typer.Argument(
            help="config-json (a model's published config), device-type (a switch, tray or shelf), a schedule "
            "(mspdi, xer, psplib), or a table: items, bom, stock, open-orders, offers, ..."
        ),
    ],
    file: Annotated[Path, typer.Argument(help="File to read.")],
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--program", help="Program that takes the part into its catalog folder, or the projects."),
    ] = None,
    part_id: Annotated[str, typer.Option("--id", help="Id of the part [name of the file's folder].")] = "",
    kind: Annotated[str, typer.Option("--as", help="device-type: switch, compute-tray, power-shelf, cdu ...")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Write over a part imported before.")] = False,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Tables: YAML with columns, units, defaults.")
    ] = None,
    column: Annotated[list[str] | None, typer.Option("--column", help="Tables: FIELD=HEADING, repeatable.")] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Tables: sheet of a workbook [the first].")] = "",
    check: Annotated[bool, typer.Option("--check", help="Tables: check only, write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read a file of another form into a program: a part (shown, without a program) or a table of rows."""
    from rackwright.cli.importing import import_file
    from rackwright.cli.importing_tables import ImportOptions

    options = ImportOptions(mapping, tuple(column or ()), sheet, check, as_json, kind)
    guarded(lambda: import_file(form, file, folder, part_id, replace=replace, options=options), as_json=as_json)


@app.command(
    epilog="Examples:  rackwright validate power cases.csv   |   rackwright validate schedule DIR --json s.json"
)
def validate(
    topic: Annotated[str, typer.Argument(help="Topic; a wrong one lists what there is.")],
    path: Annotated[Path, typer.Argument(help="File or folder of the topic's form.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="File to write the whole score to.")] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder for pictures of predicted against published.")
    ] = None,
) -> None:
    """Score the product on published numbers; nothing is fitted."""
    from rackwright.cli.validating import validate_topic

    guarded(lambda: validate_topic(topic, path, json_file, figures), is_long=True)


@app.command(
    epilog="Examples:  rackwright verify out/my-plan --lldp lldp/   |   rackwright verify out/p --lldp seen.csv --json"
)
def verify(
    out: OutFolder,
    lldp: Annotated[Path, typer.Option("--lldp", help="lldpd JSON, SONiC table, ibnetdiscover or CSV; or a folder.")],
    *,
    network: Annotated[str, typer.Option("--network", help="One network only, such as scale-out.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if anything differs.")] = False,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    as_json: Json = False,
) -> None:
    """Hold what was built against what was drawn; list faults and the fewest re-plugs."""
    from rackwright.cli.verifying import verify_plan

    guarded(lambda: verify_plan(out, lldp, network, strict=strict, as_json=as_json, rows=rows), as_json=as_json)


@app.command(
    epilog="Examples:  rackwright backtest out/2026-11 actuals/   |   rackwright backtest out/2026-11 actuals/ --json"
)
def backtest(
    out: OutFolder,
    actuals: Annotated[
        Path, typer.Argument(help="Folder with any of deliveries.csv, made.csv, accepted.csv, gates.csv.")
    ],
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    as_json: Json = False,
) -> None:
    """Hold a past plan against what came true; tell the bias by supplier, plant and stage."""
    from rackwright.cli.backtesting import backtest_folder

    guarded(lambda: backtest_folder(out, actuals, as_json=as_json, rows=rows), as_json=as_json)


@app.command(
    epilog="Examples:  rackwright calibrate rows/ -o my-plan/catalog   |   rackwright calibrate rows/ -o out/fit"
)
def calibrate(
    folder: Annotated[Path, typer.Argument(help="Folder with kernels/, training.csv and inference.csv.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for catalog files and calibration.json.")] = Path(
        "calibration"
    ),
    write_into: Annotated[
        Path | None, typer.Option("--write-into", help="Catalog folder whose figures are replaced in place.")
    ] = None,
) -> None:
    """Fit the figures of sizing to measured rows; the same rows give the same figures."""
    from rackwright.cli.calibrating import calibrate_folder

    guarded(lambda: calibrate_folder(folder, out, write_into), is_long=True)


def main() -> None:
    """Entry point of the console script; what `guarded` says of long commands is why nothing is collected here."""
    gc.disable()
    if sys.stdout is None:  # closed by the caller, as by `>&-`
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open for the life of the process
    app()
