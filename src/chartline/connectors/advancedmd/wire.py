"""The envelope of AdvancedMD's messages and the rows inside, read tolerantly (vendor sheet 2 and 9).

Unknown attributes are left alone, unknown codes are kept as sent for ``translate`` to report. Refuses what is not a
``PPMDResults`` at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chartline.connectors.advancedmd.problems import short_code
from chartline.connectors.advancedmd.times import read_date, read_time
from chartline.connectors.advancedmd.tree import NOTHING, Node, Unreadable, read
from chartline.kernel.sealed import Masked

_PREFIXED = re.compile(r"[A-Za-z_]+(\d+)")


def bare_id(text: str) -> str:
    """A vendor id without its letters (``pat900`` is ``900``): feeds and lookups spell them differently (sheet 6.1)."""
    found = _PREFIXED.fullmatch(text.strip())
    return found.group(1) if found else text.strip()


def prefixed_id(prefix: str, text: str) -> str:
    """An id with the letters of its entity, as writes want it."""
    bare = bare_id(text)
    return f"{prefix}{bare}" if bare.isdigit() else bare


def truth(text: str) -> bool:
    """Whether a flag is set: ``1``, ``-1``, ``yes`` or ``true`` (trap 9)."""
    return text.strip().lower() in ("1", "-1", "yes", "true")


def message(
    action: str,
    kind: str,
    msgtime: str,
    attributes: Mapping[str, str] | None = None,
    *children: Node,
    cookie: bool = True,
) -> Node:
    """A request: one ``ppmdmsg``. ``nocookie`` 0 says that the session travels in the cookie (sheet 1.3)."""
    head = {"action": action, "class": kind, "msgtime": msgtime}
    carrier = {"nocookie": "0"} if cookie else {}
    return Node("ppmdmsg", {**head, **carrier, **(attributes or {})}, children)


@dataclass(frozen=True, slots=True, repr=False)
class Fault(Masked):
    """The vendor's no: code in short form, and its words, which stay inside."""

    code: str
    description: str


@dataclass(frozen=True, slots=True, repr=False)
class Results(Masked):
    """A reply: its ``Results`` element, the ``newid`` of the root, and the fault if there is one."""

    node: Node
    new_id: str
    fault: Fault | None

    @property
    def success(self) -> bool:
        """Success is ``1``, or no word about it and no fault either (sheet 2.2)."""
        return self.fault is None and self.node.get("success") in ("1", "-1", "")

    @property
    def said_success(self) -> bool:
        """Whether it says in so many words that it was done."""
        return self.fault is None and truth(self.node.get("success"))

    @property
    def bare(self) -> bool:
        """Whether it holds nothing but the success flag: after a write that proves neither way."""
        return not any(not child.empty for child in self.node.children)


def read_results(body: bytes) -> Results:
    """Read a reply in either spelling. Raises Unreadable."""
    root = read(body)
    if root.name != "ppmdresults":
        raise Unreadable("not a PPMDResults")
    return Results(root.first("results"), root.get("newid"), _fault(root))


def _fault(root: Node) -> Fault | None:
    """The fault in any of its four spellings (sheet 2.3); empty errors are none (trap 11)."""
    error = root.first("error")
    if error.empty:
        return None
    fault = error.first("fault")
    detail = fault.first("detail")
    code = detail.first("code").text or detail.get("code") or fault.first("code").text or error.get("code")
    words = (
        detail.first("description").text
        or detail.get("description")
        or error.get("description")
        or error.get("message")
        or error.first("message").text
        or fault.first("faultstring").text
        or fault.text
        or error.text
    )
    return Fault(short_code(code), words) if code or words else None


