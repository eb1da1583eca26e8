"""One function per Claim.MD service: typed in, typed out, no business words.

Parameter names are case-sensitive and differ between services: ``ERAID`` is a cursor, ``eraid`` one remittance
(trap 8). Refuses nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chartline.connectors.claimmd.desk_rows import ArchivedRow, EditRow, NoteRow, PayerRow
from chartline.connectors.claimmd.services import JSON, Answer, Services
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


@dataclass(frozen=True, slots=True, repr=False)
class Notes(Masked):
    """An answer of the feed of notes: the position it reached, empty when it did not say, and the rows."""

    last: str
    rows: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Edits(Masked):
    """An answer of the feed of edits."""

    last: str
    rows: tuple[EditRow, ...]


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

    def responses_on(self, claim: str) -> Read[tuple[ClaimRow, ...]]:
        """``response`` filtered by a claim, from the beginning. Its position is of no use to the feed (trap 13), so
        it is not even answered."""
        return _then(self._services.ask("response", {"ResponseID": "0", "ClaimID": claim}), _claims)

    def notes(self, after: str) -> Read[Notes]:
        """``notes``: what people wrote on claims in the portal after a position. Read only."""
        return _then(
            self._services.ask("notes", {"NoteID": after} if after else {}),
            lambda answer: Notes(
                answer.record.text("LastNoteID", "last_noteid"),
                tuple(NoteRow.of(row) for row in answer.record.rows("notes")),
            ),
        )

    def modify(self, after: str) -> Read[Edits]:
        """``modify``: what people changed on claims in the portal after a position. It reads, whatever its name."""
        return _then(
            self._services.ask("modify", {"ModID": after} if after else {}),
            lambda answer: Edits(
                answer.record.text("last_modid", "LastModID"),
                tuple(EditRow.of(row) for row in answer.record.rows("mod")),
            ),
        )

    def archive(self, claims: Sequence[str]) -> Outcome[tuple[ArchivedRow, ...]]:
        """``archive``: put claims away, each with an outcome of its own."""
        outcome = self._services.change("archive", {"claimid": tuple(claims)})
        if not isinstance(outcome, Receipt):
            return outcome
        rows = tuple(ArchivedRow.of(row) for row in outcome.value.record.rows("claim"))
        return Receipt(rows, outcome.exchange)

    def appeal(self, fields: Mapping[str, str]) -> Read[Answer]:
        """``appeal``: where a person writes the appeal of a claim."""
        return self._services.ask("appeal", fields)

    def enroll(self, fields: Mapping[str, str]) -> Read[Answer]:
        """``enroll``: where a person goes on with an enrolment."""
        return self._services.ask("enroll", fields)

    def payer_list(self) -> Read[tuple[PayerRow, ...]]:
        """``payerlist``: the whole directory at once. Always as JSON: ``1500_claims`` is no name in XML (sheet 6)."""
        return _then(
            self._services.ask("payerlist", {}, JSON),
            lambda answer: tuple(PayerRow.of(row) for row in answer.record.rows("payer")),
        )

    def era_list(self, filters: Mapping[str, str], page: int) -> Read[tuple[EraRow, ...]]:
        """``eralist``: remittances that pass the filters, downloaded ones too (``NewOnly`` 0, trap 14), 100 a page.

        ``ERAID`` is a position; dates are ``mm-dd-yyyy`` here (trap 21).
        """
        fields = {"NewOnly": "0", **filters} | ({"Page": str(page)} if page > 1 else {})
        return _then(
            self._services.ask("eralist", fields),
            lambda answer: tuple(EraRow.of(row) for row in answer.record.rows("era")),
        )

    def era_835(self, era: str) -> Read[Answer]:
        """``era835``: the raw 835 of one remittance under ``data``, in one piece or several."""
        return self._services.ask("era835", {"eraid": era})

    def era_data(self, era: str) -> Read[Answer]:
        """``eradata``: one remittance as fields; it loses what they have no place for (trap 18)."""
        return self._services.ask("eradata", {"eraid": era})

    def era_pdf(self, era: str, control_number: str) -> Read[Answer]:
        """``erapdf``: one remittance, or one claim of it, as a page to print."""
        return self._services.ask("erapdf", {"eraid": era} | ({"pcn": control_number} if control_number else {}))

    def elig(self, file_name: str, content: Sealed[bytes]) -> Read[Answer]:
        """``elig``: an eligibility question as a file with exactly one 270."""
        return self._services.inquire("elig", file_name, content)

    def elig_data(self, fields: Mapping[str, str]) -> Read[Answer]:
        """``eligdata``: an eligibility question by fields; dates are ``yyyymmdd`` here (trap 21)."""
        return self._services.ask("eligdata", fields)
