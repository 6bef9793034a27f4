"""What does one party show another: dated racks without workloads, or what can be delivered without its suppliers?

A pack is made from the agreed disclosure list alone: a field that is not agreed for the recipient is not computed into
the pack, and an agreed one is shown as coarsely as agreed. Rows have no names of workloads, models or suppliers. Digest
and revision cover what is shown and nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import math
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rackwright.base.digest import digest
from rackwright.base.errors import InputError
from rackwright.base.intake import read_json, read_yaml
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.plan import Plan
from rackwright.program import Program

__all__ = [
    "FIELDS",
    "CapabilityRow",
    "Pack",
    "RequirementRow",
    "make_pack",
    "next_pack",
    "pack_text",
    "read_pack",
    "signed",
]

Kind = Literal["requirement", "capability"]
FIELDS = {
    "requirement": ("needs.racks", "needs.power", "needs.flow"),
    "capability": ("offers.lead_time", "offers.price", "offers.allocation", "commits.qty"),
}
"""Fields that each kind of pack knows; the names of the disclosure list."""
CENTS, DAYS_PER_WEEK = 100.0, 7.0
MOST = 20  # problems of one file that are told
ROUNDED_DIGITS = 1
"""Figures kept where a field is agreed as rounded."""
SLIGHTLY = 1e-6
"""Share by which a value is more than one figure, so that it is rounded up to the next."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RequirementRow(_Row):
    """So many racks of a platform wanted by a day; power and coolant of one rack as low and high."""

    platform: str = Field(max_length=120)
    racks_low: int = Field(ge=0)
    racks_high: int = Field(ge=0)
    need_by: dt.date
    power_w: tuple[float, float] | None = None
    flow_lpm: tuple[float, float] | None = None


class CapabilityRow(_Row):
    """What can be had of an item: weeks, price and pieces a week as low and high; dated deliveries in all."""

    item: str = Field(max_length=120)
    lead_weeks: tuple[float, float] | None = None
    price_usd: tuple[float, float] | None = None
    per_week: tuple[float, float] | None = None
    commits: tuple[tuple[dt.date, float], ...] = ()


class Pack(_Row):
    """A revision of what one party shows another."""

    kind: Literal["rackwright-requirement-pack", "rackwright-capability-pack"]
    format_version: Literal[1] = 1
    recipient: str = Field(max_length=120)
    as_of: dt.date
    agreed: dict[str, str]
    requirements: tuple[RequirementRow, ...] = Field(default=(), max_length=100_000)
    capabilities: tuple[CapabilityRow, ...] = Field(default=(), max_length=100_000)
    revision: int = Field(default=1, ge=1)
    previous: str = Field(default="", max_length=64)
    digest: str = Field(default="", max_length=64)
    signature: str = Field(default="", max_length=128)


def make_pack(plan: Plan, kind: Kind, recipient: str) -> Pack:
    """What the disclosure list lets a party see, sealed as revision 1.

    Raises
    ------
    InputError
        There is no such party, or nothing of this kind is agreed for it.
    """
    agreed = _agreed(plan.program, kind, recipient)
    return _sealed(
        Pack(
            kind="rackwright-requirement-pack" if kind == "requirement" else "rackwright-capability-pack",
            recipient=recipient,
            as_of=plan.program.as_of,
            agreed=agreed,
            requirements=_requirements(plan, agreed) if kind == "requirement" else (),
            capabilities=_capabilities(plan.program, agreed) if kind == "capability" else (),
        )
    )


def _agreed(program: Program, kind: Kind, recipient: str) -> dict[str, str]:
    parties = [party.id for party in program.parties]
    if recipient not in parties:
        rule = f'no party is called "{recipient}".'
        raise InputError([Problem("unknown-reference", Place(path="--for"), rule, did_you_mean(recipient, parties))])
    found: dict[str, str] = {
        row.field: row.granularity
        for row in program.disclosure
        if row.recipient == recipient and row.field in FIELDS[kind]
    }
    if found and kind == "requirement" and "needs.racks" not in found:
        rule = f"{', '.join(sorted(found))} is agreed for {recipient}, but not needs.racks, whose rows would carry it."
        repair = "Add a row for needs.racks to `disclosure` of program.yaml."
        raise InputError([Problem("nothing-disclosed", Place(path="disclosure"), rule, repair)])
    if not found:
        rule = f"nothing of a {kind} pack is agreed for {recipient}."
        repair = f"Add a row to `disclosure` of program.yaml with one of {', '.join(FIELDS[kind])}."
        raise InputError([Problem("nothing-disclosed", Place(path="disclosure"), rule, repair)])
    return found


