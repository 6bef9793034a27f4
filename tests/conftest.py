"""Settings every test shares: property tests draw the same examples on every run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_SHARED = {"derandomize": True, "deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("default", max_examples=60, **_SHARED)
settings.register_profile("slow", max_examples=1_000, **_SHARED)
settings.load_profile("default")
