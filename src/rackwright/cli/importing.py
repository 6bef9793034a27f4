"""The command that reads files of other forms into a program."""

from __future__ import annotations

from pathlib import Path

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.cli.console import say
from rackwright.cli.importing_tables import ImportOptions, import_into

__all__ = ["PARTS", "import_file"]

_NO_OPTIONS = ImportOptions()
SCHEDULE_FORMS = ("mspdi", "xer", "psplib")
PARTS = ("config-json", "device-type")
"""Forms that become a part of the catalog; every other form is a schedule or a table of the program."""


def import_file(
    form: str, file: Path, folder: Path | None, part_id: str, *, replace: bool, options: ImportOptions = _NO_OPTIONS
) -> int:
    """Read a file into the program's catalog folder or as one of its tables; a part is only shown without a program."""
    from rackwright.exchange.table_import import IMPORTS

    key = form.replace("-", "_")
    known = (*PARTS, *SCHEDULE_FORMS, *(name.replace("_", "-") for name in IMPORTS))
    if form not in known:
        rule = f'no format is called "{form}".'
        raise InputError([Problem("unknown-format", Place(path="FORMAT"), rule, did_you_mean(form, known))])
    if key in IMPORTS:
        return import_into(key, file, folder, options)
    if form == "device-type":
        from rackwright.cli.importing_device import import_device

        return import_device(file, folder, part_id, kind=options.kind, replace=replace)
    if form in SCHEDULE_FORMS:
        from rackwright.cli.importing_schedule import import_schedule

        return import_schedule(form, file, folder, replace=replace)
    return _import_model(file, folder, part_id, replace=replace)


def _import_model(file: Path, folder: Path | None, part_id: str, *, replace: bool) -> int:
    """A model's config becomes one part of class ModelArchitecture, checked as the catalog checks its own."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.catalog import load_catalog
    from rackwright.catalog.config_json import architecture_text, read_architecture
    from rackwright.catalog.lint import lint_parts
    from rackwright.cli.program import own_catalog

    name, text = architecture_text(file, part_id=part_id)
    overlay = None if folder is None else own_catalog(folder)
    target = None if folder is None else folder / "catalog" / f"{name}.yaml"
    is_again = target is not None and target.is_file()
    if is_again and not replace:
        rule = f'"{target}" is there already.'
        raise InputError([Problem("file-exists", Place(str(target)), rule, "Choose another --id, or use --replace.")])
    known = load_catalog(overlay)
    problems = [
        problem
        for problem in lint_parts((read_architecture(file, part_id=name),), known)
        if problem.code not in {"assumption-without-band", "no-source"}
    ]
    if known.has(name) and not is_again:
        rule = f'the catalog has a part "{name}" already.'
        problems.append(Problem("duplicate-id", Place(path=name), rule, "Choose another --id."))
    if problems:
        raise InputError([_at(problem, file) for problem in problems])
    if target is None:
        say(text.rstrip(), to_stdout=True)
        return 0
    target.parent.mkdir(exist_ok=True)
    write_bytes(target.absolute(), text.encode(), layer=FileLayer())
    say(f"wrote {target}; name it in workloads.yaml: `model: {name}`")
    return 0


def _at(problem: Problem, file: Path) -> Problem:
    """The problem with the file it stands in."""
    return Problem(problem.code, Place(str(file), path=problem.place.path), problem.rule, problem.repair)
