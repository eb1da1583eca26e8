"""Rows of a patient's account: charges, one charge in full, payments, claims (vendor sheet 9.3, 9.7, 9.8).

Tolerant like ``wire``: what is missing is empty text. Names inside payments and claims are our placeholder (grade O),
so several spellings are looked for. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import LookupRow, bare_id, truth
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class ChargeRow(Masked):
    """A charge in a patient's transaction history."""

    id: str
    visit: str
    procedure: str
    void: bool
    protected: bool = False
    fee: str = ""
    paid: str = ""
    patient_balance: str = ""
    insurance_balance: str = ""

    @classmethod
    def of(cls, node: Node) -> ChargeRow:
        """From a ``charge`` element; true is ``1``, ``-1`` or ``yes`` (trap 9)."""
        return cls(
            id=bare_id(node.get("id")),
            visit=bare_id(node.get("visit")),
            procedure=node.get("proccode"),
            void=truth(node.get("void")),
            protected=truth(node.get("protected")),
            fee=node.get("fee"),
            paid=node.get("paid"),
            patient_balance=node.get("patbal"),
            insurance_balance=node.get("insbal"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class ChargeDetail(Masked):
    """One charge in full. Codes are resolved from the internal ids that the row bears (trap 18).

    ``unresolved`` are ids that no map of the answer explains; they are no codes.
    """

    id: str
    procedure: str
    diagnoses: tuple[str, ...]
    modifiers: tuple[str, ...]
    units: str
    fee: str
    paid: str
    void: bool
    protected: bool
    billed: bool
    unresolved: tuple[str, ...]

    @classmethod
    def of(cls, results: Node) -> ChargeDetail:
        """From ``Results``: the one ``charge`` below, and the maps beside it."""
        row = next((node for node in results.below("charge") if node.get("id")), Node("charge"))
        unresolved: list[str] = []

        def codes(attribute: str, noun: str, prefix: str) -> tuple[str, ...]:
            known = _code_map(results, noun)
            found: list[str] = []
            for sent in row.get(attribute).replace(",", " ").split():
                internal = sent.lower().startswith(prefix) or bare_id(sent) in known
                code = known.get(bare_id(sent), "") if internal else sent
                if code:
                    found.append(code)
                else:
                    unresolved.append(sent)
            return tuple(found)

        procedures = codes("proccode", "proccode", "pcode")
        return cls(
            id=bare_id(row.get("id")),
            procedure=procedures[0] if procedures else "",
            diagnoses=codes("diagcodes", "diagcode", "dcode"),
            modifiers=codes("modcodes", "modcode", "mcode"),
            units=row.get("units"),
            fee=row.get("fee"),
            paid=row.get("paid"),
            void=truth(row.get("void")),
            protected=truth(row.get("protected")),
            billed=truth(row.get("insbilled")),
            unresolved=tuple(unresolved),
        )


def _code_map(results: Node, noun: str) -> Mapping[str, str]:
    """Bare internal id to code, from a list of ``Results`` or anywhere below it."""
    rows = (LookupRow.of(node) for place in results.below(f"{noun}list") for node in place.every(noun))
    return {row.id: row.code for row in rows if row.id and row.code}


@dataclass(frozen=True, slots=True, repr=False)
class PaymentRow(Masked):
    """A payment of a patient. ``source`` is ``1`` for the patient's own money (sheet 6.2)."""

    id: str
    patient: str
    source: str
    carrier: str
    amount: str
    day: str
    check_number: str
    applied: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, node: Node) -> PaymentRow:
        """From a ``payment`` element."""
        charges = (row for place in node.below("chargelist") for row in place.every("charge"))
        return cls(
            id=bare_id(node.get("id")),
            patient=bare_id(node.get("patientid") or node.get("patient")),
            source=node.get("paysource") or node.get("source"),
            carrier=bare_id(node.get("carrierid") or node.get("carrier")),
            amount=node.get("amount"),
            day=node.get("depositdate") or node.get("date"),
            check_number=node.get("checknumber"),
            applied=tuple((bare_id(row.get("id")), row.get("amount")) for row in charges),
        )


@dataclass(frozen=True, slots=True, repr=False)
class ClaimRow(Masked):
    """What the office says of a claim it made from a visit."""

    id: str
    visit: str
    carrier: str
    status: str
    day: str
    message: str

    @classmethod
    def of(cls, node: Node) -> ClaimRow:
        """From a ``claim`` element."""
        return cls(
            id=bare_id(node.get("id")),
            visit=bare_id(node.get("visit")),
            carrier=bare_id(node.get("carrier")),
            status=node.get("status"),
            day=node.get("statusdate"),
            message=node.get("message"),
        )
