"""A record of either side as a flat map of plain texts, in which equal values are equal texts.

Written from the vendor sheet and from FHIR R4, and on purpose not with the maps that synchronisation uses: two readings
of one fact, so that a wrong belief shows. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chartline.sandbox.world import ZONE

Row = dict[str, Any]
Fields = dict[str, str]

_VENDOR_STATUS = {
    "0": "booked",
    "1": "arrived",
    "3": "seen",
    "5": "moved",
    "10": "cancelled",
    "11": "deleted",
    "12": "no_show",
}
"""Vendor sheet 6.2."""
_FHIR_STATUS = {
    "booked": "booked",
    "arrived": "arrived",
    "checked-in": "arrived",
    "fulfilled": "seen",
    "cancelled": "cancelled",
    "noshow": "no_show",
    "entered-in-error": "deleted",
}
_SEXES = {"male": "M", "female": "F"}


def their_patient(row: Row) -> Fields:
    """A patient of the vendor (sheet 9.1): one name field, address2 is the street."""
    flat = _flat(row)
    family, _, rest = flat.get("name", "").partition(",")
    words = rest.split()
    middle = words.pop() if len(words) > 1 and len(words[-1]) == 1 else ""
    return _person(
        family=family,
        given=" ".join(words),
        middle=middle,
        birth_date=_day(flat.get("dob", "")),
        sex=flat.get("sex", ""),
        phone=flat.get("homephone", ""),
        email=flat.get("email", ""),
        street=flat.get("address2", ""),
        unit=flat.get("address1", ""),
        city=flat.get("city", ""),
        state=flat.get("state", ""),
        postal_code=flat.get("zip", ""),
    )


def our_patient(resource: Row) -> Fields:
    """A FHIR Patient: the official name, the telephone and address that are not old."""
    name = _best(resource.get("name"), "official")
    home = _best(resource.get("address"), "home")
    given = [*name.get("given", []), ""]
    lines = [*home.get("line", []), "", ""]
    points = {one.get("system"): one.get("value", "") for one in reversed(_current(resource.get("telecom")))}
    return _person(
        family=name.get("family", ""),
        given=given[0],
        middle=" ".join(given[1:]).strip(),
        birth_date=resource.get("birthDate", ""),
        sex=_SEXES.get(resource.get("gender", ""), "U"),
        phone=points.get("phone", ""),
        email=points.get("email", ""),
        street=lines[0],
        unit=lines[1],
        city=home.get("city", ""),
        state=home.get("state", ""),
        postal_code=home.get("postalCode", ""),
    )


def their_plan(row: Row) -> Fields:
    """An insurance plan of the vendor (sheet 9.4)."""
    flat = _flat(row)
    return _plan(
        payer=flat.get("payerid", ""),
        member=flat.get("subscribernum", ""),
        group=flat.get("grpnum", ""),
        order=flat.get("coverage", ""),
        begin=_day(flat.get("begindate", "")),
        end=_day(flat.get("enddate", "")),
        copay=flat.get("copay", ""),
    )


def our_plan(resource: Row) -> Fields:
    """A FHIR Coverage."""
    payer = next(iter(resource.get("payor", [])), {}).get("identifier", {})
    group = next((one.get("value", "") for one in resource.get("class", []) if _code(one) == "group"), "")
    costs = (one.get("valueMoney", {}) for one in resource.get("costToBeneficiary", []) if _code(one) == "copay")
    period = resource.get("period", {})
    return _plan(
        payer=payer.get("value", ""),
        member=resource.get("subscriberId", ""),
        group=group,
        order=str(resource.get("order", 1)),
        begin=period.get("start", "")[:10],
        end=period.get("end", "")[:10],
        copay=str(next(costs, {}).get("value", "")),
    )


def their_visit(row: Row) -> Fields:
    """A visit of the vendor: the office's wall clock (sheet 6), a status number, the profile's number."""
    start = datetime.fromisoformat(row["VisitStartDateTime"]).replace(tzinfo=ZoneInfo(ZONE))
    return {
        "start": start.astimezone(UTC).isoformat(),
        "minutes": row["Duration"],
        "status": _VENDOR_STATUS.get(row["ApptStatus"], "other"),
        "provider": row["ProfileUID"],
        "patient": row["PatientID"],
    }


def our_visit(resource: Row, providers: Mapping[str, str], patients: Mapping[str, str]) -> Fields:
    """A FHIR Appointment; clinician and patient as the vendor numbers them."""
    actors = [one.get("actor", {}).get("reference", "") for one in resource.get("participant", [])]
    who = {kind: identity for kind, _, identity in (actor.partition("/") for actor in actors) if identity}
    start = datetime.fromisoformat(resource["start"].replace("Z", "+00:00"))
    return {
        "start": start.astimezone(UTC).isoformat(),
        "minutes": str(resource.get("minutesDuration", "")),
        "status": _FHIR_STATUS.get(resource.get("status", ""), "other"),
        "provider": providers.get(who.get("Practitioner", ""), ""),
        "patient": patients.get(who.get("Patient", ""), ""),
    }


def value(field: str, text: str) -> str:
    """One value as both sides' maps would hold it."""
    if field == "phone":
        return re.sub(r"\D", "", text)[-10:]
    if field in ("postal_code", "member", "group"):
        return re.sub(r"[^0-9A-Z]", "", text.upper())
    if field == "copay":
        return f"{float(text):.2f}" if text else "0.00"
    if field == "middle":
        return text[:1].upper()
    return " ".join(text.split()).casefold()


def _person(**texts: str) -> Fields:
    return {name: value(name, text) for name, text in texts.items()}


def _plan(**texts: str) -> Fields:
    return {name: value(name, text) for name, text in texts.items()}


def _flat(row: Row) -> Fields:
    """The row with the parts of its nested objects beside its own."""
    flat = {name: str(part) for name, part in row.items() if not isinstance(part, dict | list) and part is not None}
    for part in row.values():
        if isinstance(part, dict):
            flat |= {name: str(inner) for name, inner in part.items() if not isinstance(inner, dict | list)}
    return flat


def _day(text: str) -> str:
    """ISO from ISO or from M/D/YYYY (sheet 6)."""
    if "/" in text:
        month, day, year = (int(part) for part in text.split("/"))
        return date(year, month, day).isoformat()
    return text[:10]


def bare(text: str) -> str:
    """A number without its prefix (sheet 6.1)."""
    return re.sub(r"^[a-z_]+", "", text)


def _code(part: Row) -> str:
    return next((one.get("code", "") for one in part.get("type", {}).get("coding", [])), "")


def _current(items: Iterable[Row] | None) -> list[Row]:
    return [one for one in items or [] if one.get("use") != "old"]


def _best(items: Iterable[Row] | None, use: str) -> Row:
    current = _current(items)
    return next((one for one in current if one.get("use") == use), current[0] if current else {})
