"""How are runs spread over several machines? Dask distributed behind the same engine (extra `cluster`).

A task whose worker died is tried again. Results are written by the workers where they share the folder of kept results
with the driver, and by the driver where they do not; the cluster's memory holds none of them for long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rackwright.base.errors import InputError
from rackwright.base.fanout import Engine
from rackwright.base.problem import Place, Problem
from rackwright.base.work import MAX_TRIES, Outcome

__all__ = ["cluster_engine", "connected_engine"]


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


@contextmanager
def connected_engine(address: str) -> Iterator[Engine]:
    """The engine of a running cluster; certificates are those of Dask's own configuration.

    Parameters
    ----------
    address
        Its scheduler, such as `tls://HOST:8786`.

    Raises
    ------
    InputError
        The extra is not installed, the address is none, or nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        repair = 'Install the extra: pip install "rackwright[cluster]".'
        raise InputError([Problem("missing-extra", Place(path="--cluster"), f"{error}.", repair)]) from error
    try:
        client = Client(address, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        rule = f'no cluster answers at "{address}": {error}'
        repair = "Give the address that the scheduler prints, such as tls://HOST:8786; over TLS set certificates."
        raise InputError([Problem("no-cluster", Place(path="--cluster"), rule, repair)]) from error
    try:
        yield cluster_engine(client)
    finally:
        client.close()
