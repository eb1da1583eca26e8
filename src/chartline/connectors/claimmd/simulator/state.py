"""What the simulator keeps: claims, feed rows, uploads, remittances, events to come. All of it survives a restart.

Times are aware UTC datetimes of the simulated clock. Amounts are whole cents. Every item belongs to one account;
accounts never see each other's items (sheet 15.2).
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from chartline.connect.simulation.shelf import Counters, Shelf, Store
from chartline.connectors.claimmd.simulator.remittance import Era
from chartline.connectors.claimmd.simulator.rules import ProviderAdjustment, Rule, Stranger
from chartline.connectors.claimmd.simulator.seed import Account, Coverage, Payer
from chartline.kernel.clock import Clock
from chartline.kernel.sealed import Masked


class Line(Masked, msgspec.Struct, kw_only=True):
    """A service line as it was claimed. ``chgid`` is the sender's line id (REF*6R, or remote_chgid)."""

    procedure: str
    modifiers: tuple[str, ...] = ()
    charge: int | None = None
    """Cents; None when the amount could not be read."""
    units: str = "1"
    day: date | None = None
    """Date of service; None when it could not be read."""
    place: str = ""
    chgid: str = ""
    pointers: tuple[int, ...] = ()
    """Places in the claim's list of diagnoses, from 1."""


class Claim(Masked, msgspec.Struct, kw_only=True):
    """A claim as it was sent, and how far it has come.

    ``stage`` is ``refused`` (R at Claim.MD), ``acknowledged``, ``rejected`` (R at the payer), ``accepted`` (payer
    has it) or ``decided`` (a remittance was made).
    """

    id: str = ""
    account: str = ""
    batch: str = ""
    file: str = ""
    filename: str = ""
    pcn: str = ""
    remote_claimid: str = ""
    payerid: str = ""
    ins_number: str = ""
    ins_last: str = ""
    ins_first: str = ""
    pat_last: str = ""
    pat_first: str = ""
    pat_dob: str = ""
    bill_name: str = ""
    bill_npi: str = ""
    bill_taxid: str = ""
    prov_npi: str = ""
    diagnoses: tuple[str, ...] = ()
    total: int | None = None
    frequency: str = "1"
    payer_control: str = ""
    lines: list[Line] = []
    stage: str = "acknowledged"
    received: datetime | None = None
    icn: str = ""
    pay_day: date | None = None
    rule: Rule | None = None
    archived: bool = False
    authorization: str = ""
    """The authorization number on the claim (REF*G1)."""
    prior_patient: int | None = None
    """On a claim to a next payer: cents that the payer before it left to the patient; None on a first claim."""
    form: str = "1500"
    """``1500`` professional, ``ub`` institutional, ``dental``."""

    @property
    def first_day(self) -> date | None:
        """The first date of service."""
        return min((line.day for line in self.lines if line.day), default=None)


class Message(msgspec.Struct, kw_only=True):
    """A message on a claim row. ``status`` is R error, W warning or A accepted (sheet 5.3)."""

    status: str
    mesgid: str
    message: str
    fields: str = ""
    position: int = 0
    """Its place in the feed (``responseid``)."""


class Row(msgspec.Struct, kw_only=True):
    """One row of the status feed."""

    claim: str
    account: str
    status: str
    sender_name: str
    sender_icn: str
    senderid: str
    at: datetime
    messages: list[Message]

    @property
    def position(self) -> int:
        """The highest position of its messages: what a cursor is compared with."""
        return self.messages[-1].position


class Upload(msgspec.Struct, kw_only=True):
    """An uploaded file: how many claims it held and what they add up to, in cents."""

    id: str
    account: str
    filename: str
    count: int
    amount: int
    at: datetime


class Event(msgspec.Struct, kw_only=True):
    """Something that will happen: a payer's answer to a claim, a payer's payment run, a reversal."""

    at: datetime
    kind: str
    account: str
    subject: str
    """The claim's id, or the payer's for a payment run."""


