"""Prior authorization from the desk to the payer's answer, over CORE on a real socket: asked, pended, decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.connectors.core.gateway import credentials
from tests.support.clocks import jump
from tests.support.filled import DirectRun, Filled
from tests.support.simulators import Simulator, running

from chartline.connect.clearing import Authorizes
from chartline.domains.coverage.authorizations import Authorization, AuthorizationState, Procedure, Route
from chartline.domains.coverage.authorizations.authorization import authorization_history, read_authorization
from chartline.domains.coverage.authorizations.steps import Wanted
from chartline.flows import authorizations as story
from chartline.flows.authorizations import AuthorizationStory
from chartline.flows.coverage_desk import ordered_coverages
from chartline.platform.jobs import ComeBack


@pytest.fixture
def filled(filled_sqlite: Filled) -> Filled:
    return filled_sqlite


@pytest.fixture
def simulator(filled: Filled) -> Iterator[Simulator]:
    """The payer's gateway, on the practice's clock, and connected."""
    folder = Path(filled.services.settings.clock).parent
    with running("core", folder) as made:
        known = credentials(made.url, environment="simulator")
        with filled.services.database.work(filled.organisation) as work:
            connection = filled.services.connections.add(
                work, vendor="core", name=f"Payer at {made.url}", options=known.options, secrets=known.secrets
            )
        yield made
        # The practice is shared by the tests of this file; each has a payer of its own.
        with filled.services.database.work(filled.organisation) as work:
            filled.services.connections.set_enabled(work, connection.id, False)
    (folder / "core.json").unlink()


def asked(filled: Filled) -> Authorization:
    ground, patient = filled.services.ground, filled.patients[2]
    with ground.database.read(filled.organisation) as work:
        coverage = ordered_coverages(work, ground.records, patient)[0]
    wanted = Wanted(
        patient_id=patient,
        coverage_id=coverage.id,
        payer_id=coverage.fact.payer_id,
        payer_name=coverage.fact.payer_name,
        provider_npi="1999999984",
        procedures=(Procedure("90837", 12),),
        diagnoses=("F331",),
        begin=date(2026, 3, 10),
        end=date(2026, 6, 10),
    )
    return story.begin(ground, filled.organisation, "user:desk", wanted)


def send(filled: Filled, one: Authorization) -> object:
    return AuthorizationStory(filled.services.ground).submit(DirectRun(filled.organisation), {"authorization": one.id})


def sync(filled: Filled) -> None:
    AuthorizationStory(filled.services.ground).sync(DirectRun(filled.organisation), {})


def now(filled: Filled, one: Authorization) -> Authorization:
    with filled.services.database.read(filled.organisation) as work:
        return read_authorization(work, one.id)


def pass_by(filled: Filled, span: timedelta) -> None:
    jump(Path(filled.services.settings.clock), filled.services.clock.now() + span, 1.0)


def counted(simulator: Simulator) -> int:
    return int(simulator.ask("counters")["authorizations"])


def test_a_pended_request_is_decided_by_the_sync_job(filled: Filled, simulator: Simulator) -> None:
    simulator.tell("minds", procedure="90837", action="A4", then="A6", hours=30)
    assert [connection.vendor for connection, _ in filled.services.ground.every(filled.organisation, Authorizes)] == [
        "core"
    ]
    one = asked(filled)
    assert (one.state, one.route) == (AuthorizationState.SUBMITTED, Route.WIRE)
    assert send(filled, one) == {"state": "pended"}
    sync(filled)
    assert now(filled, one).state is AuthorizationState.PENDED
    pass_by(filled, timedelta(hours=31))
    sync(filled)
    done = now(filled, one)
    assert (done.state, done.units_approved) == (AuthorizationState.MODIFIED, 6)
    assert done.number.startswith("AU")
    assert counted(simulator) == 1
    with filled.services.database.read(filled.organisation) as work:
        last = authorization_history(work, filled.services.vault, one.id)[-1]
        assert last.exchange_id is not None
        kept = filled.services.exchanges.read(work, last.exchange_id)
    assert (kept.entry.vendor, kept.entry.operation) == ("core", "278_results")


def test_a_lost_answer_is_found_and_the_request_is_opened_once(filled: Filled, simulator: Simulator) -> None:
    simulator.tell("faults", operation="278", kind="drop")
    one = asked(filled)
    assert isinstance(send(filled, one), ComeBack)
    pass_by(filled, timedelta(minutes=5))
    assert send(filled, one) == {"state": "approved"}
    assert counted(simulator) == 1


def test_a_gateway_in_the_payers_place_never_makes_it_send_again(filled: Filled, simulator: Simulator) -> None:
    simulator.tell("faults", operation="278", kind="html")
    one = asked(filled)
    for _ in range(4):
        assert isinstance(send(filled, one), ComeBack)
        pass_by(filled, timedelta(hours=12))
    assert (counted(simulator), now(filled, one).state) == (0, AuthorizationState.SUBMITTED)
