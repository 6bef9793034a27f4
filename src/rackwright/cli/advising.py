"""The command that advises on a coming generation and writes the requirement specification."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.base.errors import InputError, UnitError
from rackwright.base.problem import Place, Problem
from rackwright.cli.console import SHORTFALLS, say, write_json

if TYPE_CHECKING:
    from rackwright.codesign import Advice, AdviceOptions, Specification
    from rackwright.views.view import Shown

__all__ = ["AdviseOptions", "advise_folder"]

NOTHING_ASKED = "No requirement specification: no design keeps the limits and runs the mix, so nothing is asked for."


@dataclass(frozen=True, kw_only=True)
class AdviseOptions:
    """Options as typed; quantities carry their units."""

    platform: str = ""
    max_power: str = ""
    max_price: str = ""
    hbm_stacks: int | None = None
    max_area: str = ""
    nre: str = ""
    volume: int = 0
    recipient: str = ""
    spec: Path | None = None
    figures: Path | None = None
    rows: int = 40
    as_json: bool = False


def advise_folder(folder: Path, options: AdviseOptions) -> int:
    """Advise on one platform of a program; show the advice, write specification and figures where asked."""
    from rackwright.cli.program import open_folder
    from rackwright.cli.reading import write_shown
    from rackwright.codesign import advice_request, advise_platform, next_revision, read_specification
    from rackwright.racks import design_racks, racks_request
    from rackwright.views.advice import advice_shown
    from rackwright.views.specification import specification_shown
    from rackwright.views.view import Shown

    asked = _asked(options)
    previous = read_specification(options.spec) if options.spec is not None and options.spec.exists() else None
    program, catalog = open_folder(folder)
    request = advice_request(program, catalog, design_racks(racks_request(program, catalog)), asked)
    advice = advise_platform(request)
    specification = next_revision(advice.specification, previous) if advice.specification is not None else None
    shown = advice_shown(advice)
    disclosed = Shown(NOTHING_ASKED) if specification is None else specification_shown(specification)
    if options.as_json:
        write_json(_as_json(advice, shown, disclosed, specification))
    else:
        write_shown(shown, as_json=False, as_csv=False, rows=options.rows)
        say("", to_stdout=True)
        write_shown(disclosed, as_json=False, as_csv=False, rows=options.rows)
    _write_files(options, shown, disclosed, specification)
    return 0 if specification is not None or options.spec is None else SHORTFALLS


def _asked(options: AdviseOptions) -> AdviceOptions:
    """Options as numbers.

    Raises
    ------
    InputError
        A quantity cannot be read, or of engineering cost and volume only one is given.
    """
    from rackwright.codesign import AdviceOptions, Limits

    problems: list[Problem] = []
    power_w = _quantity("--max-power", options.max_power, "power", problems)
    price_usd = _quantity("--max-price", options.max_price, "money", problems)
    area_m2 = _quantity("--max-area", options.max_area, "area", problems)
    nre_usd = _quantity("--nre", options.nre, "money", problems)
    if (nre_usd > 0.0) != (options.volume > 0):
        rule = "engineering cost and volume are only of use together."
        problems.append(Problem("bad-option", Place(path="--nre"), rule, "Give both `--nre` and `--volume`."))
    if problems:
        raise InputError(problems)
    none = float("inf")
    limits = Limits(power_w or none, price_usd or none, float(options.hbm_stacks or none), area_m2 or none)
    return AdviceOptions(
        platform=options.platform,
        limits=limits,
        nre_usd=nre_usd,
        volume=float(options.volume),
        recipient=options.recipient,
    )


def _quantity(option: str, text: str, dimension: str, problems: list[Problem]) -> float:
    """A positive quantity of an option; 0 where it is not given."""
    from rackwright.base.units import parse_quantity

    if not text:
        return 0.0
    try:
        value = parse_quantity(text, dimension)
    except UnitError as error:
        problems.append(Problem("bad-option", Place(path=option), f"{error}.", 'Write it like "2 kW" or "60 kUSD".'))
        return 0.0
    if value <= 0.0:
        problems.append(Problem("bad-option", Place(path=option), f"{text} is not positive.", "Leave it out for none."))
    return value


def _as_json(advice: Advice, shown: Shown, disclosed: Shown, specification: Specification | None) -> dict[str, object]:
    return {
        "format_version": 1,
        "platform": advice.platform,
        "lead": shown.lead,
        "tables": [{"title": table.title, "rows": table.as_json()} for table in (*shown.tables, *disclosed.tables)],
        "specification": None if specification is None else specification.model_dump(mode="json"),
        "omissions": list(advice.omissions),
    }


def _write_files(options: AdviseOptions, shown: Shown, disclosed: Shown, specification: Specification | None) -> None:
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.codesign import specification_text
    from rackwright.figures import render

    layer = FileLayer()
    if options.spec is not None and specification is None:
        say(f"{options.spec} is not written: no design keeps the limits and runs the mix", "warning")
    elif options.spec is not None and specification is not None:
        text = specification_text(specification, is_json=options.spec.suffix == ".json")
        write_bytes(options.spec.absolute(), text.encode(), layer=layer)
        say(f"wrote {options.spec}: revision {specification.revision}, digest {specification.digest}")
    if options.figures is not None:
        options.figures.mkdir(parents=True, exist_ok=True)
        for figure in (*shown.figures, *disclosed.figures):
            write_bytes(
                (options.figures / f"{figure.caption.name}.svg").absolute(), render(figure).encode(), layer=layer
            )
        say(f"wrote {len(shown.figures) + len(disclosed.figures)} figures to {options.figures}")
