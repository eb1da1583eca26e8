"""What people do with claims: hold, void, cancel, close, send again; each with its undo, and the ledger behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from tests.domains.money_world import (
    BILLING,
    FACTS,
    TODAY,
    Practice,
    charge,
    counted,
    coverage,
    report,
    source,
)

from chartline.domains.claims import (
    ClaimCopy,
    ClaimFilter,
    ClaimKind,
    Correction,
    Word,
    build_files,
    cancel,
    correct,
    draft_many,
    history,
    list_claims,
    open_copies,
    read_claim,
    record_reports,
    validate,
    validate_many,
)
from chartline.domains.claims.acts import Act, Standing, acts_of, why_not
from chartline.domains.claims.claim import ClaimSource
from chartline.domains.claims.copy import CopyLine, DentalFacts, InstitutionalFacts, RenderingIdentity
from chartline.domains.claims.correction import resubmit
from chartline.domains.claims.differences import differences
from chartline.domains.claims.ending import appeal, reopen, undo_appeal
from chartline.domains.claims.holding import hold, hold_many, release, release_many
from chartline.domains.claims.notes import add_note, notes_of, set_tags, tags_of
from chartline.domains.claims.source import CopySource, copy_of
from chartline.domains.claims.voiding import undo_void, void
from chartline.domains.ledger import claim_balances, trial_balance
from chartline.domains.ledger.accounts import REVENUE
from chartline.formats.x12.dental_claim import Tooth, read_837d
from chartline.formats.x12.institutional_claim import Occurrence, ValueAmount, read_837i
from chartline.formats.x12.professional_claim import read_837p
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed


def charged(practice: Practice, claim: str) -> Money:
    """What the ledger has as the claim's charge."""
    with practice.work() as work:
        return -claim_balances(work, [claim]).get(claim, {}).get(REVENUE, Money(0))


def taken_in(practice: Practice, **changes: object) -> str:
    """A claim that the payer has, with the payer's number."""
    (claim,) = practice.sent(source(**changes))
    answer(practice, claim, payer_number="ICN77", from_payer=True)
    return claim


def answer(practice: Practice, claim: str, status: str = "A", **changes: object) -> None:
    """A report on the present version."""
    with practice.work() as work:
        present = read_claim(work, claim)
        record_reports(
            work,
            practice.vault,
            practice.records,
            [report(present.reference, status, at=str(present.events), **changes)],
        )


def test_hundreds_are_drafted_and_checked_in_a_constant_number_of_statements(practice: Practice) -> None:
    seen: dict[int, tuple[int, int]] = {}
    for count in (60, 120):
        visits = [source() for _ in range(count)]
        with counted(practice.database) as drafting, practice.work() as work:
            made = draft_many(work, practice.vault, practice.records, visits)
        with counted(practice.database) as checking, practice.work() as work:
            found = validate_many(work, practice.vault, practice.records, made, today=TODAY)
        assert len(set(made)) == len(found) == count
        seen[count] = len(drafting), len(checking)
    assert seen[60] == seen[120]
    with practice.work() as work:
        assert draft_many(work, practice.vault, practice.records, [visits[3], visits[3]]) == [made[3], made[3]]
        assert trial_balance(work) == {"USD": Money(0)}


def test_a_held_claim_is_checked_and_not_sent_before_somebody_releases_it(practice: Practice) -> None:
    first, second = practice.drafted(source(), source())
    with practice.work() as work:
        assert hold_many(work, practice.vault, practice.records, [first, second], "asks  the doctor", "user:1") == [
            first,
            second,
        ]
        validate(work, practice.vault, practice.records, first, today=TODAY)
        present = read_claim(work, first)
        assert (present.work.value, present.hold_reason) == ("held", "asks the doctor")
        with pytest.raises(ChartlineError):
            build_files(work, practice.vault, [first], FACTS)
        held = list_claims(work, ClaimFilter(held=True)).claims
        assert {one.id for one in held} == {first, second}
    with practice.work() as work:
        assert release_many(work, practice.vault, practice.records, [first, second], "user:1") == [first, second]
        assert read_claim(work, first).word is Word.VALIDATED
        with pytest.raises(ChartlineError) as caught:
            release(work, practice.vault, practice.records, first, "user:1")
    assert caught.value.problem.code == "claims.not_in_this_state"


