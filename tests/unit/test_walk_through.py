"""The walk through one pod is true: its commands run, and the lines it shows come out of them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "walk-through.md"


def steps() -> list[tuple[str, list[str]]]:
    """Every command of the page with the lines shown after it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(
        r"^```console\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    ):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def squeezed(text: str) -> str:
    """Text with runs of blanks as one."""
    return " ".join(text.split())


def comes_out(line: str, output: str) -> bool:
    """True if a shown line comes out; one that ends in `...` only has to begin a line."""
    lines = [squeezed(text) for text in output.splitlines()]
    wanted = squeezed(line)
    if wanted.endswith("..."):
        return any(text.startswith(wanted.removesuffix("...").rstrip()) for text in lines)
    return wanted in lines


def test_101_commands_run_and_say_what_is_shown(tmp_path: Path) -> None:
    """Each command ends well, and each line shown comes out of it."""
    for command, shown in steps():
        program, *arguments = shlex.split(command)
        assert program == "rackwright"
        call = [sys.executable, "-c", "from rackwright.cli import main; main()", *arguments]
        done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        assert done.returncode == 0, f"{command}: {output}"
        for line in shown:
            assert comes_out(line, output), f"{command} does not say: {line}"


def test_102_a_false_line_is_noticed() -> None:
    """A line that does not come out is found missing."""
    assert comes_out("a  b", "x\na b\n")
    assert comes_out("a ...", "x\na b\n")
    assert not comes_out("a c", "x\na b\n")


def test_103_the_page_shows_the_main_commands() -> None:
    """The page walks through init, check, plan, show, explain, stress, diff and catalog."""
    shown = {command.split()[1] for command, _ in steps()}
    assert shown == {"init", "check", "plan", "show", "explain", "stress", "diff", "catalog"}
