"""A finished visit becomes a claim: its number, its frozen copy, its lines, and the charge in the ledger.

One original claim for an encounter and payer order, held by a unique key: drafting again answers with the claim that
is there. Nobody else posts the charge of a visit that is billed by claim. Hundreds are drafted in one transaction with
a constant number of statements.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.dialects import postgresql, sqlite

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy, keep_copies
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.lines import add_lines
from chartline.domains.claims.numbers import next_claim_numbers
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.source import DraftSource, Source, copy_of
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.domains.ledger import Entry, charge_entry, post_many
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_CHARGES = ErrorKind(
    "claims.no_charges",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The visit has no charges, so there is nothing to claim.",
    "Capture the charges of the visit first.",
    status=422,
)
_Key = tuple[str, int]


def draft(work: Work, vault: Vault, records: Records, source: Source, actor: str = "chartline") -> str:
    """The id of the claim of this encounter, drafted now or before.

    Posts the charge to the ledger and publishes the FHIR Claim. Raises ``claims.no_charges``.
    """
    return draft_many(work, vault, records, [source], actor)[0]


def draft_many(
    work: Work, vault: Vault, records: Records, sources: Sequence[Source], actor: str = "chartline"
) -> list[str]:
    """The ids of the claims of these encounters, in their order, drafted now or before; the same encounter and payer
    order twice is one claim.

    Posts the charges to the ledger (not of a claim to a later payer: its money moves from the claim before it) and
    publishes, or notes as due. Raises ``claims.no_charges``; then nothing is drafted.
    """
    known = _known(work, [_key(source) for source in sources])
    fresh = {_key(source): source for source in reversed(sources) if _key(source) not in known}
    fresh = dict(reversed(fresh.items()))
    for source in fresh.values():
        if isinstance(source, DraftSource) and not source.charges:
            raise NO_CHARGES.error(encounter=source.encounter_id)
    if fresh:
        known |= _draft(work, vault, records, list(fresh.values()), actor)
    return [known[_key(source)] for source in sources]


def _draft(work: Work, vault: Vault, records: Records, sources: list[Source], actor: str) -> dict[_Key, str]:
    numbers = next_claim_numbers(work, len(sources))
    identified = {new_id(): source for source in sources}
    copies = {
        identity: copy_of(source, number)
        for (identity, source), number in zip(identified.items(), numbers, strict=True)
    }
    rows = [_row(work, identity, source, copies[identity]) for identity, source in identified.items()]
    build = postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert
    work.execute(build(claim_table).on_conflict_do_nothing(), rows)
    standing = _known(work, [_key(source) for source in sources])
    # Another transaction may have drafted some of them just now: those are its claims.
    mine = {identity: source for identity, source in identified.items() if standing[_key(source)] == identity}
    copies = {identity: copies[identity] for identity in mine}
    keep_copies(work, vault, copies)
    add_lines(work, copies)
    post_many(
        work, [_charge(identity, source, copies[identity]) for identity, source in mine.items() if _first(source)]
    )
    work.insert_many(claim_event_table, [_event(work, identity, copies[identity], actor) for identity in mine])
    drafted = [Claim.of(row) for row in rows if row["id"] in mine]
    publish_claims(work, vault, records, drafted, copies)
    publish_money(work, records, drafted)
    return standing


def _row(work: Work, identity: str, source: Source, copy: ClaimCopy) -> dict[str, object]:
    return {
        "organisation_id": work.organisation,
        "id": identity,
        "number": copy.number,
        "encounter_id": source.encounter_id,
        "kind": copy.kind,
        "payer_order": source.payer_order,
        "primary_claim_id": source.primary_claim_id,
        "source": source.origin.value,
        "patient_id": source.patient_id,
        "coverage_id": source.coverage_id,
        "filing_deadline": source.filing_deadline,
        **facts_of(copy),
        "payer_number": "",
        "vendor_claim_id": "",
        "work_axis": WorkAxis.DRAFT.value,
        "submission_axis": SubmissionAxis.NONE.value,
        "adjudication_axis": AdjudicationAxis.NONE.value,
        "hold_reason": "",
        "closed_reason": "",
        "paid": 0,
        "patient_responsibility": 0,
        "adjusted": 0,
        "denied": 0,
        "events": 1,
        "submitted": None,
        "created": work.now,
        "updated": work.now,
    }


def facts_of(copy: ClaimCopy) -> dict[str, object]:
    """What a claim's row repeats of its present copy, so that lists and reports need not open it."""
    return {
        "payer_id": copy.coverage.payer_id,
        "payer_name": copy.coverage.payer_name,
        "billing_npi": copy.billing.npi[:10],
        "rendering_npi": copy.rendering.npi[:10] if copy.rendering else "",
        "place_of_service": copy.place_of_service[:2],
        "service_date": copy.service_date,
        "total": copy.total,
        "version": copy.version,
        "frequency": copy.frequency,
    }


def _event(work: Work, identity: str, copy: ClaimCopy, actor: str) -> dict[str, object]:
    return {
        "claim_id": identity,
        "seq": 1,
        "at": work.now,
        "actor": actor,
        "kind": EventKind.DRAFTED.value,
        "axis": "",
        "before": "",
        "after": "",
        "codes": {"lines": len(copy.lines)},
        "source": None,
        "exchange_id": None,
        "sealed": None,
    }


def _charge(identity: str, source: Source, copy: ClaimCopy) -> Entry:
    return charge_entry(
        encounter_id=source.encounter_id,
        patient_id=source.patient_id,
        service_date=copy.service_date,
        amount=copy.total_money,
        claim_id=identity,
    )


def _key(source: Source) -> _Key:
    return source.encounter_id, source.payer_order


def _first(source: Source) -> bool:
    return source.payer_order == 1


def _known(work: Work, keys: Collection[_Key]) -> dict[_Key, str]:
    columns = claim_table.c
    query = work.select(claim_table, columns.id, columns.encounter_id, columns.payer_order).where(
        columns.encounter_id.in_(sorted({encounter for encounter, _ in keys}))
    )
    found = {(row["encounter_id"], row["payer_order"]): row["id"] for row in (work.rows(query) if keys else [])}
    return {key: found[key] for key in keys if key in found}
