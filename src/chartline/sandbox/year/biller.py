"""The biller of the year: clears what was turned away, works what was denied, takes patients' money.

Everything goes over HTTP, by the reasons that Chartline shows. Keeps a notebook of its own, so that the payers' books
can be completed with what payers do not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from chartline.sandbox.year.front_desk import YearDesk
from chartline.sandbox.year.practice import Slip

PAGE = 200
PAYS_EVERY = 120
"""Working days after which a patient pays what has come together."""
WORKED_EVERY = 5
"""Working days after which the biller goes through the denials."""
NEEDS_AUTHORIZATION, PAID_ELSEWHERE, TOO_LATE = "CO-197", "CO-22", "CO-29"
JSON = dict[str, Any]


@dataclass
class Notebook:
    """What the biller did, in their own count: acts by name, and the cents given up and taken from patients."""

    acts: Counter[str] = field(default_factory=Counter[str])
    written_off: int = 0
    from_patients: int = 0


class Biller:
    """One biller at the desk."""

    def __init__(self, desk: YearDesk) -> None:
        self._desk = desk
        self._day = 0
        self._worked: set[str] = set()
        self.notebook = Notebook()

    def work(self, day: date, *, last: bool = False) -> None:
        """Everything that waits on the desk today; on the ``last`` days every denial, however young."""
        self._day += 1
        for claim in self._listed("/api/billing/claims/?status=rejected", "rejected claims"):
            self._correct(claim)
        if last or self._day % WORKED_EVERY == 0:
            for denial in self._listed("/api/billing/denials/?state=open", "denials"):
                self._work_denial(denial)
        for number, patient in self._desk.patients.items():
            if number % PAYS_EVERY == self._day % PAYS_EVERY:
                self._take_money(patient, day)

    def _listed(self, path: str, what: str) -> Iterator[JSON]:
        """Every row of a list; the list is read to its end first, for working on it changes it."""
        found: list[JSON] = []
        cursor = ""
        while True:
            after = f"&cursor={cursor}" if cursor else ""
            page = self._desk.call("GET", f"{path}&limit={PAGE}{after}", what)
            found += page["data"]
            cursor = page["next"] or ""
            if not cursor:
                return iter(found)

    def _correct(self, claim: JSON) -> None:
        """A mistyped member id is typed again; one that the payer does not know gets the suffix of the new card."""
        bill = self._desk.outbox.bills.get(claim["id"])
        member = bill.patient.member_id if bill else self._desk.second_member(claim["patientId"])
        mistyped = bill is not None and bill.slip is Slip.MEMBER and claim["version"] == 1
        self._change(claim["id"], "corrected", {"subscriberMemberId": member if mistyped else member + "01"})

    def _work_denial(self, denial: JSON) -> None:
        """Once each: a corrected claim stays a denial until its payer has decided it again."""
        if denial["id"] in self._worked:
            return
        self._worked.add(denial["id"])
        reasons = {one["code"] for one in denial["reasons"]}
        if NEEDS_AUTHORIZATION in reasons:
            authorization = f"AUTH{denial['claimNumber'].removeprefix('CLM-')}"
            self._change(denial["claimId"], "authorized", {"priorAuthorizationNumber": authorization})
        elif PAID_ELSEWHERE in reasons:
            self._change(denial["claimId"], "coordinated", {"claimNote": "NO OTHER INSURANCE IS PRIMARY"})
        else:
            kind = "timely_filing" if TOO_LATE in reasons else "administrative"
            body = {"reason": "No use in asking again", "kind": kind}
            self._desk.call("POST", f"/api/billing/denials/{denial['id']}/write-off", "write off", body)
            self.notebook.acts["written off"] += 1
            self.notebook.written_off += _cents(denial["amount"])

    def _change(self, claim: str, act: str, body: JSON) -> None:
        self._desk.call("PUT", f"/api/billing/claims/{claim}", act, {**body, "reason": act})
        self.notebook.acts[act] += 1

    def _take_money(self, patient: str, day: date) -> None:
        """A patient pays all that is theirs to pay."""
        owed = self._desk.call("GET", f"/api/billing/ledger/patients/{patient}/balance", "patient's balance")
        due = _cents(owed["data"]["patient"])
        if due <= 0:
            return
        body = {"patientId": patient, "amount": due / 100, "method": "card", "reference": f"SLIP{self._day}"}
        key = f"sandbox/payment/{patient}/{day}"
        self._desk.call("POST", "/api/billing/payments/", "take payment", body, key)
        self.notebook.acts["payments"] += 1
        self.notebook.from_patients += due


def _cents(amount: float) -> int:
    return int(Decimal(str(amount)).scaleb(2))
