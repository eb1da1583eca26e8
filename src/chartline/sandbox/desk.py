"""The people of the invented practice at their desk: they speak to Chartline's own API over HTTP, like everybody.

Acts carry idempotency keys, so that a day that is begun again does nothing twice. Refuses any answer that is not a
success, naming the act and the problem's code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import httpx2

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed
from chartline.sandbox.world import Patient, Visit

DESK_REFUSED = ErrorKind(
    "sandbox.desk_refused",
    Blame.US,
    Again.NEVER,
    "An act of the sandbox's desk was not accepted.",
    "See the act and the code in the fields; the web log in the data folder has the rest.",
    status=500,
)


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment as the desk sees it; ``over`` when the patient was charged or did not come."""

    id: str
    over: bool


class Desk:
    """A signed-in desk. ``base`` is the address of the web server, ``token`` a bearer token."""

    def __init__(self, base: str, token: Sealed[str]) -> None:
        headers = {"authorization": f"Bearer {token.reveal(Purpose.AUTHENTICATE)}"}
        self._client = httpx2.Client(base_url=base, headers=headers, timeout=20.0, trust_env=False)

    def _call(self, method: str, path: str, act: str, body: object = None, key: str = "") -> Any:  # noqa: ANN401 - JSON
        headers = {"idempotency-key": key} if key else {}
        answer = self._client.request(method, path, json=body, headers=headers)
        if answer.status_code >= 300:
            problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            fields = {name: str(value) for name, value in problem.get("fields", {}).items()}
            code = str(problem.get("code", answer.status_code))
            raise DESK_REFUSED.error(**{**fields, "act": act, "code": code})
        return answer.json()

    def find(self, patient: Patient) -> str:
        """Our id of a patient, by family name. Raises ``sandbox.desk_refused`` when there is not exactly one."""
        found = self._call("POST", "/api/patients/search", "find patient", {"name": patient.family})["patients"]
        if len(found) != 1:
            raise DESK_REFUSED.error(act="find patient", code=f"{len(found)} found")
        return found[0]["id"]

    def register(self, patient: Patient) -> str:
        """Enter a new patient with their insurance."""
        coverage = {
            "payer_id": patient.payer.payer_id,
            "payer_name": patient.payer.name,
            "member_id": patient.member_id,
            "group_number": patient.group_number,
            "begin": "2026-01-01",
            "copay": {"minor": patient.copay.minor, "currency": patient.copay.currency},
        }
        body = {**_person(patient), "coverage": coverage}
        return self._call("POST", "/api/patients/", "register", body, f"sandbox/register/{patient.number}")["id"]

    def move(self, patient: Patient, identity: str) -> None:
        """Change the street of a patient who has moved."""
        person = {**_person(patient), "street": patient.moved_to}
        self._call("PUT", f"/api/patients/{identity}", "move", person)

    def book(self, visit: Visit, patient_id: str, provider_id: str) -> str:
        """Book a visit."""
        body = {
            "patient_id": patient_id,
            "provider_id": provider_id,
            "start": visit.start.isoformat(),
            "minutes": visit.minutes,
        }
        return self._call("POST", "/api/appointments/", "book", body, f"sandbox/book/{visit.number}")["id"]

    def visits(self, day: date) -> dict[tuple[str, datetime], Booked]:
        """The appointments of a day by patient and start."""
        found: dict[tuple[str, datetime], Booked] = {}
        cursor = ""
        while True:
            after = f"&cursor={cursor}" if cursor else ""
            page = self._call("GET", f"/api/appointments/?day={day.isoformat()}&limit=100{after}", "day list")
            for one in page["visits"]:
                found[one["patient_id"], datetime.fromisoformat(one["start"])] = Booked(
                    one["id"], one["charges"] != "none" or one["status"] == "no_show"
                )
            cursor = page["next"]
            if not cursor:
                return found

    def say(self, appointment: str, status: str) -> None:
        """Say where a visit stands."""
        self._call("POST", f"/api/appointments/{appointment}/status", status, {"status": status})

    def charge(self, appointment: str, visit: Visit) -> None:
        """Say what was done in a visit."""
        lines = [
            {
                "procedure": procedure,
                "diagnoses": list(visit.diagnoses),
                "modifiers": ["95"] if visit.telehealth else [],
                "place_of_service": "10" if visit.telehealth else "11",
            }
            for procedure in visit.procedures
        ]
        self._call("POST", f"/api/appointments/{appointment}/charges", "charge", {"lines": lines})

    def rejected(self) -> list[str]:
        """Ids of the claims that were rejected."""
        return [one["id"] for one in self._call("GET", "/api/claims/?word=rejected", "rejected claims")["claims"]]

    def correct(self, claim: str, member_id: str) -> None:
        """Correct the member id of a claim."""
        self._call("POST", f"/api/claims/{claim}/correct", "correct claim", {"member_id": member_id})

    def close(self) -> None:
        """Leave the desk."""
        self._client.close()


def _person(patient: Patient) -> dict[str, str]:
    return {
        "family": patient.family,
        "given": patient.given,
        "middle": patient.middle,
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex,
        "phone": patient.phone,
        "email": patient.email,
        "street": patient.street,
        "city": patient.city,
        "state": patient.state,
        "postal_code": patient.postal_code,
    }
