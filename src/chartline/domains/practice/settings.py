"""Who the practice is, as claims and eligibility checks name it, and which route bills which payer.

Refuses an NPI whose check digit is wrong, a tax id that is not nine digits, and a time zone that does not exist.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa

from chartline.domains.codes import CodeSystem, shape_problem
from chartline.domains.practice.problems import BAD_SETTING, NOT_SET_UP
from chartline.platform.database import Id, Work, metadata


class BillingRoute(StrEnum):
    """How the visits of a payer are billed. One visit goes one way."""

    PRACTICE_SYSTEM = "practice_system"
    """Charges are saved into the practice-management system, which makes the claim."""
    CLEARINGHOUSE = "clearinghouse"
    """We make the claim and send it."""


practice_table = sa.Table(
    "practice",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("npi", sa.String(10), nullable=False),
    sa.Column("tax_id", sa.String(9), nullable=False),
    sa.Column("taxonomy", sa.String(10), nullable=False),
    sa.Column("street", sa.String(80), nullable=False),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("city", sa.String(40), nullable=False),
    sa.Column("state", sa.String(2), nullable=False),
    sa.Column("postal_code", sa.String(10), nullable=False),
    sa.Column("phone", sa.String(20), nullable=False),
    sa.Column("contact", sa.String(60), nullable=False),
    sa.Column("zone", sa.String(40), nullable=False),
    sa.Column("default_route", sa.String(20), nullable=False),
    sa.Column("filing_days", sa.Integer, nullable=False),
)

payer_route_table = sa.Table(
    "payer_route",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(20), primary_key=True),
    sa.Column("route", sa.String(20), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The billing provider. ``tax_id`` is nine digits, ``postal_code`` five or nine, ``zone`` an IANA zone.

    ``phone`` and ``contact`` stand in claims as whom the payer may call; ``filing_days`` is the usual time a payer
    takes claims for.
    """

    name: str
    npi: str
    tax_id: str
    taxonomy: str
    street: str
    city: str
    state: str
    postal_code: str
    phone: str
    unit: str = ""
    contact: str = "Billing"
    zone: str = "America/New_York"
    default_route: BillingRoute = BillingRoute.CLEARINGHOUSE
    filing_days: int = 90


def save_practice(work: Work, practice: Practice) -> None:
    """Store the practice's settings over the present ones. Raises ``practice.bad_setting``."""
    wrong = _wrong(practice)
    if wrong:
        raise BAD_SETTING.error(setting=wrong)
    work.upsert(practice_table, {}, **{**dataclasses.asdict(practice), "default_route": practice.default_route.value})


def read_practice(work: Work) -> Practice:
    """The practice's settings. Raises ``practice.not_set_up``."""
    row = work.row(work.select(practice_table))
    if row is None:
        raise NOT_SET_UP.error()
    values = {name: value for name, value in row.items() if name != "organisation_id"}
    stored = Practice(**values)
    return dataclasses.replace(stored, default_route=BillingRoute(row["default_route"]))


def office_zone(practice: Practice) -> ZoneInfo:
    """The zone of the practice's wall clock."""
    return ZoneInfo(practice.zone)


def office_today(work: Work) -> date:
    """The day it is in the office. Raises ``practice.not_set_up``."""
    return work.now.astimezone(office_zone(read_practice(work))).date()


def save_payer_route(work: Work, payer_id: str, route: BillingRoute | None) -> None:
    """Bill one payer by a route of its own; None goes back to the default."""
    if route is None:
        work.execute(work.delete(payer_route_table).where(payer_route_table.c.payer_id == payer_id))
    else:
        work.upsert(payer_route_table, {"payer_id": payer_id}, route=route.value)


def payer_routes(work: Work) -> dict[str, BillingRoute]:
    """The payers that have a route of their own."""
    return {row["payer_id"]: BillingRoute(row["route"]) for row in work.rows(work.select(payer_route_table))}


def _wrong(practice: Practice) -> str:
    """The first setting that cannot be right, or empty text."""
    if not practice.name.strip():
        return "name"
    if shape_problem(CodeSystem.NPI, practice.npi):
        return "npi"
    if shape_problem(CodeSystem.TAXONOMY, practice.taxonomy):
        return "taxonomy"
    if not _digits(practice.tax_id, 9):
        return "tax_id"
    if not all((practice.street.strip(), practice.city.strip(), len(practice.state) == 2)):
        return "address"
    postal = practice.postal_code.replace("-", "")
    if not (_digits(postal, 5) or _digits(postal, 9)):
        return "postal_code"
    if practice.zone not in available_timezones():
        return "zone"
    return "" if practice.filing_days > 0 else "filing_days"


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()
