"""How a simulated payer makes up its mind: standing terms, and rules that strike chosen claims (sheet 15.11, 15.14).

Nothing is left to chance: the first rule that matches decides, then the trigger words in the member id, then the
payer's terms. Amounts are decimal text, percents whole numbers. Refuses unknown fields and malformed amounts.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Amount = Annotated[str, msgspec.Meta(pattern=r"^-?\d{1,9}(\.\d{1,2})?$")]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Reason = Annotated[str, msgspec.Meta(pattern=r"^(CO|PR|OA|PI|CR)[A-Z]{0,2}\d{1,3}$")]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a paid claim is priced. What is left unset is taken from the payer's standing terms.

    Of each line's charge ``allowed_percent`` is allowed, the rest is CO45. The deductible (PR1) is taken from the
    allowed amount first, then the copay (PR3), both once a claim; coinsurance (PR2) is a percent of what remains.
    """

    allowed_percent: Percent | None = None
    deductible: Amount | None = None
    copay: Amount | None = None
    coinsurance_percent: Percent | None = None

    def over(self, standing: Terms) -> Terms:
        """These terms, completed from others."""
        mine = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return msgspec.structs.replace(standing, **mine)


Plain = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9 ._/-]*$", max_length=48)]
"""Text that an 835 can carry whatever its delimiters."""

Action = Literal["pay", "refuse", "reject", "deny", "partial", "reverse", "recover"]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One decision for the claims that meet all of its conditions.

    ``pay`` prices by ``terms``; ``refuse`` is Claim.MD's own rejection at upload; ``reject`` is the payer's, before
    it adjudicates; ``deny`` is CLP02 = 4 with ``reason`` on every line; ``partial`` denies one line, or, on a claim of
    one line, allows a third; ``reverse`` pays, then ``after_days`` later takes it back (CLP02 = 22) and pays
    again by ``corrected``; ``recover`` pays, then ``after_days`` later keeps back outside any claim (PLB WO) what was
    paid above ``corrected``.
    """

    action: Action
    claim_prefix: str = ""
    """Condition: the pcn or the remote_claimid begins so."""
    procedure: str = ""
    """Condition: some line has this procedure code."""
    member: str = ""
    """Condition: the member id."""
    times: int = 0
    """How many claims it strikes; 0 means all."""
    terms: Terms = Terms()
    reason: Reason = "CO197"
    """Adjustment group and reason of a denial."""
    remark: Plain = ""
    """Remark code on denied lines."""
    mesgid: str = "A7:164"
    message: str = "The payer does not know this subscriber"
    fields: str = "ins_number"
    line: int = 0
    """``partial``: the line denied, counted from 1; 0 means the last."""
    claim_level: bool = False
    """``deny``: the adjustment stands at the claim, not at its lines (sheet 14.18)."""
    after_days: Annotated[int, msgspec.Meta(ge=1)] = 7
    corrected: Terms = Terms()
    crossover: str = ""
    """Name of the payer the claim is forwarded to; CLP02 becomes 19 (sheet 15.14)."""
    crossover_payer: str = ""
    """Id of that payer, when it is one of the directory: it then decides what the patient was left with."""
    share: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    """Condition: so many of a thousand claim numbers, told by a checksum of ``lot`` and the number; 0 means all."""
    lot: Plain = ""
    """What a share is drawn under: rules with different lots strike different claims."""
    attempts: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Condition: the claim number was received at most so often, this time included; 0 means any number of times."""
    late_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Condition: received more than so many days after the first service; 0 asks nothing."""
    unauthorized: bool = False
    """Condition: the claim names no authorization."""
    first_payer: bool = False
    """Condition: no other payer has decided it before."""
    pend_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The payer says that it needs longer, and pays so many days later than its habit is."""


class ProviderAdjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Money moved outside any claim (PLB): WO overpayment recovery, L6 interest, 72 authorized return.

    A positive amount lowers the check, a negative one raises it.
    """

    reason: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{2}$")]
    amount: Amount
    reference: Plain = ""
    check: int = 0
    """The payer's how-manieth check to an account carries it; 0 means the next."""


class Stranger(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim nobody sent here, in somebody's remittance (sheet 15.14)."""

    pcn: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._/-]{1,20}$")]
    charge: Amount
    paid: Amount
    """At most the charge; the rest is CO45."""
    procedure: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{5}$")] = "90834"
    member: Plain = "UNKNOWN1"
    last_name: str = "STRANGER"
    first_name: str = "SAM"
    check: int = 0

    def __repr__(self) -> str:
        return "<Stranger masked>"


class Mind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A payer's habits. Without rules it accepts after ``accept_hours`` and pays ``pay_days`` after that."""

    accept_hours: Annotated[int, msgspec.Meta(ge=0)] = 4
    pay_days: Annotated[int, msgspec.Meta(ge=0)] = 14
    pay_weekday: Annotated[int, msgspec.Meta(ge=0, le=6)] | None = None
    """The one day of the week on which there are payment runs, Monday is 0; unset, there is one every day."""
    interest_after_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Claims paid more days than this after they were received bear interest (PLB L6); 0 means never."""
    interest_percent: Percent = 0
    """A year."""
    next_payer_percent: Percent = 100
    """As a next payer: what it pays of the amount that the payer before it left to the patient."""
    terms: Terms = Terms(allowed_percent=80, deductible="0", copay="0", coinsurance_percent=0)
    rules: tuple[Rule, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    strangers: tuple[Stranger, ...] = ()


STANDING = Mind().terms

TRIGGERS: tuple[tuple[str, Rule], ...] = (
    ("REJECT", Rule(action="reject")),
    ("DENY", Rule(action="deny")),
    ("PARTIAL", Rule(action="partial")),
    ("REVERSE", Rule(action="reverse", corrected=Terms(allowed_percent=60))),
)
"""Words in the member id that script a claim's fate: REJECT and DENY are the vendor's (sheet 10), the others ours."""
