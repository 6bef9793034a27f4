from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog.parts import Fact
from rackwright.racks.elevation import elevate
from rackwright.racks.request import Fill, RackPart

Make = Callable[..., RackPart]


def test_101_switch_trays_sit_in_the_middle_of_compute_trays(part: Make) -> None:
    """Half of the compute trays, the larger half, sits below the scale-up switches, the rest above."""
    tray, switch = part("t", "compute", height_u=1), part("s", "scale-up-switch", height_u=1)
    found = elevate([Fill(tray, 3, "middle"), Fill(switch, 2, "middle")], 8)
    assert [(seat.u, seat.part.id, seat.index) for seat in found.seats] == [
        (1, "t", 0),
        (2, "t", 1),
        (3, "s", 0),
        (4, "s", 1),
        (5, "t", 2),
    ]


def test_102_the_top_zone_hangs_from_the_highest_unit(part: Make) -> None:
    """Parts of the top zone end at the highest unit, parts of the bottom zone start at the lowest."""
    shelf, tray, net = (
        part("p", "power", height_u=2),
        part("t", "compute", height_u=1),
        part("n", "management", height_u=1),
    )
    found = elevate([Fill(net, 1, "top"), Fill(tray, 1, "middle"), Fill(shelf, 1, "bottom")], 10)
    assert {seat.part.id: seat.u for seat in found.seats} == {"p": 1, "t": 3, "n": 10}
    assert found.used_u == 4


def test_103_blades_share_a_height(part: Make) -> None:
    """Parts of half a rack unit stand two to a height, in bays 0 and 1."""
    found = elevate([Fill(part("b", "compute", height_u=0.5), 3, "middle")], 4)
    assert [(seat.u, seat.bay) for seat in found.seats] == [(1, 0), (1, 1), (2, 0)]


def test_104_what_finds_no_height_is_named(part: Make) -> None:
    """A rack that is too high keeps what fits and counts the rest by part."""
    found = elevate(
        [Fill(part("t", "compute", height_u=2), 3, "middle"), Fill(part("n", "management", height_u=1), 1, "top")], 5
    )
    assert found.used_u == 7
    assert found.overflow == (("t", 1),)
    assert max(seat.u + seat.height_u - 1 for seat in found.seats) <= 5


def test_105_parts_inside_take_no_seat(part: Make) -> None:
    """The zone `inside` takes no height."""
    assert elevate([Fill(part("bar", "inside"), 1, "inside")], 5).seats == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["compute", "power", "scale-up-switch", "control", "management"]),
            st.sampled_from(["bottom", "middle", "top"]),
            st.integers(1, 3),
            st.integers(1, 6),
        ),
        max_size=6,
    ),
    st.integers(1, 30),
)
def test_201_no_two_parts_share_a_place(rows: list[tuple[str, str, int, int]], height_u: int) -> None:
    """Whatever the contents, seats lie inside the frame, never overlap, and with the overflow make up all pieces."""
    fills = [
        Fill(RackPart(id=f"p{n}", role=role, height_u=Fact("h", float(high), "U", "", "", "assumption")), count, zone)
        for n, (role, zone, high, count) in enumerate(rows)
    ]
    found = elevate(fills, height_u)
    units = [seat.u + step for seat in found.seats for step in range(seat.height_u)]
    assert len(units) == len(set(units))
    assert all(1 <= u <= height_u for u in units)
    assert len(found.seats) + sum(count for _, count in found.overflow) == sum(fill.count for fill in fills)
    assert (not found.overflow) == (found.used_u <= height_u)
