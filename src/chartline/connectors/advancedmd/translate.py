"""Between AdvancedMD's rows and the facts of ``connect``. Pure; patient values are sealed here and opened here.

Codes that are not known come out as ``other`` with the raw code beside them. Refuses nothing for a row's sake: a feed
must not stop at one odd row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from chartline.connect.facts import PersonFact, VisitFact, VisitStatus
from chartline.connectors.advancedmd.spelling import Name, key, plain, read_phone, write_phone
from chartline.connectors.advancedmd.times import OfficeTime, read_date, read_wall, write_date
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Feed, PatientRow, VisitRow, bare_id, prefixed_id, truth
from chartline.kernel.sealed import Purpose, Sealed

UNBORN: Final = date.min
"""Stands for a birth date that the vendor did not send or that cannot be read; ``unknown`` then names the field."""

UNDATED: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Stands for the start of a visit of which only the id is told: a deleted one, mostly."""

STATUSES: Final = {
    "0": VisitStatus.BOOKED,
    "1": VisitStatus.ARRIVED,
    "2": VisitStatus.OTHER,
    "3": VisitStatus.SEEN,
    "5": VisitStatus.MOVED,
    "10": VisitStatus.CANCELLED,
    "11": VisitStatus.DELETED,
    "12": VisitStatus.NO_SHOW,
}
"""Sheet 6.2."""

STATUS_CODES: Final = {
    **{status: code for code, status in STATUSES.items()},
    VisitStatus.CONFIRMED: "0",
    VisitStatus.CHECKED_OUT: "3",
}
"""The other way. The vendor keeps a confirmation beside the status, and knows no checking out."""


def person_of(row: PatientRow, office: OfficeTime | None = None) -> PersonFact:
    """A patient. The feed's rows hold neither telephone nor e-mail: only ``getdemographic`` and the lookup do.

    Without the office's clock nothing is said of when the record changed.
    """
    name = Name.read(row.name)
    unknown: dict[str, str] = {}
    try:
        born = read_date(row.birth_date)
    except ValueError:
        born = UNBORN
        unknown["birth_date"] = "unreadable" if row.birth_date else "absent"
    sex = row.sex.upper()
    if sex not in ("M", "F", "U"):
        if sex:
            unknown["sex"] = row.sex[:20]
        sex = "U"
    if row.change not in ("", "N", "C", "D"):
        unknown["updatestatus"] = row.change[:20]
    return PersonFact(
        vendor_id=row.id or None,
        family=Sealed(name.family),
        given=Sealed(name.given),
        middle=Sealed(name.middle),
        birth_date=Sealed(born),
        sex=sex,
        phone=Sealed(read_phone(row.home_phone)),
        email=Sealed(row.email),
        street=Sealed(row.street),
        unit=Sealed(row.unit),
        city=Sealed(row.city),
        state=Sealed(row.state),
        postal_code=Sealed(row.postal_code),
        chart=row.chart,
        responsible_party=row.responsible_party or None,
        deleted=row.change == "D",
        unknown=unknown,
        work_phone=Sealed(read_phone(row.work_phone)),
        mobile_phone=Sealed(read_phone(row.mobile_phone)),
        other_phone=Sealed(read_phone(row.other_phone)),
        changed_at=moment_of(row.changed_at, office),
    )


def moment_of(text: str, office: OfficeTime | None) -> datetime | None:
    """The moment of a wall-clock text on the office's clock; None when there is none, or it cannot be read."""
    if office is None:
        return None
    try:
        return office.moment(read_wall(text))
    except ValueError:
        return None


def name_of(person: PersonFact, purpose: Purpose) -> Name:
    """The opened name of a person."""
    return Name(person.family.reveal(purpose), person.given.reveal(purpose), person.middle.reveal(purpose))


def same_person(ours: PersonFact, theirs: PersonFact) -> bool:
    """Whether name and birth date agree; the vendor's lookup takes no birth date, so we compare (sheet 9.1)."""
    names = name_of(ours, Purpose.MATCH).same(name_of(theirs, Purpose.MATCH))
    return names and ours.birth_date == theirs.birth_date


def visit_of(row: VisitRow, office: OfficeTime) -> VisitFact:
    """A visit. ``deleted`` is told by the row's ``updatestatus`` or by its status (trap 15). A booked visit with a
    time or way of confirmation is confirmed."""
    try:
        start = office.moment(read_wall(row.start))
    except ValueError:
        start = UNDATED
    status = STATUSES.get(row.status, VisitStatus.OTHER)
    return VisitFact(
        vendor_id=row.id or None,
        patient_vendor_id=row.patient,
        start=start,
        minutes=int(row.minutes) if row.minutes.isdigit() else 0,
        status=VisitStatus.CONFIRMED if status is VisitStatus.BOOKED and row.confirmed else status,
        provider_vendor_id=row.profile or None,
        column_vendor_id=row.column or None,
        deleted=row.change == "D" or status is VisitStatus.DELETED,
        raw_status=row.status,
        charges_posted=truth(row.charges_posted) if row.charges_posted else None,
        changed_at=moment_of(row.changed_at, office),
    )


def persons_of(office: OfficeTime) -> Callable[[Feed], tuple[PersonFact, ...]]:
    """Turns a feed's answer into patients; their changes are on this office's clock."""
    return lambda feed: tuple(
        replace(person_of(PatientRow.of(node), office), plans_changed_at=_plans_changed(node, office))
        for node in feed.rows
    )


def _plans_changed(node: Node, office: OfficeTime) -> datetime | None:
    """The newest change among the plans that a feed nests in a patient's row."""
    plans = (*node.every("insurance"), *node.first("insurancelist").every("insurance"))
    moments = (moment_of(plan.get("changedat"), office) for plan in plans)
    return max((moment for moment in moments if moment is not None), default=None)


