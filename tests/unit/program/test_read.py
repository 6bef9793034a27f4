from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.base.units import Estimate
from rackwright.catalog.index import Catalog
from rackwright.program.model import Program
from rackwright.program.read import load_program, read_program

Damage = Callable[[str, str, str], Path]

HEADER = """
name: tiny
as_of: 2026-11-15
horizon: {start: 2026-12-01, end: 2027-12-01}
money_year: 2026
parties: [{id: lab, name: Lab, role: lab}]
policy:
  late_price_per_rack_day: 1 kUSD
  price_of_rack_not_delivered: 1 MUSD
  energy_price: 60 USD/MWh
  capital_cost: 8 %
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A folder with a header only."""
    (tmp_path / "program.yaml").write_text(HEADER, encoding="utf-8")
    return tmp_path


def test_example_is_read_without_problems(one_pod: Program, folder: Path, catalog: Catalog) -> None:
    """The example has no errors and no warnings, and quantities arrive in canonical units with their bands."""
    assert load_program(folder, catalog=catalog)[1] == []
    assert one_pod.halls[0].it_w == 4e6
    gpu = one_pod.supply.offers[0]
    assert gpu.lead_days == Estimate(182.0, 140.0, 252.0)
    assert gpu.price == Estimate(35_000.0, 32_000.0, 42_000.0)


def test_header_alone_is_a_program(tiny: Path) -> None:
    """Every table may be missing: it is not planned here."""
    program = read_program(tiny, catalog=None)
    assert program.platforms == ()
    assert program.horizon.num_days == 365


def test_csv_rows_take_mapping_and_defaults(one_pod: Program) -> None:
    """Mapped columns fill fields, other columns of the export are left alone, defaults fill what is missing."""
    frame = next(row for row in one_pod.supply.offers if row.item == "mgx-48u")
    assert (frame.supplier, frame.plant, frame.us_value_share) == ("supplier-b", "columbus", 0.85)
    assert frame.per_week.value == 6.0


def test_csv_without_mapping_names_fields(tiny: Path) -> None:
    """Without a mapping the headings are fields; lists of texts are separated by semicolons."""
    (tiny / "workloads.yaml").write_text("requirements: {csv: need.csv}\nsites: []\n", encoding="utf-8")
    (tiny / "need.csv").write_text(
        "id,platform,racks,need_by\na,p,4,2027-05-01\n\nb,p,8,2027-06-01\n", encoding="utf-8"
    )
    (tiny / "projects.yaml").write_text("calendars: [{csv: cal.csv}, {id: all}]\n", encoding="utf-8")
    (tiny / "cal.csv").write_text("id,weekdays,holidays\nfew,mon; tue,2026-12-25;2027-01-01\n", encoding="utf-8")
    program = load_program(tiny)[0]
    assert program is not None
    assert [(row.id, row.racks) for row in program.requirements] == [("a", 4), ("b", 8)]
    assert program.calendars[0].weekdays == ("mon", "tue")
    assert program.calendars[0].holidays == (dt.date(2026, 12, 25), dt.date(2027, 1, 1))
    assert program.calendars[1].id == "all"


@pytest.mark.parametrize(
    ("reference", "code", "path"),
    [
        ("{csv: need.csv, colums: {}}", "unknown-field", "requirements.colums"),
        ("{csv: need.csv, columns: {rack: Racks}}", "unknown-field", "requirements.columns.rack"),
        ("{csv: need.csv, columns: {racks: Rack}}", "missing-column", ""),
        ("{csv: need.csv, columns: [racks]}", "wrong-type", "requirements.columns"),
        ("{csv: need.csv, columns: {racks: 3}}", "wrong-type", "requirements.columns.racks"),
        ("{csv: need.csv, defaults: {rack: 3}}", "unknown-field", "requirements.defaults.rack"),
        ("{csv: 3}", "wrong-type", "requirements.csv"),
        ("{csv: need.csv}", "unknown-field", ""),
    ],
)
def test_csv_reference_is_checked(reference: str, code: str, path: str, tiny: Path) -> None:
    """What is wrong with a reference to a CSV file is said where it stands, once."""
    (tiny / "workloads.yaml").write_text(f"requirements: {reference}\n", encoding="utf-8")
    (tiny / "need.csv").write_text("id,platform,Racks,need_by\na,p,4,2027-05-01\n", encoding="utf-8")
    _, problems = load_program(tiny)
    errors = [problem for problem in problems if problem.code not in {"missing-field", "not-planned-here"}]
    assert [(problem.code, problem.place.path) for problem in errors] == [(code, path)]
    assert errors[0].place.line == 1


