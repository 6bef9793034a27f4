"""Parts and bridges of the one graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.network import Network


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] != e[1]), min_size=1, max_size=14)
)
def test_101_a_bridge_is_an_edge_whose_loss_makes_one_part_more(edges: list[tuple[int, int]]) -> None:
    """Exactly the bridges raise the number of parts when they open."""
    network = Network.of(8, [a for a, _ in edges], [b for _, b in edges])
    parts = network.islands().max()
    raised = [network.without(edge).islands().max() > parts for edge in range(len(edges))]
    assert network.bridges().tolist() == raised


def test_102_an_edge_must_end_at_a_node() -> None:
    """An edge to a node that does not exist is named."""
    with pytest.raises(ValueError, match=r"edges \[1\]"):
        Network.of(2, [0, 0], [1, 2])


def test_103_an_open_edge_joins_nothing() -> None:
    """What hangs on an open edge has no source."""
    assert Network.of(3, [0, 1], [1, 2], [True, False]).reached([0]).tolist() == [True, True, False]
    assert np.array_equal(Network.of(2, [], []).islands(), [0, 1])
