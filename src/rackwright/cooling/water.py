"""What are density, enthalpy, heat capacity and viscosity of liquid water?

Thermodynamic properties by IAPWS-IF97, region 1 (IAPWS R7-97(2012), equation 7 and Table 2): liquid water from 273.15
to 623.15 K. Viscosity by IAPWS R12-08, whose factor for the critical region is left out: it is 1 for liquid water.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["WaterState", "water_state"]

FloatArray = npt.NDArray[np.float64]

GAS_J_KG_K = 461.526
"""Specific gas constant of water in IF97, equation 1."""
REDUCING_PA, REDUCING_K = 16.53e6, 1386.0
"""Reducing pressure and temperature of region 1."""
# Exponents I, J and coefficient n of each term: IAPWS R7-97(2012), Table 2.
_TERMS: FloatArray = np.array(
    [
        (0, -2, 0.14632971213167),
        (0, -1, -0.84548187169114),
        (0, 0, -0.37563603672040e1),
        (0, 1, 0.33855169168385e1),
        (0, 2, -0.95791963387872),
        (0, 3, 0.15772038513228),
        (0, 4, -0.16616417199501e-1),
        (0, 5, 0.81214629983568e-3),
        (1, -9, 0.28319080123804e-3),
        (1, -7, -0.60706301565874e-3),
        (1, -1, -0.18990068218419e-1),
        (1, 0, -0.32529748770505e-1),
        (1, 1, -0.21841717175414e-1),
        (1, 3, -0.52838357969930e-4),
        (2, -3, -0.47184321073267e-3),
        (2, 0, -0.30001780793026e-3),
        (2, 1, 0.47661393906987e-4),
        (2, 3, -0.44141845330846e-5),
        (2, 17, -0.72694996297594e-15),
        (3, -4, -0.31679644845054e-4),
        (3, 0, -0.28270797985312e-5),
        (3, 6, -0.85205128120103e-9),
        (4, -5, -0.22425281908000e-5),
        (4, -2, -0.65171222895601e-6),
        (4, 10, -0.14341729937924e-12),
        (5, -8, -0.40516996860117e-6),
        (8, -11, -0.12734301741641e-8),
        (8, -6, -0.17424871230634e-9),
        (21, -29, -0.68762131295531e-18),
        (23, -31, 0.14478307828521e-19),
        (29, -38, 0.26335781662795e-22),
        (30, -39, -0.11947622640071e-22),
        (31, -40, 0.18228094581404e-23),
        (32, -41, -0.93537087292458e-25),
    ]
)
CRITICAL_K, CRITICAL_KG_M3 = 647.096, 322.0
"""Reference temperature and density of the viscosity formulation (R12-08, equations 1-3)."""
# H_i of the dilute gas (R12-08, Table 1) and H_ij of the finite-density factor as (i, j, H) (Table 2).
_DILUTE = (1.67752, 2.20462, 0.6366564, -0.241605)
_DENSE = (
    (0, 0, 5.20094e-1),
    (1, 0, 8.50895e-2),
    (2, 0, -1.08374),
    (3, 0, -2.89555e-1),
    (0, 1, 2.22531e-1),
    (1, 1, 9.99115e-1),
    (2, 1, 1.88797),
    (3, 1, 1.26613),
    (5, 1, 1.20573e-1),
    (0, 2, -2.81378e-1),
    (1, 2, -9.06851e-1),
    (2, 2, -7.72479e-1),
    (3, 2, -4.89837e-1),
    (4, 2, -2.57040e-1),
    (0, 3, 1.61913e-1),
    (1, 3, 2.57399e-1),
    (0, 4, -3.25372e-2),
    (3, 4, 6.98452e-2),
    (4, 5, 8.72102e-3),
    (3, 6, -4.35673e-3),
    (5, 6, -5.93264e-4),
)


@dataclass(frozen=True, slots=True)
class WaterState:
    """Liquid water at one temperature and pressure.

    Parameters
    ----------
    kg_m3
        Density [kg/m3].
    j_kg
        Specific enthalpy [J/kg].
    j_kg_k
        Specific heat at constant pressure [J/kg/K].
    pa_s
        Dynamic viscosity [Pa s].
    """

    kg_m3: float
    j_kg: float
    j_kg_k: float
    pa_s: float


def water_state(kelvin: float, pascal: float) -> WaterState:
    """Properties of liquid water.

    Parameters
    ----------
    kelvin
        Temperature, 273.15 to 623.15 K.
    pascal
        Absolute pressure, above saturation and up to 100 MPa.

    Raises
    ------
    ValueError
        The temperature is outside region 1.

    Examples
    --------
    >>> round(water_state(313.15, 3e5).kg_m3, 2), round(water_state(313.15, 3e5).j_kg_k, 1)
    (992.31, 4178.1)
    """
    if not 273.15 <= kelvin <= 623.15:
        raise ValueError(f"liquid water by IF97 region 1 needs 273.15 to 623.15 K, not {kelvin:g} K")
    tau, pressure = REDUCING_K / kelvin, pascal / REDUCING_PA
    i, j, n = _TERMS.T
    first, second = 7.1 - pressure, tau - 1.222
    by_pressure = float(np.sum(-n * i * first ** (i - 1.0) * second**j))
    by_tau = float(np.sum(n * first**i * j * second ** (j - 1.0)))
    by_tau_twice = float(np.sum(n * first**i * j * (j - 1.0) * second ** (j - 2.0)))
    kg_m3 = pascal / (pressure * by_pressure * GAS_J_KG_K * kelvin)
    return WaterState(
        kg_m3=kg_m3,
        j_kg=tau * by_tau * GAS_J_KG_K * kelvin,
        j_kg_k=-(tau**2) * by_tau_twice * GAS_J_KG_K,
        pa_s=_viscosity(kelvin / CRITICAL_K, kg_m3 / CRITICAL_KG_M3),
    )


def _viscosity(temperature: float, density: float) -> float:
    """Dynamic viscosity [Pa s] at reduced temperature and density (R12-08, equations 10-12)."""
    dilute = 100.0 * temperature**0.5 / sum(h / temperature**i for i, h in enumerate(_DILUTE))
    inverse, above = 1.0 / temperature - 1.0, density - 1.0
    dense = sum(h * inverse**i * above**j for i, j, h in _DENSE)
    return float(dilute * np.exp(density * dense) * 1e-6)
