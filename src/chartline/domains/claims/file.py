"""Claims into a file for a clearinghouse: an 837P, 837I or 837D, built once and kept.

A version of a claim can be in one file only, held by a primary key; asking for the same claims again gives the same
file, byte for byte and by name, so that an upload whose answer was lost is recognised. Refuses claims that are not
ready, and claims that are in another file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from chartline.connect.facts import ClaimFile
from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import NO_CLAIM, ClaimKind
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.numbers import next_control_number
from chartline.domains.claims.queries import read_claims
from chartline.domains.claims.tables import claim_file_item_table, claim_file_table
from chartline.domains.claims.wording import FileParties, dental_claim, institutional_claim, professional_claim
from chartline.formats.x12.dental_claim import build_837d
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.institutional_claim import build_837i
from chartline.formats.x12.professional_claim import build_837p
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NOT_READY = ErrorKind(
    "claims.not_ready",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A claim has not passed the rules, so it is not sent.",
    "Open the claim, repair what its findings name, and validate it again.",
    status=409,
)
IN_ANOTHER_FILE = ErrorKind(
    "claims.in_another_file",
    Blame.US,
    Again.NEVER,
    "A claim is already in another file; it is never sent twice.",
    "Settle that file first: it was received, or it is proven not to have arrived.",
    status=409,
)
MIXED = ErrorKind(
    "claims.mixed_kinds",
    Blame.US,
    Again.NEVER,
    "Claims of different kinds cannot go in one file.",
    "Put professional, institutional and dental claims into files of their own.",
    status=409,
)
NO_FILE = ErrorKind(
    "claims.no_file",
    Blame.US,
    Again.NEVER,
    "There is no claim file of this name.",
    "Look the file up among the submissions.",
    status=404,
)
ALREADY_SUBMITTED = ErrorKind(
    "claims.file_arrived",
    Blame.US,
    Again.NEVER,
    "The file has arrived, so its claims cannot be taken out of it.",
    "Correct the claims instead.",
    status=409,
)


@dataclass(frozen=True, slots=True)
class EnvelopeFacts:
    """Who sends the file to whom: interchange ids and the names and contact the guide wants."""

    parties: FileParties
    usage: Usage
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"


def build_files(
    work: Work, vault: Vault, claims: Sequence[str], facts: EnvelopeFacts, actor: str = "chartline"
) -> list[ClaimFile]:
    """The files of these claims: one for each kind of claim among them. Raises as ``build_file`` does."""
    kinds: dict[ClaimKind, list[str]] = {}
    present = read_claims(work, claims)
    for identity in claims:
        if identity not in present:
            raise NO_CLAIM.error(claim=identity)
        kinds.setdefault(present[identity].kind, []).append(identity)
    return [build_file(work, vault, kinds[kind], facts, actor) for kind in ClaimKind if kind in kinds]


def build_file(
    work: Work, vault: Vault, claims: Sequence[str], facts: EnvelopeFacts, actor: str = "chartline"
) -> ClaimFile:
    """The file of these claims, in this order: the one that has exactly them already, else a new one. All are of one
    kind.

    Raises ``claims.not_found``, ``claims.not_ready``, ``claims.in_another_file``, ``claims.mixed_kinds`` and the errors
    of the file's builder.
    """
    changes = ClaimChanges.of(work, claims, actor)
    present = [changes.claim(identity) for identity in dict.fromkeys(claims)]
    earlier = _files_of(work, [(claim.id, claim.version) for claim in present])
    if earlier:
        return _same_file(work, vault, earlier, {(claim.id, claim.version) for claim in present})
    for claim in present:
        if claim.work is not WorkAxis.READY or claim.submission is not SubmissionAxis.VALIDATED:
            raise NOT_READY.error(claim=claim.id)
    kind = present[0].kind
    if any(claim.kind is not kind for claim in present):
        raise MIXED.error(claim=present[0].id)
    copies = open_copies(work, vault, claims)
    control = next_control_number(work)
    content = _content(
        kind,
        [copies[claim.id] for claim in present],
        facts.parties,
        Envelope(
            sender=facts.parties.sender_id,
            receiver=facts.parties.receiver_id,
            at=work.now,
            control=control,
            usage=facts.usage,
            sender_qualifier=facts.sender_qualifier,
            receiver_qualifier=facts.receiver_qualifier,
        ),
    )
    identity, name = new_id(), f"{hashlib.sha256(content).hexdigest()[:24]}.837"
    sealed = vault.seal(work.organisation, "claim_file", identity, content)
    work.insert(
        claim_file_table, id=identity, name=name, kind=kind.value, control=control, built=work.now, sealed=sealed
    )
    work.insert_many(
        claim_file_item_table,
        [
            {
                "claim_id": claim.id,
                "version": claim.version,
                "file_id": identity,
                "place": place,
                "reference": claim.reference,
            }
            for place, claim in enumerate(present, 1)
        ],
    )
    for claim in present:
        changes.event(claim.id, EventKind.BUILT, codes={"file": name, "version": claim.version})
    changes.save()
    return ClaimFile(name, Sealed(content), tuple(claim.reference for claim in present))


def preview_file(work: Work, vault: Vault, claim: str, facts: EnvelopeFacts) -> ClaimFile:
    """The file that one claim would go in, by whatever state it is in. Nothing is kept, and no number is used up: the
    control number of a preview is 1.

    Raises ``claims.not_found`` and the errors of the file's builder.
    """
    present = read_claims(work, [claim]).get(claim)
    if present is None:
        raise NO_CLAIM.error(claim=claim)
    envelope = Envelope(
        sender=facts.parties.sender_id,
        receiver=facts.parties.receiver_id,
        at=work.now,
        control=1,
        usage=facts.usage,
        sender_qualifier=facts.sender_qualifier,
        receiver_qualifier=facts.receiver_qualifier,
    )
    copy = open_copies(work, vault, [claim])[claim]
    content = _content(present.kind, [copy], facts.parties, envelope)
    name = f"{hashlib.sha256(content).hexdigest()[:24]}.837"
    return ClaimFile(name, Sealed(content), (present.reference,))


def _content(kind: ClaimKind, copies: Sequence[ClaimCopy], parties: FileParties, envelope: Envelope) -> bytes:
    if kind is ClaimKind.INSTITUTIONAL:
        return build_837i([institutional_claim(copy, parties) for copy in copies], envelope)
    if kind is ClaimKind.DENTAL:
        return build_837d([dental_claim(copy, parties) for copy in copies], envelope)
    return build_837p([professional_claim(copy, parties) for copy in copies], envelope)


def open_file(work: Work, vault: Vault, name: str) -> ClaimFile:
    """A file that was built before. Raises ``claims.no_file``."""
    files, items = claim_file_table.c, claim_file_item_table.c
    row = work.row(work.select(claim_file_table).where(files.name == name))
    if row is None:
        raise NO_FILE.error(name=name)
    references = work.rows(
        work.select(claim_file_item_table, items.reference).where(items.file_id == row["id"]).order_by(items.place)
    )
    content = vault.open_sealed(work.organisation, "claim_file", row["id"], bytes(row["sealed"]))
    return ClaimFile(name, Sealed(content), tuple(one["reference"] for one in references))


def withdraw_file(work: Work, name: str, actor: str = "chartline") -> int:
    """Free the claims of a file that is proven not to have arrived; returns how many. Doing it again frees none.

    Only for a proven ``Refused`` or ``Absent``. Raises ``claims.no_file``, ``claims.file_arrived``.
    """
    files, items = claim_file_table.c, claim_file_item_table.c
    row = work.row(work.select(claim_file_table, files.id).where(files.name == name))
    if row is None:
        raise NO_FILE.error(name=name)
    inside = items.file_id == row["id"]
    rows = work.rows(work.select(claim_file_item_table, items.claim_id, items.version).where(inside))
    changes = ClaimChanges.of(work, [one["claim_id"] for one in rows], actor)
    for one in rows:
        claim = changes.claim(one["claim_id"])
        if claim.version != one["version"] or claim.submission is not SubmissionAxis.VALIDATED:
            raise ALREADY_SUBMITTED.error(claim=claim.id)
        changes.event(claim.id, EventKind.WITHDRAWN, codes={"file": name})
    work.execute(work.delete(claim_file_item_table).where(inside))
    changes.save()
    return len(rows)


def _files_of(work: Work, versions: list[tuple[str, int]]) -> set[str]:
    items = claim_file_item_table.c
    asked = dict(versions)
    rows = work.rows(
        work.select(claim_file_item_table, items.file_id, items.claim_id, items.version).where(
            items.claim_id.in_(list(asked))
        )
    )
    return {row["file_id"] for row in rows if asked[row["claim_id"]] == row["version"]}


def _same_file(work: Work, vault: Vault, found: set[str], asked: set[tuple[str, int]]) -> ClaimFile:
    files, items = claim_file_table.c, claim_file_item_table.c
    file = min(found)
    rows = work.rows(work.select(claim_file_item_table, items.claim_id, items.version).where(items.file_id == file))
    if len(found) > 1 or {(row["claim_id"], row["version"]) for row in rows} != asked:
        raise IN_ANOTHER_FILE.error(file=file)
    name = work.scalar(work.select(claim_file_table, files.name).where(files.id == file))
    return open_file(work, vault, name)