def test_a_void_names_the_payers_number_and_takes_the_charge_back(practice: Practice) -> None:
    claim = taken_in(practice)
    with practice.work() as work:
        void(work, practice.vault, practice.records, claim, "user:1", "wrong patient")
    assert charged(practice, claim) == Money(0)
    file = practice.send(claim)
    (sent,) = read_837p(file.content.reveal(Purpose.EXCHANGE))
    assert (sent.frequency, sent.payer_control_number) == ("8", "ICN77")
    answer(practice, claim, from_payer=True)
    with practice.work() as work:
        assert read_claim(work, claim).word is Word.CANCELLED
        with pytest.raises(ChartlineError):
            reopen(work, practice.vault, practice.records, claim, "user:1")
        assert trial_balance(work) == {"USD": Money(0)}


def test_a_void_that_no_payer_took_in_is_called_off(practice: Practice) -> None:
    claim = taken_in(practice)
    with practice.work() as work:
        void(work, practice.vault, practice.records, claim, "user:1")
        undo_void(work, practice.vault, practice.records, claim, "user:1")
        validate(work, practice.vault, practice.records, claim, today=TODAY)
        present = read_claim(work, claim)
        assert (present.version, present.frequency, present.word) == (3, "7", Word.VALIDATED)
    assert charged(practice, claim) == Money(15000)


def test_a_void_that_the_payer_refuses_is_sent_again_or_becomes_a_replacement(practice: Practice) -> None:
    claim = taken_in(practice)
    for _ in range(2):
        with practice.work() as work:
            void(work, practice.vault, practice.records, claim, "user:1")
        practice.send(claim)
        answer(practice, claim, "R")
        assert charged(practice, claim) == Money(0)
    with practice.work() as work:
        correct(work, practice.vault, practice.records, claim, Correction(place_of_service="10"), "user:1")
        assert read_claim(work, claim).frequency == "7"
    assert charged(practice, claim) == Money(15000)


def test_a_replacement_stays_one_however_often_it_is_edited_before_it_goes(practice: Practice) -> None:
    claim = taken_in(practice)
    for place in ("02", "10"):
        with practice.work() as work:
            correct(work, practice.vault, practice.records, claim, Correction(place_of_service=place), "user:1")
    with practice.work() as work:
        present = read_claim(work, claim)
        assert (present.version, present.frequency, present.place_of_service) == (3, "7", "10")
        assert open_copies(work, practice.vault, [claim])[claim].payer_number == "ICN77"


