"""What lies behind an order, an item's sources, a cause of lateness, a gate? On to rows of program and schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from rackwright.base.units import Estimate
from rackwright.plan import Plan
from rackwright.program.entry import Entry
from rackwright.program.supply import Cell, Duty, Make, Offer, RouteStep
from rackwright.supply.end_use import Use, end_users
from rackwright.supply.trade import DutyRules
from rackwright.views.pegs import STOCK, pegs_of
from rackwright.views.reason import Reason

__all__ = ["causes_of_tranche", "gate_reason", "item_sources", "order_reason"]

MOST_SERVED = 4
MOST_STEPS = 6
LEAST_SHARE = 0.005
SECONDS_PER_HOUR = 3600.0
CENT_PER_USD = 100
PURCHASES = frozenset({"buy", "call", "open"})


def order_reason(plan: Plan, number: int) -> Reason | None:
    """An order: whom it serves and why they wait, its source with lead time and ceiling, and its duty.

    None where no order has that number.
    """
    rows = plan.supply.orders.frame.filter(pl.col("order") == number)
    if not rows.height:
        return None
    row = rows.row(0, named=True)
    date = plan.program.horizon.date
    what = f"{row['kind']} {row['qty']:,.1f} {row['item']} from {row['source']} to {row['site']}"
    days = f"{date(row['start_day'])} to {date(row['end_day'])}"
    below = [*_served(plan, number), *_sources_of_order(plan, row), *_lane(plan, row), *_duty(plan, row)]
    return Reason(f"order {number}", f"{what}, {days}", below=tuple(below))


def item_sources(plan: Plan, item: str) -> tuple[Reason, ...]:
    """Every offer and line of an item, with lead time, ceiling, gate and evidence."""
    supply = plan.program.supply
    offers = [_offer(plan, row) for row in supply.offers if row.item == item]
    return (*offers, *(_make(plan, row) for row in supply.makes if row.item == item))


def causes_of_tranche(plan: Plan, tranche: str) -> tuple[Reason, ...]:
    """Every cause of a tranche's lateness with its relief, led on to the rows of program and schedule behind it."""
    rows = plan.supply.causes.frame.filter(demand=tranche).sort("share", "constraint", descending=[True, False])
    found = []
    for row in rows.iter_rows(named=True):
        relief = f"relief: {row['relief']} wins {row['gain_rack_days']:,.0f} rack-days" if row["relief"] else ""
        proved = f"{relief}, {'re-solved' if row['proved'] else 'not proved'}" if relief else ""
        below = tuple(_behind(plan, str(row["constraint"]), tranche))
        found.append(Reason(f"held by {row['constraint']}", f"{row['share']:.0%} of the lateness", proved, below=below))
    return tuple(found)


def gate_reason(plan: Plan, gate: str) -> Reason:
    """A gate with its dates, and the chain of activities that sets its day, the last one first."""
    date = plan.program.horizon.date
    rows = plan.schedule.gates.frame.filter(gate=gate)
    if not rows.height:
        return Reason(f"gate {gate}", "not in the schedule")
    row = rows.row(0, named=True)
    value = f"{date(row['day'])}; 80 % by {date(row['p80_day'])}, 95 % by {date(row['p95_day'])}"
    return Reason(f"gate {gate}", value, "readiness from the schedule", below=tuple(_chain(plan, gate)))


def _chain(plan: Plan, gate: str) -> Iterator[Reason]:
    rows = {row["activity"]: row for row in plan.schedule.activities.frame.iter_rows(named=True)}
    date, seen = plan.program.horizon.date, {gate}
    row = rows.get(gate)
    while row is not None and row["driver"] in rows and row["driver"] not in seen and len(seen) <= MOST_STEPS:
        seen.add(row["driver"])
        why = f"by {row['driver_kind'].replace('-', ' ')}" + (
            f" on {row['driver_resource']}" if row["driver_resource"] else ""
        )
        why += f", held too by {row['also_held']}" if row["also_held"] else ""
        row = rows[row["driver"]]
        yield Reason(f"activity {row['activity']}", f"{date(row['start_day'])} to {date(row['finish_day'])}", why)


