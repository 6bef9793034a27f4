"""A plan written as a folder is read back equal, and nothing it holds runs in a spreadsheet."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from rackwright.base.digest import digest
from rackwright.base.errors import InputError
from rackwright.base.store import publish
from rackwright.exchange import EXPORTS, read_plan, write_plan
from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.exchange.folder import csv_bytes, plan_files
from rackwright.plan import Plan
from rackwright.views.whole_pieces import whole_orders


@pytest.fixture(scope="module")
def folder(one_pod: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published plan."""
    out = tmp_path_factory.mktemp("out") / "one-pod"
    write_plan(one_pod, out, {"plan.json": b"{}"})
    return out


def test_101_read_back_equal(one_pod: Plan, folder: Path) -> None:
    """Every table, the program and the omissions survive the round trip."""
    again = read_plan(folder)
    assert digest(again.program) == digest(one_pod.program)
    assert again.omissions() == one_pod.omissions()
    for (name, before), (_, after) in zip(one_pod.tables(), again.tables(), strict=True):
        assert digest(before) == digest(after), name


def test_102_a_changed_file_is_noticed(one_pod: Plan, tmp_path: Path) -> None:
    """A plan whose file was edited is refused with the file's name."""
    out = tmp_path / "plan"
    write_plan(one_pod, out, {"plan.json": b"{}"})
    (out / "program.json").write_text("{}")
    with pytest.raises(InputError, match=r"program\.json"):
        read_plan(out)


def test_103_not_a_plan(tmp_path: Path) -> None:
    """A folder that is not a plan is refused with a repair."""
    with pytest.raises(InputError, match="rackwright plan"):
        read_plan(tmp_path)


@pytest.mark.parametrize("without", ["tables/bom.totals.parquet", "column"])
def test_104_a_plan_of_another_version_is_named(without: str, one_pod: Plan, tmp_path: Path) -> None:
    """A whole plan that lacks a table or column of today was written by another version, and says so."""
    files = dict(plan_files(one_pod))
    if without == "column":
        changed = BytesIO()
        one_pod.bom.totals.frame.drop("item").write_parquet(changed)
        files["tables/bom.totals.parquet"] = changed.getvalue()
    else:
        del files[without]
    publish(tmp_path / "old", files.items())
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / "old")
    assert [problem.code for problem in caught.value.problems] == ["plan-of-another-version"]


def test_201_formulas_are_defused() -> None:
    """Text that a spreadsheet would run gets an apostrophe; negative numbers stay numbers."""
    frame = pl.DataFrame({"name": ["=1+1", "@x", "-2", "plain", "\tx"], "value": [-1.5, 2.0, 3.0, 4.0, 5.0]})
    text = csv_bytes(frame).decode()
    assert "'=1+1,-1.5" in text
    assert "'@x" in text
    assert "'-2,3.0" in text
    assert "plain,4.0" in text
    assert "\n\tx" not in text


def test_301_cut_sheet_names_both_ends(one_pod: Plan) -> None:
    """Each leg has one line, its two labels mirror each other, and no end is named twice in one network."""
    sheet = cut_sheet(one_pod)
    assert sheet.height == one_pod.cabling.cables.frame.select("assembly", "leg").unique().height
    legs = sheet.drop_nulls("leg").group_by("assembly").agg(pl.col("length_m").max(), pl.col("assembly_m").unique())
    assert (legs["length_m"] == legs["assembly_m"].list.first()).all()
    assert legs["assembly_m"].list.len().to_list() == [1] * legs.height
    assert sheet.null_count().select("from", "to").row(0) == (0, 0)
    assert (sheet["label_from"] == sheet["from"] + " / " + sheet["to"]).all()
    assert (sheet["label_to"] == sheet["to"] + " / " + sheet["from"]).all()
    ends = pl.concat(
        [sheet.select("network", pl.col("from").alias("end")), sheet.select("network", pl.col("to").alias("end"))]
    )
    assert not ends.is_duplicated().any()


@pytest.mark.parametrize("form", sorted(EXPORTS))
def test_302_exports_are_deterministic(one_pod: Plan, form: str) -> None:
    """The same plan gives the same bytes in every format."""
    assert EXPORTS[form](one_pod) == EXPORTS[form](one_pod)


def test_303_workbook_holds_numbers_as_numbers(one_pod: Plan) -> None:
    """The workbook opens in another reader, its gates are dates and its costs are numbers."""
    import datetime as dt
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(EXPORTS["xlsx"](one_pod)), read_only=True)
    gates = list(book["Gates"].iter_rows(values_only=True))
    assert isinstance(gates[1][gates[0].index("p80_date")], dt.datetime)
    orders = list(book["Orders"].iter_rows(values_only=True))
    assert len(orders) == 1 + len(whole_orders(one_pod))
    assert isinstance(orders[1][orders[0].index("cost_usd")], int | float)
    assert any(name.startswith("cut ") for name in book.sheetnames)


def test_308_workbook_tells_of_projects(one_pod: Plan) -> None:
    """Use of resources by month, gates, drivers, risks, buffers and earned value are sheets of numbers."""
    import datetime as dt
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(EXPORTS["xlsx"](one_pod)), read_only=True)
    told = {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}
    sheets = {"Resources", "Histogram", "Used up", "Gates by generation", "Drivers", "Risks", "Buffers", "Earned value"}
    assert sheets <= told.keys()
    assert told["Histogram"][1][:2] == ("Integration engineers", "2026-12")
    assert {row[0] for row in told["Histogram"][1:]} == {row[0] for row in told["Resources"][1:]}
    assert isinstance(told["Buffers"][1][told["Buffers"][0].index("safe")], dt.datetime)
    assert len(told["Risks"]) == 1 + sum(len(project.risks) for project in one_pod.program.projects)


def test_304_dot_is_balanced(one_pod: Plan) -> None:
    """The Graphviz text opens and closes one graph and quotes every name."""
    text = EXPORTS["dot"](one_pod).decode()
    assert text.startswith("graph fabric {")
    assert text.rstrip().endswith("}")
    assert text.count('"') % 2 == 0
