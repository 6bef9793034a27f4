"""Published fabrics and bills are scored from their own columns; contradictions are named with the arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.validate.fabric import score_fabric

HEAD = (
    "arch_id,config,servers,gpus,nics_per_server,switch_ports_at_fabric_speed,tiers,su_size_servers,rail_optimised,"
    "planes,leaf,spine,core,endpoint_leaf_cables,leaf_spine_cables,spine_core_cables,notes"
)
SOUND = "a,4 SU,128,1024,8,64,2,32,1,1,32,16,0,1024,1024,0,"


def table(folder: Path, *rows: str) -> Path:
    """A file of published designs."""
    path = folder / "designs.csv"
    path.write_text("\n".join([HEAD, *rows, ""]))
    return path


def test_101_a_sound_row_is_exact(tmp_path: Path) -> None:
    """A four-unit design of eight rails and 64 ports has 32 leaves and 16 spines, as printed."""
    score = score_fabric(table(tmp_path, SOUND))
    assert score.metrics["exact_share"] == 1.0
    assert score.cases[0].error == 0.0


def test_102_a_wrong_count_is_counted(tmp_path: Path) -> None:
    """One of six counts that differs gives an error of one sixth."""
    score = score_fabric(table(tmp_path, SOUND.replace(",32,16,0,", ",32,32,0,")))
    assert score.metrics["exact_share"] == 0.0
    assert score.cases[0].error == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("before", "after", "arithmetic"),
    [
        ("1024,1024,0,", "1000,1024,0,", "128 servers x 8 NICs x 1 planes = 1024, printed are 1000"),
        ("128,1024,8", "128,1000,8", "1000 accelerators"),
        (",32,16,0,", ",30,16,0,", "30 leaves cannot be shared out over 8 rails"),
        (",32,16,0,", ",32,8,0,", "1024 cables end on 8 spine switches x 64 ports = 512"),
        (",32,16,0,", ",32,16,4,", "two tiers are printed, and 4 core switches"),
    ],
)
def test_103_contradictions_are_named(tmp_path: Path, before: str, after: str, arithmetic: str) -> None:
    """A row whose figures cannot all be true is named with the arithmetic and not scored."""
    score = score_fabric(table(tmp_path, SOUND.replace(before, after)))
    assert not score.cases
    assert arithmetic in score.metrics["inconsistent"][0]
    assert arithmetic in score.skipped[0].reason


def test_104_empty_is_not_published(tmp_path: Path) -> None:
    """Empty counts are not scored; without a radix the leaves follow from what the notes state of a rack."""
    row = 'm,pod,384,3072,8,,2,384,0,1,192,,,3072,,,"2 servers per rack, 1 ToR per rack"'
    score = score_fabric(table(tmp_path, row))
    assert score.cases[0].expected == "leaf 192, endpoint_leaf_cables 3072"
    assert score.metrics["exact_share"] == 1.0


def test_105_numbers_are_checked(tmp_path: Path) -> None:
    """A cell that is no count is refused with its place."""
    with pytest.raises(InputError, match=r"designs\.csv:2:.*servers"):
        score_fabric(table(tmp_path, SOUND.replace("4 SU,128", "4 SU,many")))


def bill(folder: Path, **counts: int) -> Path:
    """A bill of one design."""
    path = folder / "bill.csv"
    lines = [f"{item},part,,{count},paper" for item, count in counts.items()]
    path.write_text("\n".join(["item,part,rule_or_connection,count,source", *lines, ""]))
    return path


def test_201_a_bill_follows_from_its_servers(tmp_path: Path) -> None:
    """63 servers are two units: 24 switches, 63 x 8 + 512 cables; racks need the site."""
    path = bill(tmp_path, servers=63, compute_switches=24, compute_ndr_cables=1016, racks=20, oob_dgx=63)
    score = score_fabric(path)
    assert score.metrics["exact_share"] == 1.0
    assert [case.id for case in score.cases] == ["compute_switches", "compute_ndr_cables", "oob_dgx"]
    assert {skip.id for skip in score.skipped} == {"servers", "racks"}


def test_202_a_wrong_line_lowers_the_share(tmp_path: Path) -> None:
    """A line that does not follow is a miss with its relative error."""
    score = score_fabric(bill(tmp_path, servers=63, compute_switches=24, oob_dgx=60))
    assert score.metrics["exact_share"] == 0.5
    assert score.cases[1].error == pytest.approx(0.05)


def test_203_a_bill_without_servers(tmp_path: Path) -> None:
    """A bill that names no servers is refused."""
    with pytest.raises(InputError, match="servers"):
        score_fabric(bill(tmp_path, compute_switches=24))


def test_204_each_skipped_line_names_its_own_input(tmp_path: Path) -> None:
    """A skipped line says what it needs: an input of its own, or the lines of the bill that are not there."""
    path = bill(tmp_path, servers=63, racks=20, pdus_a=48, oob_pdus=54, storage_ufm_cables=2, cats=3)
    score = score_fabric(path)
    reasons = {skip.id: skip.reason for skip in score.skipped}
    assert set(reasons) == {"servers", "racks", "pdus_a", "oob_pdus", "cats"}
    assert len(set(reasons.values())) == len(reasons)
    assert reasons["oob_pdus"] == "needs the lines pdus_b of the bill, which it lacks"
    assert "power strips" in reasons["pdus_a"]
    assert [case.id for case in score.cases] == ["storage_ufm_cables"]
