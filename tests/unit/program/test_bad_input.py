from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from rackwright.base.errors import InputError
from rackwright.base.intake import read_yaml
from rackwright.base.problem import Problem
from rackwright.catalog.index import Catalog
from rackwright.program.codes import CODES
from rackwright.program.read import load_program, read_program
from rackwright.program.rest import without_scenarios

Damage = Callable[[str, str, str], Path]


class Slip(NamedTuple):
    """One mistake: what is written instead of what, and the code and path that must be reported."""

    number: int
    code: str
    file: str
    before: str
    after: str
    path: str


CORPUS = [
    Slip(**{key: entry[key] for key in Slip._fields})
    for entry in read_yaml(Path(__file__).with_name("slips.yaml")).data
]
SLIPS = [slip for slip in CORPUS if slip.number < 900]
WARNINGS = [slip for slip in CORPUS if slip.number >= 900]


def find(problems: list[Problem], slip: Slip) -> Problem | None:
    """The problem that a slip must cause, if it is there."""
    return next((p for p in problems if p.code == slip.code and p.place.path == slip.path), None)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.number}-{slip.code}")
def test_slip_is_named_with_place_and_repair(slip: Slip, damage: Damage, catalog: Catalog) -> None:
    """A slip of the pen is reported with its code, file, line, column, path, rule and repair."""
    folder = damage(slip.file, slip.before, slip.after)
    program, problems = load_program(folder, catalog=catalog)
    found = find(problems, slip)
    assert program is None
    assert found is not None, [str(problem) for problem in problems]
    assert found.place.file == slip.file
    assert found.place.line >= 1
    assert found.rule
    assert found.repair or slip.code == "ragged-row"


@pytest.mark.parametrize("slip", WARNINGS, ids=lambda slip: f"{slip.number}-{slip.code}")
def test_oddity_is_a_warning(slip: Slip, damage: Damage, catalog: Catalog) -> None:
    """An oddity with which planning can go on is a warning with place."""
    _, problems = load_program(damage(slip.file, slip.before, slip.after), catalog=catalog)
    found = find(problems, slip)
    assert found is not None, [str(problem) for problem in problems]
    assert found.severity == "warning"
    assert found.place.line >= 1


def test_scenarios_without_chances_are_a_warning(folder: Path, catalog: Catalog) -> None:
    """Scenarios of which none has a probability are told once, at the first."""
    file = folder / "scenarios.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "probability:" not in line), encoding="utf-8")
    _, problems = load_program(folder, catalog=catalog)
    assert [(p.code, p.severity) for p in problems if p.place.file == file.name] == [("no-probability", "warning")]


def test_an_empty_list_of_scenarios_is_a_warning(folder: Path, catalog: Catalog) -> None:
    """A list of scenarios that is there and empty is told at its place, and the program is read."""
    (folder / "scenarios.yaml").write_text("scenarios: []\n", encoding="utf-8")
    program, problems = load_program(folder, catalog=catalog)
    told = [(p.code, p.severity, p.place.line) for p in problems if p.place.file == "scenarios.yaml"]
    assert program is not None
    assert told == [("no-scenarios", "warning", 1)]


def test_a_tree_of_no_chance_at_all_is_a_warning(folder: Path, catalog: Catalog) -> None:
    """Scenarios whose probabilities are all zero are told as those without any are."""
    file = folder / "scenarios.yaml"
    text = file.read_text(encoding="utf-8").replace("25 %", "0 %").replace("30 %", "0 %")
    file.write_text(text, encoding="utf-8")
    _, problems = load_program(folder, catalog=catalog)
    assert [(p.code, p.severity) for p in problems if p.place.file == file.name] == [("no-probability", "warning")]


