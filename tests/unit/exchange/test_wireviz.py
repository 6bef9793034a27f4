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
    assert (make.plug, make.wires, make.color_code, make.far_pins) == ("RJ45", 8, "T568B", ())


@pytest.mark.parametrize("part", ["fibre-sm-mpo12", "fibre-sm-lc", "aec-800g-osfp"])
def test_103_what_one_end_sends_the_other_receives(part: str) -> None:
    """Crossing an assembly twice leads back, and no pin meets itself."""
    make = make_of(part, load_catalog(None))
    near = make.pins or tuple(str(number) for number in range(1, make.wires + 1))
    joined = dict(zip(near, make.far_pins, strict=True))
    assert all(joined[joined[pin]] == pin != joined[pin] for pin in near)


def test_104_a_part_the_catalog_does_not_know_is_one_line() -> None:
    """A part of the program's own catalog is drawn as a whole."""
    make = make_of("own-cable", load_catalog(None))
    assert (make.kind, make.wires) == ("own-cable", 1)


def test_105_every_conductor_is_joined_at_both_ends(one_pod: Plan) -> None:
    """Each connection names as many pins at both ends as the cable has conductors."""
    sheet = yaml.safe_load(EXPORTS["wireviz"](one_pod))
    for near, cable, far in sheet["connections"]:
        ((name, wires),) = cable.items()
        count = sheet["cables"][name]["wirecount"]
        assert wires == [f"1-{count}"]
        for end in (near, far):
            ((plug, pins),) = end.items()
            held = sheet["connectors"][plug]
            assert held.get("pincount", len(held.get("pinlabels", []))) == count
            assert pins == [f"1-{count}"] or len(pins) == count
    notes = {cable["notes"] for cable in sheet["cables"].values()}
    assert "936 installed, 1 spare" in notes
