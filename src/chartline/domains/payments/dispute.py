"""Letters to payers about underpayments: one a payer, in plain words, by claim numbers and without patients' names.

The words are ours; the practice signs and sends. Refuses nothing: what is not open any more can still be written about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from chartline.domains.payments.underpayments import Underpayment
from chartline.domains.practice.settings import read_practice
from chartline.kernel.money import Money
from chartline.platform.database import Work

COLUMNS = (
    "payer_id",
    "payer_name",
    "claim",
    "payer_number",
    "service_date",
    "procedure",
    "modifiers",
    "units",
    "charged",
    "allowed",
    "expected",
    "difference",
    "basis",
    "state",
)
"""Columns of the file."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one payer."""

    payer_id: str
    payer_name: str
    missing: Money
    paragraphs: tuple[str, ...]
    services: tuple[Underpayment, ...]


def letter_of(work: Work, found: Sequence[Underpayment]) -> list[Letter]:
    """A letter for each payer. Raises ``practice.not_set_up``."""
    practice = read_practice(work)
    letters: list[Letter] = []
    for (payer, name), group in groupby(
        sorted(found, key=lambda one: (one.payer_id, one.payer_name, one.claim_number, one.line)),
        key=lambda one: (one.payer_id, one.payer_name),
    ):
        services = tuple(group)
        missing = Money.total([one.difference for one in services])
        claims = len({one.claim_id for one in services})
        paragraphs = (
            f"{practice.name}, NPI {practice.npi}, tax id ending in {practice.tax_id[-4:]}, asks {name} to look again "
            f"at {_counted(len(services), 'service')} on {_counted(claims, 'claim')}.",
            "For each service below the amount you allowed is less than the amount our agreement sets for the date of "
            f"service. Together {missing.shown()} is missing.",
            "Please reprocess these claims at the agreed amounts and send a corrected remittance advice. If you think "
            "that another amount applies, please tell us which part of the agreement or of the fee schedule you used.",
            f"Questions: {practice.contact}, {practice.phone}.",
        )
        letters.append(Letter(payer, name, missing, paragraphs, services))
    return letters


def as_row(one: Underpayment) -> Mapping[str, str | int | date | Money]:
    """An underpayment as a row of the file."""
    return {
        "payer_id": one.payer_id,
        "payer_name": one.payer_name,
        "claim": one.claim_number,
        "payer_number": one.payer_number,
        "service_date": one.service_date,
        "procedure": one.procedure,
        "modifiers": one.modifiers,
        "units": one.units,
        "charged": one.charged,
        "allowed": one.allowed,
        "expected": one.expected,
        "difference": one.difference,
        "basis": one.basis,
        "state": one.state.value,
    }


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