def test_a_scenario_with_many_loose_ends_is_one_problem(folder: Path, catalog: Catalog) -> None:
    """A plant that is removed with all that refers to it left behind is told once, with the number of rules broken."""
    file = folder / "scenarios.yaml"
    text = file.read_text(encoding="utf-8")
    gone = '- {id: gone, name: Plant lost, changes: [{at: "plants[columbus]", remove: true}]}'
    file.write_text(text.replace("scenarios:\n", f"scenarios:\n  {gone}\n", 1), encoding="utf-8")
    _, problems = load_program(folder, catalog=catalog)
    (problem,) = [p for p in problems if p.severity == "error"]
    assert "more rules are broken by this scenario" in problem.rule
    assert problem.repair
    program, _ = load_program(folder, catalog=catalog, spares_scenarios=True)
    assert program is not None
    kept = [scenario.id for scenario in without_scenarios(program, catalog).scenarios]
    assert kept == ["late-transformer", "more-chat"]


def test_stray_file_is_a_warning(folder: Path, catalog: Catalog) -> None:
    """A misspelt file name is noticed, and the standard name offered."""
    (folder / "platform.yaml").write_text("platforms: []\n", encoding="utf-8")
    program, problems = load_program(folder, catalog=catalog)
    assert program is not None
    assert [(p.code, p.place.file, p.severity) for p in problems] == [("file-not-read", "platform.yaml", "warning")]
    assert 'Did you mean "platforms.yaml"' in problems[0].repair


def test_reference_into_a_missing_file_is_a_warning(folder: Path, catalog: Catalog) -> None:
    """Without projects.yaml the gates of other files are "not planned here", and the program is still read."""
    (folder / "projects.yaml").unlink()
    (folder / "scenarios.yaml").unlink()
    program, problems = load_program(folder, catalog=catalog)
    assert program is not None
    assert {problem.code for problem in problems if "gate" in problem.place.path} == {"not-planned-here"}


def test_hall_of_another_site_and_sku_of_another_platform(folder: Path, catalog: Catalog) -> None:
    """A block lies on one site, and its tranches are of its platform."""
    for file, key, old, new in (
        ("sites.yaml", "halls:", "id: ohio-1\n    site: ohio", "id: ohio-1\n    site: texas"),
        ("sites.yaml", "tranches:", "configuration: gb300-nvl72", "configuration: other-rack"),
    ):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        assert key
    more_sites(folder)
    _, problems = load_program(folder, catalog=catalog)
    found = {(p.code, p.place.path) for p in problems if p.severity == "error"}
    assert ("hall-on-other-site", "blocks[pod-1].halls[0]") in found
    assert ("configuration-of-other-platform", "tranches[pod-1a].configuration") in found
    assert ("workload-not-allowed", "blocks[pod-1].workloads[0]") in found


def more_sites(folder: Path) -> None:
    """A second site and platform, copied from the first; the training run may only use the second."""
    sites = (folder / "sites.yaml").read_text(encoding="utf-8")
    platforms = (folder / "platforms.yaml").read_text(encoding="utf-8")
    site = sites[sites.index("  - id: ohio\n") : sites.index("halls:\n")].replace("id: ohio\n", "id: texas\n")
    site = site.replace("grid-1", "grid-2").replace("substation-1", "substation-2")
    platform = platforms[platforms.index("  - id: gb300\n") :].replace("id: gb300\n", "id: other\n")
    platform = platform.replace("id: gb300-nvl72", "id: other-rack")
    (folder / "more.yaml").write_text(f"sites:\n{site}\nplatforms:\n{platform}\n", encoding="utf-8")
    program = folder / "program.yaml"
    program.write_text(program.read_text(encoding="utf-8") + "\ninclude: [more.yaml]\n", encoding="utf-8")
    workloads = folder / "workloads.yaml"
    text = workloads.read_text(encoding="utf-8").replace("weight: 2 ", "platforms: [other]\n    weight: 2 ")
    workloads.write_text(text, encoding="utf-8")


def test_every_code_of_the_checks_is_tried() -> None:
    """Each code a program can raise by its content stands in the corpus of slips."""
    tried = {slip.code for slip in (*SLIPS, *WARNINGS)}
    elsewhere = {"not-planned-here", "hall-on-other-site", "configuration-of-other-platform"}
    elsewhere |= {"workload-not-allowed", "bad-config", "no-probability", "no-scenarios"}
    first = next(i for i, code in enumerate(CODES) if code.name == "missing-field")
    last = next(i for i, code in enumerate(CODES) if code.name == "bad-catalog-file")
    names = {code.name for code in CODES[first:last]} - {"invalid-value"}
    assert names - tried - elsewhere == set()


