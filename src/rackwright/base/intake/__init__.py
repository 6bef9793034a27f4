"""How is a file from outside read without trusting it? Every reader of the product goes through these guards.

Limits are counts (bytes, depth, nodes, rows), never seconds; they are checked before anything is built. All problems
of a file are raised together in one `InputError`, each with file, line, column, path, rule and repair.
"""

from rackwright.base.intake.csv import CsvRows, read_csv
from rackwright.base.intake.document import Document, KeyPath, Places
from rackwright.base.intake.guard import Limits, decode_text, inside, read_bytes_guarded
from rackwright.base.intake.json import read_json
from rackwright.base.intake.yaml import read_yaml

__all__ = [
    "CsvRows",
    "Document",
    "KeyPath",
    "Limits",
    "Places",
    "decode_text",
    "inside",
    "read_bytes_guarded",
    "read_csv",
    "read_json",
    "read_yaml",
]
