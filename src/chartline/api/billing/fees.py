"""Fee schedules, payers' contracts and loaded fee tables, and what a claim should bring by them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.shapes import (
    Answered,
    Asked,
    Dollars,
    Listed,
    OptionalDollars,
    Shape,
    dollars,
    optional_dollars,
)
from chartline.api.billing.texts import Name, PayerQuery, Table
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.routes import Limit, act, read
from chartline.domains.claims.claim import NO_CLAIM
from chartline.domains.payments.contract_files import read_fee_table, read_rates
from chartline.domains.payments.contracts import Rate, fee_tables, list_rates, load_fee_table, load_rates
from chartline.domains.payments.expected import expected_of
from chartline.domains.practice.fees import Fee, list_fees, load_fees, read_fees

Place = Annotated[str | None, Parameter(query="cursor", max_length=120, pattern="^[A-Za-z0-9_./:-]*$")]


class What(StrEnum):
    """What a file holds."""

    FEES = "fees"
    """What the practice asks for."""
    CONTRACTS = "contracts"
    """What payers agreed to allow."""
    FEE_TABLE = "feeTable"
    """A public or licensed table that contracts point to."""


class FeeShape(Shape):
    """The price of one unit; an empty payer is everybody."""

    procedure: str
    payer_id: str
    begin: date
    end: date | None
    amount: Dollars


class RateShape(Shape):
    """What a payer allows for one unit: an amount, or a percentage of a fee table or of the charge."""

    payer_id: str
    procedure: str
    modifier: str
    place: str
    begin: date
    end: date | None
    amount: OptionalDollars
    percent: OptionalDollars
    fee_table: str


class FeeTableShape(Shape):
    """A loaded fee table."""

    name: str
    lines: int


class UploadAsked(Asked):
    """A CSV file as text. ``name`` is that of a fee table."""

    csv: Table
    what: What = What.FEES
    name: Name = "table"


class LoadedShape(Shape):
    """How many lines were stored."""

    what: What
    lines: int


class ExpectedLineShape(Shape):
    """A line of a claim with what the contract says of it, and where."""

    line: int
    procedure: str
    units: int
    charged: Dollars
    expected: OptionalDollars
    basis: str


class ExpectedShape(Shape):
    """What a claim should bring; ``allowed`` null unless the contract speaks of every line."""

    claim_id: str
    allowed: OptionalDollars
    lines: list[ExpectedLineShape]


@read("/", summary="List fees")
def fees(caller: Calling, payer_id: PayerQuery = "", limit: Limit = 100, cursor: Place = None) -> Listed[FeeShape]:
    """What the practice asks for, by procedure; with ``payerId`` that payer's own fees."""
    caller.require(BILLING)
    with caller.read() as work:
        found = list_fees(work, payer_id, _place(cursor, 3), limit + 1)
    shown = found[:limit]
    return Listed(
        data=[
            FeeShape(
                procedure=one.procedure,
                payer_id=one.payer_id,
                begin=one.begin,
                end=one.end,
                amount=dollars(one.amount),
            )
            for one in shown
        ],
        next=_cursor(shown[-1]) if len(found) > limit else None,
    )


@act("/upload", summary="Load fees, contracts or a fee table")
def upload(caller: Calling, data: UploadAsked) -> Answered[LoadedShape]:
    """Stores every line or none. Fees and contracts go over those of the same begin, a table in place of its last."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        match data.what:
            case What.FEES:
                lines = load_fees(work, read_fees(data.csv))
            case What.CONTRACTS:
                lines = load_rates(work, read_rates(data.csv))
            case What.FEE_TABLE:
                lines = load_fee_table(work, data.name, read_fee_table(data.csv))
        caller.record(work, "fees.load", None, what=data.what.value, lines=str(lines))
    return Answered(data=LoadedShape(what=data.what, lines=lines))


@read("/contracts", summary="List contracted rates")
def contracts(
    caller: Calling, payer_id: PayerQuery = "", limit: Limit = 100, cursor: Place = None
) -> Listed[RateShape]:
    """What payers agreed to allow, by payer and procedure."""
    caller.require(BILLING)
    after = _place(cursor, 5)
    with caller.read() as work:
        found = list_rates(work, payer_id, _rate_place(after), limit + 1)
    shown = found[:limit]
    return Listed(data=[_rate(one) for one in shown], next=_rate_cursor(shown[-1]) if len(found) > limit else None)


@read("/tables", summary="List loaded fee tables")
def tables(caller: Calling) -> Answered[list[FeeTableShape]]:
    """Every table with its number of lines."""
    caller.require(BILLING)
    with caller.read() as work:
        found = fee_tables(work)
    return Answered(data=[FeeTableShape(name=name, lines=lines) for name, lines in found.items()])


@read("/expected/{claim_id:uuid}", summary="Read what a claim should bring")
def expected(caller: Calling, claim_id: UUID) -> Answered[ExpectedShape]:
    """Its lines priced by the contract of its payer on the day of service."""
    caller.require(BILLING)
    identity = str(claim_id)
    with caller.read() as work:
        found = expected_of(work, [identity]).get(identity)
    if found is None:
        raise NO_CLAIM.error(claim=identity)
    return Answered(
        data=ExpectedShape(
            claim_id=identity,
            allowed=optional_dollars(found.allowed),
            lines=[
                ExpectedLineShape(
                    line=one.line,
                    procedure=one.service.procedure,
                    units=one.service.units,
                    charged=dollars(one.service.charged),
                    expected=dollars(one.expected.amount) if one.expected else None,
                    basis=one.expected.basis if one.expected else "",
                )
                for one in found.lines
            ],
        )
    )


def _rate(one: Rate) -> RateShape:
    return RateShape(
        payer_id=one.payer_id,
        procedure=one.procedure,
        modifier=one.modifier,
        place=one.place,
        begin=one.begin,
        end=one.end,
        amount=optional_dollars(one.amount),
        percent=None if one.share is None else Decimal(one.share) / 100,
        fee_table=one.fee_table,
    )


def _cursor(fee: Fee) -> str:
    return f"{fee.procedure}/{fee.payer_id}/{fee.begin.isoformat()}"


def _rate_cursor(rate: Rate) -> str:
    return "/".join((rate.payer_id, rate.procedure, rate.modifier, rate.place, rate.begin.isoformat()))


def _place(cursor: str | None, parts: int) -> tuple[str, ...] | None:
    """The parts of a cursor, None for none and for one that this list never gave out: then it starts anew."""
    found = tuple(cursor.split("/")) if cursor else ()
    if len(found) != parts:
        return None
    try:
        date.fromisoformat(found[-1])
    except ValueError:
        return None
    return found


def _rate_place(after: tuple[str, ...] | None) -> tuple[str, str, str, str, date] | None:
    return (after[0], after[1], after[2], after[3], date.fromisoformat(after[4])) if after else None


router = Router(path="/fee-schedules", route_handlers=[fees, upload, contracts, tables, expected])
