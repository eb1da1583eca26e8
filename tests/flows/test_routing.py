"""A read goes on to the next vendor when the first is down; a payer's own no is final, and claims keep their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.support.filled import Filled

from chartline.connect.clearing import ListsPayers, PayerEntry
from chartline.connect.connections import Connection
from chartline.connect.facts import Page
from chartline.connect.health import FAILURES, Circuit
from chartline.connect.routing import Service, save_route
from chartline.connect.transport import UNREACHABLE
from chartline.flows.ground import Ground
from chartline.flows.routing import ask, share_of
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Sealed

NO = ErrorKind("tests.payers_no", Blame.PAYER, Again.NEVER, "The payer says no.", "Ask the payer.", status=409)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
Said = Receipt[Page[PayerEntry]] | Later | Refused


class Directory:
    """A vendor that says one thing."""

    def __init__(self, said: Said) -> None:
        self.said, self.asked = said, 0

    def payers(self, cursor: str = "") -> Said:
        self.asked += 1
        return self.said


def answer(name: str) -> Said:
    return Receipt(Page((PayerEntry(name, name),), "", False), None)


@pytest.fixture
def practice(filled_sqlite: Filled) -> tuple[Ground, str]:
    """An organisation of its own with connections that are nobody's but this test's."""
    services = filled_sqlite.services
    return services.ground, services.access.create_organisation(f"Routing {new_id()}")


def connect(ground: Ground, organisation: str, *directories: Directory) -> tuple[Ground, list[Connection]]:
    made: list[Connection] = []
    with ground.database.work(organisation) as work:
        for number, _ in enumerate(directories):
            options = {"environment": "simulator", "priority": str(number + 1)}
            secrets = {"account_key": Sealed("SIM-0001")}
            made.append(
                ground.connections.add(work, vendor="claimmd", name=f"House {number}", options=options, secrets=secrets)
            )
    by_id = dict(zip([one.id for one in made], directories, strict=True))
    return replace(ground, connector=lambda _, connection: by_id[connection.id]), made


def payers(ground: Ground, organisation: str, payer: str = "00123") -> tuple[str, Said, tuple[str, ...]]:
    connection, outcome, passed = ask(
        ground, organisation, ListsPayers, Service.ELIGIBILITY, payer, lambda _, one: one.payers()
    )
    return connection.name, outcome, tuple(one.connection.name for one in passed)


def test_the_first_in_order_is_asked_and_no_other(practice: tuple[Ground, str]) -> None:
    first, second = Directory(answer("a")), Directory(answer("b"))
    ground, _ = connect(*practice, first, second)
    name, _, passed = payers(ground, practice[1])
    assert (name, passed, second.asked) == ("House 0", (), 0)


@pytest.mark.parametrize("trouble", [Refused(UNREACHABLE.problem()), Later(NOW, "budget")])
def test_a_vendor_in_trouble_is_passed_over(practice: tuple[Ground, str], trouble: Said) -> None:
    ground, _ = connect(*practice, Directory(trouble), Directory(answer("b")))
    name, outcome, passed = payers(ground, practice[1])
    assert (name, passed) == ("House 1", ("House 0",))
    assert isinstance(outcome, Receipt)


def test_a_payers_no_is_the_same_everywhere(practice: tuple[Ground, str]) -> None:
    second = Directory(answer("b"))
    ground, _ = connect(*practice, Directory(Refused(NO.problem())), second)
    name, outcome, _ = payers(ground, practice[1])
    assert name == "House 0"
    assert isinstance(outcome, Refused)
    assert second.asked == 0


def test_when_none_can_the_first_one_says_when(practice: tuple[Ground, str]) -> None:
    ground, _ = connect(*practice, Directory(Later(NOW, "first")), Directory(Refused(UNREACHABLE.problem())))
    name, outcome, _ = payers(ground, practice[1])
    assert name == "House 0"
    assert outcome == Later(NOW, "first")


def test_a_payers_own_setting_comes_before_the_order(practice: tuple[Ground, str]) -> None:
    ground, made = connect(*practice, Directory(answer("a")), Directory(answer("b")))
    with ground.database.work(practice[1]) as work:
        save_route(work, "00123", Service.ELIGIBILITY, made[1].id)
    assert payers(ground, practice[1])[0] == "House 1"
    assert payers(ground, practice[1], "77001")[0] == "House 0"


def test_every_payers_claims_go_through_exactly_one_connection(practice: tuple[Ground, str]) -> None:
    ground, made = connect(*practice, Directory(answer("a")), Directory(answer("b")))
    with ground.database.work(practice[1]) as work:
        save_route(work, "00123", Service.CLAIMS, made[1].id)
        shares = [share_of(work, one.id, made) for one in made]
    for payer in ("00123", "77001", "NEW"):
        takers = [one for one in shares if (payer in one.only if one.only is not None else payer not in one.but)]
        assert len(takers) == 1, payer


def test_claims_not_yet_in_a_file_go_on_while_the_first_vendor_is_down(practice: tuple[Ground, str]) -> None:
    ground, made = connect(*practice, Directory(answer("a")), Directory(answer("b")))
    circuit = Circuit(ground.database, practice[1], made[0].id)
    for _ in range(FAILURES):
        circuit.failed("connect.unreachable")
    with ground.database.work(practice[1]) as work:
        first, second = (share_of(work, one.id, made) for one in made)
    assert first.only == frozenset()
    assert second.only is None
