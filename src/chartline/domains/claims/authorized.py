"""Claims and prior authorizations: what a patient has with a claim's payer, and what a claim that may go uses of it.

Refuses to let a claim go under an authorization that has too little left. A number that stands on a claim and is not of
ours, because the payer told it to somebody else, is counted nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import KnownAuthorization
from chartline.domains.coverage.authorizations import Billed, Using, needing_authorization, settle
from chartline.domains.coverage.authorizations.states import AuthorizationState
from chartline.domains.coverage.authorizations.tables import (
    prior_authorization_line_table,
    prior_authorization_table,
    prior_authorization_use_table,
)
from chartline.platform.database import Work

_ONE, _LINE, _USE = prior_authorization_table.c, prior_authorization_line_table.c, prior_authorization_use_table.c
_FREE = AuthorizationState.NOT_REQUIRED.value
_TOLD = (
    AuthorizationState.APPROVED.value,
    AuthorizationState.MODIFIED.value,
    # One that is over still stands for what was given while it held.
    AuthorizationState.EXPIRED.value,
    _FREE,
)


@dataclass(frozen=True, slots=True)
class Authorizations:
    """By claim: the authorizations that it may bill under, and the procedures that need one and have none."""

    known: Mapping[str, tuple[KnownAuthorization, ...]]
    missing: Mapping[str, frozenset[str]]


def authorizations_of(work: Work, claims: Mapping[str, Claim], copies: Mapping[str, ClaimCopy]) -> Authorizations:
    """What is known for these claims: four queries, two where there are none. What a claim itself uses counts as left
    for it."""
    patients = sorted({claim.patient_id for claim in claims.values()})
    rows = work.rows(work.select(prior_authorization_table).where(_ONE.patient_id.in_(patients), _ONE.state.in_(_TOLD)))
    ids = [row["id"] for row in rows]
    procedures: dict[str, set[str]] = defaultdict(set)
    used: dict[str, list[tuple[str, int]]] = defaultdict(list)
    if ids:
        lines = work.select(prior_authorization_line_table).where(_LINE.authorization_id.in_(ids))
        for row in work.rows(lines):
            procedures[row["authorization_id"]].add(row["procedure"])
        uses = work.select(prior_authorization_use_table)
        for row in work.rows(uses.where(_USE.authorization_id.in_(ids), _USE.given_back.is_(None))):
            used[row["authorization_id"]].append((row["claim_id"], row["units"]))
    by_owner: dict[tuple[str, str], list[sa.RowMapping]] = defaultdict(list)
    for row in rows:
        by_owner[row["patient_id"], row["payer_id"]].append(row)
    known: dict[str, tuple[KnownAuthorization, ...]] = {}
    free: dict[str, set[str]] = defaultdict(set)
    for identity, claim in claims.items():
        mine = by_owner.get((claim.patient_id, claim.payer_id), ())
        known[identity] = tuple(
            KnownAuthorization(
                row["number"],
                frozenset(procedures[row["id"]]),
                row["valid_from"] or row["begin"],
                row["valid_to"] or row["end"],
                None
                if row["units_approved"] is None
                else row["units_approved"] - sum(units for of, units in used[row["id"]] if of != identity),
                row["id"],
            )
            for row in mine
            if row["number"] and row["state"] != _FREE
        )
        for row in mine:
            if row["state"] == _FREE:
                free[identity] |= procedures[row["id"]]
    asked = {
        (claim.payer_id, line.procedure)
        for identity, claim in claims.items()
        for line in copies[identity].lines
        if line.procedure
    }
    needing = needing_authorization(work, asked)
    missing = {
        identity: frozenset(
            line.procedure for line in copies[identity].lines if (claim.payer_id, line.procedure) in needing
        )
        - free[identity]
        for identity, claim in claims.items()
    }
    return Authorizations(known, missing)


def use_units(
    work: Work,
    copies: Mapping[str, ClaimCopy],
    known: Mapping[str, tuple[KnownAuthorization, ...]],
    going: Collection[str],
) -> frozenset[str]:
    """Let the claims that may go use the units of the authorizations that they name, and the others none; those for
    which too little is left."""
    wanted = {claim: using for claim in going if (using := _using(copies[claim], known.get(claim, ())))}
    return settle(work, wanted, [claim for claim in copies if claim not in wanted])


def _using(copy: ClaimCopy, known: Collection[KnownAuthorization]) -> Using | None:
    named = [one for one in known if copy.prior_authorization and one.number == copy.prior_authorization]
    if not named:
        return None
    one = named[0]
    lines = tuple(
        Billed(place, line.procedure, line.units)
        for place, line in enumerate(copy.lines, 1)
        if not one.procedures or line.procedure in one.procedures
    )
    return Using(one.id, lines) if lines else None
