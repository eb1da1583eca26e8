"""Which insurance pays first: what is doubtful about the order of a patient's coverages, and another order.

Pure. Refuses to decide: whose plan is primary follows rules between payers that need facts nobody has here (birthdays
of parents, size of an employer), so a person decides and warnings only say what cannot be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chartline.connect.facts import CoverageFact, Relationship
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose

NAMES = {1: "primary", 2: "secondary", 3: "tertiary"}
MOST = 3

BAD_ORDER = ErrorKind(
    "coverage.bad_order",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The order names a coverage twice, leaves a present one out, or names one that is not the patient's.",
    "Name each present coverage of the patient exactly once, the primary one first.",
    status=422,
)


@dataclass(frozen=True, slots=True)
class OrderedCoverage:
    """A coverage of a patient with its id. ``has_subscriber`` says whether the subscriber is known by name."""

    id: str
    fact: CoverageFact
    has_subscriber: bool
    active: bool = True

    def holds(self, on: date) -> bool:
        """Whether it covers a day, as far as its dates say."""
        fact = self.fact
        return self.active and (fact.begin is None or fact.begin <= on) and (fact.end is None or on <= fact.end)


@dataclass(frozen=True, slots=True)
class OrderWarning:
    """Something doubtful: a code, one sentence, the next step, and the coverages it is about."""

    code: str
    say: str
    do: str
    coverages: tuple[str, ...] = ()


def order_warnings(coverages: Sequence[OrderedCoverage], on: date) -> tuple[OrderWarning, ...]:
    """What cannot be right about the coverages of a patient on a day."""
    present = [one for one in coverages if one.holds(on)]
    found: list[OrderWarning] = []
    if not present:
        do = "Ask the patient for the present card and add it, or bill the patient."
        return (OrderWarning("no_coverage", "No insurance covers the patient on this day.", do),)
    by_order: dict[int, list[str]] = {}
    for one in present:
        by_order.setdefault(one.fact.order, []).append(one.id)
    for order, ids in sorted(by_order.items()):
        if len(ids) > 1:
            say = f"Two present coverages are {NAMES.get(order, 'of the same order')}."
            found.append(OrderWarning("same_order", say, "Put them in order; payers refuse claims twice.", tuple(ids)))
    if 1 not in by_order:
        do = "Make one of them primary, or enter the primary insurance."
        found.append(
            OrderWarning("no_primary", "No present coverage is primary.", do, tuple(one.id for one in present))
        )
    twins: dict[tuple[str, str], list[str]] = {}
    for one in present:
        twins.setdefault((one.fact.payer_id, _same_member(one)), []).append(one.id)
    for (payer, _), ids in twins.items():
        if payer and len(ids) > 1:
            do = "End the one that is out of date; the other stays."
            found.append(OrderWarning("twice", "The same insurance is entered twice.", do, tuple(ids)))
    for one in present:
        if one.fact.relationship is not Relationship.SELF and not one.has_subscriber:
            say = "The patient is insured through somebody who is not known."
            do = "Enter the subscriber's name and birth date from the card; payers do not find the patient without."
            found.append(OrderWarning("no_subscriber", say, do, (one.id,)))
        if not one.fact.payer_id:
            do = "Choose the payer from the list, so that it can be asked and billed."
            found.append(OrderWarning("no_payer_id", "The payer has no electronic id.", do, (one.id,)))
    return tuple(found)


def new_orders(coverages: Sequence[OrderedCoverage], wanted: Sequence[str], on: date) -> dict[str, int]:
    """Coverage id to new order, for those whose order changes. Raises ``coverage.bad_order``."""
    present = {one.id: one for one in coverages if one.holds(on)}
    if len(set(wanted)) != len(wanted) or set(wanted) != set(present):
        raise BAD_ORDER.error(named=str(len(wanted)), present=str(len(present)))
    places = {identity: min(place, MOST) for place, identity in enumerate(wanted, 1)}
    return {identity: place for identity, place in places.items() if present[identity].fact.order != place}


def _same_member(one: OrderedCoverage) -> str:
    return one.fact.member_id.reveal(Purpose.MATCH).strip().upper()
