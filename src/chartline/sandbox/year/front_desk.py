"""The front desk of the year: enters patients when they first come, and sends the day's claims in one request.

It speaks to Chartline's own API over HTTP, like every other program. Refuses any answer that it did not provoke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chartline.kernel.sealed import Sealed
from chartline.sandbox.desk import DESK_REFUSED, Desk
from chartline.sandbox.world import World
from chartline.sandbox.year.numbers import Numbers, numbers_of
from chartline.sandbox.year.practice import Bill, Insured, Slip, mistyped

AT_ONCE = 500
"""Claims in one request."""
WRONG_BY = 100
"""Cents by which a hurried total is wrong."""
JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A claim that Chartline took: its id, and its number as payers see it."""

    id: str
    number: str


@dataclass
class Outbox:
    """What became of the bills: those that were taken by their number, as which claims."""

    sent: dict[int, Sent] = field(default_factory=dict[int, Sent])
    bills: dict[str, Bill] = field(default_factory=dict[str, Bill])
    """The bill of each claim id."""
    mended: set[str] = field(default_factory=set[str])
    """Numbers of the claims whose total the rules refused at first."""

    def keep(self, bill: Bill, claim: Sent) -> None:
        """Note that a bill was taken as a claim."""
        self.sent[bill.number] = claim
        self.bills[claim.id] = bill


class YearDesk(Desk):
    """A signed-in desk."""

    def __init__(self, base: str, token: Sealed[str], world: World, seconds: dict[int, Insured]) -> None:
        super().__init__(base, token)
        self._client.timeout = 120.0
        self._world, self._seconds = world, seconds
        self._patients: dict[int, str] = {}
        self.outbox = Outbox()

    def call(self, method: str, path: str, act: str, body: object = None, key: str = "") -> Any:  # noqa: ANN401 - JSON
        """One request; its answer. Raises ``sandbox.desk_refused``."""
        return self._call(method, path, act, body, key)

    @property
    def patients(self) -> dict[int, str]:
        """Our ids of the patients who have come, by their numbers."""
        return dict(self._patients)

    def second_member(self, patient: str) -> str:
        """The member id of a patient's second insurance, by our id of the patient. Raises KeyError."""
        numbers = {identity: number for number, identity in self._patients.items()}
        return self._seconds[numbers[patient]].member_id

    def send(self, bills: Sequence[Bill]) -> None:
        """Send claims; one whose total was typed wrong is held by the rules, and is put right at once."""
        self._enter(bills)
        for start in range(0, len(bills), AT_ONCE):
            self._batch(bills[start : start + AT_ONCE])

    def _batch(self, bills: Sequence[Bill]) -> None:
        body = {"claims": [self._claim(bill) for bill in bills]}
        key = f"sandbox/claims/{bills[0].number}"
        answers = self._call("POST", "/api/billing/claims/batch", "send claims", body, key)["data"]["claims"]
        for bill, answer in zip(bills, answers, strict=True):
            if not answer["id"]:
                raise DESK_REFUSED.error(act="send claim", code=answer["problem"]["code"])
            number = answer["claimNumber"].replace("CLM-", "C")
            self.outbox.keep(bill, Sent(answer["id"], number))
            errors = [one["rule"] for one in answer["findings"] if one["severity"] == "error"]
            if bill.slip is Slip.TOTAL and errors:
                self._put_right(bill, answer["id"])
            elif errors:
                raise DESK_REFUSED.error(act="send claim", code=" ".join(errors)[:80])

    def _put_right(self, bill: Bill, claim: str) -> None:
        body = {"totalCharge": bill.cents / 100, "reason": "total"}
        answer = self._call("PUT", f"/api/billing/claims/{claim}", "put total right", body)["data"]
        if answer["held"]:
            raise DESK_REFUSED.error(act="put total right", code=answer["status"])
        self.outbox.mended.add(self.outbox.sent[bill.number].number)

    def _enter(self, bills: Sequence[Bill]) -> None:
        for bill in bills:
            patient = bill.patient
            if patient.number in self._patients:
                continue
            self._patients[patient.number] = self.register(patient)
            second = self._seconds.get(patient.number)
            if second is not None:
                self._insure(second)

    def _insure(self, second: Insured) -> None:
        body = {
            "payer_id": second.payer.payer_id,
            "payer_name": second.payer.name,
            "member_id": second.member_id,
            "order": 2,
            "begin": "2026-01-01",
        }
        patient = self._patients[second.patient.number]
        key = f"sandbox/second/{second.patient.number}"
        self._call("POST", f"/api/patients/{patient}/coverages", "insure again", body, key)

    def _claim(self, bill: Bill) -> JSON:
        patient = bill.patient
        member = mistyped(patient.member_id) if bill.slip is Slip.MEMBER else patient.member_id
        wrong = WRONG_BY if bill.slip is Slip.TOTAL else 0
        return {
            "patientId": self._patients[patient.number],
            "payerId": patient.payer.payer_id,
            "claimType": "professional",
            "billingProviderNpi": self._world.npi,
            "renderingProviderNpi": patient.provider.npi,
            "placeOfService": bill.place,
            "subscriberMemberId": member,
            "serviceDateFrom": bill.served.isoformat(),
            "serviceDateTo": bill.served.isoformat(),
            "totalCharge": (bill.cents + wrong) / 100,
            "lines": [
                {
                    "serviceDate": bill.served.isoformat(),
                    "cptCode": one.procedure,
                    "icdCodes": list(bill.diagnoses),
                    "units": one.units,
                    "chargeAmount": one.cents / 100,
                    "modifiers": list(one.modifiers),
                }
                for one in bill.services
            ],
        }

    def dashboard(self, begin: date, end: date) -> Numbers:
        """The numbers of a span as the dashboard shows them."""
        path = f"/api/billing/dashboard/kpis?startDate={begin}&endDate={end}"
        return numbers_of(self._call("GET", path, "read the dashboard"))

    def run(self, job: str) -> None:
        """Make one of the jobs of billing due now."""
        self._call("POST", f"/api/billing/jobs/{job}/run", "run job", {})
