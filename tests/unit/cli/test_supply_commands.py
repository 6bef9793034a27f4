"""Do the commands about supply answer from the command line, and say what is wrong with a question?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.base.store import ResultCache
from rackwright.cli.backtesting import backtest_folder
from rackwright.cli.importing import import_file
from rackwright.cli.importing_tables import ImportOptions
from rackwright.cli.program import check_folder, init_folder
from rackwright.cli.promising import PromiseOptions, promise_folder
from rackwright.cli.reading import diff_folders, export_plan, show_view
from rackwright.cli.whatif import WhatIfOptions, whatif_folder
from rackwright.exchange.folder import write_plan
from rackwright.plan import Plan


@pytest.fixture(scope="module")
def out(one_pod: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small example as a plan folder."""
    folder = tmp_path_factory.mktemp("supply") / "one-pod"
    write_plan(one_pod, folder, {"plan.json": b"{}"})
    return folder


def test_101_a_view_about_one_thing_needs_its_name(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show OUT pegging pod-1a` answers; without the thing the view says what to name; hyphens are as good."""
    assert show_view(out, "pegging", "pod-1a", as_json=True, as_csv=False, rows=10) == 0
    assert "serve pod-1a" in json.loads(capsys.readouterr().out)["lead"]
    with pytest.raises(InputError, match="pegging TRANCHE or ORDER"):
        show_view(out, "pegging", as_json=False, as_csv=False, rows=10)
    assert show_view(out, "clear-to-build", as_json=False, as_csv=False, rows=10) == 0
    assert "clear to build within 13 weeks" in capsys.readouterr().out


def test_102_a_backtest_reads_a_folder(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file of actuals is enough."""
    (tmp_path / "accepted.csv").write_text("tranche,date,racks\npod-1a,2028-05-01,8\n", encoding="utf-8")
    assert backtest_folder(out, tmp_path, as_json=False, rows=10) == 0
    assert "mean bias: accept +" in capsys.readouterr().out


def test_103_a_demand_that_cannot_be_met_is_told_with_places(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a lead time beyond the horizon `whatif --conflicts` names the field, its file and its line."""
    init_folder(tmp_path / "pod", "one-pod")
    edit = "offers[item=gpu-gb300,supplier=supplier-a].lead_time = 100 weeks"
    options = WhatIfOptions(plan=out, edits=(edit,), conflicts=True, as_json=True)
    capsys.readouterr()
    assert whatif_folder(tmp_path / "pod", options) == 0
    rows = json.loads(capsys.readouterr().out)["tables"][0]["rows"]
    (row,) = [row for row in rows if row["demand"] == "pod-1a" and row["field"].startswith("offers[gpu-gb300")]
    assert row["field"].endswith(".lead_time")
    text = (tmp_path / "pod" / "supply.yaml").read_text(encoding="utf-8").splitlines()
    file, line = row["place"].split(":")
    assert file == "supply.yaml"
    assert "lead_time: 26" in text[int(line) - 1] or "gpu-gb300" in text[int(line) - 1]


def test_202_a_terminal_is_not_sent_a_workbook(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--out` a binary export is refused on a terminal; text is written."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(InputError, match="binary") as caught:
        export_plan(out, "xlsx", None)
    assert "--out FILE" in caught.value.problems[0].repair
    monkeypatch.setattr("rackwright.cli.reading._write_bytes", lambda data, target: None)
    assert export_plan(out, "mermaid", None) == 0


def test_203_a_folder_that_is_not_there_is_named(out: Path, tmp_path: Path) -> None:
    """`diff` says which of the two does not exist."""
    with pytest.raises(InputError, match="nofolder: this folder does not exist") as caught:
        diff_folders(tmp_path / "nofolder", out, as_json=False)
    assert len(caught.value.problems) == 1


def test_204_a_promise_leaves_nothing_behind(
    one_pod: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without kept results in `out` the command makes no folder where it is called."""
    used: list[Path] = []

    def planned(*_: object, cache: ResultCache, **__: object) -> Plan:
        used.append(cache.folder)
        return one_pod

    init_folder(tmp_path / "program", "one-pod")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("rackwright.pipeline.plan_program", planned)
    program = one_pod.program
    options = PromiseOptions(platform=program.platforms[0].id, racks=1, site=program.sites[0].id)
    assert promise_folder(tmp_path / "program", options) in {0, 1}
    assert capsys.readouterr().out
    assert not list((tmp_path / "here").iterdir())
    assert not used[0].exists()
    (tmp_path / "here" / "out" / ".rackwright-cache").mkdir(parents=True)
    promise_folder(tmp_path / "program", options)
    assert used[1] == Path("out") / ".rackwright-cache"


def test_201_a_table_is_written_when_all_of_it_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A checked table stands beside the program's files; a check alone writes nothing; a foreign file is kept."""
    program, file = tmp_path / "program", tmp_path / "erp.csv"
    init_folder(program, "one-pod")
    file.write_text("Part,Plant,Qty\nmgx-48u,columbus,4\n", encoding="utf-8")
    options = ImportOptions(columns=("item=Part",))
    assert import_file("stock", file, program, "", replace=False, options=ImportOptions(columns=("item=Part",),
                       only_check=True)) == 0  # fmt: skip
    assert not (program / "stock.csv").exists()
    assert import_file("stock", file, program, "", replace=False, options=options) == 0
    assert (program / "stock.csv").read_text(encoding="utf-8") == "item,plant,qty\nmgx-48u,columbus,4\n"
    assert "`- csv: stock.csv`, in the list `stock:` of supply.yaml" in capsys.readouterr().out
    supply = (program / "supply.yaml").read_text(encoding="utf-8")
    (program / "supply.yaml").write_text(
        supply.replace("\nstock:\n", "\nstock:\n  - csv: stock.csv\n"), encoding="utf-8"
    )
    assert check_folder(program, as_json=False) == 0
    assert import_file("stock", file, program, "", replace=False, options=options) == 0
    assert "reads it already" in capsys.readouterr().out
    (program / "supply.yaml").write_text(supply, encoding="utf-8")
    (program / "stock.csv").write_text("Part,Plant\n", encoding="utf-8")
    with pytest.raises(InputError, match="no field of stock"):
        import_file("stock", file, program, "", replace=False, options=options)


def test_202_a_table_needs_a_program(tmp_path: Path) -> None:
    """Rows are checked against a program, so one has to be named."""
    with pytest.raises(InputError, match="--program"):
        import_file("stock", tmp_path / "erp.csv", None, "", replace=False)


def test_301_a_what_if_answers_from_the_stored_plan(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fifth of the racks a week a site can take: later racks, from the kept basis, with the edit that did it."""
    init_folder(tmp_path / "one-pod", "one-pod")
    options = WhatIfOptions(plan=out, edits=("sites[*].installation_rate * 0.2",), out=tmp_path / "said", as_json=True)
    assert whatif_folder(tmp_path / "one-pod", options) == 0
    told = json.loads(capsys.readouterr().out)
    assert "16 racks accepted (+0)" in told["lead"]
    tables = {table["title"]: table["rows"] for table in told["tables"]}
    assert tables["Racks that move"]
    assert "from the kept basis" in tables["What this answer is"][0]["text"]
    assert tables["Program edits behind it"][0]["what"] == "sites[ohio].installation_rate"
    assert (tmp_path / "said" / "whatif.xlsx").is_file()


def test_302_more_racks_are_planned_on_the_kept_design(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A structure is exploded again on the stored design; a change of blocks says what only a whole plan designs."""
    init_folder(tmp_path / "one-pod", "one-pod")
    edits = ("blocks[pod-1].units = 1", '{at: "tranches[pod-1b]", remove: true}')
    assert whatif_folder(tmp_path / "one-pod", WhatIfOptions(plan=out, edits=edits, rows=5)) == 0
    text = capsys.readouterr().out
    assert "8 racks accepted (-8)" in text
    assert "kept as designed" in text
    assert "rackwright stress" in text


def test_303_a_what_if_without_an_edit_is_refused(out: Path, tmp_path: Path) -> None:
    """Nothing different is no question."""
    with pytest.raises(InputError, match="nothing is different"):
        whatif_folder(tmp_path, WhatIfOptions(plan=out))


def test_304_losses_are_solved_again(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The largest suppliers and countries of the stored plan, the most served workload first."""
    init_folder(tmp_path / "one-pod", "one-pod")
    assert whatif_folder(tmp_path / "one-pod", WhatIfOptions(plan=out, losses=2, as_json=True)) == 0
    rows = json.loads(capsys.readouterr().out)["tables"][0]["rows"]
    assert len(rows) == 2
    assert rows[0]["served_share"] >= rows[1]["served_share"]
    assert all(row["is_optimal"] for row in rows)
