"""What the user wants: the program language, its reader, its checks and changes."""

from rackwright.program.by_tranche import by_tranche
from rackwright.program.change import apply_changes
from rackwright.program.difference import diff_programs
from rackwright.program.model import Program, SupplyProgram
from rackwright.program.read import load_program, read_program
from rackwright.program.rest import load_rest
from rackwright.program.scenario_tree import scenario_program
from rackwright.program.schema import file_schema, program_schema
from rackwright.program.unused import unused_fields

__all__ = [
    "Program",
    "SupplyProgram",
    "apply_changes",
    "by_tranche",
    "diff_programs",
    "file_schema",
    "load_program",
    "load_rest",
    "program_schema",
    "read_program",
    "scenario_program",
    "unused_fields",
]
