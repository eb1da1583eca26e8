"""From one payer to the next: the claim that carries an earlier payer's decision, and the money that goes with it.

What the patient was to pay moves to insurance on the next claim, in the ledger, once; when the next claim is cancelled
it goes back. Refuses a decision that was taken back, and a claim whose payer handed it on by itself (CLP02 19 to 21):
the next payer has it already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from chartline.connect.facts import CoverageFact, PersonFact
from chartline.domains.claims.axes import DECIDED, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim, ClaimSource
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.drafting import draft_many
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.source import CopySource, copy_coverage, copy_person
from chartline.domains.claims.wording import FileParties, professional_claim
from chartline.domains.ledger import Owing, claim_balances, post_many, transfer_entry
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.formats.x12.professional_claim import Subscriber, next_payer_claim
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

FORWARDED = frozenset({"19", "20", "21"})
"""CLP02: processed, and forwarded to the next payer by this one."""
LAST_ORDER = 3

NO_NEXT = ErrorKind(
    "claims.no_next_payer",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is nothing to claim from another payer: the claim is not decided, was handed on by its payer, or is closed.",
    "Look at the claim's remittance; when its payer handed it on, wait for the next payer's answer.",
    status=409,
)
_NOBODY = FileParties("", "", "", "")


@dataclass(frozen=True, slots=True, repr=False)
class NextPayer(Masked):
    """Who is asked next: the coverage of ours with its facts, and the subscriber where it is not the patient."""

    coverage_id: str
    coverage: CoverageFact
    subscriber: PersonFact | None = None
    filing: str = "CI"
    filing_deadline: date | None = None


def pass_on(
    work: Work,
    vault: Vault,
    records: Records,
    claim: str,
    decided: RemittanceClaim,
    paid_on: date,
    to: NextPayer,
    actor: str,
) -> str:
    """Draft the claim for the next payer from what this one decided, and move what the patient was to pay to it.

    The id of the next claim, made now or before: passing on twice is passing on once. Raises ``claims.no_next_payer``,
    ``claims.not_found``, and ``x12.contradiction`` when the decision's lines cannot be joined with the claim's.
    """
    changes = ClaimChanges.of(work, [claim], actor)
    present = changes.claim(claim)
    settled = present.adjudication in DECIDED and present.work is not WorkAxis.CANCELLED
    if not settled or present.payer_order >= LAST_ORDER or decided.status in FORWARDED or decided.is_reversal:
        raise NO_NEXT.error(claim=claim)
    copy = next_copy(open_copies(work, vault, [claim])[claim], decided, paid_on, to, present.payer_order + 1)
    made = draft_many(work, vault, records, [_source(present, copy, to)], actor)[0]
    key = f"next-payer/{made}"
    if not changes.known_sources([key]):
        moved = _move(work, present, made, key, actor)
        codes: dict[str, object] = {"claim": made, "moved": moved.minor, "payer": copy.coverage.payer_id}
        changes.event(claim, EventKind.PASSED_ON, codes=codes, source=key)
        changes.save()
        publish_claims(work, vault, records, [changes.claim(claim)])
        publish_money(work, records, [changes.claim(claim)])
    return made


def next_copy(copy: ClaimCopy, decided: RemittanceClaim, paid_on: date, to: NextPayer, order: int) -> ClaimCopy:
    """The frozen copy for the next payer: the same services, with the earlier payer and its decision; pure."""
    insured = copy_person(to.subscriber) if to.subscriber is not None else None
    coverage = msgspec.structs.replace(copy_coverage(to.coverage, to.filing), order=order)
    name = insured or copy.patient
    asked = Subscriber(
        name=PersonName(last=name.last, first=name.first, middle=name.middle),
        member_id=coverage.member_id,
        filing=coverage.filing,
        payer_name=coverage.payer_name,
        payer_id=coverage.payer_id,
        order={2: "S", 3: "T"}[order],
    )
    # The professional claim carries coordination of benefits for all three kinds in the same parts.
    following = next_payer_claim(professional_claim(copy, _NOBODY), decided, paid_on, asked)
    lines = tuple(
        msgspec.structs.replace(line, adjudications=next_line.adjudications)
        for line, next_line in zip(copy.lines, following.lines, strict=True)
    )
    return msgspec.structs.replace(
        copy,
        coverage=coverage,
        subscriber=None if coverage.relationship == "self" else insured,
        lines=lines,
        others=following.other_coverages,
        prior_authorization="",
        referral="",
        delay_reason="",
    )


def take_back(work: Work, later: Claim, cause: str, actor: str) -> Money:
    """Move what insurance owes on a later claim back to the patient on the claim before it; how much."""
    open_here = claim_balances(work, [later.id]).get(later.id, {}).get(INSURANCE, Money(0))
    if later.primary_claim_id is None or open_here.minor <= 0:
        return Money(0)
    origin = Owing(later.id, later.encounter_id, later.patient_id, INSURANCE)
    target = Owing(later.primary_claim_id, later.encounter_id, later.patient_id, PATIENT)
    day = work.now.date()
    post_many(
        work,
        transfer_entry(
            origin=origin, target=target, amount=open_here, effective=day, cause=f"{cause}/{later.id}", actor=actor
        ),
    )
    return open_here


def move_on(work: Work, later: Claim, earlier: Claim, cause: str, actor: str) -> Money:
    """Move what the patient owes on the earlier claim to the later one again; how much."""
    return _move(work, earlier, later.id, cause, actor)


def _move(work: Work, earlier: Claim, later: str, cause: str, actor: str) -> Money:
    owed = claim_balances(work, [earlier.id]).get(earlier.id, {}).get(PATIENT, Money(0))
    if owed.minor <= 0:
        return Money(0)
    origin = Owing(earlier.id, earlier.encounter_id, earlier.patient_id, PATIENT)
    target = Owing(later, earlier.encounter_id, earlier.patient_id, INSURANCE)
    day = work.now.date()
    post_many(work, transfer_entry(origin=origin, target=target, amount=owed, effective=day, cause=cause, actor=actor))
    return owed


def _source(claim: Claim, copy: ClaimCopy, to: NextPayer) -> CopySource:
    return CopySource(
        encounter_id=claim.encounter_id,
        patient_id=claim.patient_id,
        coverage_id=to.coverage_id,
        copy=copy,
        origin=ClaimSource.SECONDARY,
        payer_order=claim.payer_order + 1,
        primary_claim_id=claim.id,
        filing_deadline=to.filing_deadline,
    )