def _requirements(plan: Plan, agreed: dict[str, str]) -> tuple[RequirementRow, ...]:
    """Racks by platform and day; those of one platform and day are one number, whatever they are for."""
    grain = agreed["needs.racks"]
    platform_of = dict(plan.siting.blocks.frame.select("block", "platform").iter_rows())
    power_w = dict(plan.racks.types.frame.select("type", "peak_w").iter_rows())
    total: dict[tuple[str, dt.date], int] = {}
    watts: dict[str, list[float]] = {}
    names = ["block", "configuration", "racks", "need_day"]
    for block, sku, racks, day in plan.siting.tranches.frame.select(names).iter_rows():
        platform, date = platform_of[block], plan.program.horizon.date(day)
        date = date if grain == "exact" else _quarter(date)
        date = plan.program.horizon.end if grain == "total" else date
        total[platform, date] = total.get((platform, date), 0) + racks
        watts.setdefault(platform, []).append(float(power_w.get(sku, 0)))
    flow = {row.id: row.facility for row in plan.program.platforms} if "needs.flow" in agreed else {}
    rows = []
    for (platform, date), racks in sorted(total.items()):
        low, high = _band([float(racks)], grain)
        power = _shown(watts[platform], agreed.get("needs.power"))
        lpm = getattr(flow.get(platform), "flow_lpm", None)
        rows.append(
            RequirementRow(
                platform=platform,
                racks_low=math.floor(low),
                racks_high=math.ceil(high),
                need_by=date,
                power_w=power,
                flow_lpm=_shown([] if lpm is None else [float(lpm)], agreed.get("needs.flow")),
            )
        )
    return tuple(rows)


def _capabilities(program: Program, agreed: dict[str, str]) -> tuple[CapabilityRow, ...]:
    """One row per item over all its suppliers; nothing of a single supplier can be told from a sum or a band.

    An item of which nothing that is agreed can be said has no row: what is bought at all is not told either.
    """
    rows = []
    for item in sorted({row.item for row in program.supply.offers} | {row.item for row in program.supply.commits}):
        offers = [offer for offer in program.supply.offers if offer.item == item]
        weeks = [value / DAYS_PER_WEEK for o in offers for value in (o.lead_days.low, o.lead_days.high)]
        prices = [value for o in offers for value in (o.price.low, o.price.high)]
        weekly = [sum(offer.per_week.value * offer.available_share for offer in offers)] if offers else []
        row = CapabilityRow(
            item=item,
            lead_weeks=_shown(weeks, agreed.get("offers.lead_time")),
            price_usd=_shown(prices, agreed.get("offers.price")),
            per_week=_shown(weekly, agreed.get("offers.allocation")),
            commits=_commits(program, item, agreed.get("commits.qty")),
        )
        rows += [row] if row != CapabilityRow(item=item) else []
    return tuple(rows)


def _commits(program: Program, item: str, grain: str | None) -> tuple[tuple[dt.date, float], ...]:
    """Dated deliveries over all suppliers; never earlier or more than what was confirmed.

    A total counts what comes within the horizon: a day beyond it would tell the day of one delivery.
    """
    if grain is None:
        return ()
    total: dict[dt.date, float] = {}
    for row in program.supply.commits:
        if row.item == item and (grain != "total" or row.date <= program.horizon.end):
            day = row.date if grain == "exact" else _quarter_end(row.date)
            day = program.horizon.end if grain == "total" else day
            total[day] = total.get(day, 0.0) + row.qty
    is_whole = grain in {"exact", "quarter"}
    return tuple((day, _plain(qty) if is_whole else _outward(qty, up=False)) for day, qty in sorted(total.items()))


def _shown(values: list[float], grain: str | None) -> tuple[float, float] | None:
    """Band of figures without a date: exact where that is agreed, else as `_band` rounds them."""
    return _band(values, "range" if grain == "quarter" else grain) if grain is not None and values else None