def test_a_claim_that_was_rejected_is_sent_again_as_an_original(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    answer(practice, claim, "R")
    with practice.work() as work:
        assert resubmit(work, practice.vault, practice.records, claim, "user:1") == 2
        validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert read_claim(work, claim).frequency == "1"
    file = practice.send(claim)
    assert file.references == ("C000001V2",)


def test_cancelling_and_reopening_again_and_again_leaves_the_charge_once(practice: Practice) -> None:
    (claim,) = practice.drafted(source())
    for _ in range(2):
        with practice.work() as work:
            cancel(work, practice.vault, practice.records, claim, "user:1")
        assert charged(practice, claim) == Money(0)
        with practice.work() as work:
            reopen(work, practice.vault, practice.records, claim, "user:1")
            validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert charged(practice, claim) == Money(15000)


def test_an_edit_of_every_part_says_which_places_changed_and_no_value(practice: Practice) -> None:
    (claim,) = practice.drafted(source(charge(15000), charge(4000, "96127")))
    with practice.work() as work:
        old = open_copies(work, practice.vault, [claim])[claim]
        lines = (msgspec.structs.replace(old.lines[0], units=2, amount=30000, modifiers=("95",)), old.lines[1])
        change = Correction(
            member_id=Sealed("XQZ0000001"),
            lines=lines,
            diagnoses=("F41.1", "F33.1"),
            service_date=date(2026, 3, 1),
            prior_authorization="PA-1",
            rendering=RenderingIdentity(last="Otherhand", first="Zed", npi="1999999984"),
        )
        correct(work, practice.vault, practice.records, claim, change, "user:1", "front desk")
        new = open_copies(work, practice.vault, [claim])[claim]
        assert (new.total, new.service_date, new.diagnoses) == (34000, date(2026, 3, 1), ("F411", "F331"))
        event = history(work, claim)[-1]
        places = event.codes["places"]
        assert isinstance(places, list)
        assert {"coverage.member_id", "lines.1.units", "lines.1.modifiers", "service_date", "total"} <= set(places)
        assert "XQZ0000001" not in str(event.codes)
        shown = {one.label: one.after.reveal(Purpose.SHOW) for one in differences(old, new)}
        assert shown["Line 1: modifiers"] == "95"
        assert shown["Total"] == "340.00"
    assert charged(practice, claim) == Money(34000)


def test_an_appeal_is_taken_back_to_the_decision_that_stood(practice: Practice) -> None:
    claim = taken_in(practice)
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        appeal(work, practice.vault, practice.records, claim, "user:1")
    assert caught.value.problem.fields["act"] == "appeal"
    with practice.work() as work, pytest.raises(ChartlineError):
        undo_appeal(work, practice.vault, practice.records, claim, "user:1")


def test_notes_are_sealed_and_tags_are_found(practice: Practice) -> None:
    (claim,) = practice.drafted(source())
    with practice.work() as work:
        add_note(work, practice.vault, claim, Sealed("Zzyzxdottir called."), "user:1")
        set_tags(work, claim, ["second-look", "Second-Look", "vip"], "user:1")
        assert tags_of(work, [claim]) == {claim: ["second-look", "vip"]}
        assert [one.id for one in list_claims(work, ClaimFilter(tag="vip")).claims] == [claim]
        assert [one.text.reveal(Purpose.SHOW) for one in notes_of(work, practice.vault, claim)] == [
            "Zzyzxdottir called."
        ]
        assert "Zzyzx" not in str(history(work, claim))
        with pytest.raises(ChartlineError):
            set_tags(work, claim, ["Mrs. Z"], "user:1")


def test_the_three_kinds_of_claims_go_in_files_of_their_own(practice: Practice) -> None:
    plain = copy_of(source(), "C1")
    hospital = msgspec.structs.replace(
        plain,
        kind="institutional",
        institutional=InstitutionalFacts(
            facility_code="13",
            statement_from=plain.service_date,
            statement_through=plain.service_date,
            patient_status="01",
            admission_type="3",
            admission_source="1",
            occurrences=(Occurrence("11", plain.service_date),),
            values=(ValueAmount("01", Decimal("120.50")),),
            condition_codes=("09",),
            attending=RenderingIdentity(last="Mocktherapist", first="Ada", npi="1999999976"),
        ),
        lines=(msgspec.structs.replace(plain.lines[0], revenue_code="0914"),),
    )
    dental = msgspec.structs.replace(
        plain,
        kind="dental",
        dental=DentalFacts(),
        diagnoses=(),
        lines=(
            CopyLine(
                control="",
                procedure="D2392",
                units=1,
                amount=15000,
                pointers=(),
                service_date=plain.service_date,
                place_of_service="11",
                teeth=(Tooth("14", ("M", "O")),),
            ),
        ),
    )
    with practice.work() as work:
        wholes = [_whole(copy) for copy in (hospital, dental)]
        sources = [CopySource(*one, ClaimSource.API) for one in wholes]
        claims = draft_many(work, practice.vault, practice.records, [source(), *sources])
        assert [one.kind for one in (read_claim(work, each) for each in claims)] == [
            ClaimKind.PROFESSIONAL,
            ClaimKind.INSTITUTIONAL,
            ClaimKind.DENTAL,
        ]
        found = validate_many(work, practice.vault, practice.records, claims, today=TODAY)
        errors = [
            (one.rule, one.place, one.say) for each in found.values() for one in each if one.severity.value == "error"
        ]
        assert errors == []
        professional, institutional, dentists = build_files(work, practice.vault, claims, FACTS)
    assert len(read_837p(professional.content.reveal(Purpose.EXCHANGE))) == 1
    (bill,) = read_837i(institutional.content.reveal(Purpose.EXCHANGE))
    assert (bill.bill_type, bill.values[0].amount, bill.lines[0].revenue_code) == ("0131", Decimal("120.50"), "0914")
    (tooth,) = read_837d(dentists.content.reveal(Purpose.EXCHANGE))
    assert (tooth.lines[0].teeth, tooth.billing.npi) == ((Tooth("14", ("M", "O")),), BILLING.npi)


def test_copies_from_before_the_kinds_still_open() -> None:
    old = msgspec.json.decode(msgspec.json.encode(copy_of(source(), "C1")))
    for name in ("kind", "others", "attachments", "institutional", "dental", "note", "service_through"):
        del old[name]
    again = msgspec.convert(old, ClaimCopy)
    assert (again.kind, again.others) == ("professional", ())


def test_acts_say_why_they_cannot_be_done(practice: Practice) -> None:
    (claim,) = practice.sent(source(coverage=coverage()))
    with practice.work() as work:
        standing = Standing(read_claim(work, claim))
    answers = {one.act: one.why_not for one in acts_of(standing)}
    assert set(answers) == set(Act)
    assert why_not(standing, Act.EDIT) == "It was sent and nobody has answered yet."
    assert answers[Act.VOID] == "The payer does not have it; cancel it instead."
    with practice.work() as work, pytest.raises(ChartlineError):
        hold(work, practice.vault, practice.records, claim, "x", "user:1")


def _whole(copy: ClaimCopy) -> tuple[str, str, str, ClaimCopy]:
    visit = source()
    return visit.encounter_id, visit.patient_id, visit.coverage_id, copy