@dataclass(frozen=True, slots=True, repr=False)
class PatientRow(Masked):
    """A patient in any answer. Lookups call the sex ``gender``, demographics ``sex`` (sheet 6)."""

    id: str
    name: str
    birth_date: str
    sex: str
    chart: str
    responsible_party: str
    unit: str
    street: str
    city: str
    state: str
    postal_code: str
    home_phone: str
    work_phone: str
    mobile_phone: str
    other_phone: str
    email: str
    change: str
    changed_at: str
    plans: tuple[PlanRow, ...]

    @classmethod
    def of(cls, node: Node) -> PatientRow:
        """From a ``patient`` element; address2 is the street and address1 the unit (trap 20)."""
        address, contact = node.first("address"), node.first("contactinfo")

        def either(name: str, child: Node) -> str:
            return child.get(name) or node.get(name)

        return cls(
            id=bare_id(node.get("id") or node.get("patientid")),
            name=node.get("name"),
            birth_date=node.get("dob"),
            sex=node.get("gender") or node.get("sex"),
            chart=node.get("chart"),
            responsible_party=bare_id(node.get("respparty")),
            unit=either("address1", address),
            street=either("address2", address),
            city=either("city", address),
            state=either("state", address),
            postal_code=either("zip", address) or node.get("zipcode"),
            home_phone=either("homephone", contact),
            work_phone=either("officephone", contact),
            mobile_phone=either("cellphone", contact),
            other_phone=either("otherphone", contact),
            email=either("email", contact),
            change=node.get("updatestatus").upper(),
            changed_at=node.get("changedat"),
            plans=tuple(PlanRow.of(plan) for plan in node.first("insplanlist").every("insplan")),
        )


