"""Which electrical and piping drawings does an engineer get? One-lines as DXF, SVG and a page with a failure selector.

The page needs no script: one radio button for each failure, and style rules that show the diagram of the one chosen.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import groupby, pairwise

from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.dxf import Drawing, Layer
from rackwright.figures import OneLine, OneLineElement, page_style, render, without_style
from rackwright.figures.one_line import Side
from rackwright.figures.power_symbols import ATS_INLET, HALF_HEIGHT, SymbolSet, power_symbol_lines
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
PAGE_RULES = (
    "body{font-family:sans-serif;margin:16px}main{white-space:nowrap}p,.case{white-space:normal}"
    ".case{display:none}label{margin-right:12px}"
)
CELL_MM, ROW_MM, SYMBOL_MM, TEXT_MM = 60.0, 40.0, 14.0, 2.5
TEXT_GAP_MM = 9.5
MM_PER_PX = SYMBOL_MM / (2 * HALF_HEIGHT)
INLET = 6.0
SIDES: tuple[Side, ...] = ("a", "shared", "b")

Point = tuple[float, float]


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
        f'<label for="f{n}">{html.escape(label)}</label><wbr>\n'
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
    """A folded one-line diagram: a symbol and a text for each element, lines for feeds; a schematic, not to scale."""
    drawing = Drawing(LAYERS)
    spots = _spots(diagram)
    _draw_feeds(drawing, diagram, spots)
    for element in diagram.elements:
        _draw(drawing, element, spots[element.name], diagram.symbols)
    for number, level in enumerate(diagram.layers):
        drawing.text("TEXT", (-CELL_MM, -number * ROW_MM), level.label, TEXT_MM)
    drawing.text("TEXT", (-CELL_MM, ROW_MM), diagram.caption.title, 2 * TEXT_MM)
    return drawing.as_bytes()


def _draw_feeds(drawing: Drawing, diagram: OneLine, spots: dict[str, Point]) -> None:
    """Feeds from the foot of one symbol to the head of another, each of several with an inlet of its own."""
    kinds = {element.name: element.kind for element in diagram.elements}
    feeds = sorted(
        (feed for feed in diagram.feeds if feed.from_element in spots and feed.to_element in spots),
        key=lambda feed: (feed.to_element, spots[feed.from_element][0]),
    )
    for name, group in groupby(feeds, key=lambda feed: feed.to_element):
        own = list(group)
        reach_mm = (ATS_INLET if kinds[name] == "ats" else INLET) * MM_PER_PX
        for place, feed in enumerate(own):
            share = place / (len(own) - 1) * 2 - 1 if len(own) > 1 else 0.0
            foot = (spots[feed.from_element][0], spots[feed.from_element][1] - SYMBOL_MM / 2)
            head = (spots[name][0] + share * reach_mm, spots[name][1] + SYMBOL_MM / 2)
            middle = (foot[1] + head[1]) / 2
            joint = head if kinds[name] == "ats" else (spots[name][0], head[1])
            for start, end in pairwise((foot, (foot[0], middle), (head[0], middle), head, joint)):
                drawing.line("STANDBY" if feed.is_normally_open else "FEEDS", start, end)


def _spots(diagram: OneLine) -> dict[str, Point]:
    """Middle of each element: layers downwards; side A in columns of its own on the left, side B on the right."""
    rows: dict[tuple[Side, int], list[str]] = {}
    for element in diagram.elements:
        rows.setdefault((element.side, element.layer), []).append(element.name)
    spots: dict[str, Point] = {}
    left_mm = 0.0
    for side in SIDES:
        columns = max((len(names) for (own, _), names in rows.items() if own == side), default=0)
        for (own, layer), names in rows.items():
            first_mm = left_mm + (columns - len(names)) / 2 * CELL_MM
            if own == side:
                spots |= {name: (first_mm + n * CELL_MM, -layer * ROW_MM) for n, name in enumerate(names)}
        left_mm += columns * CELL_MM
    return spots


def _draw(drawing: Drawing, element: OneLineElement, spot: Point, symbols: SymbolSet) -> None:
    x_mm, y_mm = spot
    layer = SIDE_LAYERS[element.side]
    for line in power_symbol_lines(element.kind, symbols):
        drawing.polyline(layer, ((x_mm + x * MM_PER_PX, y_mm - y * MM_PER_PX) for x, y in line))
    count = f"{element.count} x " if element.count > 1 else ""
    load = f", {element.load_share * 100:.0f} %" if element.load_share is not None else ""
    lines = (f"{count}{element.label}", f"{element.kind} {element.rating}{load}")
    for number, text in enumerate(lines):
        drawing.text("TEXT", (x_mm + TEXT_GAP_MM, y_mm - number * 1.6 * TEXT_MM), text, TEXT_MM)
