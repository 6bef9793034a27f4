"""Which colours, hatches and letter styles do all figures share, in light, dark and print?

Every colour is a CSS variable with the light value as fallback, so a figure alone is readable and a page can switch
themes.
A category is never told by colour alone: slot n has a colour *and* a hatch. Slots 1 to 8 keep their order for colour-
blind readers.
"""

from __future__ import annotations

__all__ = [
    "CLASS_RULES",
    "HATCHES",
    "NUM_HEAT_STEPS",
    "NUM_SLOTS",
    "OVERLAYS",
    "PATTERN_SLOTS",
    "page_style",
    "style_rules",
]

NUM_SLOTS = 8
NUM_HEAT_STEPS = 7
FONT = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif"

# variable: (light and print, dark)
_COLOURS = {
    "paper": ("#ffffff", "#14181d"),
    "panel": ("#f6f8fa", "#1c2229"),
    "ink": ("#1f2933", "#e6eaef"),
    "ink2": ("#52606d", "#a7b2be"),
    "line": ("#b8c2cc", "#4a5662"),
    "grid": ("#e6eaee", "#2a323b"),
    "c1": ("#2563a8", "#7fb2ea"),
    "c2": ("#b5560f", "#f0a468"),
    "c3": ("#0f766e", "#5cc4b7"),
    "c4": ("#6d4fa3", "#b79be6"),
    "c5": ("#1a7599", "#6cc3e6"),
    "c6": ("#7a6a12", "#d0bd55"),
    "c7": ("#a83a6b", "#e88fb4"),
    "c8": ("#5f6b7a", "#a3afbd"),
    "s1": ("#dbe8f6", "#1e3653"),
    "s2": ("#fbe7d6", "#4a2e18"),
    "s3": ("#d6eeea", "#15423d"),
    "s4": ("#e8e1f4", "#382b52"),
    "s5": ("#daeef7", "#163f50"),
    "s6": ("#f2ecd0", "#3f380f"),
    "s7": ("#f8e0ea", "#4d2336"),
    "s8": ("#eaedf1", "#2e353e"),
    "good": ("#2e7d32", "#7fce85"),
    "notice": ("#2563a8", "#7fb2ea"),
    "warning": ("#9a5b00", "#f0b34e"),
    "critical": ("#b3261e", "#ff8a80"),
    "hot": ("#fbe6df", "#40251e"),
    "cold": ("#e1eef9", "#1a2f43"),
    "h0": ("#f2f6fa", "#1b222a"),
    "h1": ("#dce8f3", "#1f3348"),
    "h2": ("#c0d6ea", "#264b6d"),
    "h3": ("#9dbfdf", "#2f6190"),
    "h4": ("#3b76ae", "#5f9fd0"),
    "h5": ("#2b649c", "#86b9e0"),
    "h6": ("#184a7c", "#b4d8f3"),
}

# Hatch of each slot inside a 6 x 6 tile; slots 1 and 8 are plain.
HATCHES = {
    2: "M-1 1l2-2M0 6l6-6M5 7l2-2",
    3: "M3 2.5v1",
    4: "M-1 5l2 2M0 0l6 6M5-1l2 2",
    5: "M0 5l3-3",
    6: "M1.5 3h3M3 1.5v3",
    7: "M3 0v6",
}
PATTERN_SLOTS = tuple(HATCHES)
# Transparent hatches, laid over what is below; each is also the class of its line.
OVERLAYS = {"hatch": HATCHES[2], "gap": HATCHES[2], "cross": "M0 0l6 6M6 0l-6 6"}


def _var(name: str) -> str:
    """The CSS value of a palette entry: the variable with its light fallback."""
    return f"var(--rw-{name},{_COLOURS[name][0]})"


