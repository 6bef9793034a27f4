"""A pack holds what is agreed for its recipient, as coarsely as agreed, and nothing can be inferred beyond it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.base.units import Estimate
from rackwright.catalog import Catalog
from rackwright.cli.packing import checked_pack, pack_changes, with_pack
from rackwright.exchange.pack import FIELDS, Pack, make_pack, next_pack, pack_text, read_pack, signed
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.program.header import DISCLOSED, Disclosure
from rackwright.program.supply import Commit

AGREED = (
    Disclosure(field="needs.racks", recipient="maker", granularity="exact"),
    Disclosure(field="needs.power", recipient="maker", granularity="rounded"),
    Disclosure(field="offers.lead_time", recipient="lab", granularity="range"),
    Disclosure(field="offers.price", recipient="lab", granularity="rounded"),
    Disclosure(field="commits.qty", recipient="lab", granularity="quarter"),
)
SECRETS = ("SECRET-WORKLOAD", "SECRET-SUPPLIER", "secret-workload", "secret-supplier")


def with_secrets(program: Program) -> Program:
    """Planted words wherever a pack must not look, and an agreed disclosure list."""
    serving = tuple(row.model_copy(update={"name": "SECRET-WORKLOAD"}) for row in program.serving)
    suppliers = tuple(row.model_copy(update={"name": "SECRET-SUPPLIER"}) for row in program.supply.suppliers)
    supply = program.supply.model_copy(update={"suppliers": suppliers})
    return program.model_copy(update={"serving": serving, "supply": supply, "disclosure": AGREED})


@pytest.fixture(scope="module")
def plan(one_pod_program: Program, catalog: Catalog) -> Plan:
    """The small example with secrets, without supply."""
    return plan_program(with_secrets(one_pod_program), catalog, with_supply=False)


@pytest.fixture(scope="module")
def needs(plan: Plan) -> Pack:
    """What the maker may see."""
    return make_pack(plan, "requirement", "maker")


@pytest.fixture(scope="module")
def offers(plan: Plan) -> Pack:
    """What the lab may see."""
    return make_pack(plan, "capability", "lab")


def test_100_the_disclosure_list_may_name_every_field_of_a_pack() -> None:
    """What a pack can show stands among the names that the checks accept."""
    assert {field for fields in FIELDS.values() for field in fields} < set(DISCLOSED)


def test_101_nothing_planted_is_in_a_pack(plan: Plan, needs: Pack, offers: Pack) -> None:
    """No workload, model or supplier is named; no field that is not agreed has a value."""
    names = [row.id for row in (*plan.program.serving, *plan.program.training)]
    names += [row.model for row in (*plan.program.serving, *plan.program.training)]
    names += [row.id for row in plan.program.supply.suppliers]
    for pack in (needs, offers):
        text = pack_text(pack, is_json=False)
        assert [word for word in (*SECRETS, *names) if word in text] == []
    assert all(row.flow_lpm is None for row in needs.requirements)
    assert all(row.per_week is None for row in offers.capabilities)


def test_102_what_is_hidden_does_not_move_the_pack(plan: Plan, needs: Pack, offers: Pack) -> None:
    """Prices that move within their rounding, allocations, and names leave digest and bytes as they were."""
    changed = tuple(
        row.model_copy(
            update={
                "price": Estimate(row.price.value * 1.0001, row.price.low, row.price.high)
                if not row.price.is_point
                else row.price,
                "per_week": Estimate(1.0, 1.0, 1.0),
            }
        )
        for row in plan.program.supply.offers
    )
    supply = plan.program.supply.model_copy(update={"offers": changed})
    serving = tuple(row.model_copy(update={"name": "other", "weight": 7.0}) for row in plan.program.serving)
    program = plan.program.model_copy(update={"supply": supply, "serving": serving})
    other = dataclasses.replace(plan, program=program)
    assert make_pack(other, "capability", "lab") == offers
    assert make_pack(other, "requirement", "maker") == needs


def test_103_a_rounded_power_is_a_band_around_the_truth(plan: Plan, needs: Pack) -> None:
    """The band holds the power of a rack and shows one figure."""
    power = max(plan.racks.types["peak_w"].to_list())
    low, high = needs.requirements[0].power_w or (0.0, 0.0)
    assert low <= power <= high
    assert low == float(f"{low:.0e}")


def test_104_a_party_without_agreement_gets_nothing(plan: Plan) -> None:
    """Unknown parties and parties without a row are told so."""
    for party in ("nobody", "lab"):
        with pytest.raises(InputError):
            make_pack(plan, "requirement", party)


def agreeing(plan: Plan, **fields: str) -> Plan:
    """The plan with another disclosure list for the lab and the maker; `_` in a name is the point."""
    rows = tuple(
        Disclosure(field=name.replace("__", "."), recipient="lab", granularity=grain) for name, grain in fields.items()
    )
    return dataclasses.replace(plan, program=plan.program.model_copy(update={"disclosure": rows}))


def test_105_what_is_bought_at_all_is_not_told(plan: Plan) -> None:
    """Where deliveries alone are agreed, items without any have no row."""
    confirmed = {row.item for row in plan.program.supply.commits}
    pack = make_pack(agreeing(plan, commits__qty="total"), "capability", "lab")
    assert {row.item for row in pack.capabilities} == confirmed
    assert len(confirmed) < len({row.item for row in plan.program.supply.offers})


def test_106_a_quarter_is_no_way_to_see_a_price(plan: Plan) -> None:
    """Figures without a date that are agreed by the quarter show one figure, as a range does."""
    by_quarter = make_pack(agreeing(plan, offers__price="quarter"), "capability", "lab")
    by_range = make_pack(agreeing(plan, offers__price="range"), "capability", "lab")
    assert by_quarter.capabilities == by_range.capabilities


def test_107_a_delivery_is_never_shown_earlier_or_larger(plan: Plan) -> None:
    """On the last day of its quarter; a total is rounded down."""
    commit = Commit(item="gpu-gb300", supplier="supplier-a", date="2027-02-03", qty=1_290, confirmed_on="2026-11-01")
    supply = plan.program.supply.model_copy(update={"commits": (commit,)})
    plan = dataclasses.replace(plan, program=plan.program.model_copy(update={"supply": supply}))
    shown = {
        grain: make_pack(agreeing(plan, commits__qty=grain), "capability", "lab").capabilities[0].commits
        for grain in ("exact", "quarter", "rounded", "total")
    }
    assert shown == {
        "exact": ((dt.date(2027, 2, 3), 1_290.0),),
        "quarter": ((dt.date(2027, 3, 31), 1_290.0),),
        "rounded": ((dt.date(2027, 3, 31), 1_000.0),),
        "total": ((plan.program.horizon.end, 1_000.0),),
    }


def test_108_needs_without_racks_are_refused(plan: Plan) -> None:
    """Power stands on the rows of racks; agreed alone it shows nothing, and that is told."""
    with pytest.raises(InputError, match=r"needs\.racks"):
        make_pack(agreeing(plan, needs__power="range"), "requirement", "lab")


def test_109_who_wants_the_racks_and_who_sells_moves_no_byte(plan: Plan, needs: Pack, offers: Pack) -> None:
    """Planted secrets everywhere else: digest, bytes, and so whatever another party computes from them stay.

    Workloads under other names and weights in another order; suppliers under other names, in other countries, with
    other terms and allocations in another order; scenarios and projects.
    """
    program = plan.program
    names = {row.id: f"hidden-{number}" for number, row in enumerate(program.supply.suppliers)}
    supply = program.supply.model_copy(
        update={
            "suppliers": tuple(
                row.model_copy(update={"id": names[row.id], "country": "JP"}) for row in program.supply.suppliers[::-1]
            ),
            "offers": tuple(
                row.model_copy(update={"supplier": names[row.supplier], "per_week": Estimate(7.0, 7.0, 7.0)})
                for row in program.supply.offers[::-1]
            ),
            "commits": tuple(
                row.model_copy(update={"supplier": names[row.supplier]}) for row in program.supply.commits[::-1]
            ),
            "terms": (),
        }
    )
    serving = tuple(row.model_copy(update={"id": f"x-{row.id}", "weight": 9.0}) for row in program.serving[::-1])
    other = program.model_copy(update={"supply": supply, "serving": serving, "scenarios": (), "projects": ()})
    hidden = dataclasses.replace(plan, program=other)
    assert pack_text(make_pack(hidden, "capability", "lab"), is_json=False) == pack_text(offers, is_json=False)
    assert pack_text(make_pack(hidden, "requirement", "maker"), is_json=False) == pack_text(needs, is_json=False)


def _offering(plan: Plan, **update: object) -> Plan:
    """The plan whose first offer is the only one, with other figures."""
    offer = plan.program.supply.offers[0].model_copy(update=update)
    supply = plan.program.supply.model_copy(update={"offers": (offer,), "commits": ()})
    return dataclasses.replace(plan, program=plan.program.model_copy(update={"supply": supply}))


def test_110_a_value_of_one_figure_is_not_told_exactly(plan: Plan) -> None:
    """A price of 2,000 in a band looks as one of 2,001 does; a total is rounded up, so it may be a point."""
    shown = []
    for usd in (2_000.0, 2_001.0):
        other = agreeing(_offering(plan, price=Estimate(usd, usd, usd)), offers__price="range")
        shown.append(make_pack(other, "capability", "lab").capabilities[0].price_usd)
    assert shown == [(2_000.0, 3_000.0)] * 2


def test_111_the_last_digits_of_a_sum_tell_nothing_of_its_parts(plan: Plan) -> None:
    """Of 90 a week are 0.7 left: 63, as if 63 had been offered, and not 62.99999999999999."""
    shown = [
        make_pack(agreeing(_offering(plan, **figures), offers__allocation="exact"), "capability", "lab").capabilities
        for figures in (
            {"per_week": Estimate(90.0, 90.0, 90.0), "available_share": 0.7},
            {"per_week": Estimate(63.0, 63.0, 63.0), "available_share": 1.0},
        )
    ]
    assert 90.0 * 0.7 != 63.0
    assert shown[0] == shown[1]


def test_112_a_total_tells_no_day_beyond_the_horizon(plan: Plan) -> None:
    """A delivery after it is not counted: its own day would stand in the pack."""
    end = plan.program.horizon.end
    commit = Commit(item="gpu-gb300", supplier="supplier-a", date=end, qty=1_290, confirmed_on="2026-11-01")
    late = commit.model_copy(update={"date": end + dt.timedelta(days=3)})
    supply = plan.program.supply.model_copy(update={"commits": (commit, late)})
    plan = dataclasses.replace(plan, program=plan.program.model_copy(update={"supply": supply}))
    (row,) = make_pack(agreeing(plan, commits__qty="total"), "capability", "lab").capabilities
    assert row.commits == ((end, 1_000.0),)


def test_201_a_changed_pack_is_refused(needs: Pack, tmp_path: Path) -> None:
    """A pack reads back equal; one changed figure, another version or another key is told."""
    path = tmp_path / "needs.yaml"
    path.write_text(pack_text(needs, is_json=False))
    assert read_pack(path) == needs
    path.write_text(pack_text(signed(needs, b"key"), is_json=False))
    assert read_pack(path, key=b"key").digest == needs.digest
    with pytest.raises(InputError, match="key"):
        read_pack(path, key=b"other")
    path.write_text(path.read_text().replace("racks_high: ", "racks_high: 9"))
    with pytest.raises(InputError, match="digest"):
        read_pack(path)
    path.write_text(pack_text(needs, is_json=False).replace("format_version: 1", "format_version: 2"))
    with pytest.raises(InputError):
        read_pack(path)


def test_202_revisions_follow_each_other(needs: Pack) -> None:
    """The same content stays the same revision; another becomes the next and names the one before."""
    assert next_pack(needs, needs) is needs
    row = needs.requirements[0].model_copy(update={"racks_high": 99})
    more = needs.model_copy(update={"requirements": (row, *needs.requirements[1:])})
    following = next_pack(more, needs)
    assert (following.revision, following.previous) == (2, needs.digest)
    assert "1 rows differ" in pack_changes(needs, following).lead


def test_301_another_party_plans_with_it(
    needs: Pack, offers: Pack, one_pod_program: Program, catalog: Catalog, tmp_path: Path
) -> None:
    """Racks come out for the needs of a pack, without any workload; offers of a pack replace the suppliers."""
    path = tmp_path / "needs.json"
    path.write_text(pack_text(needs, is_json=True))
    program = with_pack(one_pod_program, catalog, path)
    assert not program.serving
    assert not program.training
    racks = plan_program(program, catalog, with_supply=False).siting.blocks["racks"].sum()
    assert racks == sum(row.racks_high for row in needs.requirements)
    path.write_text(pack_text(offers, is_json=True))
    program = with_pack(one_pod_program, catalog, path)
    assert {row.supplier for row in program.supply.offers} == {"partner"}
    assert dt.date(2026, 1, 1) < program.as_of


def test_204_a_signature_is_checked_or_told_as_unchecked(
    needs: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the right key nothing is said, with another it is refused, without one a warning says so."""
    path, key, other = tmp_path / "needs.yaml", tmp_path / "key", tmp_path / "other"
    key.write_bytes(b"key")
    other.write_bytes(b"other")
    path.write_text(pack_text(signed(needs, b"key"), is_json=False))
    assert checked_pack(path, key).digest == needs.digest
    assert capsys.readouterr().err == ""
    with pytest.raises(InputError, match="key"):
        checked_pack(path, other)
    checked_pack(path, None)
    assert "was not checked" in capsys.readouterr().err
