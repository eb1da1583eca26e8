"""A record as a flat map of field name to value text, the form in which two systems are compared.

Every vendor fact has exactly one such map and can be made from it again. Absent values are empty text. ``key`` says
when two texts mean the same: vendors change letter case, blanks and punctuation, and that is no news. Refuses notes,
comments and reasons in words: what is not named here is not compared, and never leaves the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum

from chartline.connect.facts import CoverageFact, PersonFact, Relationship, VisitFact, VisitStatus
from chartline.domains.identity.names import folded, phone_digits
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

Fields = dict[str, str]


_REASONED = (VisitStatus.CANCELLED, VisitStatus.NO_SHOW)
"""States that may tell the code of a reason."""


class Kind(StrEnum):
    """What is linked between systems. Pushed in this order: a coverage needs its patient, a visit both."""

    PATIENT = "patient"
    COVERAGE = "coverage"
    VISIT = "visit"
    PROVIDER = "provider"
    PAYER = "payer"


PHONES = ("phone", "work_phone", "mobile_phone", "other_phone")
_SEALED = ("family", "given", "middle", *PHONES, "email", "street", "unit", "city", "state", "postal_code")

FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.PATIENT: (*_SEALED, "birth_date", "sex", "chart", "responsible_party"),
    Kind.COVERAGE: (
        "payer_id",
        "payer_name",
        "member_id",
        "group_number",
        "order",
        "relationship",
        "begin",
        "end",
        "copay",
        "carrier",
    ),
    Kind.VISIT: ("start", "minutes", "status", "provider", "column", "facility"),
}
"""Everything that is exchanged, and nothing else is."""


def person_fields(person: PersonFact) -> Fields:
    """The map of a person. ``birth_date`` is an ISO date; the vendor's id and its unknown values stay outside."""
    fields = {name: getattr(person, name).reveal(Purpose.MATCH) for name in _SEALED}
    fields["birth_date"] = person.birth_date.reveal(Purpose.MATCH).isoformat()
    fields["sex"] = person.sex
    fields["chart"] = person.chart
    fields["responsible_party"] = person.responsible_party or ""
    return fields


def person_from(fields: Mapping[str, str], vendor_id: str | None = None) -> PersonFact:
    """The person a map describes. The map must hold a full ISO ``birth_date``."""

    def sealed(name: str) -> Sealed[str]:
        return Sealed(fields.get(name, ""))

    return PersonFact(
        vendor_id=vendor_id,
        birth_date=Sealed(date.fromisoformat(fields["birth_date"])),
        sex=fields.get("sex", "") or "U",
        chart=fields.get("chart", ""),
        responsible_party=fields.get("responsible_party") or None,
        family=sealed("family"),
        given=sealed("given"),
        middle=sealed("middle"),
        phone=sealed("phone"),
        work_phone=sealed("work_phone"),
        mobile_phone=sealed("mobile_phone"),
        other_phone=sealed("other_phone"),
        email=sealed("email"),
        street=sealed("street"),
        unit=sealed("unit"),
        city=sealed("city"),
        state=sealed("state"),
        postal_code=sealed("postal_code"),
    )


def coverage_fields(coverage: CoverageFact) -> Fields:
    """The map of a coverage: dates in ISO, money as decimal text."""
    return {
        "payer_id": coverage.payer_id,
        "payer_name": coverage.payer_name,
        "member_id": coverage.member_id.reveal(Purpose.MATCH),
        "group_number": coverage.group_number.reveal(Purpose.MATCH),
        "order": str(coverage.order),
        "relationship": coverage.relationship.value,
        "begin": coverage.begin.isoformat() if coverage.begin else "",
        "end": coverage.end.isoformat() if coverage.end else "",
        "copay": coverage.copay.text() if coverage.copay is not None else "",
        "carrier": coverage.carrier_vendor_id or "",
    }


def coverage_from(fields: Mapping[str, str], vendor_id: str | None = None) -> CoverageFact:
    """The coverage a map describes."""
    begin, end, copay = fields.get("begin", ""), fields.get("end", ""), fields.get("copay", "")
    return CoverageFact(
        vendor_id=vendor_id,
        payer_id=fields.get("payer_id", ""),
        payer_name=fields.get("payer_name", ""),
        member_id=Sealed(fields.get("member_id", "")),
        group_number=Sealed(fields.get("group_number", "")),
        order=int(fields.get("order", "") or 1),
        relationship=Relationship(fields.get("relationship", "") or Relationship.SELF),
        begin=date.fromisoformat(begin) if begin else None,
        end=date.fromisoformat(end) if end else None,
        copay=Money.parse(copay) if copay else None,
        carrier_vendor_id=fields.get("carrier") or None,
    )


def visit_fields(visit: VisitFact) -> Fields:
    """The map of a visit: ``start`` in ISO at UTC. The patient is not a field: a visit does not change hands.

    ``status`` carries what belongs to it: the vendor's own code of a state we have no word for (``other:2``), and
    the code of the reason why a visit was called off (``cancelled:pat``).
    """
    status = VisitStatus.DELETED if visit.deleted else visit.status
    detail = visit.raw_status if status is VisitStatus.OTHER else visit.cancel_reason if status in _REASONED else ""
    return {
        "start": visit.start.astimezone(UTC).isoformat(),
        "minutes": str(visit.minutes),
        "status": f"{status.value}:{detail}" if detail else status.value,
        "provider": visit.provider_vendor_id or "",
        "column": visit.column_vendor_id or "",
        "facility": visit.facility_vendor_id or "",
    }


def visit_from(fields: Mapping[str, str], patient_vendor_id: str, vendor_id: str | None = None) -> VisitFact:
    """The visit a map describes, for a patient the vendor knows."""
    status, detail = status_of(fields.get("status", ""))
    return VisitFact(
        vendor_id=vendor_id,
        patient_vendor_id=patient_vendor_id,
        start=datetime.fromisoformat(fields["start"]),
        minutes=int(fields.get("minutes", "") or 0),
        status=status,
        provider_vendor_id=fields.get("provider") or None,
        column_vendor_id=fields.get("column") or None,
        facility_vendor_id=fields.get("facility") or None,
        deleted=status is VisitStatus.DELETED,
        raw_status=detail if status is VisitStatus.OTHER else "",
        cancel_reason=detail if status in _REASONED else "",
    )


def status_of(text: str) -> tuple[VisitStatus, str]:
    """State and detail of the text of a ``status`` field; booked when there is none. Raises ValueError."""
    state, _, detail = text.partition(":")
    return VisitStatus(state or VisitStatus.BOOKED), detail


def key(name: str, text: str) -> str:
    """What is compared in place of a value: two values with one key mean the same."""
    if name in PHONES:
        return phone_digits(text) or text.strip()
    if name == "postal_code":
        return "".join(text.upper().split()).replace("-", "")
    if name in ("member_id", "group_number"):
        return "".join(c for c in text.upper() if c.isalnum()) or text.strip()
    if name in ("family", "given", "middle", "street", "unit", "city", "state", "payer_name"):
        return folded(text) or text.strip()
    if name == "start":
        return datetime.fromisoformat(text).astimezone(UTC).isoformat() if text else ""
    return text.strip().casefold() if name == "email" else text.strip()


def same(name: str, left: str, right: str) -> bool:
    """Whether two values of a field mean the same. A reason that only one side tells is no difference."""
    if left == right or key(name, left) == key(name, right):
        return True
    if name != "status":
        return False
    (ours, _, why), (theirs, _, also) = left.partition(":"), right.partition(":")
    return ours == theirs and not (why and also) and ours in _REASONED
