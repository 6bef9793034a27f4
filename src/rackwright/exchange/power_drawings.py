"""Which electrical and piping drawings does an engineer get? One-lines as DXF, SVG and a page with a failure selector.

The page needs no script: one radio button for each failure, and style rules that show the diagram of the one chosen.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import pairwise

from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.dxf import Drawing, Layer
from rackwright.figures import OneLine, OneLineElement, page_style, render, without_style
from rackwright.figures.power_symbols import SymbolSet
from rackwright.figures.svg import slug
from rackwright.plan import Plan
from rackwright.program.sites import Site
from rackwright.views.cooling import hall_piping
from rackwright.views.one_line import lost_elements, one_line_diagram, usual_symbols

__all__ = ["one_line_dxf", "one_line_page", "power_drawings_bytes"]

LAYERS = (
    Layer("SHARED", 7),
    Layer("SIDE-A", 5),
    Layer("SIDE-B", 3),
    Layer("FEEDS", 8),
    Layer("STANDBY", 4),
    Layer("TEXT", 7),
)
SYMBOL_WORDS = {"iec": "IEC 60617", "ansi": "IEEE 315 (ANSI)"}
SIDE_LAYERS = {"a": "SIDE-A", "b": "SIDE-B", "shared": "SHARED"}
PAGE_RULES = "body{font-family:sans-serif;margin:16px}.case{display:none}label{margin-right:12px;white-space:nowrap}"
CELL_MM, ROW_MM, BOX_MM, TEXT_MM = 60.0, 40.0, 14.0, 2.5


def power_drawings_bytes(plan: Plan, *, symbols: SymbolSet | None = None) -> bytes:
    """The archive: one-line/SITE.dxf, .svg and .html (with the failure selector), piping/HALL.svg.

    Parameters
    ----------
    plan
        Plan.
    symbols
        Standard of the symbols in one-lines; that of each site's country where None.
    """
    return archive_bytes(_files(plan, symbols))


def _files(plan: Plan, symbols: SymbolSet | None) -> Iterator[tuple[str, bytes]]:
    for site in plan.program.sites:
        if not plan.power.elements.frame.filter(site=site.id).height:
            continue
        diagram = one_line_diagram(plan, site, symbols=symbols)
        yield f"one-line/{slug(site.id)}.dxf", one_line_dxf(diagram)
        yield f"one-line/{slug(site.id)}.svg", render(diagram).encode()
        yield f"one-line/{slug(site.id)}.html", one_line_page(plan, site, symbols=symbols).encode()
    for hall in plan.program.halls:
        if plan.cooling.loops.frame.filter(hall=hall.id).height:
            yield f"piping/{slug(hall.id)}.svg", render(hall_piping(plan, hall.id)).encode()


def one_line_page(plan: Plan, site: Site, *, symbols: SymbolSet | None = None) -> str:
    """One page: choose a lost element, see the loads of that case; the first choice is the worst of all failures."""
    cases = [("", "worst of any single failure"), *((lost, f"{lost} lost") for lost in lost_elements(plan, site.id))]
    rules = "".join(f"#f{n}:checked~#d{n}{{display:block}}" for n in range(len(cases)))
    buttons = "".join(
        f'<input type="radio" name="f" id="f{n}"{" checked" if n == 0 else ""}>'
        f'<label for="f{n}">{html.escape(label)}</label>\n'
        for n, (_, label) in enumerate(cases)
    )
    drawings = "".join(
        f'<div class="case rw-scroll" id="d{n}" tabindex="0" aria-label="{html.escape(label)}">'
        f"{without_style(render(one_line_diagram(plan, site, lost=lost, symbols=symbols)))}</div>"
        for n, (lost, label) in enumerate(cases)
    )
    title = html.escape(f"{site.name}: one-line diagram")
    style = f"{page_style()}{PAGE_RULES}{rules}"
    head = f'<meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    standard = SYMBOL_WORDS[symbols or usual_symbols(site)]
    text = f"Loads over ratings with the chosen element lost; symbols of {standard}. "
    text += "To be reviewed by the engineer of record."
    body = f"<main><h1>{title}</h1><p>{text}</p>{buttons}{drawings}</main>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def one_line_dxf(diagram: OneLine) -> bytes:
    """A folded one-line diagram: a box and a text for each element, lines for feeds; a schematic, not to scale."""
    drawing = Drawing(LAYERS)
    spots = _spots(diagram)
    for feed in diagram.feeds:
        upper, lower = spots.get(feed.from_element), spots.get(feed.to_element)
        if upper is None or lower is None:
            continue
        layer = "STANDBY" if feed.is_normally_open else "FEEDS"
        middle = (upper[1] - BOX_MM / 2 + lower[1] + BOX_MM / 2) / 2
        path = (
            (upper[0], upper[1] - BOX_MM / 2),
            (upper[0], middle),
            (lower[0], middle),
            (lower[0], lower[1] + BOX_MM / 2),
        )
        for start, end in pairwise(path):
            drawing.line(layer, start, end)
    for element in diagram.elements:
        _draw(drawing, element, spots[element.name])
    for number, level in enumerate(diagram.layers):
        drawing.text("TEXT", (-CELL_MM, -number * ROW_MM), level.label, TEXT_MM)
    drawing.text("TEXT", (-CELL_MM, ROW_MM), diagram.caption.title, 2 * TEXT_MM)
    return drawing.as_bytes()


def _spots(diagram: OneLine) -> dict[str, tuple[float, float]]:
    """Middle of each element: layers downwards, side A left, shared in the middle, side B right."""
    spots: dict[str, tuple[float, float]] = {}
    for layer in range(len(diagram.layers)):
        own = [element for element in diagram.elements if element.layer == layer]
        ordered = [e for side in ("a", "shared", "b") for e in own if e.side == side]
        for place, element in enumerate(ordered):
            spots[element.name] = (place * CELL_MM, -layer * ROW_MM)
    return spots


def _draw(drawing: Drawing, element: OneLineElement, spot: tuple[float, float]) -> None:
    x_mm, y_mm = spot
    layer = SIDE_LAYERS[element.side]
    drawing.rectangle(layer, (x_mm - BOX_MM / 2, y_mm - BOX_MM / 2), BOX_MM, BOX_MM)
    count = f"{element.count} x " if element.count > 1 else ""
    load = f", {element.load_share * 100:.0f} %" if element.load_share is not None else ""
    lines = (f"{count}{element.label}", f"{element.kind} {element.rating}{load}")
    for number, text in enumerate(lines):
        drawing.text("TEXT", (x_mm + BOX_MM / 2 + 1.0, y_mm - number * 1.6 * TEXT_MM), text, TEXT_MM)
