"""A visit that was held and charged is billed one way, once, whichever comes first and whatever breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
from tests.flows.house import ACTOR, House, coverage_of, house, person_of
from tests.support.invented import charges_of
from tests.support.waiting import until

from chartline.connect.capabilities import SubmitsCharges
from chartline.connect.facts import ChargeFact
from chartline.connect.refusals import CHARGES_STAND
from chartline.connectors.advancedmd.simulator.seed import ProcedureSeed
from chartline.domains.claims import Claim, Word, list_claims
from chartline.domains.claims.queries import ClaimFilter
from chartline.domains.codes import CodeSystem
from chartline.domains.codes.catalogue import NOT_VALID_THEN, Code, load_codes
from chartline.domains.ledger import claim_balances
from chartline.domains.practice.billing_route import BillingRoute, VisitBilling, billings
from chartline.domains.practice.charge_questions import ChargeChoice, open_questions
from chartline.domains.practice.settings import save_payer_route
from chartline.domains.practice.visits import encounter_id
from chartline.domains.sync.fields import Kind
from chartline.flows.front_desk import add_coverage, capture_charges, new_patient
from chartline.flows.practice_sync import PULL_VISITS, PUSH
from chartline.flows.visit_to_claim import NOT_LINKED, TELL_AFTER, decide_charges, queue_billing
from chartline.kernel.money import Money
from chartline.kernel.outcome import Receipt
from chartline.kernel.sealed import Purpose
from chartline.platform.jobs.timers import next_due
from chartline.sandbox.seeds import office_seed, visit_ref
from chartline.sandbox.world import DAY

OURS, THEIRS = 1, 4
"""A visit whose payer is billed through the clearinghouse, and one whose payer is billed by the practice system."""


def appointment(home: House, number: int) -> str:
    found = home.local(Kind.VISIT, home.vendors.number("visit", visit_ref(home.visit(number))))
    assert found is not None
    return found


def billing(home: House, appointment_id: str) -> VisitBilling | None:
    encounter = encounter_id(home.organisation, appointment_id)
    with home.work() as work:
        return billings(work, [encounter]).get(encounter)


def claims(home: House) -> list[Claim]:
    with home.work() as work:
        return list_claims(work, ClaimFilter()).claims


def saves(home: House) -> list[int]:
    """How often charges were saved at the practice system, by visit."""
    return list(home.vendors.office_counters()["charge_saves_per_visit"].values())


def bill_again(home: House, appointment_id: str, times: int = 1) -> None:
    with home.work() as work:
        for _ in range(times):
            queue_billing(home.ground, work, appointment_id)
    home.play()


def both_ways(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    ours, theirs = appointment(home, OURS), appointment(home, THEIRS)
    for one, number in ((ours, OURS), (theirs, THEIRS)):
        home.charge(one, number)
        home.seen(one)
    home.play()
    for one in (ours, theirs):
        bill_again(home, one, 3)
    (claim,) = claims(home)
    assert (claim.word, saves(home), home.codes()) == (Word.VALIDATED, [1], [])
    first, second = billing(home, ours), billing(home, theirs)
    assert first is not None
    assert second is not None
    assert (first.route, first.reference) == (BillingRoute.CLEARINGHOUSE, claim.id)
    assert (second.route, bool(second.reference)) == (BillingRoute.PRACTICE_SYSTEM, True)


def test_each_payers_visits_go_their_one_way_once(home: House) -> None:
    both_ways(home)


def test_each_payers_visits_go_their_one_way_once_on_postgresql(grown_home: House) -> None:
    both_ways(grown_home)


Act = Callable[[House, str, int], None]


def charge(home: House, one: str, number: int) -> None:
    home.charge(one, number)


def held_here(home: House, one: str, _: int) -> None:
    home.seen(one)


def held_there(home: House, _: str, number: int) -> None:
    """The front desk says it in the practice system, and the feed brings it."""
    home.pass_by(minutes=10)
    home.vendors.say(home.visit(number), "3")
    home.do(PULL_VISITS, connection=home.advancedmd)


def test_billing_begins_when_both_are_there_whichever_comes_first(tmp_path: Path, sqlite_template: Path) -> None:
    orders: list[tuple[Act, Act]] = [
        (charge, held_here),
        (held_here, charge),
        (charge, held_there),
        (held_there, charge),
    ]
    pairs = [(1, 4), (5, 8), (9, 12), (13, 16)]
    with house(tmp_path, template=sqlite_template, patients=[number for pair in pairs for number in pair]) as home:
        home.do(PULL_VISITS, connection=home.advancedmd)
        for done, (acts, pair) in enumerate(zip(orders, pairs, strict=True)):
            ids = {number: appointment(home, number) for number in pair}
            for number, one in ids.items():
                acts[0](home, one, number)
            home.play()
            assert (len(claims(home)), saves(home)) == (done, [1] * done)
            for number, one in ids.items():
                acts[1](home, one, number)
            home.play()
            assert (len(claims(home)), saves(home), home.codes()) == (done + 1, [1] * (done + 1), [])


def test_a_visit_that_is_billed_one_way_is_never_billed_the_other_way(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    ids = {number: appointment(home, number) for number in (OURS, THEIRS)}
    for number, one in ids.items():
        home.charge(one, number)
        home.seen(one)
    home.play()
    with home.work() as work:
        for number in ids:
            payer = home.patient(number).payer
            save_payer_route(work, payer.payer_id, next(r for r in BillingRoute if r.value != payer.route))
    for one in ids.values():
        bill_again(home, one)
    assert home.codes() == ["practice.billed_another_way"] * 2
    assert (len(claims(home)), saves(home)) == (1, [1])


def test_a_visit_without_insurance_waits_on_the_desk_until_there_is_one(home: House) -> None:
    patient = home.patient(OURS)
    patient_id = new_patient(home.ground, home.organisation, ACTOR, person_of(patient))
    one = home.book(OURS, patient_id)
    home.charge(one, OURS)
    home.play()
    home.seen(one)
    home.play()
    (issue,) = home.issues()
    assert (issue.problem.code, issue.problem.fields) == ("billing.no_coverage", {"appointment": one})
    assert (claims(home), billing(home, one)) == ([], None)
    add_coverage(home.ground, home.organisation, ACTOR, patient_id, coverage_of(patient))
    home.services.jobs.retry(issue.key, home.organisation)
    home.play()
    assert (len(claims(home)), home.codes()) == (1, [])


def test_charges_saved_without_an_answer_are_looked_up_and_saved_once(tmp_path: Path, sqlite_template: Path) -> None:
    kinds = {4: "drop", 8: "cut", 12: "empty", 16: "html"}
    with house(tmp_path, template=sqlite_template, patients=kinds) as home:
        home.do(PULL_VISITS, connection=home.advancedmd)
        for number, kind in kinds.items():
            home.break_next("advancedmd", "savecharges", kind)
            one = appointment(home, number)
            home.charge(one, number)
            home.seen(one)
            home.play()
            bill_again(home, one)
        assert (saves(home), home.codes()) == ([1] * len(kinds), [])
        found = home.intents("save_charges")
    # A gateway's page stood in for the vendor: nothing was saved then, so it was sent again.
    assert [(state, sends) for state, sends, _ in found] == [("done", 1), ("done", 1), ("done", 1), ("done", 2)]
    assert all(looks for _, _, looks in found[3:])


def test_charges_are_billed_once_when_several_workers_come_to_it_together(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    ids = [appointment(home, number) for number in (OURS, THEIRS)]
    for one, number in zip(ids, (OURS, THEIRS), strict=True):
        home.seen(one)
        home.charge(one, number)
    with home.work() as work:
        for one in ids * 6:
            queue_billing(home.ground, work, one)
    home.play()
    assert (len(claims(home)), saves(home), home.codes()) == (1, [1], [])


def test_charges_wait_for_their_visit_to_reach_the_practice_system(home: House) -> None:
    patient_id = home.register(THEIRS)
    one = home.book(48, patient_id)
    home.charge(one, 48)
    home.seen(one)
    until(lambda: next_due(home.services.database) is not None)
    assert saves(home) == []
    home.put(PUSH, connection=home.advancedmd)
    home.play()
    assert (saves(home), home.codes()) == ([1], [])


def test_a_code_that_the_office_does_not_have_waits_on_the_desk_until_it_has_it(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    one = appointment(home, THEIRS)
    line = ChargeFact("90839", (), 1, home.visit(THEIRS).diagnoses, "11", Money(19900))
    capture_charges(home.ground, home.organisation, ACTOR, one, (line,))
    home.play()
    home.seen(one)
    home.play()
    (issue,) = home.issues()
    assert (issue.problem.code, saves(home)) == ("advancedmd.procedure_unknown", [])
    (seed,) = office_seed(home.world)
    seed.procedures.append(ProcedureSeed(code="90839", fee="199.00"))
    home.simulators["advancedmd"].tell("offices", **msgspec.to_builtins(seed))
    home.services.jobs.retry(issue.key, home.organisation)
    home.play()
    assert (saves(home), home.codes()) == ([1], [])


def test_charges_that_somebody_entered_there_are_asked_about_and_the_decision_is_carried_out(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    one = appointment(home, THEIRS)
    number = home.vendors.number("visit", visit_ref(home.visit(THEIRS)))
    patient = home.vendors.number("patient", f"patient-{home.patient(THEIRS).number}")
    others = (ChargeFact("90785", (), 1, home.visit(THEIRS).diagnoses, "11", Money(2000)),)
    connector = home.ground.open(home.organisation, home.advancedmd, SubmitsCharges)
    assert isinstance(connector.save_charges(number, patient, others, DAY), Receipt)
    home.charge(one, THEIRS)
    home.seen(one)
    home.play()
    assert (set(home.codes()), saves(home)) == ({CHARGES_STAND.code}, [1])
    with home.work() as work:
        (question,) = open_questions(work, home.services.vault)
    assert [line.charge.procedure for line in question.theirs.reveal(Purpose.SHOW)] == ["90785"]
    decide_charges(home.ground, home.organisation, ACTOR, one, ChargeChoice.REPLACE)
    home.play()
    assert (home.codes(), saves(home)) == ([], [2])
    taken = billing(home, one)
    assert taken is not None
    assert taken.reference == number


def test_a_code_that_ended_since_it_was_captured_is_not_sent(home: House) -> None:
    patient_id = home.register(THEIRS)
    one = home.book(48, patient_id)
    home.charge(one, 48)
    home.seen(one)
    code = charges_of(home.visit(48))[0].procedure
    with home.work() as work:
        ended = Code(CodeSystem.PROCEDURE, code, date(2020, 1, 1), date(2020, 12, 31), "ended")
        load_codes(work, [ended])
    home.put(PUSH, connection=home.advancedmd)
    home.play()
    assert (saves(home), set(home.codes())) == ([], {NOT_VALID_THEN.code})


def test_a_claim_puts_its_charge_into_the_ledger_once(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    one = appointment(home, OURS)
    home.seen(one)
    home.charge(one, OURS)
    home.play()
    bill_again(home, one, 2)
    (claim,) = claims(home)
    with home.work() as work:
        assert sorted(each.minor for each in claim_balances(work, [claim.id])[claim.id].values()) == [
            -claim.total.minor,
            claim.total.minor,
        ]


def test_charges_whose_visit_never_goes_out_are_told_of_and_follow_when_it_does(home: House) -> None:
    patient_id = home.register(THEIRS)
    one = home.book(48, patient_id)
    home.charge(one, 48)
    home.play()
    home.seen(one)
    for _ in range(TELL_AFTER + 1):
        until(lambda: next_due(home.services.database) is not None)
        home.pass_until((next_due(home.services.database) or home.keeper.now()) + timedelta(seconds=1))
        until(lambda: (next_due(home.services.database) or home.keeper.now()) > home.keeper.now())
    (issue,) = home.issues()
    assert (issue.problem.code, issue.goes_on) == (NOT_LINKED.code, True)
    assert issue.problem.fields == {"appointment": one}
    home.put(PUSH, connection=home.advancedmd)
    home.play()
    assert (saves(home), home.codes()) == ([1], [])