# -------------------------------------------------------------------------------------------------------------- orders
def _served(plan: Plan, number: int) -> Iterator[Reason]:
    """Tranches an order serves, most pieces first, each with its need and the first cause of its lateness."""
    pegs = pegs_of(plan)
    shares = sorted(pegs.shares(number).items(), key=lambda pair: (-pair[1], pair[0]))
    needs = dict(plan.siting.tranches.frame.select("tranche", "need_day").iter_rows())
    shown = [(name, share) for name, share in shares if share > LEAST_SHARE]
    for name, share in shown[:MOST_SERVED]:
        if name in needs:
            need = f"needed {plan.program.horizon.date(needs[name])}"
            yield Reason(f"serves {name}", f"{share:.0%}", need, below=causes_of_tranche(plan, name)[:1])
        else:
            yield Reason("left in stock" if name == STOCK else f"serves {name}", f"{share:.0%}")
    if len(shown) > MOST_SERVED:
        rest = sum(share for _, share in shown[MOST_SERVED:])
        yield Reason(f"serves {len(shown) - MOST_SERVED} more", f"{rest:.0%}", f"show OUT pegging {number}")


def _sources_of_order(plan: Plan, row: dict[str, object]) -> Iterator[Reason]:
    supply, item = plan.program.supply, row["item"]
    if row["kind"] in PURCHASES:
        for offer in supply.offers:
            if (offer.item, offer.supplier) == (item, row["source"]):
                yield _offer(plan, offer)
    elif row["kind"] == "make":
        for make in supply.makes:
            if (make.item, make.plant) == (item, row["site"]):
                yield _make(plan, make)
    elif row["kind"] == "accept":
        yield from _hall(plan, str(row["source"]), str(row["demand"]))


def _lane(plan: Plan, row: dict[str, object]) -> Iterator[Reason]:
    """Lanes that may carry the order: named by place, by country, or for all."""
    country = _countries(plan)
    if row["kind"] not in {"buy", "ship"}:
        return
    source, site = str(row["source"]), str(row["site"])
    origins = [source, *_origins(plan, str(row["item"]), source), country.get(source, ""), "*"]
    ends = [(a, b) for a in origins for b in (site, country.get(site, ""), "*")]
    for pair in ends:
        lanes = [lane for lane in plan.program.supply.lanes if (lane.origin, lane.destination) == pair]
        for lane in lanes:
            limit = "" if lane.kg_per_week is None else f", {lane.kg_per_week:,.0f} kg a week"
            value = f"{_band(lane.days, 'days')}, {lane.usd_per_kg:g} USD/kg{limit}"
            yield Reason(f"lane {lane.origin} > {lane.destination} by {lane.mode}", value, _evidence(lane))
        if lanes:
            return


def _duty(plan: Plan, row: dict[str, object]) -> Iterator[Reason]:
    """Duty paid and the dated rules that fit the goods on the day they come in."""
    cent, day = int(str(row["duty_cent"])), int(str(row["end_day"]))
    if row["kind"] not in {"buy", "call", "ship"}:
        return
    item, source, site = str(row["item"]), str(row["source"]), str(row["site"])
    enters, leaves = (_countries(plan).get(place, "") for place in (site, source))
    origins = _origins(plan, item, "" if row["kind"] == "ship" else source)
    hts = dict(plan.bom.items.frame.select("item", "hts").iter_rows()).get(item, "")
    uses = [Use(campus.id, campus.country, campus.end_uses) for campus in plan.program.sites]
    users = end_users(uses, plan.siting.blocks, plan.siting.tranches)
    book = DutyRules(plan.program.supply.duties, plan.program.horizon, users)
    if row["kind"] == "ship" and enters == leaves:
        return
    rules = {rule.id: rule for origin in origins for rule in book.fitting(hts, origin, (enters, site), day)}
    below = tuple(_rule(rule, alone=any(not other.stacks for other in rules.values())) for rule in rules.values())
    text = f"heading {hts or 'not known'}, origin {' or '.join(origins) or 'not known'}, into {enters}"
    yield Reason("duty", f"{cent / CENT_PER_USD:,.0f} USD", text if rules else f"{text}: no rule fits", below=below)


