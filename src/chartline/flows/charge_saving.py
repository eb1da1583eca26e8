"""Saves the charges of one visit at the practice system, once, and never over charges that are not ours.

The connector reads the visit before it saves: the same charges are not sent again, others are refused. Those others
become a question on the desk with both lists, and the decision (keep theirs, replace, add) is carried out only while
just those charges stand there. A save without an answer is settled by reading the visit, never by saving again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from chartline.connect.capabilities import ReadsCharges, SubmitsCharges
from chartline.connect.facts import ChargeFact, PostedCharge
from chartline.connect.intents import Write, payload
from chartline.connect.refusals import CHARGES_STAND
from chartline.domains.practice.charge_questions import (
    ChargeChoice,
    ChargeQuestion,
    ask_about,
    read_question,
)
from chartline.flows.ground import Ground
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose

CHARGES_PROTECTED = ErrorKind(
    "billing.charges_protected",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A charge that is to be replaced is protected or billed already, so the practice system would not void it.",
    "Void it in the practice system, or decide to keep those charges or to add ours.",
    status=409,
)

ASKS: Final = frozenset({CHARGES_STAND.code, CHARGES_PROTECTED.code})
"""Problems that a decision about the charges settles."""
KEPT: Final = "kept"
"""The reference of a visit that is billed with the charges that stood there."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What is to be saved, with the vendor's numbers of visit and patient."""

    connection: str
    encounter_id: str
    appointment_id: str
    visit: str
    patient: str
    service_date: date
    charges: tuple[ChargeFact, ...]


class ChargeSaving:
    """Saves through one connector."""

    def __init__(self, ground: Ground, organisation: str, connector: SubmitsCharges) -> None:
        self._ground, self._organisation, self._connector = ground, organisation, connector

    def save(self, saving: Saving) -> Outcome[str]:
        """Save, or carry out what was decided. ``connect.charges_stand`` when a person has to decide first."""
        with self._ground.database.read(self._organisation) as work:
            question = read_question(work, self._ground.vault, saving.encounter_id)
        if question is not None and question.choice is not None and isinstance(self._connector, ReadsCharges):
            return self._decided(saving, question, question.choice, self._connector)
        refused: list[Refused] = []

        def look() -> Looked[str]:
            found = self._connector.find_charges(saving.visit, saving.patient, saving.service_date, saving.charges)
            if isinstance(found, Refused):
                refused.append(found)
            return found

        outcome = self._once(
            "save_charges",
            saving.encounter_id,
            saving,
            lambda: self._connector.save_charges(saving.visit, saving.patient, saving.charges, saving.service_date),
            look,
        )
        stands = isinstance(outcome, Refused) and outcome.problem.code == CHARGES_STAND.code
        # Sent without an answer, and now other charges stand there: only a person can tell how that came about.
        overtaken = isinstance(outcome, Unknown) and any(one.problem.again is Again.AFTER_FIX for one in refused)
        return self._ask(saving, outcome) if stands or overtaken else outcome

    def _once(
        self,
        operation: str,
        key: str,
        saving: Saving,
        send: Callable[[], Outcome[str]],
        look: Callable[[], Looked[str]],
    ) -> Outcome[str]:
        content = payload(saving.visit, saving.patient, saving.charges)
        return self._ground.intents.once(
            self._organisation, Write(saving.connection, operation, key, content), send, look
        )

    def _standing(self, saving: Saving, connector: ReadsCharges) -> Receipt[tuple[PostedCharge, ...]] | Later | Refused:
        found = connector.charges_on(saving.visit, saving.patient, saving.service_date)
        if not isinstance(found, Receipt):
            return found
        return Receipt(tuple(one for one in found.value if not one.void), found.exchange)

    def _ask(self, saving: Saving, outcome: Outcome[str]) -> Outcome[str]:
        """Keep what stands there beside the question. Without a way to read it, the refusal alone must do."""
        if not isinstance(self._connector, ReadsCharges):
            return outcome
        found = self._standing(saving, self._connector)
        if not isinstance(found, Receipt):
            return found
        return self._asked(saving, found)

    def _asked(self, saving: Saving, found: Receipt[tuple[PostedCharge, ...]]) -> Refused:
        vault = self._ground.vault
        with self._ground.database.work(self._organisation) as work:
            ask_about(work, vault, saving.encounter_id, saving.appointment_id, saving.connection, found.value)
        return Refused(
            CHARGES_STAND.problem(
                evidence=found.exchange,
                appointment=saving.appointment_id,
                ours=str(len(saving.charges)),
                theirs=str(len(found.value)),
            )
        )

    def _decided(
        self, saving: Saving, question: ChargeQuestion, choice: ChargeChoice, connector: ReadsCharges
    ) -> Outcome[str]:
        key = f"{saving.encounter_id}/{question.digest.hex()[:24]}"
        operation = {ChargeChoice.REPLACE: "replace_charges", ChargeChoice.ADD: "add_charges"}.get(choice)
        begun = operation is not None and self._ground.intents.known(
            self._organisation, Write(saving.connection, operation, key, b"")
        )
        if not begun:
            # Before the first attempt: what stands there now has to be what the person saw.
            found = self._standing(saving, connector)
            if not isinstance(found, Receipt):
                return found
            with self._ground.database.read(self._organisation) as work:
                as_seen = question.about(work, self._ground.vault, found.value)
            if not as_seen:
                return self._asked(saving, found)
            if choice is ChargeChoice.KEEP:
                return Receipt(KEPT, found.exchange)
            if choice is ChargeChoice.REPLACE and any(one.protected or one.billed for one in found.value):
                return Refused(CHARGES_PROTECTED.problem(appointment=saving.appointment_id))
        if choice is ChargeChoice.ADD:
            return self._add(saving, question, key, connector)
        return self._once(
            "replace_charges",
            key,
            saving,
            lambda: self._connector.save_charges(
                saving.visit, saving.patient, saving.charges, saving.service_date, replace=True
            ),
            lambda: self._replaced(saving, question, connector),
        )

    def _replaced(self, saving: Saving, question: ChargeQuestion, connector: ReadsCharges) -> Looked[str]:
        """Still the charges that were to be replaced: it did not happen. Otherwise ours have to be there."""
        found = self._standing(saving, connector)
        if not isinstance(found, Receipt):
            return found
        with self._ground.database.read(self._organisation) as work:
            if question.about(work, self._ground.vault, found.value):
                return Absent(found.exchange)
        return self._connector.find_charges(saving.visit, saving.patient, saving.service_date, saving.charges)

    def _add(self, saving: Saving, question: ChargeQuestion, key: str, connector: ReadsCharges) -> Outcome[str]:
        def look() -> Looked[str]:
            """More than what stood there before means that ours were added."""
            found = self._standing(saving, connector)
            if not isinstance(found, Receipt):
                return found
            before = {one.vendor_id for one in question.theirs.reveal(Purpose.MATCH)}
            fresh = [one for one in found.value if one.vendor_id not in before]
            if len(fresh) >= len(saving.charges):
                return Receipt(saving.visit, found.exchange)
            return Unknown(found.exchange) if fresh else Absent(found.exchange)

        return self._once(
            "add_charges",
            key,
            saving,
            lambda: connector.add_charges(saving.visit, saving.patient, saving.service_date, saving.charges),
            look,
        )
