"""Whether a resource belongs to the patients of an export: to all of them, or to those of a list.

Decided by the body: quickly where the bytes say it already, else by the definition of the Patient compartment. A
Provenance belongs to whoever its targets belong to. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from chartline.formats.fhir import JsonObject, child, children, parse, text
from chartline.formats.fhir.definitions import compartment
from chartline.formats.fhir.search import extract

_PATIENT = re.compile(rb"Patient/([A-Za-z0-9\-.]{1,64})")
_REFERENCE = re.compile(r"Patient/([A-Za-z0-9\-.]{1,64})")
_OWN_ID = re.compile(rb'"id":"([A-Za-z0-9\-.]{1,64})"')
_TARGET = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/.*)?")
_PLAIN = ("patient", "subject", "beneficiary")
"""Parameters of the compartment that are an element of the same name."""


class Members:
    """The patients of an export; ``patients`` None means every patient."""

    def __init__(self, patients: Iterable[str] | None) -> None:
        self._patients = None if patients is None else frozenset(one.encode() for one in patients)

    def hold(self, rtype: str, body: bytes) -> bool:
        """Whether a resource is in the compartment of one of them."""
        if rtype == "Patient":
            own = _OWN_ID.search(body)
            if self._patients is None or (own is not None and own[1] in self._patients):
                return True
        named = _PATIENT.findall(body)
        if self._patients is not None:
            named = [one for one in named if one in self._patients]
        if not named:
            return False
        # What is contained may be about somebody else, so it is not for the quick way.
        if b'"contained"' not in body:
            about = _about(rtype).findall(body)
            if about and (self._patients is None or not self._patients.isdisjoint(about)):
                return True
        places = {f"Patient/{one.decode()}" for one in named}
        return not places.isdisjoint(extract(parse(body)).compartments)


@cache
def _about(rtype: str) -> re.Pattern[bytes]:
    """Finds the patients that the bytes of a resource surely are about."""
    codes = "|".join(code for code in _PLAIN if code in compartment("Patient").get(rtype, ())) or "(?!)"
    return re.compile(f'"(?:{codes})":{{"reference":"Patient/([A-Za-z0-9\\-.]{{1,64}})"'.encode())


def group_members(group: JsonObject, base: str = "") -> list[str]:
    """Ids of the patients here that are active members of a Group. Its characteristics are not evaluated."""
    found = (
        patient_id(text(child(one, "entity") or {}, "reference") or "", base)
        for one in children(group, "member")
        if one.get("inactive") is not True
    )
    return list(dict.fromkeys(one for one in found if one is not None))


def patient_id(reference: str, base: str = "") -> str | None:
    """The id in a reference to a patient of this server, whose address is ``base``; None for other references."""
    match = _REFERENCE.fullmatch(reference.removeprefix(f"{base}/") if base else reference)
    return None if match is None else match[1]


def targets(provenance: JsonObject) -> list[tuple[str, str]]:
    """What a Provenance is about, as far as it is on this server."""
    found = (_TARGET.fullmatch(text(one, "reference") or "") for one in children(provenance, "target"))
    return [(one[1], one[2]) for one in found if one is not None]
