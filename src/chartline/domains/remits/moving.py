"""What people say of one claim of a remittance: whose it is, that it is another's, that it is not ours, whom to credit.

Posted money moves with it: out of the unapplied account, or back into it, each time by an entry with a key of its own
that counts the moves. Refuses while the remittance is worked on, and to take a match back that something stands on.
"""

from __future__ import annotations

from chartline.domains.claims import apply_decisions, read_claim
from chartline.domains.claims.undoing import TakenBack, built_on, take_back
from chartline.domains.ledger import Entry, EntryKind, Line, counter_entry, post_many
from chartline.domains.ledger import post as post_entry
from chartline.domains.ledger.accounts import PATIENT_CREDIT, PAYER_CASH, UNAPPLIED
from chartline.domains.remits.desk import read_part
from chartline.domains.remits.matching import MatchReason
from chartline.domains.remits.plan import apply_entry
from chartline.domains.remits.plan_entries import source_of
from chartline.domains.remits.planning import plan_claims, plan_head
from chartline.domains.remits.posting import BUSY, decision_of, mark_of, reconciled
from chartline.domains.remits.publish import Explained, publish_remittance
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    claim_rows,
    find_remittance,
    note,
    open_header,
)
from chartline.domains.remits.tables import remittance_claim_table
from chartline.domains.remits.undo import BUILT_ON, decided_by, decision_sources, entries_of
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

MATCHED_ALREADY = ErrorKind(
    "remits.matched_already",
    Blame.PRACTICE,
    Again.NEVER,
    "This part of the remittance belongs to a claim already.",
    "Open that claim; take the match back first if it is wrong.",
    status=409,
)
NOT_MATCHED = ErrorKind(
    "remits.not_matched",
    Blame.PRACTICE,
    Again.NEVER,
    "This part of the remittance belongs to no claim, so there is no match to take back.",
    "Say whose claim it is, or put it aside.",
    status=409,
)
NO_MONEY = ErrorKind(
    "remits.no_money",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This part has no unapplied money that could be credited.",
    "Post the remittance first; a part that was paid nothing, or took money back, cannot be credited.",
    status=409,
)
_BUSY = (RemittanceState.RECEIVING, RemittanceState.POSTING, RemittanceState.UNDOING)


def match_by_hand(
    work: Work, vault: Vault, records: Records, remittance: str, place: int, claim: str, actor: str
) -> None:
    """Say which claim a part of a remittance is for. When it is posted already, its money moves from unapplied.

    Raises ``remits.not_found``, ``remits.no_part``, ``remits.busy``, ``remits.matched_already``, ``claims.not_found``.
    """
    row, part = _part(work, remittance, place)
    if part.claim_id is not None or part.state is MatchState.CREDITED:
        raise MATCHED_ALREADY.error(remittance=remittance, place=str(place), claim=part.claim_id or "")
    known = read_claim(work, claim)
    _set(work, part, claim_id=claim, match_reason=MatchReason.BY_HAND.value, state=MatchState.MATCHED.value)
    codes: dict[str, object] = {"place": place, "claim": claim}
    note(work, remittance, RemittanceEventKind.MATCHED, actor, codes)
    if row.state is not RemittanceState.POSTED:
        return
    head = plan_head(work, vault, row)
    (waiting,) = plan_claims(work, vault, row, claim_rows(work, remittance, places=[place]), {claim: known})
    planned, entry = apply_entry(head, waiting, part.moves)
    if entry is not None:
        post_entry(work, entry)
    if planned.decides:
        apply_decisions(work, vault, records, [decision_of(head, planned, part, moves=part.moves)])
    mark = mark_of(planned)
    _set(
        work,
        part,
        state=mark["stands"],
        patient_responsibility=mark["patient"],
        denied=mark["refused"],
        moves=part.moves + 1,
    )
    note(work, remittance, RemittanceEventKind.APPLIED, actor, codes)
    ours = [Explained(planned, waiting.detail, known)]
    publish_remittance(work, records, row, open_header(work, vault, remittance), reconciled(work, row), ours)


