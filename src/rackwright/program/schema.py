"""What may stand in a program, said so that an editor understands it: JSON Schema, draft 7.

pydantic writes draft 2020-12; editors for YAML read draft 7 and below. The schema is that of the files: tables of
supply.yaml stand at the top, and each table may also name a CSV file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rackwright.program.model import Program
from rackwright.program.shape import FILES, tables

__all__ = ["SCHEMA_ID", "file_schema", "program_schema"]

SCHEMA_ID: Final = "urn:rackwright:program:1"
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_CSV: Final = "CsvTable"
_DROPPED: Final = ("title", "$defs")
_ID_EXAMPLE: Final = "ohio-1"


def program_schema() -> dict[str, Any]:
    """JSON Schema (draft 7) of a whole program, all files merged into one mapping."""
    made = Program.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    definitions = {name: _converted(body) for name, body in made["$defs"].items()}
    supply = definitions.pop("SupplyProgram")["properties"]
    properties = _converted(made["properties"])
    properties.pop("supply")
    properties |= {key: supply[key] for key in FILES["supply"]}
    definitions[_CSV] = _csv_table()
    for key in tables():
        properties[key] = _table(properties[key])
    return {
        "$schema": _DRAFT,
        "$id": SCHEMA_ID,
        "title": "Rackwright program",
        "description": Program.__doc__ or "",
        "type": "object",
        "properties": properties,
        "required": made["required"],
        "additionalProperties": False,
        "definitions": definitions,
    }


def file_schema(name: str) -> dict[str, Any]:
    """JSON Schema (draft 7) of one file of a program.

    Any table may stand in any file; those that stand there by custom come first, so editors offer them first.

    Parameters
    ----------
    name
        `program`, or a key of `FILES`; any other name is taken as an included file.
    """
    schema = program_schema()
    properties: Mapping[str, Any] = schema["properties"]
    own = [key for key in FILES.get(name, ()) if key in properties]
    schema["properties"] = {key: properties[key] for key in (*own, *(key for key in properties if key not in own))}
    schema["$id"] = f"{SCHEMA_ID}:{name}"
    schema["title"] = f"Rackwright {name}.yaml"
    if name != "program":
        del schema["required"]
    return schema


def _table(array: dict[str, Any]) -> dict[str, Any]:
    """A list of rows, some of which may be CSV files; or one CSV file."""
    reference = {"$ref": f"#/definitions/{_CSV}"}
    rows = {"type": "array", "items": {"anyOf": [array["items"], reference]}}
    rows |= {key: array[key] for key in ("minItems",) if key in array}
    return {"description": array.get("description", ""), "anyOf": [rows, reference]}


def _csv_table() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Rows from a CSV file beside the program.",
        "properties": {
            "csv": {"type": "string", "description": "File inside the program folder.", "examples": ["offers.csv"]},
            "columns": {
                "type": "object",
                "description": "Field -> heading in the file; other headings are left alone.",
                "additionalProperties": {"type": "string"},
                "examples": [{"item": "Part No"}],
            },
            "defaults": {"type": "object", "description": "Values of fields for empty or missing cells."},
        },
        "required": ["csv"],
        "additionalProperties": False,
    }


def _converted(value: Any) -> Any:
    """A piece of draft 2020-12 as draft 7."""
    if isinstance(value, list):
        return [_converted(below) for below in value]
    if not isinstance(value, dict):
        return value
    made = {key: _converted(below) for key, below in value.items() if not _is_dropped(key, below)}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
        made["additionalItems"] = False
    if "$ref" in made and len(made) > 1:  # draft 7 ignores what stands beside a reference
        made["allOf"] = [{"$ref": made.pop("$ref")}]
    if not _is_default_valid(made):
        del made["default"]
    if str(made.get("pattern", "")).startswith("^[A-Za-z0-9]["):
        made["examples"] = [_ID_EXAMPLE]
    return made


def _is_dropped(key: str, below: Any) -> bool:
    """Titles only repeat the name of a field; a field that is itself called `title` is a mapping and stays."""
    return key in _DROPPED and not isinstance(below, dict)


def _is_default_valid(made: Mapping[str, Any]) -> bool:
    """False for a default that is a number inside but text with a unit outside."""
    default = made.get("default", "")
    is_quantity = "pattern" in made and not isinstance(default, str)
    return not is_quantity and not isinstance(default, dict)