def _rule(rule: Duty, *, alone: bool) -> Reason:
    replaced = ", replaced by a rule that does not stack" if alone and rule.stacks else ""
    until = f" to {rule.end}" if rule.end else ""
    use = f", for end use {rule.end_use}" if rule.end_use else ""
    value = f"{rule.rate_share:.1%} from {rule.start}{until}{use}{replaced}"
    return Reason(f"duty rule {rule.id}", value, f"{rule.authority}; {_evidence(rule)}")


# ------------------------------------------------------------------------------------------------------------- sources
def _offer(plan: Plan, offer: Offer) -> Reason:
    """An offer of a supplier: lead time, ceiling with its fullest bucket, qualification."""
    to = f" to {offer.plant}" if offer.plant else ""
    below = [
        Reason("lead time", _band(offer.lead_days, "days"), _evidence(offer)),
        Reason("allocation", _ceiling(offer), below=tuple(_loads(plan, f"{offer.supplier}: {offer.item}{to}"))),
    ]
    if offer.qualified is not None:
        below.append(Reason("qualified", offer.qualified.isoformat(), "given in the program"))
    below += _held(plan, offer)
    return Reason(
        f"offer of {offer.item} by {offer.supplier}{to}", "", below=(*below, *_gates(plan, offer.gate, offer.ramp))
    )


def _held(plan: Plan, offer: Offer) -> Iterator[Reason]:
    """Rungs of commitment that are held: what they secure, until when."""
    for terms in plan.program.supply.terms:
        rungs = terms.rungs if (terms.item, terms.supplier) == (offer.item, offer.supplier) else ()
        for rung in rungs:
            if rung.held_from is not None:
                lapses = f" for {rung.expires_days:g} days" if rung.expires_days is not None else ""
                value = f"secures {rung.per_week or 0:,.4g} a week from {rung.held_from}{lapses}"
                yield Reason(f"{rung.rung} held", value, "given in the program")


def _ceiling(offer: Offer) -> str:
    ours = f", {offer.available_share:.0%} of it ours" if offer.available_share < 1 else ""
    split = f", at most {offer.split_max_share:.0%} of all purchases of it" if offer.split_max_share < 1 else ""
    return f"{_band(offer.per_week, 'a week')}{ours}{split}"


def _make(plan: Plan, make: Make) -> Reason:
    """A line: lead time, yield, the cells it runs through, and the gate that qualifies it."""
    supply = plan.program.supply
    steps = [row for row in supply.routes if (row.item, row.plant) == (make.item, make.plant)]
    cells = {row.id: row for row in supply.cells}
    below = [
        Reason("lead time", _band(make.lead_days, "days"), _evidence(make)),
        Reason("yield", f"{make.yield_share.value:.1%}"),
        *(_step(plan, row, cells[row.cell]) for row in steps if row.cell in cells),
        *_gates(plan, make.gate, ""),
    ]
    return Reason(f"making {make.item} at {make.plant}", "", below=tuple(below))


def _step(plan: Plan, step: RouteStep, cell: Cell) -> Reason:
    hours = f"{step.hours.value / SECONDS_PER_HOUR:g} h a pass, {step.first_pass_share:.0%} pass at once"
    return Reason(f"step {step.step} at {cell.id}", hours, _hours(cell), below=tuple(_loads(plan, cell.id)))


def _hours(cell: Cell) -> str:
    return f"{cell.stations} stations x {cell.hours_per_week:g} h a week x {cell.utilisation_share:.0%}"


def _loads(plan: Plan, resource: str) -> Iterator[Reason]:
    """How full a resource is: buckets without room, and the dearest one."""
    full = pl.col("free") <= 1e-3 * (pl.col("used") + pl.col("free"))
    rows = plan.supply.loads.frame.filter(resource=resource).filter(full & (pl.col("used") > 0))
    if rows.height:
        starts = dict(plan.supply.buckets.frame.select("bucket", "start_day").iter_rows())
        first, last = (plan.program.horizon.date(starts[day]) for day in (rows["bucket"].min(), rows["bucket"].max()))
        yield Reason(f"{resource} is full", f"{rows.height} buckets, from {first} to the one of {last}")