def test_all_problems_of_all_files_come_at_once(folder: Path, catalog: Catalog) -> None:
    """Slips in four files, of the schema and of the checks, are reported together."""
    slips = [slip for slip in SLIPS if slip.number in {102, 109, 606, 803}]
    for slip in slips:
        path = folder / slip.file
        path.write_text(path.read_text(encoding="utf-8").replace(slip.before, slip.after, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_program(folder, catalog=catalog)
    found = {(problem.code, problem.place.file) for problem in caught.value.problems}
    assert len({slip.file for slip in slips}) == 4
    assert {(slip.code, slip.file) for slip in slips} <= found


def test_very_many_unknown_names_are_counted(folder: Path, catalog: Catalog) -> None:
    """The nearest names are offered for the first hundred unknown names; of the rest it is said that they are there."""
    rows = "".join(f"  - {{parent: gb300-nvl72, component: gone-{i}, qty: 1}}\n" for i in range(3000))
    (folder / "more.yaml").write_text(f"bom:\n{rows}", encoding="utf-8")
    with (folder / "program.yaml").open("a", encoding="utf-8") as file:
        file.write("include: [more.yaml]\n")
    codes = [problem.code for problem in load_program(folder, catalog=catalog)[1]]
    assert codes.count("unknown-reference") == 100
    assert codes.count("too-many-problems") == 1


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("field", ["as_of: 2026-11-15", "start: 2026-12-01", "end: 2028-06-01"])
def test_first_and_last_day_of_the_calendar(field: str, date: str, damage: Damage, catalog: Catalog) -> None:
    """The extreme days of the calendar are problems of the input, not of the arithmetic."""
    folder = damage("program.yaml", field, f"{field.split(':', maxsplit=1)[0]}: {date}")
    _, problems = load_program(folder, catalog=catalog)
    assert all(problem.rule for problem in problems)


def test_one_slip_is_one_problem(damage: Damage, catalog: Catalog) -> None:
    """A row that breaks the schema does not make its referents unknown."""
    folder = damage("projects.yaml", "capacity: 3, cal", "capacity: -3, cal")
    _, problems = load_program(folder, catalog=catalog)
    assert [problem.code for problem in problems] == ["negative-value"]


FILES = {
    "empty": (b"", "file-empty"),
    "comments-only": (b"# nothing\n", "file-empty"),
    "binary": (b"name: x\x00\x01\x02", "file-not-text"),
    "latin-1": ("name: Köln\n".encode("latin-1"), "file-not-text"),
    "utf-16": ("name: x\n".encode("utf-16"), "file-not-text"),
    "workbook": (b"PK\x03\x04rest", "file-not-text"),
    "tabs": (b"sites:\n\t- id: x\n", "syntax"),
    "bracket": (b"sites: [\n", "syntax"),
    "list": (b"- 1\n- 2\n", "wrong-type"),
    "scalar": (b"hello\n", "wrong-type"),
    "tag": (b"sites: !!python/object:os.system x\n", "tag"),
    "merge": (b"sites: [{<<: 1}]\n", "merge-key"),
    "two-documents": (b"sites: []\n---\nsites: []\n", "several-documents"),
    "deep": (b"sites: " + b"[" * 5000, "too-deep"),
    "nan": (b"halls: [{rows: .nan}]\n", "bad-number"),
    "huge-int": (b"halls: [{rows: " + b"9" * 5000 + b"}]\n", "bad-number"),
    "escape": (b"sites: \x1b[31m\n", "control-character"),
    "alias-bomb": (
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107)),
        "too-many-aliases",
    ),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("file", ["program.yaml", "sites.yaml"])
def test_broken_file_is_refused(name: str, file: str, folder: Path, catalog: Catalog) -> None:
    """A file that is empty, binary, malformed or hostile is an input error with its code and file."""
    content, code = FILES[name]
    (folder / file).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_program(folder, catalog=catalog)
    assert (code, file) in {(problem.code, problem.place.file) for problem in caught.value.problems}


def test_file_of_100_mb_is_refused(folder: Path, catalog: Catalog) -> None:
    """A file of 100 MB is refused by its size, unread."""
    with (folder / "supply.yaml").open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(InputError, match=r"100\.0 MB"):
        read_program(folder, catalog=catalog)


@pytest.mark.parametrize("target", ["nowhere.yaml", "sites.yaml"])
def test_a_link_that_leads_nowhere_is_not_a_missing_table(target: str, folder: Path, catalog: Catalog) -> None:
    """A standard file that is a dangling or circular link is refused by its name, not taken for a table left out."""
    (folder / "sites.yaml").unlink()
    (folder / "sites.yaml").symlink_to(target)
    with pytest.raises(InputError) as caught:
        read_program(folder, catalog=catalog)
    assert {(problem.code, problem.place.file) for problem in caught.value.problems} <= {
        ("file-missing", "sites.yaml"),
        ("file-unreadable", "sites.yaml"),
    }


def test_a_configuration_of_an_unknown_platform_is_one_problem(damage: Damage, catalog: Catalog) -> None:
    """Where a block names a platform nobody knows, its tranches are not blamed for it."""
    _, problems = load_program(damage("sites.yaml", "platform: gb300", "platform: gb30"), catalog=catalog)
    assert [(problem.code, problem.place.path) for problem in problems] == [
        ("unknown-reference", "blocks[pod-1].platform")
    ]


@pytest.mark.parametrize("path", ["", "no/such/folder"])
def test_missing_folder(path: str, tmp_path: Path) -> None:
    """A folder that does not exist, or that holds no program.yaml, is an input error."""
    with pytest.raises(InputError) as caught:
        read_program(tmp_path / path, catalog=None)
    assert caught.value.problems[0].code == ("folder-missing" if path else "file-missing")


def test_mixed_line_ends_and_byte_order_mark_are_fine(folder: Path, catalog: Catalog) -> None:
    """Lines may end in LF, CR LF, or both; a byte order mark is allowed."""
    for name in ("sites.yaml", "offers.csv"):
        lines = (folder / name).read_bytes().split(b"\n")
        mixed = b"".join(line + (b"\r\n" if i % 2 else b"\n") for i, line in enumerate(lines))
        (folder / name).write_bytes(b"\xef\xbb\xbf" + mixed)
    assert read_program(folder, catalog=catalog).sites[0].id == "ohio"


def test_names_in_any_script_are_fine(damage: Damage, catalog: Catalog) -> None:
    """Names for people may be in any script."""
    folder = damage("sites.yaml", "Pilot campus, Ohio", "パイロット・キャンパス – Köln 🏭")
    assert read_program(folder, catalog=catalog).sites[0].name == "パイロット・キャンパス – Köln 🏭"


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a\\b.csv", "no-such.csv"])
def test_csv_stays_in_the_folder(name: str, damage: Damage, catalog: Catalog) -> None:
    """A CSV table outside the folder is refused at the place that names it; one that is not there is missing."""
    folder = damage("supply.yaml", "csv: offers.csv", f"csv: '{name}'")
    _, problems = load_program(folder, catalog=catalog)
    assert problems[0].code == ("file-missing" if name == "no-such.csv" else "file-outside")


def test_calendars_without_a_common_day(damage: Damage, catalog: Catalog) -> None:
    """An activity whose calendar shares no day with that of a resource it uses is an error that names both."""
    slip = ("weekdays: [mon, tue, wed, thu, fri, sat]", "weekdays: [sat, sun]")
    program, problems = load_program(damage("projects.yaml", *slip), catalog=catalog)
    assert program is None
    found = [one for one in problems if one.code == "no-working-day"]
    assert {"evt-build", "dvt-build"} == {one.rule.split()[0] for one in found}
    assert all('"office" and "plant"' in one.rule and one.repair for one in found)
