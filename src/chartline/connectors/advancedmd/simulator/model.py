"""What the vendor keeps about an office: accounts, people, plans, visits, charges and code lists.

Every struct is one item of a shelf. Numbers are bare here; prefixes belong to the wire (vendor sheet 6.1).
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked


class Office(Masked, msgspec.Struct, kw_only=True):
    """One customer of the vendor and its one API user."""

    key: str
    username: str
    password: str
    appname: str
    cluster: str
    host: str = ""
    """Put into ``webserver`` instead of the host the caller used."""
    expired: bool = False
    locked: bool = False
    failures: int = 0
    login_at: datetime | None = None
    redirected: bool = False
    """A first login post was answered and its second one is still to come."""


class Session(Masked, msgspec.Struct, kw_only=True):
    """A token and what it is bound to (vendor sheet 1.3, 3.1)."""

    office: str
    appname: str
    cluster: str
    expires: datetime
    opened: datetime | None = None


class Party(Masked, msgspec.Struct, kw_only=True):
    """A responsible party: who pays, and who an insurance plan names as subscriber."""

    id: int
    office: str
    name: str
    accttype: str = ""


class Patient(Masked, msgspec.Struct, kw_only=True):
    """A person. The three maps hold the wire's own field names."""

    id: int
    office: str
    name: str
    dob: date
    party: int
    fields: dict[str, str]
    """sex, ssn (digits), chart, profile, finclass and the like."""
    address: dict[str, str]
    contact: dict[str, str]
    created: datetime
    changed: datetime
    deleted: bool = False


class Plan(Masked, msgspec.Struct, kw_only=True):
    """An insurance plan of a patient; ``fields`` holds the wire's attributes other than ids."""

    id: int
    office: str
    patient: int
    carrier: int
    subscriber: int
    fields: dict[str, str]
    created: datetime
    changed: datetime

    def active(self) -> bool:
        """A plan without an end date is active (vendor sheet 9.1)."""
        return not self.fields.get("enddate")


class Visit(Masked, msgspec.Struct, kw_only=True):
    """A visit, which is also an appointment when it has a minute (after midnight, office wall clock)."""

    id: int
    office: str
    patient: int
    profile: int
    day: date
    minute: int | None = None
    duration: int = 0
    column: int = 0
    facility: int = 0
    kind: int = 0
    status: str = "0"
    note: str = ""
    created: datetime
    changed: datetime
    created_by: str = "FRONTDESK"
    changed_by: str = "FRONTDESK"

    def standing(self) -> bool:
        """Whether it takes up its slot: neither moved, cancelled, deleted nor missed (vendor sheet 6.2)."""
        return self.status not in ("5", "10", "11", "12")


class Charge(Masked, msgspec.Struct, kw_only=True):
    """One charge line; codes are ids of code list items.

    The fee is split between patient and insurance when the charge is posted; what is still owed is worked out in
    ``ledger.py`` and kept nowhere.
    """

    id: int
    office: str
    visit: int
    patient: int
    procedure: int
    diagnoses: list[int]
    modifiers: list[int]
    units: int
    fee: Money
    begin: date
    approval: bool = False
    """Held until someone approves it (vendor sheet 9.3); a held charge is not billed."""
    patient_portion: Money = Money(0)
    bills_insurance: bool = True
    billed: bool = False
    """The insurance has been billed (``insbilled``)."""
    protected: bool = False
    created: datetime
    voided: datetime | None = None


class Application(msgspec.Struct, kw_only=True):
    """The part of a payment that was put on a charge, and what was written off beside it."""

    charge: int
    amount: Money
    writeoff: Money = Money(0)


class Payment(Masked, msgspec.Struct, kw_only=True):
    """Money taken, from the patient or from an insurance; what is not applied stays the patient's credit."""

    id: int
    office: str
    patient: int
    source: str
    """``1`` from the patient, ``2`` from an insurance (vendor sheet 6.2; 2 is a placeholder)."""
    amount: Money
    applications: list[Application] = []
    carrier: int = 0
    profile: int = 0
    code: str = ""
    method: str = ""
    check: str = ""
    batch: str = ""
    note: str = ""
    deposited: date
    created: datetime

    def applied(self) -> Money:
        """What stands on charges, without write-offs."""
        return Money.total([each.amount for each in self.applications])


class Card(Masked, msgspec.Struct, kw_only=True):
    """A card on file of a responsible party: never a number, only its last four digits."""

    id: int
    office: str
    party: int
    brand: str
    last_four: str
    expires: str


class Hold(Masked, msgspec.Struct, kw_only=True):
    """Blocked time of a column: from a moment to a moment, or a window of every day when it recurs."""

    id: int
    office: str
    column: int
    begin_day: date
    begin_minute: int
    end_day: date
    end_minute: int
    recurring: bool = False
    note: str = ""


class NoteField(Masked, msgspec.Struct, kw_only=True):
    """A field of a note's page under its number, which each practice sets by itself (vendor sheet 9.9)."""

    ordinal: str
    name: str
    kind: str = ""
    value: str = ""


class NotePage(Masked, msgspec.Struct, kw_only=True):
    """A page of a note or of a note template."""

    index: str
    name: str
    fields: list[NoteField] = []


class NoteTemplate(Masked, msgspec.Struct, kw_only=True):
    """What a kind of note consists of."""

    id: int
    office: str
    name: str
    pages: list[NotePage] = []


class Note(Masked, msgspec.Struct, kw_only=True):
    """A clinical note; nobody has signed it while ``signed_by`` is empty."""

    id: int
    office: str
    patient: int
    template: int
    profile: int
    written: datetime
    pages: list[NotePage]
    signed_by: str = ""
    created: datetime
    changed: datetime


class Item(msgspec.Struct, kw_only=True):
    """An entry of a code list: a carrier, procedure, diagnosis, profile, column and so on."""

    id: int
    office: str
    kind: str
    code: str
    name: str
    extras: dict[str, str] = {}
    address: dict[str, str] = {}
    created: datetime | None = None
    changed: datetime | None = None


class Demand(Masked, msgspec.Struct, kw_only=True):
    """An eligibility request and how often it was asked for since."""

    id: int
    office: str
    patient: int
    plan: int
    service_type: str
    asked: datetime
    polls: int = 0
