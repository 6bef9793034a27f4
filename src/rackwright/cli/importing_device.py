"""The command that takes a community device-type file into a program's catalog, with all that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.cli.console import say, write_problems

__all__ = ["import_device"]


def import_device(file: Path, folder: Path | None, part_id: str, *, replace: bool) -> int:
    """Lint the file, and write the switch it describes into the catalog folder, or show it where none is named.

    Raises
    ------
    InputError
        The file has errors: all its findings, and nothing is shown or written.
    """
    from rackwright.base.digest import digest_bytes
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.catalog import load_catalog
    from rackwright.cli.program import own_catalog
    from rackwright.exchange.device_part import device_part_text, left_out
    from rackwright.exchange.device_type import read_device_type

    found = read_device_type(file)
    if found.errors:
        raise InputError(found.problems)
    stamp = f"{file.name}, digest {digest_bytes(file.read_bytes())}"
    name, text = device_part_text(found, part_id=part_id, stamp=stamp)
    write_problems([*found.problems, *left_out(found)], as_json=False)
    if folder is None:
        say(text.rstrip(), to_stdout=True)
        return 0
    target = folder / "catalog" / f"{name}.yaml"
    is_again = target.is_file()
    if is_again and not replace:
        raise _refused("file-exists", target, f'"{target}" is there already.', ", or use --replace")
    if load_catalog(own_catalog(folder)).has(name) and not is_again:
        raise _refused("duplicate-id", target, f'the catalog has a part "{name}" already.', "")
    target.parent.mkdir(exist_ok=True)
    write_bytes(target.absolute(), text.encode(), layer=FileLayer())
    say(f"wrote {target}; name it in platforms.yaml: `leaf: {name}`")
    return 0


def _refused(code: str, target: Path, rule: str, more: str) -> InputError:
    return InputError([Problem(code, Place(str(target)), rule, f"Choose another --id{more}.")])
