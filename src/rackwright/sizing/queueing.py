"""How long do requests wait for their prompt to be computed, on average and at a quantile?

Columns run over instances, rows of `service_s` over classes of request length. Arrivals are open: they do not wait for
answers, as users of a service do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.operators import FloatArray

__all__ = ["MEAN", "Station", "Waiting", "delay_share", "largest_load", "mean_wait_s"]

MEAN = 0.0
"""In place of a quantile: the mean."""
ROUNDS = 40
"""Halvings of a bracket: twelve digits."""
LARGEST_LOAD = 1.0 - 1e-9


@dataclass(frozen=True)
class Waiting:
    """Time to first token of instances at their loads.

    Parameters
    ----------
    share
        Share of requests in each class, shape (n_classes,); adds up to one.
    base_s
        What every request takes besides its service and its wait [s], shape (n_classes, n_instances) or less.
    service_s
        Time a class needs for its prompt [s], shape (n_classes, n_instances).
    delay_share
        Share of requests that wait at all.
    wait_s
        Mean wait over all requests [s].
    """

    share: FloatArray
    base_s: FloatArray
    service_s: FloatArray
    delay_share: FloatArray
    wait_s: FloatArray

    def take(self, index: NDArray[np.int64]) -> Waiting:
        """The instances with these indices."""
        return Waiting(
            self.share,
            np.broadcast_to(self.base_s, self.service_s.shape)[:, index],
            self.service_s[:, index],
            self.delay_share[index],
            self.wait_s[index],
        )

    @property
    def mean_s(self) -> FloatArray:
        """Mean time to first token [s]."""
        mean: FloatArray = self.share @ (self.base_s + self.service_s) + self.wait_s
        return mean

    def held_share(self, limit_s: FloatArray | float) -> FloatArray:
        """Share of requests whose first token comes within a limit.

        Notes
        -----
        P(W > t) = d exp(-d t / E[W]) with d the share that waits: an exponential wait of those that do, exact for
        exponential service and the usual form of the tail for others.
        """
        left = limit_s - self.base_s - self.service_s
        scale = np.maximum(self.wait_s, 1e-12) / np.maximum(self.delay_share, 1e-12)
        tail = self.delay_share * np.exp(-np.maximum(left, 0.0) / scale)
        held: FloatArray = self.share @ np.where(left >= 0.0, 1.0 - tail, 0.0)
        return held

    def quantile_s(self, quantile: float) -> FloatArray:
        """Time within which this share of first tokens comes [s]; the mean for `MEAN`."""
        if quantile == MEAN:
            return self.mean_s
        whole = self.base_s + self.service_s
        low: FloatArray = whole.min(axis=0)
        scale = np.maximum(self.wait_s, 1e-12) / np.maximum(self.delay_share, 1e-12)
        high: FloatArray = whole.max(axis=0) + scale * np.log(
            np.maximum(self.delay_share, 1e-12) / (1.0 - quantile)
        ).clip(0.0)
        for _ in range(ROUNDS):
            middle = 0.5 * (low + high)
            is_held = self.held_share(middle) >= quantile
            low, high = np.where(is_held, low, middle), np.where(is_held, middle, high)
        return high


def delay_share(load: FloatArray | float, servers: FloatArray | float) -> FloatArray:
    """Share of requests that wait for one of several servers: rho^(sqrt(2 (m + 1)) - 1), and rho for one server.

    Source: Sakasegawa (1977), an approximation of Erlang's delay formula.
    """
    share: FloatArray = np.asarray(load, dtype=np.float64) ** (np.sqrt(2.0 * (np.asarray(servers) + 1.0)) - 1.0)
    return share


def mean_wait_s(
    load: FloatArray | float,
    servers: FloatArray | float,
    service_s: FloatArray | float,
    *,
    service_cv2: FloatArray | float,
    arrival_cv2: float,
) -> FloatArray:
    """Mean wait before one of `servers` equal servers takes a request [s].

    Parameters
    ----------
    load
        Share of the time a server is busy, < 1.
    servers
        Servers that share the queue.
    service_s
        Mean service time [s].
    service_cv2, arrival_cv2
        Squared coefficients of variation of service times and of the gaps between arrivals (1 for random arrivals).

    Notes
    -----
    E[W] = d / (m (1 - rho)) E[S] (c_a^2 + c_s^2) / 2 with d = `delay_share`. Source: Allen and Cunneen; for one server
    and random arrivals it is the formula of Pollaczek and Khinchine.

    Examples
    --------
    >>> float(mean_wait_s(0.5, 1.0, 2.0, service_cv2=0.0, arrival_cv2=1.0))
    1.0
    """
    spread = (arrival_cv2 + np.asarray(service_cv2)) / 2.0
    idle = np.maximum(1.0 - np.asarray(load, dtype=np.float64), 1.0 - LARGEST_LOAD)
    wait: FloatArray = delay_share(load, servers) / (servers * idle) * service_s * spread
    return wait


@dataclass(frozen=True)
class Station:
    """Servers of prompts before load is put on them; columns are instances."""

    share: FloatArray
    base_s: FloatArray
    service_s: FloatArray
    servers: FloatArray
    arrival_cv2: float

    @property
    def mean_service_s(self) -> FloatArray:
        """Mean over the classes [s]."""
        mean: FloatArray = self.share @ self.service_s
        return mean

    @property
    def service_cv2(self) -> FloatArray:
        """Squared coefficient of variation of the service time."""
        mean = self.mean_service_s
        spread: FloatArray = np.maximum(self.share @ self.service_s**2 - mean * mean, 0.0) / (mean * mean)
        return spread

    def waiting(self, load: FloatArray) -> Waiting:
        """Times to first token at a load of each instance."""
        wait_s = mean_wait_s(
            load, self.servers, self.mean_service_s, service_cv2=self.service_cv2, arrival_cv2=self.arrival_cv2
        )
        return Waiting(self.share, self.base_s, self.service_s, delay_share(load, self.servers), wait_s)


def largest_load(station: Station, limit_s: float, quantile: float) -> FloatArray:
    """Largest load at which the mean, or a quantile, of the time to first token keeps a limit; 0 where none does."""
    if quantile == MEAN and bool(np.all(station.servers == 1.0)):
        return _largest_mean_load(station, limit_s)
    low = np.zeros_like(station.mean_service_s)
    high = np.full_like(low, LARGEST_LOAD)
    for _ in range(ROUNDS):
        middle = 0.5 * (low + high)
        held = _is_held(station.waiting(middle), limit_s, quantile)
        low, high = np.where(held, middle, low), np.where(held, high, middle)
    return np.where(_is_held(station.waiting(np.full_like(low, 1e-9)), limit_s, quantile), low, 0.0)


def _is_held(times: Waiting, limit_s: float, quantile: float) -> FloatArray:
    if quantile == MEAN:
        return np.asarray(times.mean_s <= limit_s)
    return np.asarray(times.held_share(limit_s) >= quantile)


def _largest_mean_load(station: Station, limit_s: float) -> FloatArray:
    """Closed form for single servers: spare = E[S] k rho / (1 - rho) with k = (c_a^2 + c_s^2) / 2."""
    mean = station.mean_service_s
    bare = station.share @ np.broadcast_to(station.base_s, station.service_s.shape) + mean
    k = (station.arrival_cv2 + station.service_cv2) / 2.0
    spare = np.maximum(limit_s - bare, 0.0) / mean
    load: FloatArray = 1.0 - 1.0 / (1.0 + spare / np.maximum(k, 1e-12))
    return load
