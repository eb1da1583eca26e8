"""The fields that a condition may ask about, with their kinds and what each says of a copy.

Refuses names, addresses and birth dates: a rule about one person is no rule. ``member_id`` and ``group`` are there
because payers hang products on their first letters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chartline.domains.claims.copy import ClaimCopy, CopyLine


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    CODES = "codes"
    """Any number of codes."""
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"


class Level(StrEnum):
    """Whether a field is of the whole claim or of each line."""

    CLAIM = "claim"
    LINE = "line"


Value = str | int | date | tuple[str, ...]
Reader = Callable[[ClaimCopy, CopyLine, date], Value]
"""What a field says of a copy, one of its lines, and the day it is."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``label`` reads well in a sentence after "the"."""

    name: str
    label: str
    kind: Kind
    level: Level
    read: Reader


def operators_of(kind: Kind) -> tuple[str, ...]:
    """The operators of a kind of field."""
    return OPERATORS[kind]


OPERATORS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("is", "is_not", "starts_with", "between", "missing", "present"),
    Kind.CODES: ("has", "has_not", "starts_with", "missing", "present"),
    Kind.NUMBER: ("is", "is_not", "more_than", "less_than"),
    Kind.MONEY: ("is", "is_not", "more_than", "less_than"),
    Kind.DATE: ("is", "before", "after"),
}
WITHOUT_VALUE = frozenset({"missing", "present"})


def _age(copy: ClaimCopy) -> int:
    born, on = copy.patient.born, copy.service_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else -1


def _pointed(copy: ClaimCopy, line: CopyLine) -> tuple[str, ...]:
    return tuple(copy.diagnoses[one - 1] for one in line.pointers if 1 <= one <= len(copy.diagnoses))


def _claim(name: str, label: str, kind: Kind, read: Callable[[ClaimCopy], Value]) -> Field:
    return Field(name, label, kind, Level.CLAIM, lambda copy, line, today: read(copy))


def _line(name: str, label: str, kind: Kind, read: Callable[[CopyLine], Value]) -> Field:
    return Field(name, label, kind, Level.LINE, lambda copy, line, today: read(line))


_ALL = (
    _claim("payer", "payer", Kind.TEXT, lambda copy: copy.coverage.payer_id),
    _claim("filing", "kind of payer", Kind.TEXT, lambda copy: copy.coverage.filing),
    _claim("claim_kind", "kind of claim", Kind.TEXT, lambda copy: copy.kind),
    _claim("coverage_order", "order of the coverage", Kind.NUMBER, lambda copy: copy.coverage.order),
    _claim("relationship", "relationship to the subscriber", Kind.TEXT, lambda copy: copy.coverage.relationship),
    _claim("member_id", "member id", Kind.TEXT, lambda copy: copy.coverage.member_id),
    _claim("group", "group number", Kind.TEXT, lambda copy: copy.coverage.group),
    _claim("frequency", "frequency", Kind.TEXT, lambda copy: copy.frequency),
    _claim("total", "total charge", Kind.MONEY, lambda copy: copy.total),
    _claim("billing_npi", "billing NPI", Kind.TEXT, lambda copy: copy.billing.npi),
    _claim("billing_taxonomy", "billing taxonomy", Kind.TEXT, lambda copy: copy.billing.taxonomy),
    Field(
        "rendering_npi",
        "rendering NPI",
        Kind.TEXT,
        Level.CLAIM,
        lambda copy, line, today: copy.rendering.npi if copy.rendering else "",
    ),
    _claim(
        "rendering_taxonomy",
        "rendering taxonomy",
        Kind.TEXT,
        lambda copy: copy.rendering.taxonomy if copy.rendering else "",
    ),
    _claim(
        "supervising_npi", "supervising NPI", Kind.TEXT, lambda copy: copy.supervising.npi if copy.supervising else ""
    ),
    _claim("referring_npi", "referring NPI", Kind.TEXT, lambda copy: copy.referring.npi if copy.referring else ""),
    _claim("facility", "facility", Kind.TEXT, lambda copy: copy.facility.name if copy.facility else ""),
    _claim("diagnosis", "diagnoses", Kind.CODES, lambda copy: copy.diagnoses),
    _claim("first_diagnosis", "first diagnosis", Kind.TEXT, lambda copy: copy.diagnoses[0] if copy.diagnoses else ""),
    _claim("diagnosis_count", "number of diagnoses", Kind.NUMBER, lambda copy: len(copy.diagnoses)),
    _claim("line_count", "number of lines", Kind.NUMBER, lambda copy: len(copy.lines)),
    _claim("procedures", "procedures of the claim", Kind.CODES, lambda copy: tuple(x.procedure for x in copy.lines)),
    _claim("prior_authorization", "authorization number", Kind.TEXT, lambda copy: copy.prior_authorization),
    _claim("referral", "referral number", Kind.TEXT, lambda copy: copy.referral),
    _claim("note", "claim note", Kind.TEXT, lambda copy: copy.note),
    _claim("attachments", "attachments", Kind.CODES, lambda copy: tuple(one.kind for one in copy.attachments)),
    _claim("related_cause", "related causes", Kind.CODES, lambda copy: copy.related_causes),
    _claim("delay_reason", "delay reason", Kind.TEXT, lambda copy: copy.delay_reason),
    _claim("other_payers", "other payers", Kind.CODES, lambda copy: tuple(one.payer_id for one in copy.others)),
    _claim("patient_age", "patient's age", Kind.NUMBER, _age),
    _claim("patient_sex", "patient's sex", Kind.TEXT, lambda copy: copy.patient.sex),
    _claim("patient_state", "patient's state", Kind.TEXT, lambda copy: copy.patient.address.state),
    _claim(
        "bill_type",
        "type of bill",
        Kind.TEXT,
        lambda copy: copy.institutional.facility_code if copy.institutional else "",
    ),
    _claim(
        "patient_status",
        "patient status",
        Kind.TEXT,
        lambda copy: copy.institutional.patient_status if copy.institutional else "",
    ),
    Field(
        "days_old",
        "days since the service",
        Kind.NUMBER,
        Level.CLAIM,
        lambda copy, line, today: (today - copy.service_date).days,
    ),
    _line("procedure", "procedure", Kind.TEXT, lambda line: line.procedure),
    _line("modifier", "modifiers", Kind.CODES, lambda line: line.modifiers),
    _line("units", "units", Kind.NUMBER, lambda line: line.units),
    _line("charge", "charge of the line", Kind.MONEY, lambda line: line.amount),
    _line("service_date", "service date", Kind.DATE, lambda line: line.service_date),
    _line("revenue_code", "revenue code", Kind.TEXT, lambda line: line.revenue_code),
    _line("drug", "drug code", Kind.TEXT, lambda line: line.drug.code if line.drug else ""),
    _line("tooth", "teeth", Kind.CODES, lambda line: tuple(one.number for one in line.teeth)),
    Field(
        "place",
        "place of service",
        Kind.TEXT,
        Level.LINE,
        lambda copy, line, today: line.place_of_service or copy.place_of_service,
    ),
    Field(
        "line_diagnosis",
        "diagnoses of the line",
        Kind.CODES,
        Level.LINE,
        lambda copy, line, today: _pointed(copy, line),
    ),
)
FIELDS = {one.name: one for one in _ALL}
"""Every field by its name."""
