"""Is the package cheap to import, and is what it says of itself true?"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import rackwright

ROOT = Path(__file__).parents[2]
SLOW = {
    "dask",
    "duckdb",
    "fastapi",
    "fastexcel",
    "highspy",
    "jinja2",
    "numba",
    "numpy",
    "openpyxl",
    "ortools",
    "pandas",
    "polars",
    "rustworkx",
    "scipy",
    "sqlalchemy",
    "xlsxwriter",
}
LIST_MODULES = "print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def modules_after(program: str) -> set[str]:
    """Top-level modules a fresh interpreter holds after a program that says nothing on stdout."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\n{LIST_MODULES}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return set(done.stdout.splitlines()[-1].split())


def test_101_importing_the_package_imports_the_standard_library_only() -> None:
    """`import rackwright` adds no module that is neither the package's own nor the standard library's."""
    added = modules_after("import rackwright") - modules_after("")
    assert added - set(sys.stdlib_module_names) == {"rackwright"}


def test_102_help_imports_no_slow_library() -> None:
    """`rackwright --help` answers without tables, solvers, workbooks or web libraries."""
    program = (
        "import contextlib, io\n"
        "from rackwright.cli import main\n"
        "sys.argv = ['rackwright', '--help']\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main()"
    )
    assert modules_after(program) & SLOW == set()


def test_103_help_is_printed_by_the_console_script() -> None:
    """The console script `rackwright` starts, prints its help and ends with exit code 0."""
    script = Path(sys.executable).with_name("rackwright")
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "plan" in done.stdout


def test_104_versions_agree() -> None:
    """The version in the package, in pyproject.toml and in what is installed is one and the same."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert rackwright.__version__ == declared == importlib.metadata.version("rackwright")


def test_105_changelog_knows_the_version() -> None:
    """The changelog has a section for the version of the package."""
    assert f"## {rackwright.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_106_a_slow_import_is_seen() -> None:
    """The list of modules of a fresh interpreter shows a slow library that was imported."""
    assert modules_after("import numpy") & SLOW == {"numpy"}
