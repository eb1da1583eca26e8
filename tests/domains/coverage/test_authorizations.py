"""The life of a prior authorization, its units, its checklist, and what is published of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.practice_world import World

from chartline.connect.clearing import AuthorizationReply, Certified
from chartline.domains.coverage.authorizations import (
    Alert,
    Authorization,
    AuthorizationState,
    Billed,
    Procedure,
    Route,
    Using,
    give_back,
    list_authorizations,
    needs_authorization,
    read_authorization,
    settle,
    used_by,
    uses_of,
)
from chartline.domains.coverage.authorizations.authorization import Words, authorization_history
from chartline.domains.coverage.authorizations.checklist import (
    MOST_BYTES,
    Template,
    ask_for,
    attach,
    documents_of,
    read_document,
    save_template,
    templates_for,
    waive,
)
from chartline.domains.coverage.authorizations.publishing import response_id
from chartline.domains.coverage.authorizations.states import NEXT, OVER
from chartline.domains.coverage.authorizations.steps import (
    ByHand,
    Wanted,
    cancel,
    decide,
    decide_by_hand,
    draft,
    expire_due,
    hand_over,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work

DAY = date(2026, 3, 2)
APPROVED = AuthorizationReply(Certified.APPROVED, "AUTH-1", DAY, DAY + timedelta(days=60), 10, "", "v1")


WANTED = Wanted(
    patient_id="p1",
    coverage_id="c1",
    payer_id="00999",
    payer_name="Imaginary Health",
    provider_npi="1999999984",
    procedures=(Procedure("90837", 10), Procedure("90834", 2)),
    diagnoses=("F331",),
    begin=DAY,
    end=DAY + timedelta(days=90),
    note=Sealed("Zelda Inventado needs more"),
)


def made(work: Work, world: World, **changes: object) -> Authorization:
    return draft(work, world.vault, world.records, replace(WANTED, **changes), "user:desk")


def approved(work: Work, world: World, reply: AuthorizationReply = APPROVED, **changes: object) -> Authorization:
    one = made(work, world, **changes)
    return decide(work, world.vault, world.records, one.id, reply, "job:x")


def test_it_goes_from_draft_to_an_answer_with_every_step_kept(world: World) -> None:
    with world.work() as work:
        one = made(work, world)
        sent = hand_over(work, world.vault, world.records, one.id, Route.WIRE, "conn", "user:desk")
        assert (sent.state, sent.attempt, sent.route) == (AuthorizationState.SUBMITTED, 1, Route.WIRE)
        assert sent.submitted is not None and sent.sync_until == sent.submitted + timedelta(days=90)
        pended = AuthorizationReply(Certified.PENDED, reason="0U", vendor_id="v1")
        decide(work, world.vault, world.records, one.id, pended, "job:x", exchange="x1")
        done = decide(work, world.vault, world.records, one.id, APPROVED, "job:x", exchange="x2")
        again = decide(work, world.vault, world.records, one.id, APPROVED, "job:x")
        assert (done.events, again.events, again.number, again.units_left) == (4, 4, "AUTH-1", 10)
        steps = authorization_history(work, world.vault, one.id)
        assert [step.after for step in steps] == ["draft", "submitted", "pended", "approved"]
        assert steps[-1].codes["valid_to"] == "2026-05-01"


def test_a_grant_as_asked_has_the_units_that_were_asked_for(world: World) -> None:
    with world.work() as work:
        one = approved(work, world, AuthorizationReply(Certified.APPROVED, "A"))
        assert (one.units_approved, one.valid_from, one.valid_to) == (12, DAY, DAY + timedelta(days=90))
        other = approved(work, world, AuthorizationReply(Certified.MODIFIED, "B"))
        assert (other.units_approved, other.units_left) == (None, None)


def test_what_people_typed_is_sealed_and_shown_again(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    with world.work() as work:
        one = made(work, world)
        typed = ByHand(
            decision=Certified.APPROVED,
            day=DAY,
            number="AUTH-9",
            units=4,
            words=Sealed(Words("Agent Inventado", "R-77", "said yes")),
        )
        decide_by_hand(work, world.vault, world.records, one.id, typed, "user:desk")
        last = authorization_history(work, world.vault, one.id)[-1]
        assert last.words is not None
        assert last.words.reveal(Purpose.SHOW).spoke_with == "Agent Inventado"
        assert (last.kind, last.codes["route"]) == ("by_hand", "manual")
        attach(work, world.vault, one.id, Sealed(b"INVENTADO-FILE"), "text/plain", "user:desk", title="Inventado plan")
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file())
    assert b"prior_authorization" in stored
    assert b"Inventado" not in stored
    assert b"INVENTADO" not in stored


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"procedures": ()}, "procedures"),
        ({"procedures": (Procedure("9083", 1),)}, "procedures"),
        ({"procedures": (Procedure("90837", 0),)}, "units"),
        ({"diagnoses": ("???",)}, "diagnoses"),
        ({"end": DAY - timedelta(days=1)}, "end"),
        ({"provider_npi": "1999999999"}, "provider_npi"),
        ({"payer_id": " "}, "payer_id"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field(
    sqlite_world: World, changes: dict[str, object], field: str
) -> None:
    with sqlite_world.work() as work, pytest.raises(ChartlineError) as refusal:
        made(work, sqlite_world, **changes)
    assert (refusal.value.problem.code, refusal.value.problem.fields) == ("authorization.bad_request", {"field": field})


def test_a_step_that_contradicts_what_is_known_is_refused(world: World) -> None:
    with world.work() as work:
        one = made(work, world)
        cancel(work, world.vault, world.records, one.id, "user:desk")
        with pytest.raises(ChartlineError, match=r"authorization\.wrong_step"):
            hand_over(work, world.vault, world.records, one.id, Route.WIRE, "c", "user:desk")
        with pytest.raises(ChartlineError, match=r"authorization\.none"):
            read_authorization(work, new_id())


def test_nothing_leads_out_of_an_end() -> None:
    assert all(not NEXT[state] for state in OVER)
    reached = set().union(*NEXT.values()) | {AuthorizationState.DRAFT}
    assert reached == set(AuthorizationState)


def used(work: Work, one: Authorization, claim: str, *units: int) -> bool:
    lines = tuple(Billed(place, "90837", each) for place, each in enumerate(units, 1))
    return claim not in settle(work, {claim: Using(one.id, lines)})


def test_a_claim_line_counts_once_and_is_given_back_with_its_claim(world: World) -> None:
    claim, other = new_id(), new_id()
    with world.work() as work:
        one = approved(work, world)
        assert used(work, one, claim, 6)
        assert used(work, one, claim, 6)
        assert read_authorization(work, one.id).units_left == 4
        assert not used(work, one, other, 5)
        assert used(work, one, other, 4)
        assert read_authorization(work, one.id).alerts(work.now, DAY) == (Alert.UNITS_OUT,)
        assert give_back(work, claim) == 1
        assert give_back(work, claim) == 0
        assert read_authorization(work, one.id).units_left == 6
        assert used(work, one, claim, 4, 2)
        assert used_by(work, claim) == {one.id: 6}
        assert len(uses_of(work, one.id)) == 3


def test_claims_of_one_hour_share_what_is_left(world: World) -> None:
    claims = sorted(new_id() for _ in range(3))
    with world.work() as work:
        one, other = approved(work, world), approved(work, world)
        wanted = {claim: Using(one.id, (Billed(1, "90837", 4),)) for claim in claims}
        assert settle(work, wanted) == {claims[2]}
        assert read_authorization(work, one.id).units_left == 2
        # The first moves to another number, so that the third finds room; the second uses nothing any more.
        wanted = {claims[0]: Using(other.id, (Billed(1, "90837", 4),)), claims[2]: wanted[claims[2]]}
        assert settle(work, wanted, claims) == frozenset()
        assert [used_by(work, claim) for claim in claims] == [{other.id: 4}, {}, {one.id: 4}]
        assert settle(work, {}, claims) == frozenset()
        assert read_authorization(work, one.id).units_used == 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(1, 6), max_size=3)), max_size=20))
def test_never_more_units_are_used_than_were_granted(sqlite_world: World, acts: list[tuple[int, list[int]]]) -> None:
    world, claims = sqlite_world, [new_id() for _ in range(4)]
    with world.work() as work:
        one = approved(work, world)
        counted: dict[int, int] = {}
        for claim, units in acts:
            if not units:
                give_back(work, claims[claim])
            fits = used(work, one, claims[claim], *units) if units else False
            counted[claim] = sum(units) if fits else 0
            known = read_authorization(work, one.id)
            assert known.units_used == sum(counted.values()) <= 10


def test_alerts_come_before_it_is_too_late(world: World) -> None:
    with world.work() as work:
        one = approved(work, world)
        soon, after = DAY + timedelta(days=46), DAY + timedelta(days=61)
        assert one.alerts(work.now, DAY) == ()
        assert one.alerts(work.now, soon) == (Alert.EXPIRING,)
        assert used(work, one, new_id(), 8)
        assert read_authorization(work, one.id).alerts(work.now, DAY) == (Alert.UNITS_LOW,)
        assert expire_due(work, world.vault, world.records, soon, "job:x") == 0
        assert expire_due(work, world.vault, world.records, after, "job:x") == 1
        assert read_authorization(work, one.id).state is AuthorizationState.EXPIRED
        sent = hand_over(work, world.vault, world.records, made(work, world).id, Route.MANUAL, "", "user:desk")
        assert sent.alerts(work.now, DAY) == (Alert.CALL_PAYER,)
        assert Alert.UNANSWERED in sent.alerts(work.now + timedelta(days=91), DAY)


def test_a_checklist_comes_from_templates_and_is_filled(world: World) -> None:
    with world.work() as work:
        save_template(work, Template("00999", "90837", ("Treatment plan", "Referral")), "user:desk")
        save_template(work, Template("", "96130", ("Test report",), required=False), "user:desk")
        save_template(work, Template("00777", "", ("Card",)), "user:desk")
        assert [one.items for one in templates_for(work, "00999", ["90837", "96130"])] == [
            ("Test report",),
            ("Treatment plan", "Referral"),
        ]
        assert needs_authorization(work, "00999", ["90837", "96130"]) == {"90837"}
        assert needs_authorization(work, "00777", ["99213"]) == {"99213"}
        with pytest.raises(ChartlineError, match=r"authorization\.bad_template"):
            save_template(work, Template("", "", ("x",)), "user:desk")
        one = made(work, world)
        assert ask_for(work, world.vault, one.id, ["Treatment plan", "Referral", "referral"], "user:desk") == 2
        assert read_authorization(work, one.id).missing == 2
        items = {item.title.reveal(Purpose.SHOW): item.id for item in documents_of(work, world.vault, one.id)}
        plan = Sealed(b"%PDF-1")
        attach(work, world.vault, one.id, plan, "application/pdf", "user:desk", document_id=items["Treatment plan"])
        waive(work, one.id, items["Referral"], "user:desk")
        assert read_authorization(work, one.id).missing == 0
        media, content = read_document(work, world.vault, one.id, items["Treatment plan"])
        assert (media, content.reveal(Purpose.SHOW)) == ("application/pdf", b"%PDF-1")
        for bad, kind in ((b"", "application/pdf"), (b"x", "text/html"), (b"x" * (MOST_BYTES + 1), "image/png")):
            with pytest.raises(ChartlineError, match=r"authorization\.bad_document"):
                attach(work, world.vault, one.id, Sealed(bad), kind, "user:desk")
        with pytest.raises(ChartlineError, match=r"authorization\.no_document"):
            read_document(work, world.vault, new_id(), items["Treatment plan"])


def test_it_is_published_as_a_claim_for_preauthorization(world: World) -> None:
    with world.work() as work:
        one = approved(work, world)
        claim = world.body(work, "Claim", one.id)
        response = world.body(work, "ClaimResponse", response_id(one.id))
        assert (claim["use"], claim["status"], len(claim["item"])) == ("preauthorization", "active", 2)  # ty: ignore[invalid-argument-type]
        assert (response["preAuthRef"], response["outcome"]) == ("AUTH-1", "complete")
        assert response["preAuthPeriod"] == {"start": "2026-03-02", "end": "2026-05-01"}
        assert "Inventado" not in str(claim)


def test_a_list_costs_the_same_however_long_it_is(world: World) -> None:
    with world.work() as work:
        for _ in range(3):
            approved(work, world)
        with world.counted() as few:
            list_authorizations(work, limit=1)
        with world.counted() as many:
            page = list_authorizations(work, limit=50)
        assert len(few) == len(many) == 4
        first = list_authorizations(work, limit=2)
        rest = list_authorizations(work, after=first.next or "", limit=2)
        assert [one.id for one in (*first.rows, *rest.rows)] == [one.id for one in page.rows]
