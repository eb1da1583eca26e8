"""Finding, adding and changing patients (vendor sheet 9.1), with the vendor's duplicate and concurrency rules."""

from __future__ import annotations

import re
from datetime import date

from chartline.connectors.advancedmd.simulator.indexes import PHONES
from chartline.connectors.advancedmd.simulator.model import Party, Patient
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.paging import page_of
from chartline.connectors.advancedmd.simulator.refusals import (
    CONCURRENT_UPDATE,
    MISSING_ATTRIBUTE,
    UNPUBLISHED,
    Refusal,
)
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import digits, read_date, shown_date, shown_phone
from chartline.connectors.advancedmd.simulator.world import World

FIELDS = (
    "sex",
    "ssn",
    "chart",
    "profile",
    "finclass",
    "maritalstatus",
    "title",
    "employer",
    "insorder",
    "deceased",
    "relationship",
    "hipaarelationship",
)
ADDRESS = ("zip", "city", "state", "address1", "address2", "countrycode")
CONTACT = ("homephone", "officephone", "officeext", "otherphone", "othertype", "cellphone", "email")
_NUMERIC = {"ssn", *PHONES}
_IDS = {"profile": "prof", "finclass": "fclass"}


def kept(name: str, text: str) -> str:
    """A value as the vendor keeps it: upper case, digits for numbers, bare ids; an email stays as it was."""
    if name in _NUMERIC:
        return digits(text)
    if name in _IDS:
        return re.sub(rf"^{_IDS[name]}", "", text.strip(), flags=re.IGNORECASE)
    return text.strip() if name == "email" else text.strip().upper()


def shown(name: str, text: str) -> str:
    """A kept value as the vendor answers it."""
    if name == "ssn":
        return f"{text[:3]}-{text[3:5]}-{text[5:]}" if len(text) == 9 else text
    if name in _NUMERIC:
        return shown_phone(text)
    return f"{_IDS[name]}{text}" if name in _IDS and text else text


def address_node(patient: Patient) -> Node:
    """The address element; ``address2`` is the street, ``address1`` the unit (vendor sheet 9.1)."""
    return element("address", {name: patient.address.get(name, "") for name in ADDRESS})


def contact_node(patient: Patient, *names: str) -> Node:
    """The contactinfo element; only kept numbers appear unless names are asked for."""
    wanted = names or [name for name in CONTACT if patient.contact.get(name)]
    return element("contactinfo", {name: shown(name, patient.contact.get(name, "")) for name in wanted})


def lookuppatient(call: Call) -> Node:
    """One criterion: name (prefix of LAST, or ``Last,First``), phone, ssn or chart; 50 rows a page (row 11)."""
    message, office, ways = call.message, call.office.key, call.world.ways
    exact = message.get("exactmatch") in ("-1", "1")
    if phone := digits(message.get("phone")):
        found = ways.patients.at((office, "phone", phone))
    elif ssn := digits(message.get("ssn")):
        found = ways.patients.at((office, "ssn", ssn))
    elif chart := message.get("chart").strip().upper():
        found = ways.patients.at((office, "chart", chart))
    else:
        name = call.required("name").upper()
        found = ways.patients_by_name.beginning((office,), name.partition(",")[0].strip())
        if exact or "," in name:
            found = [patient for patient in found if name_matches(patient.name, name, exact=exact)]
    living = sorted((each for each in found if not each.deleted), key=lambda patient: (patient.name, patient.id))
    counters, rows = page_of(call, living)
    return element("Results", {}, element("patientlist", counters, *[_found(patient) for patient in rows]))


def name_matches(name: str, wanted: str, *, exact: bool) -> bool:
    """Whether ``LAST,FIRST M`` answers to a wanted ``LAST`` or ``LAST,FIRST``; both upper case."""
    last, _, first = (part.strip() for part in name.partition(","))
    wanted_last, comma, wanted_first = (part.strip() for part in wanted.partition(","))
    if exact:
        firsts = (first, first.rsplit(" ", 1)[0]) if " " in first else (first,)
        return last == wanted_last and (not comma or wanted_first in firsts)
    return last.startswith(wanted_last) and first.startswith(wanted_first)


def _found(patient: Patient) -> Node:
    attributes = {
        "id": f"pat{patient.id}",
        "name": patient.name,
        "chart": patient.fields.get("chart", ""),
        "ssn": shown("ssn", patient.fields.get("ssn", "")),
        "gender": patient.fields.get("sex", "U"),
        "dob": shown_date(patient.dob),
    }
    return element("patient", attributes, address_node(patient), contact_node(patient))


def addpatient(call: Call) -> Node:
    """Create a patient and, for SELF, their responsible party (row 12). ``force="1"`` skips the duplicate checks."""
    world, office, row = call.world, call.office.key, call.required_element("patientlist", "patient")
    name, dob = _name(call.required("name", row)), read_date(call.required("dob", row))
    if not name:
        raise invalid("name")
    if dob is None or dob > call.now.date():
        raise invalid("dob")
    sex = row.get("sex").upper() or "U"
    if sex not in ("M", "F", "U"):
        raise invalid("sex")
    if world.item(office, "profile", call.required("profile", row)) is None:
        raise invalid("profile")
    payer = row.get("respparty")
    own = payer.upper() in ("", "SELF")
    party = None if own else world.find(world.parties, office, payer, "resp")
    if not own and party is None:
        raise invalid("respparty")
    if "1" not in (call.message.get("force"), row.get("force")):
        _refuse_duplicates(call, name, dob, digits(row.get("ssn")), own=own)
    if party is None:
        accttype = next((p.get("accttype") for p in call.message.all("resppartylist", "respparty")), "")
        party = new_party(world, office, name, accttype)
    fields = {field: kept(field, row.get(field)) for field in FIELDS if row.get(field)} | {"sex": sex}
    if fields.get("chart", "AUTO") == "AUTO":
        fields["chart"] = new_chart(world, office, name)
    sections = [(row.child("address"), ADDRESS), (row.child("contactinfo"), CONTACT)]
    address, contact = (
        {key: kept(key, node.get(key)) for key in keys if node.get(key)} if node else {} for node, keys in sections
    )
    patient = Patient(
        id=world.new_number("patient"),
        office=office,
        name=name,
        dob=dob,
        party=party.id,
        fields=fields,
        address=address,
        contact=contact,
        created=call.now,
        changed=call.now,
    )
    world.keep_patient(patient)
    world.counters.add("patients_added")
    created = {"id": f"pat{patient.id}", "name": patient.name, "respparty": f"resp{party.id}"}
    return element("Results", {}, element("patientlist", {}, element("patient", created)))


