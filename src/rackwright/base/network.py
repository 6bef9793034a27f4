"""Which nodes hang together, and what is cut off when an edge is lost? The one graph of power and of coolant.

A network is plain columns: nodes are numbered from 0, an edge joins two of them and may be open. Alternating current,
direct current and coolant use it alike; what flows along an edge is the business of the stage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Network"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Network:
    """Nodes and edges.

    Parameters
    ----------
    num_nodes
        Nodes, numbered from 0.
    start, end
        Nodes each edge joins, shape (n_edges,); the order matters only to what flows.
    is_closed
        False for an edge that is open (a ring's open point, a valve).
    """

    num_nodes: int
    start: IntArray
    end: IntArray
    is_closed: BoolArray

    @classmethod
    def of(cls, num_nodes: int, start: npt.ArrayLike, end: npt.ArrayLike, is_closed: npt.ArrayLike = ()) -> Network:
        """A network from any two columns of nodes; every edge is closed where nothing is said.

        Raises
        ------
        ValueError
            An edge ends at a node that does not exist; the first five are named.
        """
        first, last = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
        stated = np.asarray(is_closed, dtype=np.bool_)
        closed = stated if stated.size else np.ones(first.size, dtype=np.bool_)
        outside = np.flatnonzero((np.minimum(first, last) < 0) | (np.maximum(first, last) >= num_nodes))
        if outside.size:
            raise ValueError(f"edges {outside[:5].tolist()} end at nodes outside 0..{num_nodes - 1}")
        return cls(num_nodes, first, last, closed)

    def islands(self) -> IntArray:
        """Number of the part each node belongs to, counted from 0, shape (n_nodes,).

        Examples
        --------
        >>> Network.of(4, [0, 2], [1, 3]).islands()
        array([0, 0, 1, 1])
        """
        from scipy import sparse
        from scipy.sparse import csgraph

        edges = np.flatnonzero(self.is_closed)
        shape = (self.num_nodes, self.num_nodes)
        matrix = sparse.coo_array((np.ones(edges.size), (self.start[edges], self.end[edges])), shape=shape)
        return np.asarray(csgraph.connected_components(matrix.tocsr(), directed=False)[1], dtype=np.int64)

    def reached(self, sources: npt.ArrayLike) -> BoolArray:
        """Which nodes are joined to a source, shape (n_nodes,).

        Examples
        --------
        >>> Network.of(4, [0, 2], [1, 3]).reached([0])
        array([ True,  True, False, False])
        """
        part = self.islands()
        return np.isin(part, part[np.asarray(sources, dtype=np.int64)])

    def without(self, edge: int) -> Network:
        """The network with one edge open."""
        closed = self.is_closed.copy()
        closed[edge] = False
        return Network(self.num_nodes, self.start, self.end, closed)

    def bridges(self) -> BoolArray:
        """Which closed edges are the only way between two parts, shape (n_edges,).

        Notes
        -----
        Depth-first numbering with low links (Tarjan 1974), without recursion; linear in nodes and edges. Edges in
        parallel are not bridges.

        Examples
        --------
        >>> Network.of(4, [0, 1, 2, 2], [1, 2, 0, 3]).bridges()
        array([False, False, False,  True])
        """
        neighbours: list[list[tuple[int, int]]] = [[] for _ in range(self.num_nodes)]
        for edge in np.flatnonzero(self.is_closed).tolist():
            first, last = int(self.start[edge]), int(self.end[edge])
            neighbours[first].append((last, edge))
            neighbours[last].append((first, edge))
        found = np.zeros(self.start.size, dtype=np.bool_)
        order, low = [-1] * self.num_nodes, [0] * self.num_nodes
        count = 0
        for root in range(self.num_nodes):
            if order[root] < 0:
                count = _walk(root, count, neighbours, (order, low), found)
        return found


def _walk(
    root: int,
    count: int,
    neighbours: list[list[tuple[int, int]]],
    numbers: tuple[list[int], list[int]],
    found: BoolArray,
) -> int:
    """Number the nodes of one part and mark its bridges; the next free number."""
    order, low = numbers
    stack = [(root, -1, iter(neighbours[root]))]
    order[root] = low[root] = count
    count += 1
    while stack:
        node, came_by, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            stack.pop()
            if stack:
                above = stack[-1][0]
                low[above] = min(low[above], low[node])
                found[came_by] = low[node] > order[above]
            continue
        other, edge = step
        if edge == came_by:
            continue
        if order[other] >= 0:
            low[node] = min(low[node], order[other])
        else:
            order[other] = low[other] = count
            count += 1
            stack.append((other, edge, iter(neighbours[other])))
    return count
