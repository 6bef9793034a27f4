"""The command line: results on stdout, the rest on stderr, exit codes, nothing torn, nothing run twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ONE_POD = ROOT / "examples" / "one-pod"


def run(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a fresh process, without a terminal."""
    command = [sys.executable, "-W", "error", "-m", "rackwright", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **env})


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The small example planned by the command."""
    out = tmp_path_factory.mktemp("cli") / "one-pod"
    return out, run("plan", ONE_POD, "-o", out)


def test_101_plan_writes_everything(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """The main job ends with a summary and the report's path, and is silent on stderr without a terminal."""
    out, done = planned
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(f"report: {out / 'report.html'}")
    assert done.stderr == ""
    for name in ("report.html", "plan.json", "program.json", "workbook.xlsx", "tables/supply.orders.csv"):
        assert (out / name).stat().st_size > 0
    assert list((out / "cut-sheets").glob("*.csv"))


def test_102_unchanged_plan_runs_nothing(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """Planning again unchanged says so and leaves every file as it was."""
    out, first = planned
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    again = run("plan", ONE_POD, "-o", out, "-v")
    assert again.returncode == 0
    assert "nothing changed" in again.stderr
    assert again.stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_103_changed_lead_time_runs_what_depends_on_it(
    planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A longer lead time of a supplier re-runs supply and no design stage."""
    out, _ = planned
    changed = tmp_path / "changed"
    shutil.copytree(ONE_POD, changed)
    offers = changed / "offers.csv"
    lines = offers.read_text(encoding="utf-8").splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("nvidia-q3400,"))
    lines[row] = lines[row].replace("weeks", "months", 1)
    offers.write_text("\n".join(lines) + "\n", encoding="utf-8")
    again = run("plan", changed, "-o", out.parent / "changed", "-v", "--no-scenarios")
    assert again.returncode == 0, again.stderr
    ran = {line.split()[0] for line in again.stderr.splitlines() if " ran " in line}
    assert ran == {"supply"}


def test_104_strict_and_json(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """With --strict a plan that falls short exits with 1; --json writes the versioned summary and nothing else."""
    out, _ = planned
    done = run("plan", ONE_POD, "-o", out, "--json", "--strict")
    summary = json.loads(done.stdout)
    assert summary["format_version"] == 1
    assert summary["money_year"] == 2026
    assert done.returncode == (0 if summary["meets_need"] else 1)


def test_105_two_runs_at_once(tmp_path: Path) -> None:
    """Two plans of one folder at once both end well and leave one whole plan."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "rackwright", "plan", str(ONE_POD), "-o", str(out)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    for process in both:
        process.communicate()
    assert run("show", out, "tranches").returncode == 0


def test_201_bad_input_keeps_the_earlier_plan(
    planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A broken program exits with 2, names file and line, and leaves the earlier plan whole."""
    out, _ = planned
    broken = tmp_path / "broken"
    shutil.copytree(ONE_POD, broken)
    sites = broken / "sites.yaml"
    sites.write_text(sites.read_text(encoding="utf-8").replace("MW", "km"), encoding="utf-8")
    done = run("plan", broken, "-o", out)
    assert done.returncode == 2
    assert "sites.yaml:" in done.stderr
    assert "Traceback" not in done.stderr
    assert run("show", out).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "nowhere"), 2),
        (("plan", "nowhere"), 2),
        (("show", "nowhere"), 2),
        (("explain", "nowhere", "item:x"), 2),
        (("init", ".", "--example", "one-pods"), 2),
        (("diff", "nowhere", "elsewhere"), 2),
        (("export", "nowhere", "xlsx"), 2),
        (("init", "a-file/under"), 3),
        (("plan", ONE_POD, "-o", "a-file/under"), 3),
    ],
)
def test_202_errors_are_messages(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    """A command on something that is not there exits with 2 and a message; a place nobody can write to with 3."""
    (tmp_path / "a-file").write_text("mine", encoding="utf-8")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert "error" in done.stderr or "could not finish" in done.stderr
    assert "Traceback" not in done.stderr
    assert "fault" not in done.stderr


@pytest.mark.parametrize("out", ["foreign", "foreign/file.txt"])
def test_204_a_folder_of_others_is_refused_before_planning(out: str, tmp_path: Path) -> None:
    """An output folder that holds files of somebody else, or is a file, is refused before any stage runs."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "file.txt").write_text("mine", encoding="utf-8")
    done = run("plan", ONE_POD, "-o", tmp_path / out, "-v")
    assert done.returncode == 2
    assert "folder-not-ours" in done.stderr
    assert " ran " not in done.stderr
    assert [path.name for path in foreign.iterdir()] == ["file.txt"]


def test_205_a_link_in_place_of_the_own_catalog_is_refused(tmp_path: Path) -> None:
    """A program's own catalog is a folder inside the program folder, not a file and not a link that leads out."""
    for name in ("file", "link"):
        shutil.copytree(ONE_POD, tmp_path / name)
    (tmp_path / "file" / "catalog").write_text("x", encoding="utf-8")
    (tmp_path / "link" / "catalog").symlink_to(ROOT / "examples" / "us-buildout" / "catalog")
    assert "file-not-regular" in run("check", tmp_path / "file").stderr
    assert "file-outside" in run("check", tmp_path / "link").stderr


def test_206_a_broken_weather_file_is_named(tmp_path: Path) -> None:
    """A weather file that is not there is named with the field that names it; the exit code is 2."""
    folder = tmp_path / "mine"
    shutil.copytree(ONE_POD, folder)
    text = (folder / "sites.yaml").read_text(encoding="utf-8")
    (folder / "sites.yaml").write_text(text.replace("mean_dry_bulb: 11 C", "mean_dry_bulb: 11 C\n      weather: a.epw"))
    done = run("check", folder)
    assert done.returncode == 2
    assert "file-missing" in done.stderr
    assert "sites[ohio].climate.weather" in done.stderr


def test_207_a_weather_file_with_a_gap_is_a_warning(tmp_path: Path) -> None:
    """A file that is no whole year is told, and the folder reads well: design conditions stand in."""
    folder = tmp_path / "mine"
    shutil.copytree(ONE_POD, folder)
    text = (folder / "sites.yaml").read_text(encoding="utf-8")
    (folder / "sites.yaml").write_text(text.replace("mean_dry_bulb: 11 C", "mean_dry_bulb: 11 C\n      weather: a.csv"))
    (folder / "a.csv").write_text("dry_bulb_C,dew_point_C\n" + "10,5\n" * 48)
    done = run("check", folder)
    assert (done.returncode, "warning[weather-gap]" in done.stderr + done.stdout) == (0, True)
    assert "design conditions" in done.stderr + done.stdout


def test_203_problems_as_json(tmp_path: Path) -> None:
    """`check --json` lists problems with code, file, line, rule and repair."""
    (tmp_path / "program.yaml").write_text("name: 5 km\n", encoding="utf-8")
    done = run("check", tmp_path, "--json")
    problems = json.loads(done.stdout)["problems"]
    assert done.returncode == 2
    assert {"code", "file", "line", "column", "path", "rule", "repair", "severity"} <= set(problems[0])


def test_301_init_check(tmp_path: Path) -> None:
    """A folder made by init reads well, and init does not write into a folder that holds something."""
    assert run("init", tmp_path / "mine").returncode == 0
    assert run("check", tmp_path / "mine").returncode == 0
    assert run("init", tmp_path / "mine").returncode == 2


def test_302_show_lists_views_and_tables(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """`show` without a name lists views and tables; each view shows as text, JSON and CSV."""
    out, _ = planned
    listed = json.loads(run("show", out, "--json").stdout)
    assert {"view", "question"} <= set(listed["views"][0])
    assert any(table["table"] == "supply.orders" for table in listed["tables"])
    assert run("show", out, "tranches", "--csv").stdout.startswith("tranche,")
    assert json.loads(run("show", out, "tranches", "--json").stdout)["tables"]
    assert "no view" in run("show", out, "tranche").stderr
    assert 'Did you mean "tranches"' in run("show", out, "tranche").stderr


def test_308_show_writes_figures(planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    """`show --figures` writes each figure of the view as SVG."""
    out, _ = planned
    assert run("show", out, "gantt", "--figures", tmp_path / "fig").returncode == 0
    assert (tmp_path / "fig" / "gantt-full.svg").read_text().startswith("<svg")


def test_303_explain_walks_to_sources(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """`explain` reaches a formula, an input of another table and a fact with its source."""
    out, _ = planned
    text = run("explain", out, "sizing.needs.accels_p90").stdout
    assert "formula accelerators-needed" in text
    assert "sizing.rates.per_rack" in text
    assert "(assumption" in text
    assert any(f"({kind}: " in text for kind in ("datasheet", "estimate", "computed"))


def test_316_a_point_of_content_has_a_price(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """`whatif --content` says what the next point costs, or that it is not to be had, and what a rack could reach."""
    done = run("whatif", ONE_POD, "--plan", planned[0], "--content", "1", "--json")
    points, reach = json.loads(done.stdout)["tables"]
    assert [row["is_met"] for row in points["rows"]] == [True, False]
    assert reach["rows"][0]["item"] == "gb300-nvl72"


@pytest.mark.parametrize(
    ("thing", "hint"),
    [
        ("sizing.needs.accels_p90[workload=chatt]", 'Did you mean "chat"'),
        ("sizing.needs.accels_p90[work=chat]", 'Did you mean "workload"'),
        ("sizing.needs.accels_p90[chat]", 'no column "chat"'),
        ("sizing.needs.accels_p99", 'Did you mean "accels_p90"'),
        ("workload:chatt", 'Did you mean "chat"'),
    ],
)
def test_313_a_row_that_is_not_there_is_said(
    planned: tuple[Path, subprocess.CompletedProcess[str]], thing: str, hint: str
) -> None:
    """`explain` of a row, column or thing that is not in the plan exits with 2 and offers near names."""
    done = run("explain", planned[0], thing)
    assert done.returncode == 2
    assert hint in done.stderr


def test_314_diff_of_unlike_things(planned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """A plan and a program cannot be compared, and that is what the message says."""
    done = run("diff", planned[0], ONE_POD)
    assert done.returncode == 2
    assert "unlike-things" in done.stderr


def test_315_the_catalog_of_a_program_that_is_not_there(tmp_path: Path) -> None:
    """`catalog --program` of a folder that does not exist exits with 2 instead of showing the built-in parts."""
    done = run("catalog", "--program", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "folder-missing" in done.stderr


def test_304_diff_of_equal_and_changed_plans(
    planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A plan does not differ from itself; a dearer part shows in cost and in the program edits."""
    out, _ = planned
    assert "equal" in run("diff", out, out).stdout
    dearer = tmp_path / "dearer"
    shutil.copytree(ONE_POD, dearer)
    offers = dearer / "offers.csv"
    offers.write_text(offers.read_text(encoding="utf-8").replace("kUSD", "MUSD", 1), encoding="utf-8")
    assert "edits" in run("diff", ONE_POD, dearer).stdout
    told = run("diff", ONE_POD, f"{ONE_POD}:more-chat").stdout
    assert "from one-pod to one-pod:more-chat" in told
    assert "blocks[pod-1].units" in told
    assert "Did you mean" in run("diff", ONE_POD, f"{ONE_POD}:more-cat").stderr


def test_305_catalog(tmp_path: Path) -> None:
    """The catalog is searched, a part is shown with its sources, and its lint is clean."""
    assert "nvidia-gb300" in run("catalog", "gb300").stdout
    shown = json.loads(run("catalog", "nvidia-gb300", "--json").stdout)
    assert any(row["source"] for row in shown["tables"][0]["rows"])
    assert run("catalog", "--lint").returncode == 0


def test_306_export_to_file_and_stdout(planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    """An export goes to the file named, or to standard output."""
    out, _ = planned
    assert run("export", out, "cut-sheet").stdout.startswith("hall,")
    assert run("export", out, "xlsx", "-o", tmp_path / "book.xlsx").returncode == 0
    assert (tmp_path / "book.xlsx").read_bytes()[:2] == b"PK"


def test_309_export_names_what_it_loses(planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    """A schedule for other programs says on stderr what it cannot hold, counted; not with --quiet."""
    out, _ = planned
    for form in ("mspdi", "xer"):
        told = run("export", out, form, "-o", tmp_path / form)
        assert told.returncode == 0
        assert "not held: 2 risks of the register" in told.stderr
        assert "not held: supply cell of 1 resource" in told.stderr
        assert "not held" not in run("export", out, form, "-q", "-o", tmp_path / form).stderr


def test_311_verify_lists_as_many_rows_as_asked(
    planned: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """`--rows` bounds each table and says how many rows are left; faults are counted by kind."""
    out, _ = planned
    seen = tmp_path / "seen.csv"
    turned = [f"pod-1-node{n},p1,pod-1-scale-out-leaf0,p{8 - n}" for n in range(8)]
    seen.write_text("local_device,local_port,remote_device,remote_port\n" + "\n".join([*turned, turned[0]]) + "\n")
    told = run("verify", out, "--lldp", seen, "--rows", "3")
    assert told.returncode == 0, told.stderr
    assert "8 swapped" in told.stdout
    assert "... 2,301 more rows (--rows)" in told.stdout
    assert "1 report given more than once" in told.stdout


def test_307_schema_is_json() -> None:
    """`schema` writes a draft 7 schema of the program or of one file."""
    assert "draft-07" in json.loads(run("schema").stdout)["$schema"]
    sites = json.loads(run("schema", "sites.yaml").stdout)
    assert sites["title"] == "Rackwright sites.yaml"
    assert next(iter(sites["properties"])) == "sites"
    assert json.loads(run("schema", "program.yaml").stdout)["required"]
    assert run("schema", "site.yaml").returncode == 2


def test_401_no_colour_in_pipes() -> None:
    """Piped output holds no escape sequence."""
    assert "\x1b" not in run("check", ONE_POD).stderr


@pytest.mark.parametrize("arguments", [("schema",), ("check", ONE_POD, "--json")], ids=["long", "short"])
def test_402_output_that_cannot_be_written_is_said(arguments: tuple[str | Path, ...]) -> None:
    """A result that standard output does not take ends with 3 and the system's reason; a closed one is no fault."""
    command = [sys.executable, "-m", "rackwright", *map(str, arguments)]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("could not finish: No space left on device")
    shell = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *command], capture_output=True, text=True, check=False)
    assert (shell.returncode, shell.stderr) == (0, "")