def _band(values: list[float], grain: str) -> tuple[float, float]:
    """Least and most of some values, as finely as agreed: rounded to one figure outwards unless exact.

    `quarter` is about dates: what has one keeps its figure. A band is never a point: 20 and 21 both show as 20 to 30,
    so that a value that is one figure already is not told exactly.
    """
    low, high = min(values), max(values)
    if grain in {"exact", "quarter"}:
        return _plain(low), _plain(high)
    if grain == "total":
        return _outward(high, up=True), _outward(high, up=True)
    least, most = _outward(low, up=False), _outward(high, up=True)
    return least, most if most > least else _outward(high * (1.0 + SLIGHTLY), up=True)


def _plain(value: float) -> float:
    """A value without the last digits, which tell of what it was summed and by which share it was cut."""
    return float(f"{value:.9g}")


def _outward(value: float, *, up: bool) -> float:
    """A value moved outwards to one figure, so that a band never says less than what it hides."""
    if value <= 0.0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) + 1 - ROUNDED_DIGITS)
    return (math.ceil(value / step - 1e-9) if up else math.floor(value / step + 1e-9)) * step


def _quarter(day: dt.date) -> dt.date:
    """First day of the quarter a day lies in: rounded towards the earlier need."""
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _quarter_end(day: dt.date) -> dt.date:
    """Last day of the quarter a day lies in: rounded towards the later delivery."""
    return _quarter(_quarter(day) + dt.timedelta(days=100)) - dt.timedelta(days=1)


def _sealed(pack: Pack) -> Pack:
    content = pack.model_copy(update={"digest": "", "signature": ""})
    return pack.model_copy(update={"digest": digest(content.model_dump(mode="json"))})


def next_pack(made: Pack, previous: Pack | None) -> Pack:
    """The pack as the next revision of an earlier one; the earlier one itself if it shows the same.

    Raises
    ------
    InputError
        The earlier one is of another kind or for another party.
    """
    if previous is None:
        return made
    if (previous.kind, previous.recipient) != (made.kind, made.recipient):
        rule = f"the file holds a {previous.kind} for {previous.recipient}."
        raise InputError([Problem("pack-of-another", Place(path="--out"), rule, "Name another file.")])
    blank = {"revision": 1, "previous": "", "digest": "", "signature": "", "as_of": made.as_of}
    if previous.model_copy(update=blank) == made.model_copy(update=blank):
        return previous
    return _sealed(made.model_copy(update={"revision": previous.revision + 1, "previous": previous.digest}))


def signed(pack: Pack, key: bytes) -> Pack:
    """The pack with a keyed signature of its digest (HMAC-SHA-256)."""
    return pack.model_copy(update={"signature": hmac.new(key, pack.digest.encode(), hashlib.sha256).hexdigest()})


def pack_text(pack: Pack, *, is_json: bool) -> str:
    """The file's text, as JSON or YAML; equal packs give equal bytes."""
    data = pack.model_dump(mode="json")
    if is_json:
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def read_pack(path: Path, *, key: bytes | None = None) -> Pack:
    """Read a pack and check digest and, with a key, signature.

    Raises
    ------
    InputError
        It is not a pack of this version, or was changed after it was made, or is not signed with the key.
    """
    document = read_json(path) if path.suffix == ".json" else read_yaml(path)
    try:
        found = Pack.model_validate_json(json.dumps(document.data, default=str), strict=False)
    except ValidationError as error:
        raise InputError(
            [Problem("bad-pack", document.place(entry["loc"]), f"{entry['msg']}.") for entry in error.errors()[:MOST]]
        ) from error
    problems = []
    if _sealed(found).digest != found.digest:
        rule = "the content does not match its digest: it was changed after it was made."
        problems.append(Problem("broken-digest", Place(path=str(path)), rule, "Ask for the pack again."))
    if key is not None and not hmac.compare_digest(signed(found, key).signature, found.signature):
        rule = "the signature is not of this key."
        problems.append(Problem("broken-signature", Place(path=str(path)), rule, "Ask who signed it."))
    if problems:
        raise InputError(problems)
    return found