@dataclass(frozen=True, slots=True, repr=False)
class PlanRow(Masked):
    """An insurance plan of a patient. The carrier's name is elsewhere (sheet 9.1)."""

    id: str
    carrier: str
    payer_id: str
    subscriber: str
    member: str
    group_number: str
    coverage: str
    begin: str
    end: str
    copay: str
    copay_type: str
    relationship: str
    hipaa_relationship: str

    @classmethod
    def of(cls, node: Node) -> PlanRow:
        """From an ``insplan`` element."""
        return cls(
            id=bare_id(node.get("id")),
            carrier=bare_id(node.get("carrier")),
            payer_id=node.get("payerid"),
            subscriber=bare_id(node.get("subscriber")),
            member=node.get("subscribernum"),
            group_number=node.get("grpnum"),
            coverage=node.get("coverage"),
            begin=node.get("begindate"),
            end=node.get("enddate"),
            copay=node.get("copay"),
            copay_type=node.get("copaytype"),
            relationship=node.get("relationship"),
            hipaa_relationship=node.get("hipaarelationship"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class VisitRow(Masked):
    """A visit of a feed or a day list, under the aliases of ``client.VISIT_TEMPLATE``."""

    id: str
    patient: str
    start: str
    minutes: str
    status: str
    profile: str
    change: str
    column: str
    confirmed: bool
    charges_posted: str
    changed_at: str

    @classmethod
    def of(cls, node: Node) -> VisitRow:
        """From a ``visit`` element, its patient under ``patientlist`` or directly below (trap 16)."""
        patient = node.first("patientlist", "patient")
        if patient.empty:
            patient = node.first("patient")
        return cls(
            id=bare_id(node.get("id")),
            patient=bare_id(patient.get("id") or node.get("patient") or node.get("patientid")),
            start=node.get("start"),
            minutes=node.get("minutes"),
            status=node.get("status"),
            profile=bare_id(node.get("profile")),
            change=node.get("updatestatus").upper(),
            column=bare_id(node.get("column")),
            confirmed=bool(node.get("confirmedat") or node.get("confirmmethod")),
            charges_posted=node.get("posted"),
            changed_at=node.get("changedat"),
        )

    @property
    def id_only(self) -> bool:
        """Whether the row says no more than that there is such a visit."""
        return not self.patient and not self.start


@dataclass(frozen=True, slots=True, repr=False)
class InsuranceRow(Masked):
    """A plan inside a row of the patient feed, under the aliases of ``client.templates.INSURANCE``."""

    id: str
    active: bool
    carrier: str
    carrier_code: str
    member: str
    copay: str
    changed_at: str

    @classmethod
    def rows(cls, patient: Node) -> tuple[InsuranceRow, ...]:
        """The plans of a ``patient`` row, in a list of their own or directly below."""
        nodes = patient.first("insurancelist").every("insurance") or patient.every("insurance")
        return tuple(
            cls(
                id=bare_id(node.get("id")),
                active=truth(node.get("active")),
                carrier=node.get("carrier"),
                carrier_code=node.get("carriercode"),
                member=node.get("member"),
                copay=node.get("copay"),
                changed_at=node.get("changedat"),
            )
            for node in nodes
        )


@dataclass(frozen=True, slots=True, repr=False)
class ColumnRow(Masked):
    """A scheduler column with its slots. ``minutes`` is the length of a slot, ``most`` what one slot holds, 0 without
    a bound; texts are as sent."""

    id: str
    heading: str
    profile: str
    facility: str
    start: str
    end: str
    minutes: str
    most: str
    work_week: str

    @classmethod
    def of(cls, node: Node) -> ColumnRow:
        """From a ``column`` element of ``getschedulersetup``."""
        setting = node.first("columnsetting")
        return cls(
            id=bare_id(node.get("id")),
            heading=node.get("heading") or node.get("name"),
            profile=bare_id(node.get("profile")),
            facility=bare_id(node.get("facility")),
            start=setting.get("start"),
            end=setting.get("end"),
            minutes=setting.get("interval"),
            most=setting.get("maxapptsperslot"),
            work_week=setting.get("workweek"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class EligibilityReply(Masked):
    """How a question about coverage stands (sheet 9.5; names are our placeholder, grade O).

    ``response`` is a raw X12 271 when it came.
    """

    id: str
    status: str
    response: str
    message: str

    @classmethod
    def of(cls, results: Node) -> EligibilityReply:
        """From ``Results``."""
        return cls(
            id=results.get("eligibilityid"),
            status=results.get("status").lower(),
            response=results.first("response").text or results.get("response"),
            message=results.first("message").text or results.get("message"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class LookupRow(Masked):
    """A row of a master-file lookup. ``more`` are the attributes beside id, code and name, as sent."""

    id: str
    raw_id: str
    code: str
    name: str
    payer_id: str
    more: Mapping[str, str]

    @classmethod
    def of(cls, node: Node) -> LookupRow:
        """From a ``carrier``, ``proccode``, ``diagcode`` or ``profile`` element."""
        name = node.get("name") or node.get("description") or node.get("city")
        more = {key: value for key, value in node.attributes.items() if key not in ("id", "code", "name") and value}
        return cls(bare_id(node.get("id")), node.get("id"), node.get("code"), name, node.get("payerid"), more)


@dataclass(frozen=True, slots=True, repr=False)
class Paging(Masked):
    """Counters of a list; -1 where the vendor sent none."""

    items: int
    page: int
    pages: int

    @classmethod
    def of(cls, *nodes: Node) -> Paging:
        """From the list element, or whichever of the given elements bears the counters."""

        def counter(*names: str) -> int:
            texts = (node.get(name) for node in nodes for name in names)
            return next((int(text) for text in texts if text.isdigit()), -1)

        return cls(counter("itemcount"), counter("page", "pagenumber"), counter("pagecount"))


@dataclass(frozen=True, slots=True, repr=False)
class Feed(Masked):
    """What a feed answered: how many rows there are, the server's own time, and the rows."""

    count: int
    server_time: str
    rows: tuple[Node, ...]

    @classmethod
    def of(cls, results: Node, noun: str) -> Feed:
        """From ``Results``: ``visitcount`` with ``visitlist/visit``, ``patientcount`` with ``patientlist/patient``."""
        rows = results.first(f"{noun}list").every(noun)
        counter = results.get(f"{noun}count")
        return cls(int(counter) if counter.isdigit() else len(rows), results.get("servertime"), rows)


def reminders_of(results: Results) -> Feed:
    """The visits of ``getreminderappts`` and ``getappts`` in the shape of a feed.

    Their rows are appointments with a date and a time apart; the names inside are our placeholder (grade O).
    """
    rows = tuple(_visit_of_appointment(node) for node in results.node.below("appt") if node.get("id"))
    return Feed(len(rows), "", rows)


def _visit_of_appointment(node: Node) -> Node:
    start = node.get("startdatetime") or node.get("start")
    if not start and node.get("date"):
        try:
            day, minute = read_date(node.get("date")), read_time(node.get("time"))
            start = f"{day.isoformat()}T{minute.isoformat()}"
        except ValueError:
            start = ""
    attributes = {
        "id": node.get("id"),
        "patientid": node.get("patient") or node.get("patientid"),
        "start": start,
        "minutes": node.get("duration"),
        "status": node.get("apptstatus") or node.get("status"),
        "profile": node.get("profile"),
        "column": node.get("column"),
    }
    return Node("visit", {name: value for name, value in attributes.items() if value})


__all__ = [
    "NOTHING",
    "ColumnRow",
    "EligibilityReply",
    "Fault",
    "Feed",
    "InsuranceRow",
    "LookupRow",
    "Paging",
    "PatientRow",
    "PlanRow",
    "Results",
    "VisitRow",
    "bare_id",
    "message",
    "prefixed_id",
    "read_results",
    "reminders_of",
    "truth",
]
