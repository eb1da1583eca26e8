from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tests.domains.practice_world import PLAN, START, VISIT, World

from chartline.connect.facts import VisitStatus
from chartline.domains.practice.billing_route import claim_route
from chartline.domains.practice.charges import ChargedVisit, ChargeLine, capture
from chartline.domains.practice.coverages import write_coverage
from chartline.domains.practice.day import ChargeState, day_visits
from chartline.domains.practice.settings import BillingRoute
from chartline.domains.practice.visits import encounter_id, write_visit
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money

DAY = date(2026, 3, 2)
DENVER = ZoneInfo("America/Denver")


def fill(world: World, hours: list[int]) -> list[str]:
    ids = [new_id() for _ in hours]
    with world.work() as work:
        for appointment_id, hour in zip(ids, hours, strict=True):
            visit = replace(VISIT, start=START + timedelta(hours=hour))
            world.records.put(work, write_visit(visit, appointment_id, f"p{hour}", "dr1"))
            world.records.put(work, write_coverage(PLAN, new_id(), f"p{hour}"))
    return ids


def test_a_day_is_the_offices_day(world: World) -> None:
    # START is 10:00 in Denver: these are 23:00 the day before, midnight, 10:00, 23:00, and midnight the day after.
    ids = fill(world, [-11, -10, 0, 13, 14])
    with world.work() as work:
        page = day_visits(work, world.records, DAY, DENVER)
    assert ids[1:4] == [one.appointment_id for one in page.visits]


def test_the_day_shows_coverage_and_charges_and_leaves_deleted_visits_out(world: World) -> None:
    charged, billed, deleted = fill(world, [0, 1, 2])
    line = ChargeLine("90837", 1, ("F411",), "11", amount=Money(18000))
    with world.work() as work:
        for one in (charged, billed):
            visit = ChargedVisit(encounter_id(world.organisation, one), "p0", DAY)
            capture(work, visit, [line], "u1")
        claim_route(work, encounter_id(world.organisation, billed), BillingRoute.PRACTICE_SYSTEM)
        gone = replace(VISIT, start=START + timedelta(hours=2), status=VisitStatus.DELETED)
        world.records.put(work, write_visit(gone, deleted, "p2"))
        first, second = day_visits(work, world.records, DAY, DENVER).visits
    assert (charged, "p0", "dr1", START) == (first.appointment_id, first.patient_id, first.provider_id, first.start)
    assert ("00999", ChargeState.CHARGED, Money(18000)) == (first.payer_id, first.charge_state, first.charged)
    assert (second.charge_state, second.route) == (ChargeState.BILLED, BillingRoute.PRACTICE_SYSTEM)


def test_a_day_costs_the_same_queries_however_long_it_is(world: World) -> None:
    fill(world, [0, 1])
    with world.work() as work, world.counted() as few:
        assert len(day_visits(work, world.records, DAY, DENVER).visits) == 2
    fill(world, [2, 3, 4, 5, 6, 7])
    with world.work() as work, world.counted() as many:
        page = day_visits(work, world.records, DAY, DENVER, limit=5)
        rest = day_visits(work, world.records, DAY, DENVER, page.cursor, limit=5)
    assert (len(page.visits), len(rest.visits), rest.cursor) == (5, 3, None)
    assert len(many) <= 2 * len(few)