class Extra(msgspec.Struct, kw_only=True):
    """Something to put on one of a payer's checks, and the account's check that carried it."""

    payerid: str
    what: ProviderAdjustment | None = None
    who: Stranger | None = None
    used: dict[str, str] = {}
    """Era id by account."""


class Added(msgspec.Struct, kw_only=True):
    """A rule added while running; newer ones are asked first."""

    payerid: str
    rule: Rule


class World:
    """All shelves of the simulator, its counters and its clock."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self.clock = clock
        self.counters = Counters(store)
        self.accounts: Shelf[Account] = Shelf(store, "account", Account)
        self.payers: Shelf[Payer] = Shelf(store, "payer", Payer)
        self.coverages: Shelf[Coverage] = Shelf(store, "coverage", Coverage)
        self.rules: Shelf[Added] = Shelf(store, "rule", Added)
        self.extras: Shelf[Extra] = Shelf(store, "extra", Extra)
        self.claims: Shelf[Claim] = Shelf(store, "claim", Claim)
        self._claims = self.claims.groups(_claim_names)
        self.rows: Shelf[Row] = Shelf(store, "row", Row)
        self._rows = self.rows.order(lambda row: (row.account, row.position))
        self.uploads: Shelf[Upload] = Shelf(store, "upload", Upload)
        self.events: Shelf[Event] = Shelf(store, "event", Event)
        self.eras: Shelf[Era] = Shelf(store, "era", Era)
        self._eras = self.eras.order(lambda era: (era.account, int(era.id)))
        self._decided = self.eras.groups(lambda era: {each.claim for each in era.claims if each.claim})
        self.balances: Shelf[int] = Shelf(store, "balance", int)
        """Cents a payee still owes a payer because a check cannot be negative; by account, payer and payee."""

    def account_of(self, key: str) -> Account | None:
        """The account a key opens."""
        return next((account for account in self.accounts if account.key == key), None)

    def next_id(self, name: str, start: int) -> str:
        """The next number of a sequence; sequences run over all accounts."""
        return str(self.counters.next(name, start))

    def count(self, account: str, name: str, amount: int = 1) -> None:
        """Count something an account did, for ``/_control/counters``."""
        self.counters.add(f"did/{account}/{name}", amount)

    def claims_of(self, account: str) -> list[Claim]:
        """An account's claims in the order of arrival."""
        return [claim for claim in self.claims if claim.account == account]

    def claims_sent_as(self, account: str, remote_claimid: str) -> list[Claim]:
        """An account's claims with this id of the sender, in the order of arrival."""
        return self._claims.at(("sent", account, remote_claimid))

    def claims_numbered(self, account: str, pcn: str) -> list[Claim]:
        """An account's claims with this patient control number: a claim and its corrections."""
        return self._claims.at(("pcn", account, pcn))

    def claims_known_as(self, account: str, payerid: str, icn: str) -> list[Claim]:
        """An account's claims that a payer gave this number."""
        return self._claims.at(("icn", account, payerid, icn))

    def claims_due(self, account: str, payerid: str, day: date) -> list[Claim]:
        """An account's claims that a payer means to pay on a day."""
        return self._claims.at(("due", account, payerid, day))

    def rows_after(self, account: str, position: int) -> list[Row]:
        """An account's feed rows behind a position, oldest first."""
        return self._rows.between((account, position + 1), (account,))

    def eras_after(self, account: str, number: int) -> list[Era]:
        """An account's remittances behind an id, oldest first."""
        return self._eras.between((account, number + 1), (account,))

    def eras_deciding(self, claim: str) -> list[Era]:
        """The remittances that speak of a claim, oldest first."""
        return self._decided.at(claim)


def _claim_names(claim: Claim) -> list[tuple[object, ...]]:
    """What a claim is asked for by; a lookup must not cost the size of the world."""
    names: list[tuple[object, ...]] = [("pcn", claim.account, claim.pcn)]
    if claim.remote_claimid:
        names.append(("sent", claim.account, claim.remote_claimid))
    if claim.icn:
        names.append(("icn", claim.account, claim.payerid, claim.icn))
    if claim.pay_day:
        names.append(("due", claim.account, claim.payerid, claim.pay_day))
    return names
