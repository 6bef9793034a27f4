"""Are all slips inside scenarios told at once, beside those of the program, and none that only follows?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rackwright.catalog.index import Catalog
from rackwright.program.read import load_program

Damage = Callable[[str, str, str], Path]

MORE = """
  - id: wrong
    name: All is wrong
    shifts:
      - {kind: model, workload: chta, model: deepseek-v3, share: 50 %}
    changes:
      - {at: "serving[chat-moved].weight", scale: 2}
      - {at: "blocks[pod-9].units", set: 3}
      - {at: "horizon.end", shift: 3 kg}
      - {at: "blocks[pod-1].unit", set: 3}
      - {at: "blocks[pod-1].units", set: 3, scale: 2}
  - id: below
    name: Rests on what is wrong
    parent: wrong
    changes:
      - {at: "serving[chat].wight", scale: 2}
"""
TOLD = [
    ("unknown-reference", "scenarios[wrong].shifts[0]"),
    ("bad-path", "scenarios[below].changes[0]"),
    ("wrong-unit", "scenarios[wrong].changes[2]"),
    ("bad-path", "scenarios[wrong].changes[3]"),
    ("not-one-operation", "scenarios[wrong].changes[4]"),
]


def told(folder: Path, catalog: Catalog) -> list[tuple[str, str]]:
    """Code and path of every error."""
    problems = load_program(folder, catalog=catalog)[1]
    return [(problem.code, problem.place.path) for problem in problems if problem.severity == "error"]


def write_more(folder: Path, text: str) -> None:
    """Write more scenarios behind those of the program."""
    with (folder / "scenarios.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_all_edits_are_told_beside_a_broken_rule_of_the_program(damage: Damage, catalog: Catalog) -> None:
    """Every edit that cannot be made is told at once, with a broken rule of the program and with those of its parent.

    What only misses the part that a refused shift was to move is not told.
    """
    folder = damage("sites.yaml", "site: ohio", "site: ohi")
    write_more(folder, MORE)
    found = told(folder, catalog)
    assert sorted(row for row in found if row[1].startswith("scenarios")) == sorted(TOLD)
    assert any(not path.startswith("scenarios") for _, path in found)


def test_rows_left_out_for_the_schema_are_not_missed_by_scenarios(damage: Damage, catalog: Catalog) -> None:
    """A change of a row that breaks the schema is not called one of nothing; one of another table is."""
    folder = damage("workloads.yaml", "output_tokens: 500 (350..800)", "output_tokens: 5 kg")
    write_more(folder, '  - {id: x, name: x, changes: [{at: "blocks[pod-9].units", set: 1}]}\n')
    found = told(folder, catalog)
    assert ("change-matches-nothing", "scenarios[x].changes[0]") in found
    assert not [path for _, path in found if path.startswith("scenarios[more-chat]")]


def test_without_a_refused_shift_a_missing_row_is_told(folder: Path, catalog: Catalog) -> None:
    """A row that nothing was to bring is missed by its name, in a parent and in what refines it."""
    write_more(folder, '  - {id: x, name: x, changes: [{at: "blocks[pod-8].units", set: 1}]}\n')
    write_more(folder, '  - {id: y, name: y, parent: x, changes: [{at: "blocks[pod-9].units", set: 1}]}\n')
    found = told(folder, catalog)
    assert found == [("change-matches-nothing", f"scenarios[{name}].changes[0]") for name in "xy"]
