from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rackwright.base.intake import read_yaml
from rackwright.program.reference import program_reference
from rackwright.program.schema import file_schema, program_schema
from rackwright.program.shape import FILES

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/program.yaml"))


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a schema."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for below in value:
            yield from nodes(below)


@pytest.mark.parametrize("name", ["", "program", *FILES, "included"])
def test_schema_is_draft_7(name: str) -> None:
    """The schema of the program and of each file is valid draft 7, without words of later drafts."""
    schema = file_schema(name) if name else program_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    for word in ("$defs", "prefixItems", "unevaluatedProperties", "dependentRequired"):
        assert word not in text
    references = {node["$ref"] for node in nodes(schema) if isinstance(node.get("$ref"), str)}
    assert all(reference.removeprefix("#/definitions/") in schema["definitions"] for reference in references)
    assert all(len(node) == 1 for node in nodes(schema) if isinstance(node.get("$ref"), str))


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_examples_fit_the_schema(folder: Path) -> None:
    """Every file of every example fits the schema of its file."""
    for path in sorted(folder.glob("*.yaml")):
        validator = jsonschema.Draft7Validator(file_schema(path.stem))
        errors = [(list(error.absolute_path), error.message) for error in validator.iter_errors(read_yaml(path).data)]
        assert errors == [], path.name


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("sites", "it_power", "4 kg"),
        ("sites", "it_power", 4_000_000),
        ("sites", "it_power", "-4 MW"),
        ("sites", "rows", 0),
        ("sites", "rows", "many"),
        ("sites", "ready", "2027-7-1"),
        ("sites", "color", "red"),
        ("sites", "id", "a b"),
    ],
)
def test_schema_refuses_what_the_reader_refuses(file: str, key: str, value: object) -> None:
    """A wrong unit, a missing unit, a bound, a type, a date, an unknown field and a bad id are seen by the editor."""
    data = read_yaml(ROOT / "examples" / "one-pod" / f"{file}.yaml").data
    data["halls"][0][key] = value
    assert not jsonschema.Draft7Validator(file_schema(file)).is_valid(data)


def test_every_field_is_described() -> None:
    """Every field of every row has a description, and every quantity and date an example."""
    schema = program_schema()
    for name, body in schema["definitions"].items():
        for field, shape in body["properties"].items():
            assert shape.get("description"), f"{name}.{field}"
    assert all("examples" in node for node in nodes(schema["definitions"]) if "pattern" in node)


def test_reference_page_is_current() -> None:
    """docs/program.md is what the models say today."""
    assert (ROOT / "docs" / "program.md").read_text(encoding="utf-8") == program_reference()


def test_reference_names_every_table() -> None:
    """Every table has a section, and its fields are listed with type and meaning."""
    page = program_reference()
    for keys in FILES.values():
        assert all(f"\n### {key}\n" in page for key in keys)
    assert "| `lead_time` | time, estimate (d, day," in page
    assert "rackwright.program" not in page.split("\n", 4)[4]
