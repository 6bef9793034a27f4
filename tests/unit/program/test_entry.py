from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet

import pytest
from pydantic import TypeAdapter, ValidationError

from rackwright.base.units import Estimate
from rackwright.program.after import After, parse_after
from rackwright.program.entry import AS_WRITTEN, Date, DaysEstimate, LagDays, PowerW, Share, Tokens
from rackwright.program.model import Program
from rackwright.program.unused import UNUSED, unused_fields
from rackwright.program.workloads import Requirement


def read(kind: object, value: object) -> object:
    """A value as read from a file."""
    return TypeAdapter(kind).validate_python(value, context=AS_WRITTEN)


def test_written_numbers_need_units() -> None:
    """As written, a bare number is refused where a unit is needed, whole or not."""
    assert read(PowerW, "132 kW") == 132_000.0
    for value in (132, 132.0, "132", True, None, [1], "132 kg", "9e999 kW", " " * 10_000):
        with pytest.raises(ValidationError):
            read(PowerW, value)


def test_inner_numbers_are_canonical() -> None:
    """Without the context of a file, a float is in the canonical unit already."""
    assert TypeAdapter(PowerW).validate_python(132.0) == 132.0
    estimate = Estimate(2.0, 1.0, 3.0)
    assert TypeAdapter(DaysEstimate).validate_python(estimate) is estimate


def test_bounds() -> None:
    """Shares lie in [0, 1], times may be negative only as lags, tokens may pass 1e15."""
    assert read(Share, "20 %") == 0.2
    assert read(LagDays, "-2 weeks") == -14.0
    assert read(Tokens, "2000 Ttok") == 2e15
    for kind, value in ((Share, 1.2), (Share, "-1 %"), (DaysEstimate, "2 (-1..3) days"), (PowerW, "9e9 GW")):
        with pytest.raises(ValidationError):
            read(kind, value)


def test_dates_are_days() -> None:
    """A date is a day in ISO form; seconds since 1970 and times of day are refused."""
    assert read(Date, "2027-03-01") == dt.date(2027, 3, 1)
    for value in (0, 86_400, "86400", "2027-03-01T00:00:00", "2027-3-1", dt.datetime(2027, 3, 1)):  # noqa: DTZ001
        with pytest.raises(ValidationError):
            read(Date, value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("evt", After("tx.evt")),
        (" evt  + 5 days", After("tx.evt", 5.0)),
        ("evt -1 week", After("tx.evt", -7.0)),
        ("oh-1.0.evt +2 days", After("oh-1.0.evt", 2.0)),
        ("evt 5 days", None),
        ("evt +5", None),
        ("evt +5 kg", None),
        ("dvt", None),
        ("", None),
    ],
)
def test_after_names_an_activity_and_a_lag(text: str, wanted: After | None) -> None:
    """`after` names an activity of the project, or of another one, with a signed lag."""
    known: AbstractSet[str] = {"tx.evt", "oh-1.0.evt"}
    assert parse_after(text, "tx", known) == wanted


def test_unused_fields_are_those_given(one_pod: Program) -> None:
    """What is given and not used is listed in order; what is not given is not."""
    found = unused_fields(one_pod)
    assert set(found) <= set(UNUSED)
    assert list(found) == [path for path in UNUSED if path in found]
    assert "terms.rungs" in found
    assert "sites.climate.weather" not in found


def test_every_unused_path_exists(one_pod: Program) -> None:
    """Every path of the list names a field of the program."""
    bare = Program.model_construct(**{name: getattr(one_pod, name) for name in Program.model_fields})
    assert isinstance(unused_fields(bare), tuple)


def test_what_a_pack_gives_and_no_stage_reads_is_told(one_pod: Program) -> None:
    """Power and coolant of an ordered rack, and the state of a plant, are listed where they are given."""
    need = {"id": "n", "platform": "gb300", "racks": 4, "need_by": "2027-09-01", "power_per_rack": "140 kW",
            "flow": "90 L/min"}  # fmt: skip
    program = one_pod.model_copy(update={"requirements": (Requirement.model_validate(need),)})
    found = set(unused_fields(program))
    assert {"requirements.power_per_rack", "requirements.flow", "plants.state"} <= found