def test_rows_cannot_stand_in_csv(tiny: Path) -> None:
    """A field with rows of its own is refused as a column."""
    (tiny / "supply.yaml").write_text("terms: {csv: terms.csv}\n", encoding="utf-8")
    (tiny / "terms.csv").write_text("item,supplier,rungs\na,b,c\n", encoding="utf-8")
    assert "not-flat" in {problem.code for problem in load_program(tiny)[1]}


def test_tables_of_included_files_are_joined(tiny: Path) -> None:
    """Lists of one table are joined over files in reading order, and duplicates are found across them."""
    with (tiny / "program.yaml").open("a", encoding="utf-8") as file:
        file.write("include: [east.yaml, west.yaml]\n")
    row = "requirements: [{{id: {0}, platform: p, racks: 1, need_by: 2027-05-01}}]\n"
    (tiny / "east.yaml").write_text(row.format("a"), encoding="utf-8")
    (tiny / "west.yaml").write_text(row.format("b"), encoding="utf-8")
    assert [need.id for need in read_program(tiny, catalog=None).requirements] == ["a", "b"]
    (tiny / "west.yaml").write_text(row.format("a"), encoding="utf-8")
    _, problems = load_program(tiny)
    duplicate = next(problem for problem in problems if problem.code == "duplicate-id")
    assert (duplicate.place.file, duplicate.place.line) == ("west.yaml", 1)


@pytest.mark.parametrize(
    ("include", "code"),
    [
        ("[workloads.yaml]", "included-twice"),
        ("[../x.yaml]", "file-outside"),
        ("[gone.yaml]", "file-missing"),
        ("[3]", "wrong-type"),
        ("x.yaml", "wrong-type"),
    ],
)
def test_include_is_checked(include: str, code: str, tiny: Path) -> None:
    """An included file lies in the folder, is there, and is read once."""
    (tiny / "workloads.yaml").write_text("serving: []\n", encoding="utf-8")
    with (tiny / "program.yaml").open("a", encoding="utf-8") as file:
        file.write(f"include: {include}\n")
    assert load_program(tiny)[1][0].code == code


def test_header_key_in_two_files(tiny: Path) -> None:
    """A header key stands in one file; the message names the first."""
    (tiny / "sites.yaml").write_text("name: other\n", encoding="utf-8")
    _, problems = load_program(tiny)
    assert [(problem.code, problem.place.file) for problem in problems] == [("duplicate-key", "sites.yaml")]
    assert "program.yaml:2" in problems[0].rule


def test_supply_is_not_a_key(tiny: Path) -> None:
    """Tables of supply stand at the top of a file."""
    (tiny / "supply.yaml").write_text("supply: {items: []}\n", encoding="utf-8")
    assert "at the top" in load_program(tiny)[1][0].repair


def test_inner_names_are_not_accepted(damage: Damage, catalog: Catalog) -> None:
    """Files use the names of the files, so that the schema and the reader give one verdict."""
    _, problems = load_program(damage("sites.yaml", "it_power: 4 MW", "it_w: 4 MW"), catalog=catalog)
    assert {problem.code for problem in problems} == {"unknown-field", "missing-field"}


def test_places_are_those_of_an_editor(damage: Damage, catalog: Catalog) -> None:
    """A message starts with file, line, column and path, and ends with a repair."""
    folder = damage("sites.yaml", "site: ohio\n    it_power", "site: ohoi\n    it_power")
    with pytest.raises(InputError) as caught:
        read_program(folder, catalog=catalog)
    line = (folder / "sites.yaml").read_text(encoding="utf-8").splitlines().index("    site: ohoi") + 1
    wanted = f'sites.yaml:{line}:11: halls[ohio-1].site: no site is called "ohoi". Did you mean "ohio"?'
    assert str(caught.value) == wanted


def test_errors_come_before_warnings_and_in_order(folder: Path, catalog: Catalog) -> None:
    """Problems are sorted: errors first, then by file and line."""
    (folder / "platform.yaml").write_text("a: 1\n", encoding="utf-8")
    sites = folder / "sites.yaml"
    text = sites.read_text(encoding="utf-8").replace("rows: 4", "rows: -4").replace("units: 2", "units: -2")
    sites.write_text(text, encoding="utf-8")
    _, problems = load_program(folder, catalog=catalog)
    assert [problem.severity for problem in problems] == ["error", "error", "warning"]
    assert problems[0].place < problems[1].place


def test_alternatives_are_one_problem(damage: Damage, catalog: Catalog) -> None:
    """A value that may be a number or a word is reported once, with both ways."""
    _, problems = load_program(damage("sites.yaml", "units: 2\n", "units: two\n"), catalog=catalog)
    assert len(problems) == 1
    assert "a whole number" in problems[0].repair
    assert '"auto"' in problems[0].repair