def unmatch(work: Work, vault: Vault, records: Records, remittance: str, place: int, actor: str) -> None:
    """Take a match back. Posted money goes back to unapplied, and the decision is taken off the claim.

    Raises ``remits.not_found``, ``remits.no_part``, ``remits.busy``, ``remits.not_matched``, ``remits.built_on``.
    """
    row, part = _part(work, remittance, place)
    if part.claim_id is None:
        raise NOT_MATCHED.error(remittance=remittance, place=str(place))
    loose: dict[str, object] = {"claim_id": None, "match_reason": MatchReason.UNKNOWN.value}
    codes: dict[str, object] = {"place": place, "claim": part.claim_id}
    if row.state is RemittanceState.POSTED:
        blocked = built_on(work, {part.claim_id: set(decision_sources(row, part))})
        if blocked:
            raise BUILT_ON.error(remittance=remittance, claim=part.claim_id, step=blocked[part.claim_id])
        _give_back(work, row, part, actor)
        source = decided_by(row, part)
        take_back(work, vault, records, [TakenBack(part.claim_id, source, f"undo/{source}")], actor)
        loose |= {"moves": part.moves + 1, "patient_responsibility": 0, "denied": 0}
    state = MatchState.UNAPPLIED if row.state is RemittanceState.POSTED else MatchState.UNMATCHED
    _set(work, part, state=state.value, **loose)
    note(work, remittance, RemittanceEventKind.UNMATCHED, actor, codes)


def put_aside(work: Work, remittance: str, place: int, actor: str) -> None:
    """Say that a part is not ours: it leaves the desk, and its money stays unapplied until the payer takes it back.

    Raises ``remits.not_found``, ``remits.no_part``, ``remits.busy``, ``remits.matched_already``.
    """
    _, part = _part(work, remittance, place)
    if part.claim_id is not None or part.state is MatchState.CREDITED:
        raise MATCHED_ALREADY.error(remittance=remittance, place=str(place), claim=part.claim_id or "")
    _set(work, part, state=MatchState.ASIDE.value)
    note(work, remittance, RemittanceEventKind.ASIDE, actor, {"place": place})


def credit_patient(work: Work, remittance: str, place: int, patient: str, actor: str) -> None:
    """Give a part's unapplied money to a patient as credit, to be applied or refunded from there.

    Raises ``remits.not_found``, ``remits.no_part``, ``remits.busy``, ``remits.matched_already``, ``remits.no_money``.
    """
    row, part = _part(work, remittance, place)
    if part.claim_id is not None or part.state is MatchState.CREDITED:
        raise MATCHED_ALREADY.error(remittance=remittance, place=str(place), claim=part.claim_id or "")
    if row.state is not RemittanceState.POSTED or part.paid.minor <= 0:
        raise NO_MONEY.error(remittance=remittance, place=str(place))
    entry = Entry(
        kind=EntryKind.APPLIED,
        effective=work.now.date(),
        source_key=f"{source_of(row.id, place, row.generation)}/credit/{part.moves}",
        lines=(Line(UNAPPLIED, part.paid), Line(PATIENT_CREDIT, -part.paid)),
        patient_id=patient,
        remittance_id=row.id,
        memo="credit",
        actor=actor,
    )
    post_entry(work, entry)
    _set(work, part, state=MatchState.CREDITED.value, patient_id=patient, moves=part.moves + 1)
    note(work, remittance, RemittanceEventKind.CREDITED, actor, {"place": place, "patient": patient})


def _part(work: Work, remittance: str, place: int) -> tuple[RemittanceRow, RemittanceClaimRow]:
    row = find_remittance(work, remittance, lock=True)
    if row.state in _BUSY:
        raise BUSY.error(remittance=remittance, state=row.state.value)
    return row, read_part(work, remittance, place)


def _set(work: Work, part: RemittanceClaimRow, **values: object) -> None:
    columns = remittance_claim_table.c
    here = columns.remittance_id == part.remittance_id, columns.place == part.place
    work.execute(work.update(remittance_claim_table).where(*here).values(**values))


def _give_back(work: Work, row: RemittanceRow, part: RemittanceClaimRow, actor: str) -> None:
    """The entry that stands on the claim is countered; the money it brought is unapplied again."""
    base, today = source_of(row.id, part.place, row.generation), work.now.date()
    applied = f"{base}/applied/{part.moves - 1}" if part.moves > 1 else f"{base}/applied"
    found = {entry.source_key: entry for entry in entries_of(work, [base, applied])}
    standing = found.get(applied) or found.get(base)
    if standing is None:
        return
    entries = [counter_entry(standing, effective=today, cause=f"undo/{standing.source_key}", actor=actor)]
    if standing.source_key == base and part.paid:
        entries.append(
            Entry(
                kind=EntryKind.UNAPPLIED,
                effective=today,
                source_key=f"{base}/loose/{part.moves}",
                lines=(Line(PAYER_CASH, part.paid), Line(UNAPPLIED, -part.paid)),
                remittance_id=row.id,
                memo="unmatched",
                actor=actor,
            )
        )
    post_many(work, entries)
