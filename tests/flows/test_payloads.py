"""A claim as each clearinghouse would be sent it: side by side, masked unless asked, and nothing is sent or kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.connectors.core.gateway import credentials
from tests.support.filled import Filled

from chartline.domains.claims import read_claims
from chartline.flows.payloads import Payload, payloads
from chartline.kernel.ids import new_id


@pytest.fixture
def filled(filled_sqlite: Filled) -> Iterator[Filled]:
    """The practice with a second house, where nobody listens: nothing may be asked of it."""
    made = filled_sqlite
    known = credentials("http://127.0.0.1:9")
    connections = made.services.connections
    with made.services.database.work(made.organisation) as work:
        connection = connections.add(
            work, vendor="core", name=f"Second house {new_id()}", options=known.options, secrets=known.secrets
        )
    yield made
    with made.services.database.work(made.organisation) as work:
        connections.set_enabled(work, connection.id, False)


def seen(filled: Filled, claim: str, *, values: bool) -> list[Payload]:
    with filled.services.database.read(filled.organisation) as work:
        return payloads(filled.services.ground, work, claim, values=values)


def words(column: Payload) -> str:
    return "\n".join(line.text for line in column.lines)


def test_a_claim_stands_side_by_side_and_what_differs_is_marked(filled: Filled) -> None:
    claim = filled.claims[0]
    with filled.services.database.read(filled.organisation) as work:
        number = read_claims(work, [claim])[claim].number
    first, second = seen(filled, claim, values=True)
    assert (first.vendor, second.vendor, second.parts[0][1]) == (
        "Claim.MD",
        "X12 over CAQH CORE",
        "X12_837_Request_005010X222A1",
    )
    assert number in words(first)
    differing = {line.text.split("*")[0] for line in second.lines if line.differs}
    assert {"ISA", "GS"} <= differing
    assert "SV1" not in differing
    assert dict(second.parts)["Password"] == "•••"

    masked = seen(filled, claim, values=False)
    families = {patient.family.upper() for patient in filled.world.patients}
    for shown, open_column in zip(masked, (first, second), strict=True):
        assert not any(f"*{family}*" in words(shown) for family in families)
        assert len(shown.lines) == len(open_column.lines)
    assert {line.text.split("*")[0] for line in masked[1].lines if not line.differs} >= {"SV1", "CLM"}


def test_a_look_uses_up_no_number_and_sends_nothing(filled: Filled) -> None:
    first = [words(one) for one in seen(filled, filled.claims[0], values=True)]
    again = [words(one) for one in seen(filled, filled.claims[0], values=True)]
    assert [text.count("\n") for text in first] == [text.count("\n") for text in again]
    with filled.services.database.read(filled.organisation) as work:
        names = {entry.operation for entry in filled.services.exchanges.entries(work, limit=100).entries}
    assert "837" not in names