def _gates(plan: Plan, gate: str, ramp: str) -> Iterator[Reason]:
    if gate:
        yield gate_reason(plan, gate)
    for row in plan.program.supply.ramps:
        if row.id == ramp:
            points = "; ".join(f"{point.date} {point.rate_share:.0%}" for point in row.points)
            yield Reason(f"ramp {ramp}", points, below=(gate_reason(plan, row.gate),) if row.gate else ())


# -------------------------------------------------------------------------------------------------------------- causes
def _behind(plan: Plan, constraint: str, tranche: str) -> Iterator[Reason]:
    """Rows of the program and dates of the schedule behind a constraint, read from its name."""
    hall = re.match(r"hall (\S+) ", constraint)
    if hall:
        yield from _hall(plan, hall[1], tranche)
    power = re.search(r"power at (\S+)$", constraint)
    if power and not constraint.startswith("test power"):
        yield from _power(plan, power[1])
    crews = re.match(r"crews at (\S+)$", constraint)
    if crews:
        rates = [f"{site.racks_per_week:g} racks a week" for site in plan.program.sites if site.id == crews[1]]
        yield from (Reason(f"installation rate of {crews[1]}", rate) for rate in rates)
    yield from _source_behind(plan, constraint)


def _source_behind(plan: Plan, constraint: str) -> Iterator[Reason]:
    supply = plan.program.supply
    yield from (
        Reason(
            f"cell {row.id}", _hours(row), _evidence(row), below=(*_loads(plan, row.id), *_gates(plan, "", row.ramp))
        )
        for row in supply.cells
        if row.id == constraint
    )
    named = re.match(r"([^:]+): ([^\s,]+)", constraint)
    if named is None:
        return
    place, item = named[1], named[2]
    yield from (_make(plan, row) for row in supply.makes if (row.plant, row.item) == (place, item))
    yield from (_offer(plan, row) for row in supply.offers if (row.supplier, row.item) == (place, item))


def _hall(plan: Plan, hall: str, tranche: str) -> Iterator[Reason]:
    """The hall and the platform of a tranche, each ready with a gate of the schedule."""
    block = dict(plan.siting.tranches.frame.select("tranche", "block").iter_rows()).get(tranche, "")
    platforms = [row.platform for row in plan.program.blocks if row.id == block]
    rows = plan.schedule.readiness.frame
    for kind, ref in (("hall", hall), *(("platform", name) for name in platforms)):
        for gate in rows.filter(kind=kind, ref=ref)["gate"].to_list():
            yield Reason(f"{kind} {ref}", "ready with a gate", below=(gate_reason(plan, gate),))


def _power(plan: Plan, site: str) -> Iterator[Reason]:
    """Steps of energised power of a site, each with its gate."""
    date = plan.program.horizon.date
    steps = plan.siting.envelopes.frame.filter(site=site).filter(pl.col("gate") != "").sort("day")
    for day, watts, binding, gate in steps.select("day", "it_w", "binding", "gate").iter_rows():
        value = f"{watts / 1e6:,.1f} MW of IT from {date(day)}"
        yield Reason(f"power step of {site}", value, f"bound by {binding}", below=(gate_reason(plan, gate),))


# --------------------------------------------------------------------------------------------------------------- texts
def _countries(plan: Plan) -> dict[str, str]:
    supply = plan.program.supply
    found = {row.id: row.country for row in supply.suppliers} | {row.id: row.country for row in supply.plants}
    return found | {row.id: row.country for row in plan.program.sites}


def _origins(plan: Plan, item: str, supplier: str) -> list[str]:
    """Origins an item may have: of its offers (by one supplier), of the plants that make it."""
    supply, countries = plan.program.supply, _countries(plan)
    origins = [row.origin for row in supply.offers if row.item == item and supplier in {"", row.supplier}]
    if not supplier or not origins:
        origins += [countries.get(row.plant, "") for row in supply.makes if row.item == item]
    return sorted(set(origins))


def _band(value: Estimate, unit: str) -> str:
    band = "" if value.is_point else f" ({value.low:,.4g} to {value.high:,.4g})"
    return f"{value.value:,.4g}{band} {unit}"


def _evidence(row: Entry) -> str:
    """Source, kind of evidence and note of a row of the program."""
    words = [getattr(row, name, "") for name in ("source", "kind_of_evidence", "note")]
    return "program: " + ", ".join(str(word) for word in words if word)
