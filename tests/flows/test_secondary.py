"""What one payer left to the patient is claimed from the next coverage: by itself where the practice wants it."""

from __future__ import annotations

import pytest
from tests.domains.remittances import decided, raw, remittance
from tests.support.filled import DirectRun, Filled

from chartline.connect.facts import CoverageFact, Relationship
from chartline.domains.claims import Word, list_claims, read_claim, read_claims
from chartline.domains.claims.queries import ClaimFilter, claims_after
from chartline.domains.claims.settings import ClaimSettings, save_claim_settings
from chartline.domains.remits import match, post, receive
from chartline.flows import front_desk, secondary
from chartline.flows.secondary import Secondary
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed


@pytest.fixture(scope="module")
def filled(filled_sqlite: Filled) -> Filled:
    return filled_sqlite


def paid_with_a_share(filled: Filled) -> str:
    """A claim under way that its payer now decides, with 20.00 for the patient."""
    services = filled.services
    with services.database.work(filled.organisation) as work:
        waiting = [
            one for word in (Word.SUBMITTED, Word.ACCEPTED) for one in list_claims(work, ClaimFilter(word)).claims
        ]
        claim = waiting[0]
        total = claim.total.minor
        one = decided(claim.number, total, total - 2000, ("PR-3", 2000), line_control=f"{claim.number}L1")
        file = raw(remittance(one, trace=f"S{claim.number}"))
        (kept,) = receive(work, services.vault, file, "main", f"S{claim.number}")
        match(work, services.vault, kept)
        post(work, services.vault, services.records, kept)
        return claim.id


def insured_twice(filled: Filled, claim: str) -> None:
    with filled.services.database.read(filled.organisation) as work:
        patient = read_claim(work, claim).patient_id
    plan = CoverageFact(
        vendor_id=None,
        payer_id="00456",
        payer_name="Second Example Plan",
        member_id=Sealed("SEC100200"),
        group_number=Sealed(""),
        order=2,
        relationship=Relationship.SELF,
    )
    front_desk.add_coverage(filled.services.ground, filled.organisation, "user:1", patient, plan)


def test_nothing_is_passed_on_without_a_second_coverage(filled: Filled) -> None:
    claim = paid_with_a_share(filled)
    with pytest.raises(ChartlineError) as caught:
        secondary.pass_claim_on(filled.services.ground, filled.organisation, "user:1", claim)
    assert caught.value.problem.code == "claims.no_next_coverage"


def test_the_sweep_passes_on_what_was_decided_once_and_only_where_it_is_wanted(filled: Filled) -> None:
    claim = paid_with_a_share(filled)
    insured_twice(filled, claim)
    ground, run = filled.services.ground, DirectRun(filled.organisation)
    sweep = Secondary(ground)
    assert sweep.next_payers(run, {}) == {"made": "0"}  # type: ignore[arg-type]
    with filled.services.database.work(filled.organisation) as work:
        save_claim_settings(work, ClaimSettings(next_payer_by_itself=True))
    assert sweep.next_payers(run, {}) == {"made": "1"}  # type: ignore[arg-type]
    assert sweep.next_payers(run, {}) == {"made": "0"}  # type: ignore[arg-type]
    with filled.services.database.read(filled.organisation) as work:
        (later,) = claims_after(work, claim)
        assert (later.payer_id, later.payer_order, later.word) == ("00456", 2, Word.VALIDATED)
    again = secondary.pass_claim_on(ground, filled.organisation, "user:1", claim)
    assert again.claim == later.id
    with filled.services.database.read(filled.organisation) as work:
        assert read_claims(work, [later.id])[later.id].events == later.events
