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
    """One charge line; codes are ids of code list items."""

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
    created: datetime
    voided: datetime | None = None


class Item(msgspec.Struct, kw_only=True):
    """An entry of a code list: a carrier, procedure, diagnosis, profile, column and so on."""

    id: int
    office: str
    kind: str
    code: str
    name: str
    extras: dict[str, str] = {}
    address: dict[str, str] = {}


class Demand(Masked, msgspec.Struct, kw_only=True):
    """An eligibility request and how often it was asked for since."""

    id: int
    office: str
    patient: int
    plan: int
    service_type: str
    asked: datetime
    polls: int = 0