def _class_rules() -> dict[str, str]:
    """Declarations of every class, by class name without the `rw-` prefix."""
    rules = {
        "figure": f"display:block;max-width:100%;height:auto;font:12px {FONT};fill:{_var('ink')}",
        "mid": "min-width:480px",
        "wide": "min-width:700px",
        "huge": "min-width:1400px",
        "bg": f"fill:{_var('paper')}",
        "b": "font-weight:600",
        "s": f"font-size:11px;fill:{_var('ink2')}",
        "n": "font-size:11px",
        "big": "font-size:24px;font-weight:600",
        "m": "text-anchor:middle",
        "e": "text-anchor:end",
        "inv": f"fill:{_var('paper')}",
        "halo": f"paint-order:stroke;stroke:{_var('paper')};stroke-width:4px;stroke-linejoin:round",
        "axis": f"fill:none;stroke:{_var('line')}",
        "grid": f"fill:none;stroke:{_var('grid')}",
        "wire": f"fill:none;stroke:{_var('ink2')}",
        "wa": f"fill:none;stroke:{_var('c1')};stroke-width:1.3",
        "wb": f"fill:none;stroke:{_var('c4')};stroke-width:1.3",
        "cool": f"fill:none;stroke:{_var('c1')};stroke-width:2",
        "warm": f"fill:none;stroke:{_var('c2')};stroke-width:2",
        "dash": "stroke-dasharray:4 3",
        "out": f"fill:none;stroke:{_var('ink2')}",
        "box": f"fill:{_var('panel')};stroke:{_var('line')}",
        "card": f"fill:{_var('paper')};stroke:{_var('line')}",
        "band": f"fill:{_var('panel')}",
        "ink": f"fill:{_var('ink2')}",
        "hot": f"fill:{_var('hot')}",
        "cold": f"fill:{_var('cold')}",
        "hatch": f"fill:none;stroke:{_var('line')}",
        "cross": f"fill:none;stroke:{_var('line')}",
        "over": f"stroke:{_var('critical')};stroke-width:1.2",
        "gap": f"fill:none;stroke:{_var('critical')};stroke-width:1.2",
    }
    for slot in range(1, NUM_SLOTS + 1):
        rules[f"c{slot}"] = f"fill:{_var(f's{slot}')};stroke:{_var(f'c{slot}')}"
        rules[f"k{slot}"] = f"stroke:{_var(f'c{slot}')}"
        rules[f"d{slot}"] = f"fill:{_var(f's{slot}')}"
        rules[f"f{slot}"] = f"fill:{_var(f'c{slot}')}"
        rules[f"l{slot}"] = f"fill:none;stroke:{_var(f'c{slot}')};stroke-width:2;stroke-linejoin:round"
        rules[f"r{slot}"] = f"fill:{_var(f'c{slot}')};fill-opacity:.28"
        rules[f"p{slot}"] = f"fill:none;stroke:{_var(f'c{slot}')};stroke-opacity:.3"
    for step in range(NUM_HEAT_STEPS):
        rules[f"h{step}"] = f"fill:{_var(f'h{step}')};stroke:{_var('paper')}"
    for name in ("good", "notice", "warning", "critical"):
        rules[name] = f"fill:{_var(name)}"
        rules[f"{name}-line"] = f"fill:none;stroke:{_var(name)};stroke-width:1.5"
    dot = "fill:none;stroke-width:5;stroke-linecap:round"
    rules |= {"dots": f"{dot};stroke:{_var('ink2')}", "dots-inv": f"{dot};stroke:{_var('paper')}"}
    rules["glyph"] = f"fill:none;stroke:{_var('paper')};stroke-width:1.6;stroke-linecap:round"
    return rules


CLASS_RULES = _class_rules()


def style_rules(names: frozenset[str]) -> str:
    """CSS of the given classes (without prefix), in the palette's order, so equal sets give equal bytes."""
    return "".join(f".rw-{name}{{{rule}}}" for name, rule in CLASS_RULES.items() if name in names)


def page_style() -> str:
    """CSS a page carries once: both themes, print, scrolling on small screens, and every class of the figures.

    A page may choose the theme by `data-theme="dark"` or `"light"` on its root element; otherwise the reader's system
    decides.
    Wrap a wide figure in an element of class `rw-scroll` (with `tabindex="0"`), so a phone scrolls the figure, not
    the page.

    Returns
    -------
    CSS text without `<`, ready for a `<style>` element.
    """
    light = "".join(f"--rw-{name}:{pair[0]};" for name, pair in _COLOURS.items())
    dark = "".join(f"--rw-{name}:{pair[1]};" for name, pair in _COLOURS.items())
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}"
        ".rw-scroll{overflow-x:auto}"
        f"{style_rules(frozenset(CLASS_RULES))}"
        "@media print{.rw-mid,.rw-wide,.rw-huge{min-width:0}.rw-figure{break-inside:avoid}}"
    )
