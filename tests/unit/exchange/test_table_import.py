"""Does an export of another system come in whole, mapped and checked, or not at all?"""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rackwright.base.errors import InputError
from rackwright.catalog import Catalog
from rackwright.exchange.sheet import read_sheet
from rackwright.exchange.table_import import ColumnMapping, import_table, read_mapping
from rackwright.program import Program


def written(tmp_path: Path, rows: list[list[Any]], *, name: str = "erp.xlsx", title: str = "Sheet1") -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    tab.title = title
    for row in rows:
        tab.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


STOCK = ColumnMapping(columns={"item": "Part No", "plant": "Site", "qty": "On Hand"}, defaults={"as_of": "2026-11-13"})


def test_101_a_sheet_becomes_a_table(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """Mapped columns, defaults and headings that read like a field come in; others are named as not used."""
    path = written(
        tmp_path, [["Part No", "Site", "On Hand", "Status", "Bin"], ["mgx-48u", "columbus", 4.0, "hold", "A7"]]
    )
    found = import_table("stock", read_sheet(path), STOCK, one_pod_program, catalog)
    assert found.text == "item,plant,qty,status,as_of\nmgx-48u,columbus,4,hold,2026-11-13\n"
    assert (found.num_rows, found.unused) == (1, ("Bin",))


def test_102_units_are_given_to_bare_numbers(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """A lead time in days and a price in dollars need their units; a cell that has its own keeps it."""
    rows = [["Item", "Supplier", "Price", "Lead Time", "Allocation per week", "Origin"],
            ["manifold", "supplier-b", "4,100", 70, 8, "US"],
            ["manifold", "supplier-c", 4000, "12 weeks", 8, "MX"]]  # fmt: skip
    mapping = ColumnMapping(units={"price": "USD", "lead_time": "days"})
    found = import_table("offers", read_sheet(written(tmp_path, rows)), mapping, one_pod_program, catalog)
    assert "manifold,supplier-b,4100 USD,70 days" in found.text
    assert "manifold,supplier-c,4000 USD,12 weeks" in found.text


def test_103_dates_of_a_workbook_are_days(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """A date cell is written as an ISO day."""
    rows = [["item", "supplier", "plant", "promised", "qty"],
            ["manifold", "supplier-b", "columbus", dt.date(2027, 3, 15), 8]]  # fmt: skip
    found = import_table("open_orders", read_sheet(written(tmp_path, rows)), ColumnMapping(), one_pod_program, catalog)
    assert "columbus,2027-03-15,8" in found.text


def test_201_every_problem_of_every_row_is_told(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """Negative amounts, missing cells and wrong words are one error with the place of each cell."""
    rows = [["Part No", "Site", "On Hand", "status"], ["mgx-48u", "columbus", -4, "free"], ["", "columbus", 1, "lost"]]
    with pytest.raises(InputError) as caught:
        import_table("stock", read_sheet(written(tmp_path, rows)), STOCK, one_pod_program, catalog)
    places = [(problem.place.file, problem.place.line, problem.place.column) for problem in caught.value.problems]
    assert places == [("erp.xlsx[Sheet1]", 2, 3), ("erp.xlsx[Sheet1]", 3, 1), ("erp.xlsx[Sheet1]", 3, 4)]


def test_202_names_are_checked_against_the_program(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """A plant nobody knows is found with its line, and the near name is offered."""
    rows = [["Part No", "Site", "On Hand"], ["mgx-48u", "colombus", 4]]
    with pytest.raises(InputError) as caught:
        import_table("stock", read_sheet(written(tmp_path, rows)), STOCK, one_pod_program, catalog)
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.line) == ("unknown-reference", 2)
    assert "columbus" in problem.repair


def test_205_rows_are_checked_together_with_the_program(
    tmp_path: Path, one_pod_program: Program, catalog: Catalog
) -> None:
    """A row that closes a cycle with a row of the program is refused."""
    own = one_pod_program.supply.bom[0]
    rows = [["parent", "component", "qty"], [own.component, own.parent, 1]]
    with pytest.raises(InputError, match="contains itself") as caught:
        import_table("bom", read_sheet(written(tmp_path, rows)), ColumnMapping(), one_pod_program, catalog)
    assert {problem.place.file for problem in caught.value.problems} == {"erp.xlsx[Sheet1]"}


def test_203_a_mapping_to_nothing_is_told(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """A field or heading that is not there is a problem of the mapping, told before any row is read."""
    mapping = ColumnMapping(columns={"itm": "Part No", "qty": "Onhand"})
    with pytest.raises(InputError) as caught:
        import_table("stock", read_sheet(written(tmp_path, [["Part No", "On Hand"], ["a", 1]])), mapping,
                     one_pod_program, catalog)  # fmt: skip
    assert [problem.code for problem in caught.value.problems] == ["unknown-field", "missing-column"]


def test_206_a_column_that_is_missing_is_told_once(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """A field without a column is one problem however many rows there are, and the headings of the file are listed."""
    rows = [["Teil", "Werk", "qty"], ["a", "b", 1], ["c", "d", 2]]
    with pytest.raises(InputError) as caught:
        import_table("stock", read_sheet(written(tmp_path, rows)), ColumnMapping(), one_pod_program, catalog)
    assert [problem.place.path for problem in caught.value.problems] == ["stock.item", "stock.plant"]
    assert 'the file has "Teil", "Werk", "qty".' in caught.value.problems[0].rule


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_104_the_header_line_tells_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    """Fields may be separated by commas, semicolons or tabs; other such marks inside a quoted heading do not count."""
    path = tmp_path / "erp.csv"
    path.write_text(f'item{delimiter}plant{delimiter}"a,b;c,d;e,f;g"\nx{delimiter}y{delimiter}1\n', encoding="utf-8")
    sheet = read_sheet(path)
    assert (sheet.headings, sheet.delimiter) == (("item", "plant", "a,b;c,d;e,f;g"), delimiter)
    assert list(sheet.rows[0].values()) == ["x", "y", "1"]


def test_105_commas_before_groups_of_three_are_read(tmp_path: Path, one_pod_program: Program, catalog: Catalog) -> None:
    """`1,200` is 1200 in a field that holds a number; text keeps its commas."""
    rows = [["item", "plant", "qty", "note"], ["mgx-48u", "columbus", "1,200", "1,200 seen"]]
    found = import_table("stock", read_sheet(written(tmp_path, rows)), ColumnMapping(), one_pod_program, catalog)
    assert 'mgx-48u,columbus,1200,"1,200 seen"' in found.text


@pytest.mark.parametrize(
    ("name", "cell"), [("a.csv", "1,5"), ("a.csv", "12,00"), ("a.csv", "many"), ("b.csv", "1,200")]
)
def test_207_what_is_no_number_is_told_in_plain_words(
    tmp_path: Path, one_pod_program: Program, catalog: Catalog, name: str, cell: str
) -> None:
    """A decimal comma, or any comma of a file separated by semicolons, is refused with a rule and a repair."""
    mark = "," if name == "a.csv" else ";"
    path = tmp_path / name
    path.write_text(f'item{mark}plant{mark}qty\nmgx-48u{mark}columbus{mark}"{cell}"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_table("stock", read_sheet(path), ColumnMapping(), one_pod_program, catalog)
    problem = caught.value.problems[0]
    assert (problem.rule, problem.place.line) == (f'"{cell}" is no number.', 2)
    assert "1,200" in problem.repair


def test_204_a_mapping_file_has_three_parts(tmp_path: Path) -> None:
    """`columns`, `units` and `defaults` are read; anything else is an error."""
    path = tmp_path / "map.yaml"
    path.write_text("columns: {item: Part No}\nunits: {price: USD}\ndefaults: {plant: columbus}\n", encoding="utf-8")
    found = read_mapping(path)
    assert (found.columns, found.units, found.defaults) == (
        {"item": "Part No"},
        {"price": "USD"},
        {"plant": "columbus"},
    )
    path.write_text("colums: {item: Part No}\n", encoding="utf-8")
    with pytest.raises(InputError, match="colums"):
        read_mapping(path)


def test_301_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    """What is no workbook, has no such sheet, is empty, or heads two columns alike is refused with its reason."""
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK not a zip")
    with pytest.raises(InputError, match="no XLSX workbook"):
        read_sheet(broken)
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match="no XLSX workbook"):
        read_sheet(other)
    with pytest.raises(InputError, match="no sheet"):
        read_sheet(written(tmp_path, [["a"]]), sheet="Stock")
    with pytest.raises(InputError, match="empty"):
        read_sheet(written(tmp_path, []))
    with pytest.raises(InputError, match="two columns"):
        read_sheet(written(tmp_path, [["a", "a"], ["1", "2"]]))
