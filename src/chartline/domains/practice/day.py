"""The visits of one day for the desk: who, when, where they stand, and whether they are charged and billed.

A page costs four queries, however many visits it holds. What a payer said of a visit's coverage is added above, in
``coverage``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chartline.connect.facts import VisitStatus
from chartline.domains.practice.billing_route import BillingRoute, billings
from chartline.domains.practice.charges import charges_of
from chartline.domains.practice.coverages import beneficiary_of, payer_of, primary_on
from chartline.domains.practice.visits import encounter_id, participant_id, visit_status
from chartline.formats.fhir import JsonObject, child, code_of, span, text
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records


class ChargeState(StrEnum):
    """Where the money side of a visit stands."""

    NONE = "none"
    CHARGED = "charged"
    BILLED = "billed"


@dataclass(frozen=True, slots=True)
class DayVisit:
    """One visit of a day. ``coverage_id`` is the coverage first in order on that day, None without any."""

    appointment_id: str
    encounter_id: str
    patient_id: str
    provider_id: str | None
    start: datetime
    status: VisitStatus
    coverage_id: str | None
    payer_id: str | None
    charge_state: ChargeState
    charged: Money
    route: BillingRoute | None
    kind: str = ""
    """The code of the appointment's type, empty when it has none."""


@dataclass(frozen=True, slots=True)
class DayPage:
    """Visits by start, and the cursor of the next page (None at the end)."""

    visits: tuple[DayVisit, ...]
    cursor: str | None


def day_visits(
    work: Work, records: Records, on: date, zone: ZoneInfo, cursor: str | None = None, limit: int = 100
) -> DayPage:
    """A page of the visits whose start lies on a day of the office's wall clock; deleted visits are left out."""
    begin = datetime.combine(on, time(), zone)
    end = datetime.combine(on + timedelta(days=1), time(), zone)
    criteria = [Criterion("date", f"ge{fhir_moment(begin)}"), Criterion("date", f"lt{fhir_moment(end)}")]
    page = records.search(work, "Appointment", criteria, sort="date", cursor=cursor, limit=limit)
    appointments = [stored.reveal(Purpose.SHOW) for stored in page.found]
    kept = [(one, patient) for one in appointments if (patient := _patient(one, begin, end)) is not None]
    encounters = {text(one, "id") or "": encounter_id(work.organisation, text(one, "id") or "") for one, _ in kept}
    charges = charges_of(work, list(encounters.values()))
    billed = billings(work, list(encounters.values()))
    coverages = coverages_of(work, records, sorted({patient for _, patient in kept}))
    visits = []
    for appointment, patient in kept:
        identity = text(appointment, "id") or ""
        encounter = encounters[identity]
        lines, billing = charges.get(encounter, ()), billed.get(encounter)
        primary = primary_on(coverages.get(patient, []), on)
        visits.append(
            DayVisit(
                identity,
                encounter,
                patient,
                participant_id(appointment, "Practitioner"),
                _start(appointment) or begin,
                visit_status(appointment),
                text(primary, "id"),
                payer_of(primary) if primary else None,
                ChargeState.BILLED if billing else ChargeState.CHARGED if lines else ChargeState.NONE,
                Money.total([line.amount for line in lines]),
                billing.route if billing else None,
                code_of(child(appointment, "appointmentType")) or "",
            )
        )
    return DayPage(tuple(visits), page.next)


def coverages_of(work: Work, records: Records, patient_ids: list[str]) -> dict[str, list[JsonObject]]:
    """The Coverage resources of patients, by patient: one query for every 500 coverages found."""
    found: dict[str, list[JsonObject]] = {}
    cursor: str | None = None
    while patient_ids:
        wanted = [Criterion("beneficiary", *(f"Patient/{one}" for one in patient_ids))]
        page = records.search(work, "Coverage", wanted, cursor=cursor, limit=500)
        for stored in page.found:
            coverage = stored.reveal(Purpose.MATCH)
            found.setdefault(beneficiary_of(coverage), []).append(coverage)
        cursor = page.next
        if cursor is None:
            break
    return found


def _patient(appointment: JsonObject, begin: datetime, end: datetime) -> str | None:
    """The patient of a visit that belongs on the list, else None."""
    start = _start(appointment)
    if start is None or not begin <= start < end or visit_status(appointment) is VisitStatus.DELETED:
        return None
    return participant_id(appointment, "Patient")


def _start(appointment: JsonObject) -> datetime | None:
    found = span(text(appointment, "start") or "")
    return found.start if found else None
