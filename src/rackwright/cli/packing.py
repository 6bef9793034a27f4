"""Commands that show another party what is agreed, and plan with what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.cli.console import say, write_json

if TYPE_CHECKING:
    from rackwright.catalog import Catalog
    from rackwright.exchange.pack import Pack
    from rackwright.program import Program
    from rackwright.views.view import Shown

__all__ = ["PackOptions", "checked_pack", "pack_changes", "pack_folder", "with_pack"]

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOptions:
    """Switches of `rackwright pack`."""

    kind: str
    recipient: str
    out: Path | None = None
    key: Path | None = None
    as_json: bool = False


def pack_folder(folder: Path, options: PackOptions) -> int:
    """Make or revise a pack; write it, or show it."""
    from rackwright.base.errors import InputError
    from rackwright.base.problem import Place, Problem
    from rackwright.base.store import FileLayer, ResultCache, write_bytes
    from rackwright.cli.deciding import kept_results
    from rackwright.cli.program import open_folder
    from rackwright.exchange.pack import FIELDS, make_pack, next_pack, pack_text, read_pack, signed
    from rackwright.pipeline import plan_program

    if options.kind not in FIELDS:
        rule = f'there is no pack of kind "{options.kind}".'
        raise InputError([Problem("bad-option", Place(path="KIND"), rule, f"Use {' or '.join(FIELDS)}.")])
    program, catalog = open_folder(folder)
    with kept_results(None) as cache_folder:
        plan = plan_program(program, catalog, cache=ResultCache(cache_folder), with_supply=False)
    kind = "requirement" if options.kind == "requirement" else "capability"
    made = make_pack(plan, kind, options.recipient)  # type: ignore[arg-type]
    previous = read_pack(options.out) if options.out is not None and options.out.exists() else None
    pack = next_pack(made, previous)
    if options.key is not None:
        pack = signed(pack, options.key.read_bytes())
    if options.out is None or options.as_json:
        write_json(pack.model_dump(mode="json"))
    if options.out is not None:
        text = pack_text(pack, is_json=options.out.suffix == ".json")
        write_bytes(options.out.absolute(), text.encode(), layer=FileLayer())
        say(f"wrote {options.out}: revision {pack.revision}, digest {pack.digest}")
    return 0


def checked_pack(path: Path, key: Path | None) -> Pack:
    """A pack that was read, its signature checked by the key; a signature without a key is told as unchecked."""
    from rackwright.exchange.pack import read_pack

    pack = read_pack(path, key=None if key is None else key.read_bytes())
    if pack.signature and key is None:
        say(f"warning: {path} is signed, and the signature was not checked; give --key FILE", "warning")
    return pack


def with_pack(program: Program, catalog: Catalog, path: Path, key: Path | None = None) -> Program:
    """The program with another party's pack in place of its workloads or suppliers, checked."""
    from rackwright.program.change import apply_changes
    from rackwright.program.packed import PackedItem, PackedNeed, with_capabilities, with_requirements

    pack = checked_pack(path, key)
    if pack.requirements:
        needs = [PackedNeed(row.platform, row.racks_high, row.need_by, row.power_w) for row in pack.requirements]
        return apply_changes(with_requirements(program, needs), (), catalog=catalog, where="pack")
    items = [
        PackedItem(
            row.item,
            None if row.lead_weeks is None else (row.lead_weeks[0] * DAYS_PER_WEEK, row.lead_weeks[1] * DAYS_PER_WEEK),
            row.price_usd,
            row.per_week,
            row.commits,
        )
        for row in pack.capabilities
    ]
    return apply_changes(with_capabilities(program, items), (), catalog=catalog, where="pack")


def pack_changes(before: Pack, after: Pack) -> Shown:
    """What differs between two revisions, row by row."""
    from rackwright.views.view import Shown, TableColumn, ViewTable

    old, new = _rows(before), _rows(after)
    rows = tuple(
        (name, "removed" if name not in new else "added" if name not in old else "changed", old.get(name, ""),
         new.get(name, ""))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )  # fmt: skip
    columns = (
        TableColumn("row", "Row"),
        TableColumn("change", "Change"),
        TableColumn("before", f"Revision {before.revision}"),
        TableColumn("after", f"Revision {after.revision}"),
    )
    lead = f"{len(rows)} rows differ between revision {before.revision} and revision {after.revision}."
    return Shown(lead, (ViewTable("Changes of the pack", columns, rows),))


def _rows(pack: Pack) -> dict[str, str]:
    found = {f"agreed {field}": grain for field, grain in pack.agreed.items()}
    for need in pack.requirements:
        found[f"{need.platform} by {need.need_by}"] = f"{need.racks_low}-{need.racks_high} racks, power {need.power_w}"
    for row in pack.capabilities:
        found[row.item] = (
            f"weeks {row.lead_weeks}, USD {row.price_usd}, a week {row.per_week}, {len(row.commits)} dates"
        )
    return found
