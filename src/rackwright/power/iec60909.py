"""Which factors and closed forms does IEC 60909-0 put on the impedances of a short-circuit calculation?

Impedances in ohm and per unit, powers in VA, currents in A, voltages line to line in V. Clauses are those of
IEC 60909-0:2016. Results are initial symmetrical currents (Ik") unless a name says peak.
"""

from __future__ import annotations

import cmath
import math

__all__ = [
    "asynchronous_motor_ohm",
    "earth_fault_factor",
    "feeder_ohm",
    "generator_factor",
    "generator_ohm",
    "line_to_ground_a",
    "neutral_ohm",
    "peak_a",
    "peak_factor",
    "power_station_factor",
    "power_station_factor_fixed_ratio",
    "short_circuit_va",
    "three_phase_fault_a",
    "transformer_factor",
    "transformer_ohm",
    "voltage_factor_max",
    "voltage_factor_min",
    "zero_sequence_ohm",
]

SQRT3 = math.sqrt(3.0)
LOW_VOLTAGE_V = 1000.0
"""Upper end of low voltage (IEC 60038)."""


def voltage_factor_max(nominal_v: float, *, tolerance_share: float = 0.06) -> float:
    """Voltage factor c_max for the highest fault current (clause 5.3.1, Table 1).

    Parameters
    ----------
    nominal_v
        Nominal voltage of the system at the fault [V].
    tolerance_share
        Voltage tolerance of a low-voltage system: 0.06 gives 1.05, 0.10 gives 1.10.

    Examples
    --------
    >>> voltage_factor_max(415.0), voltage_factor_max(34_500.0)
    (1.05, 1.1)
    """
    return 1.05 if nominal_v <= LOW_VOLTAGE_V and tolerance_share <= 0.06 else 1.1


def voltage_factor_min(nominal_v: float, *, tolerance_share: float = 0.06) -> float:
    """Voltage factor c_min for the lowest fault current (clause 5.3.1, Table 1).

    Examples
    --------
    >>> voltage_factor_min(415.0), voltage_factor_min(34_500.0)
    (0.95, 1.0)
    """
    if nominal_v > LOW_VOLTAGE_V:
        return 1.0
    return 0.95 if tolerance_share <= 0.06 else 0.9


def three_phase_fault_a(nominal_v: float, impedance_ohm: complex, *, voltage_factor: float) -> float:
    """Initial symmetrical three-phase fault current [A]: Ik" = c Un / (sqrt(3) |Zk|) (clause 7.2.1, formula 33).

    Examples
    --------
    >>> round(three_phase_fault_a(400.0, 0.005 + 0.005j, voltage_factor=1.05))
    34293
    """
    return voltage_factor * nominal_v / (SQRT3 * abs(impedance_ohm))


def line_to_ground_a(nominal_v: float, positive_ohm: complex, zero_ohm: complex, *, voltage_factor: float) -> float:
    """Initial line-to-ground fault current [A]: Ik1" = sqrt(3) c Un / |2 Z1 + Z0| (clause 7.5, formula 54).

    Negative-sequence impedance is taken as the positive one, as far from generators.

    Examples
    --------
    >>> z = 0.005 + 0.005j
    >>> round(line_to_ground_a(400.0, z, z, voltage_factor=1.05))
    34293
    """
    return SQRT3 * voltage_factor * nominal_v / abs(2.0 * positive_ohm + zero_ohm)


def neutral_ohm(nominal_v: float, current_a: float, *, is_reactance: bool = False) -> complex:
    """Impedance [ohm] of a neutral that limits an earth fault to a current: Zn = Un / (sqrt(3) I).

    Parameters
    ----------
    nominal_v
        Nominal voltage of the system [V].
    current_a
        Current through the neutral with full line-to-earth voltage on it [A].
    is_reactance
        True for a reactor, False for a resistor.

    Examples
    --------
    >>> round(abs(neutral_ohm(34_500.0, 400.0)), 2)
    49.8
    """
    ohm = nominal_v / (SQRT3 * current_a)
    return complex(0.0, ohm) if is_reactance else complex(ohm, 0.0)


def zero_sequence_ohm(
    winding_ohm: complex, neutral: complex | None, *, capacitance_f: float, frequency_hz: float
) -> complex:
    """Zero-sequence impedance [ohm] of a system: winding and three times the neutral, beside all cables to earth.

    Parameters
    ----------
    winding_ohm
        Zero-sequence impedance of the transformer's star winding.
    neutral
        Impedance from neutral to earth; 0 for solid, None for an isolated one.
    capacitance_f
        Zero-sequence capacitance of everything connected by conductors, per phase [F].
    frequency_hz
        Frequency.

    Notes
    -----
    1 / Z0 = 1 / (Zt0 + 3 Zn) + j w C0 (clauses 5.2 and 7.5: capacitances count where the neutral is not solidly
    earthed). Infinite where nothing leads to earth.
    """
    admittance = complex(0.0, 2.0 * math.pi * frequency_hz * capacitance_f)
    if neutral is not None:
        admittance += 1.0 / (winding_ohm + 3.0 * neutral)
    return 1.0 / admittance if admittance else complex(math.inf, 0.0)


