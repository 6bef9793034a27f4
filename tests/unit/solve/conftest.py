"""Small programs under chance whose answers can be found by enumeration."""

from __future__ import annotations

import pytest

from rackwright.solve.smps_write import SmpsTexts

# Buy x at 1, then sell y at 3 up to the demand of 2, 5 or 8; at most 10 can be bought.
SELLER_CORE = """NAME          SELLER
ROWS
 N  COST
 L  ROOM
 L  HAVE
 L  WANT
COLUMNS
    BUY       COST      1.0            ROOM      1.0
    BUY       HAVE      -1.0
    SELL      COST      -3.0           HAVE      1.0
    SELL      WANT      1.0
RHS
    RHS       ROOM      10.0           WANT      5.0
ENDATA
"""
SELLER_TIME = """TIME          SELLER
PERIODS
    BUY       ROOM                     NOW
    SELL      HAVE                     LATER
ENDATA
"""
SELLER_STOCH = """STOCH         SELLER
INDEP         DISCRETE
    RHS       WANT      2.0            LATER     0.2
    RHS       WANT      5.0            LATER     0.5
    RHS       WANT      8.0            LATER     0.3
ENDATA
"""


@pytest.fixture
def seller() -> SmpsTexts:
    """A newsvendor with three demands."""
    return SmpsTexts(SELLER_CORE, SELLER_TIME, SELLER_STOCH)