def visits_of(office: OfficeTime) -> Callable[[Feed], tuple[VisitFact, ...]]:
    """Turns a feed's answer into visits on this office's clock."""
    return lambda feed: tuple(visit_of(VisitRow.of(node), office) for node in feed.rows)


def deleted_patient(vendor_id: str) -> PersonFact:
    """A patient of whom only the id and the deletion are told."""
    return person_of(PatientRow.of(Node("patient", {"id": vendor_id, "updatestatus": "D"})))


def deleted_visit(vendor_id: str) -> VisitFact:
    """A visit of which only the id and the deletion are told."""
    return VisitFact(vendor_id, "", UNDATED, 0, VisitStatus.DELETED, deleted=True)


def new_patient(person: PersonFact, profile: str) -> Node:
    """The ``patient`` element of ``addpatient``: responsible for himself, chart number given by the vendor."""
    spelt = spell(person)
    attributes = {
        "respparty": "SELF",
        "name": spelt["name"],
        "sex": person.sex,
        "relationship": "1",
        "hipaarelationship": "18",
        "dob": spelt["dob"],
        "chart": "AUTO",
        "profile": prefixed_id("prof", profile),
    }
    address = {name: spelt[name] for name in _ADDRESS if spelt[name]}
    contact = {name: spelt[name] for name in _CONTACT if spelt[name]}
    return Node("patient", attributes, (Node("address", address), Node("contactinfo", contact)))


def new_responsible_party(person: PersonFact, account_type: str) -> Node:
    """The ``respparty`` element beside it; the account type only where the office has one set."""
    attributes = {"name": name_of(person, Purpose.EXCHANGE).write()}
    if account_type:
        attributes["accttype"] = prefixed_id("accttype", account_type)
    return Node("respparty", attributes)


_HEAD: Final = ("name", "dob", "sex")
_ADDRESS: Final = ("zip", "city", "state", "address1", "address2")
_CONTACT: Final = ("homephone", "officephone", "cellphone", "otherphone", "email")


def spell(person: PersonFact) -> dict[str, str]:
    """Every field that can be written, under the vendor's attribute names: address2 is the street (trap 20)."""

    def text(value: Sealed[str]) -> str:
        return plain(value.reveal(Purpose.EXCHANGE))

    def phone(value: Sealed[str]) -> str:
        return write_phone(value.reveal(Purpose.EXCHANGE))

    born = person.birth_date.reveal(Purpose.EXCHANGE)
    return {
        "name": name_of(person, Purpose.EXCHANGE).write(),
        "dob": write_date(born) if born != UNBORN else "",
        "sex": person.sex,
        "zip": text(person.postal_code),
        "city": text(person.city),
        "state": text(person.state),
        "address1": text(person.unit),
        "address2": text(person.street),
        "homephone": phone(person.phone),
        "officephone": phone(person.work_phone),
        "cellphone": phone(person.mobile_phone),
        "otherphone": phone(person.other_phone),
        "email": text(person.email),
    }


def changed_fields(before: PersonFact, after: PersonFact) -> tuple[str, ...]:
    """Attribute names whose meaning differs and whose new value is not empty: an empty one would blank it (trap 21)."""
    old, new = spell(before), spell(after)
    return tuple(name for name in (*_HEAD, *_ADDRESS, *_CONTACT) if new[name] and key(new[name]) != key(old[name]))


def keeping_middle(before: PersonFact, after: PersonFact) -> PersonFact:
    """``after`` with the middle name of ``before`` where it has none: the one ``name`` field would blank it."""
    return after if after.middle.present() else replace(after, middle=before.middle)


def patient_change(row: PatientRow, after: PersonFact, fields: tuple[str, ...]) -> Node:
    """The ``patient`` element of ``updatepatient``: for each field the new value, and in ``o_`` what the vendor has."""
    new = spell(after)
    raw = {
        "name": row.name,
        "dob": row.birth_date,
        "sex": row.sex,
        "zip": row.postal_code,
        "city": row.city,
        "state": row.state,
        "address1": row.unit,
        "address2": row.street,
        "homephone": row.home_phone,
        "officephone": row.work_phone,
        "cellphone": row.mobile_phone,
        "otherphone": row.other_phone,
        "email": row.email,
    }

    def pairs(names: tuple[str, ...]) -> dict[str, str]:
        pairs = {name: new[name] for name in names if name in fields}
        return {**pairs, **{f"o_{name}": raw[name] for name in pairs}}

    parts = (Node("address", pairs(_ADDRESS)), Node("contactinfo", pairs(_CONTACT)))
    return Node(
        "patient",
        {"id": prefixed_id("pat", row.id), **pairs(_HEAD)},
        tuple(part for part in parts if part.attributes),
    )


def new_appointment(visit: VisitFact, office: OfficeTime, profile: str, column: str, appointment_type: str) -> Node:
    """The ``appt`` element of ``addvisit``, in a scheduler slot."""
    wall = office.wall(visit.start)
    attributes = {
        "patient": prefixed_id("pat", visit.patient_vendor_id),
        "profile": prefixed_id("prof", profile),
        "date": write_date(wall.date()),
        "time": wall.strftime("%H:%M"),
        "duration": str(visit.minutes),
        "column": prefixed_id("col", column),
    }
    if appointment_type:
        attributes["types"] = prefixed_id("ap_type", appointment_type)
    return Node("appt", attributes)


def first_id(root: Node, name: str) -> str:
    """The bare id of the only element of that name below a reply; empty when there is none or more than one."""
    ids = {bare_id(node.get("id")) for node in root.below(name) if node.get("id")}
    return ids.pop() if len(ids) == 1 else ""