def earth_fault_factor(positive_ohm: complex, zero_ohm: complex) -> float:
    """Highest voltage of a sound phase to earth over its voltage before the fault (IEC 60071-1, 3.15).

    Notes
    -----
    |a^2 - (Z0 - Z1) / (2 Z1 + Z0)| and the same with a; sqrt(3) where the neutral is isolated.

    Examples
    --------
    >>> earth_fault_factor(1j, 1j)
    1.0
    """
    if math.isinf(abs(zero_ohm)):
        return SQRT3
    shift = (zero_ohm - positive_ohm) / (2.0 * positive_ohm + zero_ohm)
    turn = cmath.rect(1.0, 2.0 * math.pi / 3.0)
    return round(max(abs(turn**2 - shift), abs(turn - shift)), 12)


def short_circuit_va(nominal_v: float, fault_a: float) -> float:
    """Short-circuit power [VA]: Sk" = sqrt(3) Un Ik"."""
    return SQRT3 * nominal_v * fault_a


def peak_factor(r_over_x: float) -> float:
    """Factor kappa of the peak current: 1.02 + 0.98 exp(-3 R/X) (clause 8.1, formula 57).

    Method C takes R/X = (Rc / Xc) (fc / f) from the network at the equivalent frequency fc (20 Hz in a 50 Hz system).

    Examples
    --------
    >>> round(peak_factor(0.0), 2), round(peak_factor(0.1), 3)
    (2.0, 1.746)
    """
    return 1.02 + 0.98 * math.exp(-3.0 * r_over_x)


def peak_a(fault_a: float, r_over_x: float) -> float:
    """Peak short-circuit current [A]: ip = kappa sqrt(2) Ik" (clause 8.1, formula 56)."""
    return peak_factor(r_over_x) * math.sqrt(2.0) * fault_a


def feeder_ohm(nominal_v: float, fault_a: float, *, voltage_factor: float, r_over_x: float) -> complex:
    """Impedance [ohm] of a network feeder known by its fault current (clause 6.2, formula 4).

    Examples
    --------
    >>> round(abs(feeder_ohm(20_000.0, 10_000.0, voltage_factor=1.1, r_over_x=0.1)), 4)
    1.2702
    """
    return _with_ratio(voltage_factor * nominal_v / (SQRT3 * fault_a), r_over_x)


def transformer_ohm(rating_va: float, voltage_v: float, *, impedance_share: float, resistance_share: float) -> complex:
    """Short-circuit impedance [ohm] of a transformer seen from the side of `voltage_v` (clause 6.3.1, formulas 7-9)."""
    reactance = math.sqrt(impedance_share**2 - resistance_share**2)
    return complex(resistance_share, reactance) * voltage_v**2 / rating_va


def transformer_factor(voltage_factor: float, reactance_share: float) -> float:
    """Correction of a network transformer: K_T = 0.95 c_max / (1 + 0.6 x_T) (clause 6.3.3, formula 12a).

    Examples
    --------
    >>> round(transformer_factor(1.05, 0.0387), 3)
    0.975
    """
    return 0.95 * voltage_factor / (1.0 + 0.6 * reactance_share)


def generator_ohm(rating_va: float, rated_v: float, *, subtransient_share: float, resistance_ohm: float) -> complex:
    """Subtransient impedance [ohm] of a synchronous machine (clause 6.6.1)."""
    return complex(resistance_ohm, subtransient_share * rated_v**2 / rating_va)


def generator_factor(
    nominal_v: float,
    rated_v: float,
    *,
    voltage_factor: float,
    subtransient_share: float,
    power_factor: float,
    regulation_share: float = 0.0,
) -> float:
    """Correction of a generator without unit transformer: K_G (clause 6.6.1, formula 18).

    K_G = Un / (UrG (1 + pG)) c_max / (1 + x"d sin(phi)); `regulation_share` is pG.
    """
    sine = math.sqrt(1.0 - power_factor**2)
    return nominal_v / (rated_v * (1.0 + regulation_share)) * voltage_factor / (1.0 + subtransient_share * sine)


def power_station_factor(
    voltage_ratio: float, *, voltage_factor: float, subtransient_share: float, transformer_share: float, sine: float
) -> float:
    """Correction of a generator and its transformer with on-load tap changer: K_S (clause 6.7.1, formula 22).

    `voltage_ratio` is (UnQ / UrG)^2 (UrTLV / UrTHV)^2, `transformer_share` the transformer's reactance on its rating,
    `sine` sin(phi) of the generator's rated power factor.
    """
    return voltage_ratio * voltage_factor / (1.0 + abs(subtransient_share - transformer_share) * sine)


def power_station_factor_fixed_ratio(
    voltage_ratio: float, *, voltage_factor: float, subtransient_share: float, sine: float, tap_share: float = 0.0
) -> float:
    """Correction of a generator and its transformer without on-load tap changer: K_SO (clause 6.7.2, formula 24).

    `voltage_ratio` is UnQ / (UrG (1 + pG)) UrTLV / UrTHV; `tap_share` is the transformer's off-load tap.
    """
    return voltage_ratio * (1.0 + tap_share) * voltage_factor / (1.0 + subtransient_share * sine)


def asynchronous_motor_ohm(
    shaft_w: float,
    rated_v: float,
    *,
    efficiency_share: float,
    power_factor: float,
    locked_rotor_ratio: float,
    r_over_x: float,
) -> complex:
    """Impedance [ohm] with which a motor feeds a fault: 1 / (I_LR / I_rM) U^2 / S_rM (clause 6.10, formula 26)."""
    rating_va = shaft_w / (efficiency_share * power_factor)
    return _with_ratio(rated_v**2 / (rating_va * locked_rotor_ratio), r_over_x)


def _with_ratio(magnitude_ohm: float, r_over_x: float) -> complex:
    return cmath.rect(magnitude_ohm, math.atan2(1.0, r_over_x))
