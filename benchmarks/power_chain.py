"""A 2N chain made by rule for the power benchmarks: halls of 200 racks, sides A and B from medium voltage down.

It has the shape the design stage builds, without a program: transformers, boards, line-ups with UPS, busways, taps, and
the low-voltage cables between them.
"""

from __future__ import annotations

from rackwright.power.chain import Chain, ChainBuilder
from rackwright.power.classes import ElementClass

RACKS_PER_BUSWAY, BUSWAYS_PER_UPS, LINEUPS_PER_BOARD, BOARDS_PER_TRANSFORMER = 10, 4, 8, 4


def make_chain(*, racks: int, peak_w: float) -> Chain:
    """Chain of equal racks, each on one tap of side A and one of side B."""
    builder = ChainBuilder("campus", "2N")
    grid = builder.add("grid", ElementClass("utility", "", 5e8), upstream=-1)
    lineups = -(-racks // (RACKS_PER_BUSWAY * BUSWAYS_PER_UPS))
    boards = -(-lineups // LINEUPS_PER_BOARD)
    units = -(-boards // BOARDS_PER_TRANSFORMER) + 1
    high = [
        builder.add(f"hv-{n}", ElementClass("hv-transformer", "hv", 120e6, 0.996), upstream=grid) for n in range(units)
    ]
    ends: list[list[int]] = []
    for side in "AB":
        feeds: list[int] = []
        for board in range(boards):
            own, spare = high[board % units], high[(board + 1) % units]
            mv = builder.add(
                f"{side}-mv-{board}", ElementClass("mv-switchgear", "mv", 80e6), upstream=own, side=side, standby=spare
            )
            for lineup in range(board * LINEUPS_PER_BOARD, min(lineups, (board + 1) * LINEUPS_PER_BOARD)):
                feeds += _lineup(builder, mv, f"{side}-{lineup}", side)
        ends.append(_taps(builder, feeds, side, racks))
    for rack, (first, second) in enumerate(zip(*ends, strict=True)):
        node = builder.add(f"rack-{rack}", ElementClass("rack", "", peak_w), upstream=first, standby=second)
        builder.load(node, peak_w, (first, second), racks=1)
    return builder.chain()


def _lineup(builder: ChainBuilder, board: int, name: str, side: str) -> list[int]:
    """One line-up; its busways."""
    unit = builder.add(f"{name}-us", ElementClass("unit-substation", "us", 3e6, 0.99), upstream=board, side=side)
    genset = builder.add(f"{name}-gen", ElementClass("generator", "gen", 3e6), upstream=-1, side=side)
    source, second = _cable(builder, "unit-feeder", unit), _cable(builder, "generator-feeder", genset)
    low = builder.add(
        f"{name}-lv", ElementClass("lv-switchgear", "lv", 2.8e6), upstream=source, side=side, standby=second
    )
    feeder = _cable(builder, "ups-feeder", low)
    ups = builder.add(f"{name}-ups", ElementClass("ups", "ups", 2.5e6, 0.97), upstream=feeder, side=side)
    duct, busways = ElementClass("busway", "bw", 1e6, 0.995, is_rated_at_input=True), []
    for number in range(BUSWAYS_PER_UPS):
        feeder = _cable(builder, "busway-feeder", ups, number)
        busways.append(builder.add(f"{name}-bw-{number}", duct, upstream=feeder, side=side))
    return busways


def _cable(builder: ChainBuilder, kind: str, source: int, number: int = 0) -> int:
    """A low-voltage cable behind an element."""
    each = ElementClass(kind, "cu", 4e6, 0.998, is_rated_at_input=True)
    name = f"{builder.names[source]}-{kind}-{number}"
    return builder.add(name, each, upstream=source, side=builder.side[source])


def _taps(builder: ChainBuilder, busways: list[int], side: str, racks: int) -> list[int]:
    tap = ElementClass("tap", "tap", 0.1e6, 0.999, is_rated_at_input=True)
    return [
        builder.add(f"{side}-tap-{n}", tap, upstream=busways[n // RACKS_PER_BUSWAY], side=side) for n in range(racks)
    ]
