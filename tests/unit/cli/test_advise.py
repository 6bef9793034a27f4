"""The command that advises: specification written and revised, options checked, nothing but the result on stdout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rackwright.cli import advising
from rackwright.cli.app import app

ROOT = Path(__file__).resolve().parents[3]
ONE_POD = ROOT / "examples" / "one-pod"


def test_101_advice_specification_and_figures(tmp_path: Path) -> None:
    """One run shows the advice as JSON, writes a specification for the manufacturer, and draws the figures."""
    spec, figures = tmp_path / "asked.yaml", tmp_path / "figures"
    limits = [
        "--max-power",
        "2 kW",
        "--hbm-stacks",
        "8",
        "--max-area",
        "1500 mm2",
        "--nre",
        "1 BUSD",
        "--volume",
        "200000",
    ]
    arguments = ["advise", str(ONE_POD), *limits, "--spec", str(spec), "--figures", str(figures), "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["platform"] == "gb300"
    assert answer["specification"]["recipient"] == "maker"
    assert answer["specification"]["revision"] == 1
    text = spec.read_text(encoding="utf-8")
    assert all(word not in text for word in ("pretrain", "chat", "llama", "gpt-oss"))
    assert len(list(figures.glob("*.svg"))) == 4
    same = CliRunner().invoke(app, ["diff", str(spec), str(spec)])
    assert "equal" in same.stdout


def test_102_limits_that_no_design_keeps_write_nothing(tmp_path: Path) -> None:
    """No file breaks the user's limits: which limit fails is told, nothing is written, and the exit code says so."""
    spec = tmp_path / "asked.yaml"
    done = CliRunner().invoke(app, ["advise", str(ONE_POD), "--max-price", "2 kUSD", "--spec", str(spec), "--json"])
    assert done.exit_code == 1
    assert not spec.exists()
    assert "is not written" in done.stderr
    answer = json.loads(done.stdout)
    assert answer["specification"] is None
    assert "the limit of price (least " in answer["lead"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--max-power", "2"], "no unit"),
        (["--max-price", "3 kW"], "unit of power"),
        (["--max-power", "-1 kW"], "not positive"),
        (["--hbm-stacks", "0"], "--hbm-stacks"),
        (["--nre", "1 BUSD"], "--volume"),
        (["--volume", "5"], "--nre"),
        (["--platform", "gb3000"], "gb300"),
        (["--recipient", "nobody"], "nobody"),
    ],
)
def test_201_bad_options_are_told(options: list[str], word: str) -> None:
    """An option that cannot be used is a problem with its repair, exit code 2, and nothing on stdout."""
    done = CliRunner().invoke(app, ["advise", str(ONE_POD), *options])
    assert done.exit_code == 2
    assert word in done.stderr
    assert done.stdout == ""


def test_202_a_changed_specification_stops_before_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no specification is refused and left as it is."""
    spec = tmp_path / "asked.yaml"
    spec.write_text("mine: true\n", encoding="utf-8")
    monkeypatch.setattr(advising, "_write_files", lambda *_: pytest.fail("written"))
    done = CliRunner().invoke(app, ["advise", str(ONE_POD), "--spec", str(spec)])
    assert done.exit_code == 2
    assert spec.read_text(encoding="utf-8") == "mine: true\n"
