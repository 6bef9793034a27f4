"""The self-contained report: one HTML file with the whole plan, page 1 first."""

from rackwright.report.answer import render_answer
from rackwright.report.render import render_report

__all__ = ["render_answer", "render_report"]
