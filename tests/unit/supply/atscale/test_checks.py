"""Is a weekly network that contradicts itself refused, with every place named?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rackwright.base.errors import InputError
from rackwright.supply.atscale import Schedule, WeeklyNetwork, check_network, plan_weekly
from rackwright.validate.made_network import Shape, make_network


def network() -> WeeklyNetwork:
    """A small made network."""
    return make_network(Shape.scaled(0.01, weeks=20), 1)


def with_entry(net: WeeklyNetwork, name: str, where: tuple[int, ...], value: float) -> WeeklyNetwork:
    """The network with one figure of one array replaced."""
    values = getattr(net, name).copy()
    values[where] = value
    return replace(net, **{name: values})


def test_101_a_made_network_passes() -> None:
    """The generator's networks have nothing to object to."""
    check_network(network())


@pytest.mark.parametrize(
    ("name", "where", "value", "code"),
    [
        ("demand", (0, 3), -1.0, "negative-value"),
        ("cost_usd", (2,), np.nan, "bad-number"),
        ("supplier_qty", (1, 0), np.inf, "bad-number"),
        ("holding_usd", (4,), 0.0, "out-of-range"),
        ("lead_weeks", (1,), 0, "out-of-range"),
        ("center", (0,), 10_000, "out-of-range"),
    ],
)
def test_102_a_wrong_figure_is_named_with_its_place(name: str, where: tuple[int, ...], value: float, code: str) -> None:
    """Negative, not a number, infinite, zero or out of range: array, row and week are said."""
    with pytest.raises(InputError) as caught:
        check_network(with_entry(network(), name, where, value))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].place.path == f"{name}[{', '.join(map(str, where))}]"


def test_103_all_wrong_figures_are_named_at_once() -> None:
    """Two wrong arrays give two problems, and planning refuses them as well."""
    wrong = with_entry(with_entry(network(), "stock", (0,), -2.0), "input_qty", (1,), np.nan)
    with pytest.raises(InputError) as caught:
        plan_weekly(wrong, Schedule())
    assert {problem.code for problem in caught.value.problems} == {"negative-value", "bad-number"}


def test_104_an_item_below_itself_is_named() -> None:
    """Where a part takes its own parent, the loop is told item by item."""
    net = network()
    taker, used = net.item_of[net.into[net.taker_of]], net.item_of[net.input_of]
    below = np.flatnonzero(taker != used)
    lower = next(e for e in below.tolist() if used[e] in taker[below])
    deep = next(e for e in below.tolist() if taker[e] == used[lower])
    parent = int(np.flatnonzero(net.item_of == taker[lower])[0])
    with pytest.raises(InputError) as caught:
        check_network(with_entry(net, "input_of", (deep,), parent))
    assert caught.value.problems[0].code == "bom-cycle"
    assert f"item {taker[lower]}" in caught.value.problems[0].rule
