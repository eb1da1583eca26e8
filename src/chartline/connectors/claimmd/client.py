"""One function per Claim.MD service: typed in, typed out, no business words.

Parameter names are case-sensitive and differ between services: ``ERAID`` is a cursor, ``eraid`` one remittance
(trap 8). Refuses nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chartline.connectors.claimmd.services import Answer, Services
from chartline.connectors.claimmd.wire import ClaimRow, EraRow, UploadRow
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused
from chartline.kernel.sealed import Masked, Sealed

R = TypeVar("R")
S = TypeVar("S")
Read = Receipt[R] | Later | Refused


@dataclass(frozen=True, slots=True, repr=False)
class Responses(Masked):
    """An answer of the status feed: the position it reached, empty when it did not say, and the rows."""

    last: str
    rows: tuple[ClaimRow, ...]


def _then(outcome: Read[R], function: Callable[[R], S]) -> Read[S]:
    """The same word with its content turned into something else."""
    return Receipt(function(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome


def _claims(answer: Answer) -> tuple[ClaimRow, ...]:
    return tuple(ClaimRow.of(row) for row in answer.record.rows("claim"))


class Client:
    """The services this connector uses."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def upload(self, file_name: str, content: Sealed[bytes]) -> Outcome[tuple[ClaimRow, ...]]:
        """``upload``: a claim file, 837 or JSON; the vendor tells which from name and content."""
        outcome = self._services.upload(file_name, content)
        return Receipt(_claims(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome

    def upload_list(self, day: date, page: int) -> Read[tuple[UploadRow, ...]]:
        """``uploadlist``: uploads of a day (``yyyy-mm-dd`` here); pages count from 1, the first needs no number."""
        fields = {"UploadDate": day.isoformat()} | ({"Page": str(page)} if page > 1 else {})
        return _then(
            self._services.ask("uploadlist", fields),
            lambda answer: tuple(UploadRow.of(row) for row in answer.record.rows("file")),
        )

    def response(self, response_id: str) -> Read[Responses]:
        """``response``: reports on claims after a position, ``0`` for the beginning."""
        return _then(
            self._services.ask("response", {"ResponseID": response_id}),
            lambda answer: Responses(answer.record.text("last_responseid"), _claims(answer)),
        )

    def era_list(self, after: str, page: int) -> Read[tuple[EraRow, ...]]:
        """``eralist``: remittances after a position, downloaded ones too (``NewOnly`` 0, trap 14), 100 a page."""
        fields = {"NewOnly": "0"} | ({"ERAID": after} if after else {}) | ({"Page": str(page)} if page > 1 else {})
        return _then(
            self._services.ask("eralist", fields),
            lambda answer: tuple(EraRow.of(row) for row in answer.record.rows("era")),
        )

    def era_835(self, era: str) -> Read[Answer]:
        """``era835``: the raw 835 of one remittance under ``data``, in one piece or several."""
        return self._services.ask("era835", {"eraid": era})

    def elig_data(self, fields: Mapping[str, str]) -> Read[Answer]:
        """``eligdata``: an eligibility question by fields; dates are ``yyyymmdd`` here (trap 21)."""
        return self._services.ask("eligdata", fields)
