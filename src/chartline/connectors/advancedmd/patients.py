"""Patients at AdvancedMD: finding, adding, changing (vendor sheet 9.1). Refuses to force, to blank, and to guess.

``add`` never sends ``force``, so that the vendor's own duplicate check stays the last guard (trap 22). ``change``
reads first: the old values it must send are the vendor's exact texts, and a change that is there already is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chartline.connect.facts import LookupKind, PatientDetail, PersonFact
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client, Listed, Read
from chartline.connectors.advancedmd.lists import Lists
from chartline.connectors.advancedmd.paging import every_row
from chartline.connectors.advancedmd.plans import coverage_of
from chartline.connectors.advancedmd.spelling import Name, key
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.translate import (
    changed_fields,
    first_id,
    keeping_middle,
    name_of,
    new_patient,
    new_responsible_party,
    patient_change,
    person_of,
    same_person,
    spell,
)
from chartline.connectors.advancedmd.wire import PatientRow
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose


def find(client: Client, person: PersonFact) -> Looked[PersonFact]:
    """The one patient with this name and birth date; all pages are read before the word is Absent (trap 12)."""
    name = name_of(person, Purpose.EXCHANGE)
    wanted = Name(name.family, name.given, "").write()

    def page(number: int) -> Read[Listed[PatientRow]]:
        return client.lookup_patient("name", wanted, number)

    rows = every_row(page, "lookuppatient")
    if not isinstance(rows, Receipt):
        return rows
    found = {row.id: fact for row in rows.value if same_person(person, fact := person_of(row))}
    if len(found) > 1:
        return Refused(problems.AMBIGUOUS_PATIENT.problem(evidence=rows.exchange, patients=",".join(sorted(found))))
    return Receipt(next(iter(found.values())), rows.exchange) if found else Absent(rows.exchange)


def detail(
    client: Client, vendor_id: str, office: OfficeTime | None = None
) -> Receipt[PatientDetail] | Absent | Later | Refused:
    """A patient with plans, those that have ended among them."""
    answer = client.get_demographic(vendor_id)
    if not isinstance(answer, Receipt):
        return answer
    row = answer.value.patient
    if row is None:
        return Absent(answer.exchange)
    person = person_of(_with_responsible_party(row, answer.value.responsible_parties), office)
    plans = tuple(coverage_of(plan, answer.value.carriers) for plan in row.plans)
    return Receipt(PatientDetail(person, plans), answer.exchange)


def _with_responsible_party(row: PatientRow, parties: tuple[str, ...]) -> PatientRow:
    """The row with the only responsible party of the answer, where it does not name one itself."""
    return row if row.responsible_party or len(parties) != 1 else replace(row, responsible_party=parties[0])


def add(client: Client, lists: Lists, person: PersonFact, options: Mapping[str, str]) -> Outcome[str]:
    """Create a patient under the connection's billing profile."""
    profile = options.get("profile", "")
    if not profile:
        return Refused(problems.PROFILE_MISSING.problem())
    answer = client.add_patient(
        new_patient(person, profile), new_responsible_party(person, options.get("account_type", ""))
    )
    answer = lists.mend(answer, LookupKind.PROFILE, LookupKind.ACCOUNT_TYPE)
    if not isinstance(answer, Receipt):
        return answer
    vendor_id = first_id(answer.value.node, "patient")
    return Receipt(vendor_id, answer.exchange) if vendor_id else Unknown(answer.exchange)


def change(client: Client, before: PersonFact, after: PersonFact) -> Outcome[str]:
    """Change what differs. Refused when the vendor meanwhile has a third value in one of the fields."""
    vendor_id = before.vendor_id or after.vendor_id or ""
    after = keeping_middle(before, after)
    fields = changed_fields(before, after)
    if not fields:
        return Receipt(vendor_id)
    answer = client.get_demographic(vendor_id)
    if not isinstance(answer, Receipt):
        return answer
    row = answer.value.patient
    if row is None:
        return Refused(problems.CHANGED_MEANWHILE.problem(evidence=answer.exchange, fields="patient"))
    has, old, new = spell(person_of(row)), spell(before), spell(after)
    left = tuple(field for field in fields if key(has[field]) != key(new[field]))
    if not left:
        return Receipt(vendor_id, answer.exchange)
    third = [field for field in left if key(has[field]) != key(old[field])]
    if third:
        return Refused(problems.CHANGED_MEANWHILE.problem(evidence=answer.exchange, fields=",".join(third)))
    sent = client.update_patient(patient_change(row, after, left))
    if not isinstance(sent, Receipt):
        return sent
    return Unknown(sent.exchange) if sent.value.bare else Receipt(vendor_id, sent.exchange)
