"""What a simulated Claim.MD is told about its world: accounts, payers, how payers decide, who is insured.

The seed is one JSON object ``{"accounts": [...], "payers": [...], "eligibility": [...]}`` with exactly the fields
of the structs below. Amounts are decimal text ("25.00"), percents whole numbers, dates ``YYYY-MM-DD``. Seeding the
same thing twice changes nothing. Refuses unknown fields, and any account key that does not look synthetic
(sheet 15.24).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from chartline.connectors.claimmd.simulator.rules import Amount, Mind, Percent, Plain, Terms
from chartline.kernel.errors import Again, Blame, ErrorKind

KEY_PREFIX = "SIM-"

BAD_SEED = ErrorKind(
    "claimmd_simulator.seed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The seed of the Claim.MD simulator cannot be used.",
    "Correct the field named; account keys must start with SIM- so that no real key is ever given to a simulator.",
)


class Shapes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How JSON answers look (sheet 3.2, 15.6); every combination has been seen or guarded for by some client."""

    wrapper: Literal["none", "object", "array"] = "none"
    """``result`` around the answer: absent, an object, or a one-element array."""
    singles: Literal["array", "object"] = "array"
    """A repeated element that occurs once."""
    numbers: Literal["quoted", "plain"] = "quoted"
    empties: Literal["text", "object", "absent"] = "text"
    errors: Literal["object", "array"] = "object"
    """``error``, which some clients have met as an array (sheet 3.3)."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Switches of one account, for facts that differ or are unknown."""

    shapes: Shapes = Shapes()
    limit: Annotated[int, msgspec.Meta(ge=1)] = 100
    """Requests a minute over all services (sheet 2, 14.24)."""
    limit_mode: Literal["429", "200", "meter"] = "429"
    """What the request over the limit gets: HTTP 429, HTTP 200, both with an error envelope; or it is only counted."""
    refuse_duplicates: bool = False
    """A second claim with a live ``remote_claimid`` gets an R row (sheet 5.1, 15.9)."""
    response_page: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 20_000
    """Rows in one answer of response/ (sheet 5.4)."""
    era_page: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100
    """Rows in one page of eralist/ (sheet 7.1)."""
    empty_poll: Literal["repeat", "absent", "zero"] = "repeat"
    """The cursor in an answer without news (sheet 13); ``zero`` is the hostile one."""
    payers_answer: bool | None = None
    """Whether claims reach a payer. Unset: in production accounts only, because a test account's claims are never
    forwarded (sheet 10); claims with a trigger word in the member id are answered in any case."""
    takes_dental: bool = False
    """Whether an 837D is taken: the vendor's list of formats does not name it (sheet 4, 13)."""


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One Claim.MD account: a tenant with its own key, claims and remittances."""

    key: str
    acct_number: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    mode: Literal["test", "production"] = "test"
    options: Options = Options()

    def __repr__(self) -> str:
        return f"<Account {self.acct_number}>"


class AlternateName(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another id and name under which a payer is known (sheet 6)."""

    alt_payerid: str
    alt_payer_name: str


Able = Literal["yes", "no", "enrollment"]


class Payer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A payer of the directory (sheet 6) and how it behaves. Payers are shared by all accounts."""

    payerid: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{1,32}$")]
    """Text; leading zeros count."""
    payer_name: str
    payer_type: str = "commercial"
    payer_state: str = ""
    addr_1: str = "1 EXAMPLE PLAZA"
    city: str = "SPRINGFIELD"
    state: Plain = "IL"
    zip: Plain = "627010001"
    payer_alt_names: tuple[AlternateName, ...] = ()
    professional_claims: Able = "yes"
    institutional_claims: Able = "no"
    dental_claims: Able = "no"
    era: Able = "yes"
    eligibility: Able = "yes"
    secondary_support: Able = "yes"
    attachment: Able = "no"
    workers_comp: Able = "no"
    auto: Able = "no"
    avg_era_enroll_days: int = 0
    member_pattern: str = ""
    """Regular expression a member id must match in full; a claim that does not gets an R row at upload."""
    mind: Mind = Mind()


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a production account hears about one member (sheet 8.3, 15.15)."""

    member: str
    payerid: str = ""
    """The payer that answers so; empty means any."""
    status: Literal["active", "inactive"] = "active"
    aaa: str = ""
    """A payer's reject reason such as 72, 75 or 79 instead of coverage."""
    unsupported: bool = False
    """System error 410: the payer does not answer in real time."""
    slow_seconds: float = 0.0
    """Seconds of simulated time before the answer."""
    malformed: bool = False
    """Half an answer, as a broken gateway sends it."""
    last_name: str = ""
    first_name: str = ""
    dob: date | None = None
    """When given, a request with another birth date gets reject reason 71."""
    sex: str = ""
    plan: str = "EXAMPLE CHOICE PLAN"
    plan_number: str = "PL1"
    group_name: str = "EXAMPLE EMPLOYER"
    group_number: str = "G10"
    insurance_type: str = "C1"
    plan_begin: date = date(2026, 1, 1)
    services: tuple[str, ...] = ("98", "MH")
    """X12 service types with a copay and coinsurance of their own, beside 30 for the plan."""
    copay: Amount | None = None
    deductible: Amount | None = None
    deductible_remaining: Amount | None = None
    coinsurance_percent: Percent | None = None
    out_of_pocket: Amount | None = None
    out_of_pocket_remaining: Amount | None = None

    def __repr__(self) -> str:
        return "<Coverage masked>"


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole seed."""

    accounts: tuple[Account, ...] = ()
    payers: tuple[Payer, ...] = ()
    eligibility: tuple[Coverage, ...] = ()


def read_seed(text: bytes) -> Seed:
    """Decode a seed and check its keys. Raises ``claimmd_simulator.seed``; the key itself is never in the error."""
    try:
        seed = msgspec.json.decode(text, type=Seed)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        # msgspec names the place and what is wrong with it; a key or a name is never part of that.
        raise BAD_SEED.error(reason=str(problem)) from None
    for account in seed.accounts:
        if not account.key.startswith(KEY_PREFIX) or len(account.key) < len(KEY_PREFIX) + 4:
            raise BAD_SEED.error(reason="key does not look synthetic", account=account.acct_number)
    for payer in seed.payers:
        try:
            re.compile(payer.member_pattern)
        except re.error:
            raise BAD_SEED.error(reason="member_pattern is not a regular expression", payer=payer.payerid) from None
    return seed


def load_seed(path: Path | None) -> Seed:
    """The seed in a file, or the built-in one: a single invented test account, three payers, one member."""
    return BUILT_IN if path is None else read_seed(path.read_bytes())


BUILT_IN = Seed(
    accounts=(Account(key="SIM-TEST-ACCOUNT-0001", acct_number="90001", options=Options(payers_answer=True)),),
    payers=(
        Payer(
            payerid="00123",
            payer_name="EXAMPLE HEALTH PLAN",
            payer_state="IL",
            payer_alt_names=(AlternateName(alt_payerid="EXHP1", alt_payer_name="EXAMPLE HEALTH OF ILLINOIS"),),
            mind=Mind(terms=Terms(copay="20.00")),
        ),
        Payer(payerid="0SIM7", payer_name="EXAMPLE MUTUAL", era="enrollment", avg_era_enroll_days=12),
        Payer(payerid="77001", payer_name="EXAMPLE COUNTY CARE", payer_type="medicaid", eligibility="no"),
    ),
    eligibility=(Coverage(member="W1", copay="20.00", deductible="500.00", deductible_remaining="250.00"),),
)
