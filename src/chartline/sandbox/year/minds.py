"""What the simulated clearinghouse is told: the practice's account, and how each of the four payers makes up its mind.

Shares are told by a checksum of the claim number, so that the same year always goes the same way.
"""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.rules import Mind, Rule, Terms
from chartline.connectors.claimmd.simulator.seed import Account, Coverage, Options, Seed
from chartline.connectors.claimmd.simulator.seed import Payer as PayerSeed
from chartline.sandbox.world import Payer, World
from chartline.sandbox.year.practice import BLUEWATER, CEDAR, HARBORLINE, LONG_SESSION, STATEWIDE

ACCOUNT = "91002"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = 1, 2, 3, 4
FILING_DAYS = 60
"""One payer takes claims for so long after the service."""


def minds_of(world: World) -> Seed:
    """The seed of the clearinghouse."""
    options = Options(refuse_duplicates=True)
    return Seed(
        accounts=(Account(key=world.account_key, acct_number=ACCOUNT, mode="production", options=options),),
        payers=(
            _payer(CEDAR, by_the_book()),
            _payer(BLUEWATER, late_and_strict()),
            _payer(HARBORLINE, careless()),
            _payer(STATEWIDE, forwarding()),
        ),
        eligibility=tuple(
            Coverage(member=one.member_id, payerid=one.payer.payer_id, last_name=one.family, first_name=one.given)
            for one in world.patients
        ),
    )


def by_the_book() -> Mind:
    """Pays within ten days what the contract says; knows a few members by another number at first."""
    return Mind(
        accept_hours=4,
        pay_days=7,
        pay_weekday=WEDNESDAY,
        terms=Terms(allowed_percent=78, copay="20.00"),
        rules=(Rule(action="reject", share=8, lot="unknown member", attempts=1, first_payer=True),),
    )


def late_and_strict() -> Mind:
    """Pays after five weeks, with interest; refuses long sessions without an authorization."""
    return Mind(
        accept_hours=20,
        pay_days=33,
        pay_weekday=FRIDAY,
        interest_after_days=35,
        interest_percent=10,
        terms=Terms(allowed_percent=82, coinsurance_percent=20),
        rules=(
            Rule(
                action="deny",
                procedure=LONG_SESSION,
                reason="CO197",
                remark="N54",
                share=200,
                lot="authorization",
                unauthorized=True,
                first_payer=True,
            ),
        ),
    )


def careless() -> Mind:
    """Underpays, pays parts, takes back and pays again, keeps back what it paid too much."""
    short = Terms(allowed_percent=55)
    return Mind(
        accept_hours=8,
        pay_days=14,
        pay_weekday=TUESDAY,
        terms=Terms(allowed_percent=75, deductible="25.00"),
        rules=(
            Rule(action="reverse", share=20, lot="reversed", corrected=short, after_days=21, attempts=1),
            Rule(action="recover", share=15, lot="overpaid", corrected=Terms(allowed_percent=65), after_days=35),
            Rule(action="partial", share=25, lot="bundled", reason="CO97", remark="M15", attempts=1),
            Rule(action="pay", share=60, lot="underpaid", terms=short),
        ),
    )


def forwarding() -> Mind:
    """Forwards to a next payer, takes its time over some, asks who pays first, and counts the days since the visit."""
    return Mind(
        accept_hours=12,
        pay_days=12,
        pay_weekday=THURSDAY,
        terms=Terms(allowed_percent=70, copay="10.00"),
        rules=(
            Rule(action="deny", late_days=FILING_DAYS, reason="CO29", first_payer=True),
            Rule(action="deny", share=20, lot="other payer first", reason="CO22", attempts=1, first_payer=True),
            Rule(action="pay", share=90, lot="pended", pend_days=21),
        ),
    )


def _payer(payer: Payer, mind: Mind) -> PayerSeed:
    pattern = payer.member_prefix + r"\d{9,12}"
    return PayerSeed(payerid=payer.payer_id, payer_name=payer.name, member_pattern=pattern, mind=mind)
