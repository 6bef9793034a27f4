"""Assemblies are drawn as they are made: conductors in their colours, plugs of their kind, sent to received."""

from __future__ import annotations

import pytest
import yaml

from rackwright.catalog import load_catalog
from rackwright.exchange import EXPORTS
from rackwright.exchange.wireviz import make_of
from rackwright.plan import Plan


@pytest.mark.parametrize(
    ("part", "plug", "wires", "first", "jacket"),
    [
        ("fibre-sm-mpo12", "MPO-12", 12, "BU", "YE"),
        ("fibre-mm-mpo12", "MPO-12", 12, "BU", "TQ"),
        ("fibre-sm-mpo16", "MPO-16", 16, "BU", "YE"),
        ("fibre-sm-lc", "LC", 2, "BU", "YE"),
        ("aec-800g-osfp", "OSFP", 16, "SR", "BK"),
        ("dac-100g-qsfp28", "QSFP28", 8, "SR", "BK"),
        ("aoc-400g-osfp", "OSFP", 16, "BU", "TQ"),
    ],
)
def test_101_conductors_plugs_and_colours(part: str, plug: str, wires: int, first: str, jacket: str) -> None:
    """Fibres are counted by the connector, pairs by the lanes of the cage and direction."""
    make = make_of(part, load_catalog(None))
    assert (make.plug, make.wires, make.colors[0], make.jacket) == (plug, wires, first, jacket)
    assert len(set(make.colors)) in {1, wires}
    assert make.has_shield == part.startswith(("aec", "dac"))


def test_102_a_patch_cord_has_the_pairs_of_its_code() -> None:
    """Copper has eight wires in the colours of T568B, straight through."""
    make = make_of("cat6-rj45", load_catalog(None))
    assert (make.plug, make.wires, make.color_code) == ("RJ45", 8, "T568B")
    assert make.legs[0].near == make.legs[0].far


@pytest.mark.parametrize("part", ["fibre-sm-mpo12", "fibre-sm-lc", "aec-800g-osfp"])
def test_103_what_one_end_sends_the_other_receives(part: str) -> None:
    """Crossing an assembly twice leads back, and no pin meets itself."""
    (leg,) = make_of(part, load_catalog(None)).legs
    joined = dict(zip(leg.near, leg.far, strict=True))
    assert all(joined[joined[pin]] == pin != joined[pin] for pin in leg.near)


def test_104_a_part_the_catalog_does_not_know_is_one_line() -> None:
    """A part of the program's own catalog is drawn as a whole."""
    make = make_of("own-cable", load_catalog(None))
    assert (make.kind, make.wires) == ("own-cable", 1)


def test_105_every_conductor_is_joined_at_both_ends(one_pod: Plan) -> None:
    """Each connection names as many pins at both ends as conductors, each conductor once, and only pins that exist."""
    sheet = yaml.safe_load(EXPORTS["wireviz"](one_pod))
    used: dict[str, list[int]] = {}
    for connection in sheet["connections"]:
        near, cable, far = (next(iter(end.items())) for end in connection)
        low, _, high = str(cable[1][0]).partition("-")
        wires = list(range(int(low), int(high or low) + 1))
        used.setdefault(cable[0], []).extend(wires)
        for plug, pins in (near, far):
            held = sheet["connectors"][plug]
            there = held.get("pinlabels") or list(range(1, held["pincount"] + 1))
            assert len(set(pins)) == len(pins) == len(wires)
            assert set(pins) <= set(there)
    assert used == {name: list(range(1, cable["wirecount"] + 1)) for name, cable in sheet["cables"].items()}
    assert all(" installed, " in cable["notes"] for cable in sheet["cables"].values())


def test_106_a_splitter_has_a_plug_at_each_leg() -> None:
    """Lanes of the head are shared out in order; fibres leave both ends of the head's row for those of the leg's."""
    copper = make_of("dac-800g-4x200g-qsfp112", load_catalog(None))
    assert (copper.plug, [leg.plug for leg in copper.legs], copper.wires) == ("OSFP", ["QSFP112"] * 4, 16)
    assert copper.legs[1].near == ("TX3", "TX4", "RX3", "RX4")
    assert copper.legs[1].far == ("RX1", "RX2", "TX1", "TX2")
    fibre = make_of("fibre-mm-mpo12-2", load_catalog(None))
    assert [(leg.near, leg.far) for leg in fibre.legs] == [
        (("1", "2", "11", "12"), ("12", "11", "2", "1")),
        (("3", "4", "9", "10"), ("12", "11", "2", "1")),
    ]
    assert fibre.colors == ("BU", "OG", "PK", "TQ", "GN", "BN", "YE", "VT")
