from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from tests.domains.practice_world import World

from chartline.connect.facts import ChargeFact
from chartline.domains.practice.billing_route import billed_by_route, billings, claim_route, note_reference
from chartline.domains.practice.charges import ChargedVisit, ChargeLine, capture, charges_of, unbilled
from chartline.domains.practice.fees import Fee, load_fees
from chartline.domains.practice.settings import BillingRoute
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money

ON = date(2026, 3, 2)
LINE = ChargeLine("90837", 1, ("F411", "F329"), "10", ("95",))


def visit() -> ChargedVisit:
    return ChargedVisit(new_id(), new_id(), ON, "00999")


def code_of(action: pytest.ExceptionInfo[ChartlineError]) -> str:
    return action.value.problem.code


def test_charges_are_priced_and_captured_once(world: World) -> None:
    seen = visit()
    with world.work() as work:
        load_fees(work, [Fee("90837", Money(18000), date(2026, 1, 1))])
        first = capture(work, seen, [replace(LINE, units=2), replace(LINE, amount=Money(1))], "u1")
        again = capture(work, seen, [replace(LINE, units=2), replace(LINE, amount=Money(1))], "u2")
        kept = charges_of(work, [seen.encounter_id, new_id()])
    assert (True, Money(36001)) == (first.changed, first.total)
    assert (False, first.charges) == (again.changed, again.charges)
    assert {seen.encounter_id: first.charges} == kept
    assert ChargeFact("90837", ("95",), 2, ("F411", "F329"), "10", Money(36000)) == first.charges[0]


def test_charges_may_change_until_the_visit_is_billed_and_never_after(world: World) -> None:
    seen = visit()
    line = replace(LINE, amount=Money(18000))
    with world.work() as work:
        capture(work, seen, [line], "u1")
        assert capture(work, seen, [replace(line, modifiers=())], "u1").changed
        assert [seen.encounter_id] == [one.encounter_id for one in unbilled(work, ON)]
        claim_route(work, seen.encounter_id, BillingRoute.CLEARINGHOUSE)
        assert unbilled(work, ON) == []
        assert not capture(work, seen, [replace(line, modifiers=())], "u1").changed
        with pytest.raises(ChartlineError) as caught:
            capture(work, seen, [line], "u1")
        assert code_of(caught) == "practice.charges_already_billed"
        assert len(charges_of(work, [seen.encounter_id])[seen.encounter_id]) == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (replace(LINE, procedure="9083"), "codes.bad_shape"),
        (replace(LINE, diagnoses=("F41.1",)), "codes.bad_shape"),
        (replace(LINE, modifiers=("9",)), "codes.bad_shape"),
        (replace(LINE, place_of_service="98"), "codes.bad_shape"),
        (replace(LINE, units=0), "practice.bad_charge"),
        (replace(LINE, diagnoses=()), "practice.bad_charge"),
        (replace(LINE, modifiers=("95", "25", "59", "GT", "HO")), "practice.bad_charge"),
        (replace(LINE, amount=Money(-1)), "practice.bad_charge"),
        (replace(LINE, procedure="90791"), "practice.no_fee"),
    ],
)
def test_a_line_no_payer_could_read_is_refused_by_its_number(world: World, line: ChargeLine, code: str) -> None:
    good = replace(LINE, amount=Money(1))
    with world.work() as work:
        with pytest.raises(ChartlineError) as caught:
            capture(work, visit(), [good, line], "u1")
        assert code == code_of(caught)
        assert code == "practice.no_fee" or caught.value.problem.fields["line"] == "2"
        assert charges_of(work, [new_id()]) == {}


def test_a_visit_without_lines_is_refused(world: World) -> None:
    with world.work() as work, pytest.raises(ChartlineError, match=r"practice\.bad_charge"):
        capture(work, visit(), [], "u1")


def test_a_visit_is_billed_one_way(world: World) -> None:
    encounter = new_id()
    with world.work() as work:
        assert claim_route(work, encounter, BillingRoute.CLEARINGHOUSE)
        assert not claim_route(work, encounter, BillingRoute.CLEARINGHOUSE)
        note_reference(work, encounter, "C000001")
    with world.work() as work:
        with pytest.raises(ChartlineError, match=r"practice\.billed_another_way"):
            claim_route(work, encounter, BillingRoute.PRACTICE_SYSTEM)
        assert billings(work, [encounter])[encounter].reference == "C000001"
        assert billed_by_route(work) == {BillingRoute.CLEARINGHOUSE: 1}


def test_two_workers_cannot_bill_one_visit_two_ways(world: World) -> None:
    encounter = new_id()
    ready, results = threading.Barrier(2), list[str]()

    def bill(route: BillingRoute) -> None:
        ready.wait()
        try:
            with world.work() as work:
                claim_route(work, encounter, route)
            results.append(route.value)
        except ChartlineError as error:
            results.append(error.problem.code)

    workers = [threading.Thread(target=bill, args=(route,)) for route in BillingRoute]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with world.work() as work:
        taken = billings(work, [encounter])[encounter].route.value
    assert sorted([taken, "practice.billed_another_way"]) == sorted(results)
