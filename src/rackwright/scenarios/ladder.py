"""Which commitments could be taken now: item, rung, quantity, until when, at what price, and who pays?

A rung of the program's terms becomes options of several sizes. All kinds of rungs are one form: what is paid or owed
whatever happens (`sunk`), and what comes off the price of every piece ordered under the rung (`credit`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rackwright.base.units import Estimate
from rackwright.program.supply import Offer, Rung, Terms
from rackwright.supply import SupplyRequest
from rackwright.supply.capacities import REVOCABLE

__all__ = ["LEVELS", "LadderOption", "ladder_options", "options_of_branch"]

LEVELS = (0.5, 1.0)
"""Shares of what a rung secures, or of the need where that is less, that are tried as quantities."""
DAYS_PER_WEEK, DAYS_PER_YEAR = 7.0, 365.25
ROUNDING = 1e-9


@dataclass(frozen=True)
class LadderOption:
    """One commitment that could be taken.

    Parameters
    ----------
    item, supplier, rung
        What is committed to whom, how firmly.
    offer
        Number of the offer among the program's offers; -1 where there is none.
    level_share
        Part of what the rung secures, or of the need where that is less.
    per_week
        Pieces a week that it secures.
    qty
        Pieces that can be ordered under it in all: never more than are needed anywhere.
    hold_days
        Days from the decision on which orders may be placed under it.
    lead_days
        Lead time that remains; None where the rung leaves it as it is.
    price_usd
        Price of a piece.
    fee_usd
        Paid when the decision is made.
    lost_usd
        Lost whatever happens; what is owed in full for a firm order.
    sunk_usd
        The same, and the capital cost of the fee from the decision until the first order would have been paid for.
    credit_usd
        Comes off the price of each piece ordered under the rung.
    liable_usd
        Most that is owed if nothing is ever ordered under it.
    usual_per_week
        Pieces a week the supplier gives in the base program.
    is_revocable
        True if the supplier may take it back: it secures nothing beyond what the supplier has.
    payer
        Party that pays.
    """

    item: str
    supplier: str
    rung: str
    offer: int
    level_share: float
    per_week: float
    qty: float
    hold_days: float
    lead_days: Estimate | None
    price_usd: float
    fee_usd: float
    lost_usd: float
    sunk_usd: float
    credit_usd: float
    liable_usd: float
    usual_per_week: float
    is_revocable: bool
    payer: str

    @property
    def is_capped(self) -> bool:
        """True if it secures fewer pieces than its weekly size gives over the days it holds."""
        return self.qty < self.per_week * self.hold_days / DAYS_PER_WEEK * (1.0 - ROUNDING)

    @property
    def refund_usd(self) -> float:
        """What of the fee of a piece comes off its price: it goes with the fee. A firm order has no fee beside it."""
        return 0.0 if self.rung == "firm-order" else self.credit_usd

    @property
    def group(self) -> tuple[str, str]:
        """Options of one group exclude each other."""
        return self.item, self.supplier


def ladder_options(request: SupplyRequest, needs: Mapping[str, float]) -> tuple[LadderOption, ...]:
    """Every rung of the program's terms, in several sizes.

    Parameters
    ----------
    request
        The base program's supply request.
    needs
        Pieces of each item that could be used at most, over all branches: no size is above it. Rungs of items without
        a need, or without an offer, are left out.
    """
    found: list[LadderOption] = []
    for terms in request.supply.terms:
        for number, offer in enumerate(request.supply.offers):
            if (offer.item, offer.supplier) == (terms.item, terms.supplier):
                rate = request.policy.capital_cost_share_per_year
                own = _of_offer(terms, offer, needs.get(offer.item, 0.0), rate)
                found += [replace(option, offer=number) for option in own]
                break
    return tuple(found)


def options_of_branch(options: tuple[LadderOption, ...], request: SupplyRequest) -> tuple[LadderOption, ...]:
    """The same options with the offer numbers of a branch, whose changes may add or remove offers.

    A rung secures nothing in a branch that lacks its offer, or has lost its terms: a supplier that is gone keeps none.
    """
    numbers: dict[tuple[str, str], int] = {}
    kept = {(row.item, row.supplier) for row in request.supply.terms}
    for number, offer in enumerate(request.supply.offers):
        if (offer.item, offer.supplier) in kept:
            numbers.setdefault((offer.item, offer.supplier), number)
    return tuple(replace(option, offer=numbers.get(option.group, -1)) for option in options)


def _of_offer(terms: Terms, offer: Offer, need: float, rate: float) -> Iterator[LadderOption]:
    """Options of an offer's rungs, at a yearly cost of capital."""
    for rung in terms.rungs:
        if rung.held_from is not None or need <= 0.0:
            continue  # taken already: it stands in the allocation; or nothing is left to be bought
        levels = LEVELS if rung.fee_share > 0 or rung.rung not in REVOCABLE else LEVELS[-1:]
        for level in levels:
            option = _option(terms, rung, offer, level, need)
            lead = rung.lead_days or offer.lead_days
            years = (lead.value + terms.payment_days) / DAYS_PER_YEAR
            yield replace(option, sunk_usd=option.lost_usd + option.fee_usd * rate * years)


def _option(terms: Terms, rung: Rung, offer: Offer, level: float, need: float) -> LadderOption:
    lead = rung.lead_days or offer.lead_days
    hold = rung.expires_days or lead.value
    secured = rung.per_week if rung.per_week is not None else offer.per_week.value * offer.available_share
    price = offer.price.value
    qty = level * min(need, secured * hold / DAYS_PER_WEEK)
    value = price * qty
    paid = rung.fee_share * value
    sunk_share, credit_share = _shares(terms, rung, lead)
    return LadderOption(
        item=terms.item,
        supplier=terms.supplier,
        rung=rung.rung,
        offer=-1,
        level_share=level,
        per_week=level * secured,
        qty=qty,
        hold_days=hold,
        lead_days=rung.lead_days,
        price_usd=price,
        fee_usd=paid,
        lost_usd=sunk_share * value,
        sunk_usd=sunk_share * value,
        credit_usd=credit_share * price,
        liable_usd=max(paid, sunk_share * value),
        usual_per_week=offer.per_week.value * offer.available_share,
        is_revocable=rung.rung in REVOCABLE,
        payer=terms.payer,
    )


def _shares(terms: Terms, rung: Rung, lead: Estimate) -> tuple[float, float]:
    """Shares of the price that are sunk, and that come off the price of a piece that is ordered.

    A firm order is owed in full. An order that may be cancelled is owed by the curve of its terms, read a lead time
    before delivery. A fee comes back by its refund share, either with the order or in any case.
    """
    if rung.rung == "firm-order":
        return 1.0, 1.0
    if rung.rung == "cancellable-order":
        owed = max(rung.fee_share, cancel_share(terms, lead.value))
        return owed, owed
    back = rung.fee_share * rung.refund_share
    return (rung.fee_share - back, 0.0) if rung.refund_when == "always" else (rung.fee_share, back)


def cancel_share(terms: Terms, days_before: float) -> float:
    """Share of the price due when an order is cancelled so many days before its delivery; 0 before the curve begins."""
    due = [share for days, share in terms.cancel_shares if days >= days_before]
    return max(due, default=0.0)
