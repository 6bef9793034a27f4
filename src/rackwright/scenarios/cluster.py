"""How are runs spread over several machines? Dask distributed behind the same engine (extra `cluster`).

Results go through the content store, not through the cluster's memory; a task whose worker died is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rackwright.base.fanout import Engine
from rackwright.base.work import MAX_TRIES, Outcome

__all__ = ["cluster_engine"]


def cluster_engine(client: Any) -> Engine:
    """An engine that works on a cluster.

    Parameters
    ----------
    client
        A `distributed.Client` that is connected, over TLS where the network is not private.
    """

    def spread(task: Callable[[Any], Any], items: Sequence[Any], /) -> Iterator[Outcome[Any]]:
        futures = client.map(task, list(items), retries=MAX_TRIES, pure=False)
        for index, future in enumerate(futures):
            error = future.exception()
            if error is None:
                yield Outcome(index, "done", future.result())
            else:
                yield Outcome(index, "failed", error=f"{type(error).__name__}: {error}")
            future.release()

    return spread
