"""How claims stand for the question what may be done with them: their axes, their files, and what insurance owes."""

from __future__ import annotations

from collections.abc import Collection

from chartline.domains.claims.acts import Act, Standing, require_act
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.custody import in_file, in_files
from chartline.domains.ledger import balance, claim_balances
from chartline.domains.ledger.accounts import INSURANCE
from chartline.platform.database import Work


def standing_of(work: Work, claim: Claim) -> Standing:
    """One claim's; two queries."""
    return Standing(claim, filed=in_file(work, claim), owed=bool(balance(work, INSURANCE, claim=claim.id)))


def standings_of(work: Work, claims: Collection[Claim]) -> dict[str, Standing]:
    """Those of several claims by id; two queries."""
    filed = in_files(work, claims)
    owed = claim_balances(work, [claim.id for claim in claims])
    return {
        claim.id: Standing(claim, claim.id in filed, bool(owed.get(claim.id, {}).get(INSURANCE))) for claim in claims
    }


def held_for(work: Work, claim: str, actor: str, act: Act) -> ClaimChanges:
    """A claim under lock, for an act that may be done with it now.

    Raises ``claims.not_found``, ``claims.not_in_this_state``.
    """
    held = ClaimChanges.of(work, [claim], actor)
    require_act(standing_of(work, held.claim(claim)), act)
    return held