def _name(text: str) -> str:
    last, comma, first = (" ".join(part.split()) for part in text.upper().partition(","))
    return f"{last},{first}" if last and comma and first else ""


def _refuse_duplicates(call: Call, name: str, dob: date, ssn: str, *, own: bool) -> None:
    ways, office = call.world.ways, call.office.key
    if ssn and any(not each.deleted for each in ways.patients.at((office, "ssn", ssn))):
        raise Refusal(UNPUBLISHED, "Duplicate SSN found")
    if any(not each.deleted and each.dob == dob for each in ways.patients.at((office, "name", name))):
        raise Refusal(UNPUBLISHED, "Duplicate name/DOB", plain=True)
    if own and (office, name) in ways.parties:
        text = "Patient already exists as a responsible party; select that responsible party instead of SELF"
        raise Refusal(UNPUBLISHED, text)


def new_party(world: World, office: str, name: str, accttype: str = "") -> Party:
    """Put a responsible party into the books."""
    party = Party(id=world.new_number("party"), office=office, name=name, accttype=accttype)
    return world.parties.put(str(party.id), party)


def new_chart(world: World, office: str, name: str) -> str:
    """A chart number that is not taken: five letters of the name and a running number."""
    stem = re.sub(r"[^A-Z]", "", name)[:5].ljust(5, "X")
    running = world.charts.get((office, stem), 0)
    while (office, "chart", chart := f"{stem}{running:03d}") in world.ways.patients:
        running += 1
    world.charts[office, stem] = running
    return chart


def updatepatient(call: Call) -> Node:
    """Change the fields that are sent, after comparing each ``o_`` value with what is kept (row 13).

    A value that differs is fault 4106 and nothing changes. An empty new value blanks the field.
    """
    world, row = call.world, call.required_element("patientlist", "patient")
    patient = call.patient(call.required("id", row), "id")
    own = {"name": patient.name, "dob": shown_date(patient.dob)}
    new_own = _changes(call, row, own)
    new_fields = _changes(call, row, {name: patient.fields.get(name, "") for name in FIELDS})
    new_address = _changes(call, row.child("address"), {name: patient.address.get(name, "") for name in ADDRESS})
    new_contact = _changes(call, row.child("contactinfo"), {name: patient.contact.get(name, "") for name in CONTACT})
    dob = read_date(new_own.get("dob", own["dob"]))
    name = _name(new_own.get("name", patient.name))
    if dob is None or not name:
        raise invalid("name" if dob else "dob")
    if "profile" in new_fields and world.item(call.office.key, "profile", new_fields["profile"]) is None:
        raise invalid("profile")
    if new_fields.get("sex", "U") not in ("M", "F", "U"):
        raise invalid("sex")
    patient.name, patient.dob, patient.changed = name, dob, call.now
    patient.fields |= new_fields
    patient.address |= new_address
    patient.contact |= new_contact
    world.keep_patient(patient)
    _copy_to_family(call, patient)
    world.counters.add("patients_updated")
    answer = element("patient", {"id": f"pat{patient.id}", "name": patient.name, "respparty": f"resp{patient.party}"})
    party = element("respparty", {"id": f"resp{patient.party}", "name": world.parties[str(patient.party)].name})
    return element("Results", {}, element("patientlist", {}, answer), element("resppartylist", {}, party))


def _copy_to_family(call: Call, patient: Patient) -> None:
    """``familychanges`` copies the address, the home phone or both to everyone of the same responsible party.

    The sheet names the element and what it copies; the attributes ``address`` and ``homephone`` set to 1 are ours [O].
    """
    asked = call.message.child("familychanges")
    if asked is None:
        return
    for other in call.world.ways.patients.at(("party", patient.party)):
        if other.id == patient.id or other.deleted:
            continue
        if asked.get("address") == "1":
            other.address = dict(patient.address)
        if asked.get("homephone") == "1":
            other.contact["homephone"] = patient.contact.get("homephone", "")
        other.changed = call.now
        call.world.keep_patient(other)


def _changes(call: Call, node: Node | None, current: dict[str, str]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for name, old in current.items():
        if node is None or name not in node.attributes:
            continue
        given = node.attributes.get(f"o_{name}")
        if given is None and call.world.options.strict_updates:
            raise Refusal(MISSING_ATTRIBUTE, f"Missing o_{name} attribute")
        if given is not None and not _same(name, given, old):
            raise Refusal(CONCURRENT_UPDATE, "The record was changed by someone else")
        changes[name] = kept(name, node.attributes[name])
    return changes


def _same(name: str, given: str, old: str) -> bool:
    if name == "dob":
        return read_date(given) == read_date(old)
    return kept(name, given) == kept(name, old)
