"""The command that scores the product on published numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.cli.console import say
from rackwright.cli.text_table import text_table

if TYPE_CHECKING:
    from rackwright.validate import Score

__all__ = ["validate_topic"]


def validate_topic(topic: str, path: Path, json_file: Path | None, figures: Path | None = None) -> int:
    """Score one topic and show its figures; the whole score goes to a file where one is named."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.validate import TOPICS

    if topic not in TOPICS:
        text = f'no topic is called "{topic}".'
        raise InputError([Problem("unknown-topic", Place(path="TOPIC"), text, did_you_mean(topic, TOPICS))])
    if not path.exists():
        raise InputError([Problem("file-missing", Place(str(path)), "this file or folder does not exist.")])
    score = TOPICS[topic](path)
    if json_file is not None:
        data = json.dumps(score.as_json(), indent=1, ensure_ascii=False) + "\n"
        write_bytes(json_file.absolute(), data.encode(), layer=FileLayer())
    _show(score)
    if figures is not None:
        _draw(score, figures)
    return 0


def _draw(score: Score, folder: Path) -> None:
    """Predicted against published figures by hardware, one SVG for each figure of the topic."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.figures import render
    from rackwright.views.scores import score_charts

    charts = score_charts(score)
    folder.mkdir(parents=True, exist_ok=True)
    for chart in charts:
        write_bytes((folder / f"{chart.caption.name}.svg").absolute(), render(chart).encode(), layer=FileLayer())
    say(f"wrote {len(charts)} figures to {folder}" if charts else f"nothing of {score.topic} is drawn by hardware")


def _show(score: Score) -> None:
    apart = f"{len(score.apart)} answered apart with assumptions, " if score.apart else ""
    counts = f"{score.rows} rows, {len(score.cases)} scored, {apart}{len(score.skipped)} skipped"
    say(f"{score.topic}: {counts}", to_stdout=True)
    rows = [[name, _figure(value)] for name, value in _flat(score.metrics)]
    for kind, groups in score.groups.items():
        for group, metrics in groups.items():
            rows += [[f"{kind} {group}: {name}", _figure(value)] for name, value in _flat(metrics)]
    say(text_table(["figure", "value"], rows, [False, True]), to_stdout=True)
    for skip in score.skipped:
        say(f"skipped {skip.id}: {skip.reason}", "dim")


def _flat(metrics: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested metrics as (`part.name`, value)."""
    found: list[tuple[str, Any]] = []
    for name, value in metrics.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return found


def _figure(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
