"""The biller of the year: clears what was rejected, works what was denied, takes patients' money. By HTTP only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chartline.sandbox.year.front_desk import YearDesk
from chartline.sandbox.year.practice import Slip

PAGE = 200


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
        self.notebook = Notebook()

    def work(self, day: date) -> None:
        """Everything that waits on the desk today."""
        for claim in self._listed("rejected"):
            self._correct(claim)

    def _listed(self, word: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            after = f"&cursor={cursor}" if cursor else ""
            page = self._desk.call("GET", f"/api/claims/?word={word}&limit={PAGE}{after}", f"{word} claims")
            found += page["claims"]
            cursor = page["next"] or ""
            if not cursor:
                return found

    def _correct(self, claim: dict[str, Any]) -> None:
        """A mistyped member id is typed again; one that the payer does not know gets the suffix of the new card."""
        bill = self._desk.outbox.bills[claim["id"]]
        member = bill.patient.member_id
        known = bill.slip is Slip.MEMBER and claim["version"] == 1
        self._desk.correct(claim["id"], member if known else member + "01")
        self.notebook.acts["corrected"] += 1
