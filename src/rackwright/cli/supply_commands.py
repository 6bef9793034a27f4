"""Which questions about supply are asked of a program? Each is a thin function, as in `app`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rackwright.cli.arguments import Folder, Json
from rackwright.cli.console import guarded

__all__ = ["PROMISE_EXAMPLES", "WHATIF_EXAMPLES", "promise", "whatif"]

PROMISE_EXAMPLES = (
    "Examples:  rackwright promise my-plan --platform vr --racks 16 --site ohio   |   "
    "rackwright promise my-plan --platform vr --racks 16 --site ohio --by 2027-12-01"
)
WHATIF_EXAMPLES = (
    "Examples:  rackwright whatif my-plan --set 'serving[chat].demand[*].output * 1.2'   |   "
    "rackwright whatif my-plan --plan out/my-plan --set 'offers[item=x,supplier=y].lead_time + 8 weeks'"
)


def promise(
    folder: Folder,
    *,
    platform: Annotated[str, typer.Option("--platform", help="Platform of the racks.")],
    racks: Annotated[int, typer.Option("--racks", min=1, max=100_000, help="How many racks.")],
    site: Annotated[str, typer.Option("--site", help="Campus that wants them.")],
    by: Annotated[str, typer.Option("--by", help="Day by which all are wanted [as soon as possible].")] = "",
    as_json: Json = False,
) -> None:
    """Say by when more racks can be promised without moving anybody, and who would lose if they came first."""
    from rackwright.cli.promising import PromiseOptions, promise_folder

    options = PromiseOptions(platform=platform, racks=racks, site=site, by=by, as_json=as_json)
    guarded(lambda: promise_folder(folder, options), as_json=as_json)


def whatif(
    folder: Folder,
    *,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Folder of its plan [out/NAME].", show_default=False)
    ] = None,
    edits: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Edit, as in scenarios: 'PATH = VALUE', 'PATH * FACTOR', 'PATH + 8 weeks', "
            "or '{at: \"PATH\", remove: true}'. May be repeated.",
        ),
    ] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="Named scenario, before the edits.")] = "",
    free: Annotated[bool, typer.Option("--free", help="Leave moves without a price: the cheapest plan.")] = False,
    losses: Annotated[
        int,
        typer.Option("--losses", min=0, max=200, help="Instead: lose so many of the largest suppliers and countries."),
    ] = 0,
    content: Annotated[
        int,
        typer.Option("--content", min=0, max=100, help="Instead: so many points more of traced US value, with prices."),
    ] = 0,
    conflicts: Annotated[
        bool,
        typer.Option("--conflicts", help="Instead: the smallest set of fields that forbids what is missed."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write the answer to, JSON and XLSX.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Most rows of a table.")] = 40,
    as_json: Json = False,
) -> None:
    """Say what moves if something is different: supply is planned again from the basis of the stored plan."""
    from rackwright.cli.whatif import WhatIfOptions, whatif_folder

    options = WhatIfOptions(
        plan=plan,
        edits=tuple(edits or ()),
        scenario=scenario,
        is_free=free,
        losses=losses,
        content=content,
        conflicts=conflicts,
        out=out,
        rows=rows,
        as_json=as_json,
    )
    guarded(lambda: whatif_folder(folder, options), as_json=as_json)
