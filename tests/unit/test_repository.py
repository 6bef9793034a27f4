"""Does the repository hold only what belongs in it, in the shape the house style asks for?"""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN_MODULES = {"base_classes", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_POSITIONAL = 500, 60, 5
INDEX_HOSTS = re.compile(r"pypi\.|files\.pythonhosted|registry\.npmjs|/simple/|--(extra-)?index-url http")
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(work|root|home/\w+)/")
LOCKS = ["browser", "cluster", "dev", "full", "oracles", "runtime", "uv"]


@cache
def text_files() -> tuple[Path, ...]:
    """Text files that git tracks or would track, but for this one, which names what it forbids."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in sorted(listed.stdout.decode().split("\0")) if name)
    others = (path for path in paths if path.is_file() and path != Path(__file__))
    return tuple(path for path in others if b"\0" not in path.read_bytes()[:8000])


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the package with its syntax tree."""
    return tuple((path, ast.parse(path.read_text())) for path in sorted((ROOT / "src").rglob("*.py")))


def functions() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method of the package with the file it stands in."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(path, node) for path, tree in modules() for node in ast.walk(tree) if isinstance(node, kinds)]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """`file:line` of each line of a text file that matches."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def num_code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef, source: list[str]) -> int:
    """Lines of a function without docstring, blank lines and comment lines."""
    first, last = node.lineno, node.end_lineno or node.lineno
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        lines = source[first - 1 : docstring.lineno - 1] + source[docstring.end_lineno or 0 : last]
    else:
        lines = source[first - 1 : last]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def test_101_no_index_host() -> None:
    """No file names the host of a package index: every machine has its own."""
    assert lines_with(INDEX_HOSTS) == []


def test_102_no_path_of_a_machine() -> None:
    """No file names an absolute path of the machine it was written on."""
    assert lines_with(MACHINE_PATHS) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(MACHINE_PATHS, "cd /work/main"), (INDEX_HOSTS, "https://pypi.org"), (MACHINE_PATHS, "'/root/x'")],
)
def test_103_the_patterns_find_what_they_forbid(pattern: re.Pattern[str], text: str) -> None:
    """A host and a machine's path are found where they stand."""
    assert pattern.search(text)


def test_201_module_names_say_something() -> None:
    """No module or package of the product carries a name that says nothing."""
    assert [path for path, _ in modules() if {path.stem, path.parent.name} & FORBIDDEN_MODULES] == []


def test_202_files_fit_in_the_head() -> None:
    """No module is longer than 500 lines."""
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path, _ in modules()}
    assert {path: length for path, length in lengths.items() if length > MAX_FILE_LINES} == {}


def test_203_functions_fit_on_a_screen() -> None:
    """No function has more than 60 lines of code."""
    sources = {path: path.read_text().splitlines() for path, _ in modules()}
    lengths = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": num_code_lines(node, sources[path])
        for path, node in functions()
    }
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}


def test_204_at_most_five_positional_arguments() -> None:
    """No function takes more than five positional arguments, `self` and `cls` not counted."""
    counts = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": sum(
            argument.arg not in {"self", "cls"} for argument in node.args.posonlyargs + node.args.args
        )
        for path, node in functions()
    }
    assert {name: count for name, count in counts.items() if count > MAX_POSITIONAL} == {}


@pytest.mark.parametrize("name", LOCKS)
def test_301_every_locked_package_has_a_hash(name: str) -> None:
    """In a lock file each package has one exact version and at least one hash."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert entries
    assert [
        line for line in entries if not re.match(r"[\w.-]+(\[\w+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ] == []


@pytest.mark.parametrize("name", ["browser", "cluster", "dev", "runtime"])
def test_302_locks_agree(name: str) -> None:
    """A lock file holds the same versions as the lock of everything."""
    assert locked_versions(name) <= locked_versions("full")


def locked_versions(name: str) -> set[str]:
    """`package==version` of each entry of a lock file."""
    return set(re.findall(r"^[\w.-]+==[^\s;]+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
