"""Claims that are ready, into files, and the files in line: for the schedule, and for a person who sends one claim now.

A file is built and kept in the transaction that puts its upload in line. A connection takes the claims of the payers
that are routed to it, in files of the size its vendor takes.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.connect.capabilities import SubmitsClaims
from chartline.connect.connections import Connection
from chartline.connect.facts import ClaimFile
from chartline.connect.routing import Service
from chartline.domains.claims import EnvelopeFacts, FileParties, build_files
from chartline.domains.claims.ready import ready_claims
from chartline.domains.practice.settings import Practice, read_practice
from chartline.flows.ground import VENDOR, Ground
from chartline.flows.routing import share_of, ways
from chartline.formats.x12.envelope_writer import Usage
from chartline.platform.database import Work

UPLOAD = "claims.upload"
MOST_CLAIMS = 500
"""Claims in one file, where the vendor takes as many: a larger one gains nothing and is slower to mend."""


def fill_files(ground: Ground, organisation: str, connection_id: str) -> tuple[int, bool]:
    """Put claims that are ready for a connection into files; how many, and whether more may wait."""
    offering = [connection for connection, _ in ground.every(organisation, SubmitsClaims)]
    with ground.database.work(organisation) as work:
        connection = ground.connections.get(work, connection_id)
        most = most_claims(ground, connection)
        share = share_of(work, connection_id, offering)
        ready = ready_claims(work, most, only=share.only, but=share.but)
        if ready:
            put_in_line(ground, work, connection, ready)
    return len(ready), len(ready) == most


def send_one(ground: Ground, work: Work, connection: Connection, claim: str) -> ClaimFile:
    """Put one claim into a file of its own, and that in line."""
    return put_in_line(ground, work, connection, [claim])[0]


def way_of(ground: Ground, organisation: str, payer_id: str) -> Connection:
    """The connection that the claims of a payer go through. Raises ``connect.not_connected``."""
    return ways(ground, organisation, SubmitsClaims, Service.CLAIMS, payer_id)[0][0]


def put_in_line(ground: Ground, work: Work, connection: Connection, claims: Sequence[str]) -> list[ClaimFile]:
    """Build the files of claims, one for each kind, and put their uploads in line."""
    files = build_files(work, ground.vault, claims, envelope_of(connection, read_practice(work)))
    for file in files:
        ground.jobs.enqueue(
            work,
            UPLOAD,
            VENDOR,
            {"connection": connection.id, "file": file.name},
            key=f"upload/{file.name}",
            organisation=work.organisation,
        )
    return files


def most_claims(ground: Ground, connection: Connection) -> int:
    """How many claims a file for a connection holds at most."""
    return min(MOST_CLAIMS, ground.about(connection.vendor).size("claims_per_upload", MOST_CLAIMS))


def envelope_of(connection: Connection, practice: Practice) -> EnvelopeFacts:
    """Interchange names: of the connection where it says so, else the practice's tax id and the vendor's name."""
    options = connection.options
    receiver = options.get("receiver_id") or connection.vendor.upper()
    production = options.get("environment", "production") == "production"
    return EnvelopeFacts(
        parties=FileParties(
            sender_id=options.get("sender_id") or practice.tax_id,
            sender_name=practice.name,
            receiver_id=receiver,
            receiver_name=options.get("receiver_name") or receiver,
            contact=practice.contact,
            phone=practice.phone,
        ),
        usage=Usage.PRODUCTION if production else Usage.TEST,
    )
