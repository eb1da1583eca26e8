"""The life of a claim: drafted, scrubbed, sent once, answered, corrected."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domains.money_world import FACTS, TODAY, Practice, charge, counted, coverage, person, report, source

from chartline.connect.facts import ReportMessage
from chartline.domains.claims import (
    ClaimFilter,
    Correction,
    EventKind,
    Word,
    appeal,
    build_file,
    cancel,
    claim_lines,
    correct,
    count_by_word,
    count_stray_reports,
    draft,
    findings_of,
    history,
    list_claims,
    mark_submitted,
    open_copies,
    open_file,
    read_claim,
    record_reports,
    validate,
    withdraw_file,
)
from chartline.domains.claims.tables import claim_copy_table
from chartline.domains.ledger import balance, trial_balance
from chartline.domains.ledger.accounts import INSURANCE
from chartline.formats.fhir import parse
from chartline.formats.x12.professional_claim import read_837p
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed


def word(practice: Practice, claim: str) -> Word:
    with practice.work() as work:
        return read_claim(work, claim).word


def test_one_encounter_has_one_claim_and_one_charge(practice: Practice) -> None:
    visit = source(charge(15000), charge(4000, "96127", diagnoses=("F411", "F331")))
    with practice.work() as work:
        first = draft(work, practice.vault, practice.records, visit)
    with practice.work() as work:
        assert draft(work, practice.vault, practice.records, visit) == first
        claim = read_claim(work, first)
        assert (claim.number, claim.reference, claim.total) == ("C000001", "C000001V1", Money(19000))
        assert claim.word is Word.DRAFT
        assert balance(work, INSURANCE, claim=first) == Money(19000)
        assert trial_balance(work) == {"USD": Money(0)}
        lines = claim_lines(work, first)
        assert [(line.control, line.pointers) for line in lines] == [("C000001L1", (1,)), ("C000001L2", (1, 2))]


def test_a_visit_without_charges_is_no_claim(practice: Practice) -> None:
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        draft(work, practice.vault, practice.records, source(charges=()))
    assert caught.value.problem.code == "claims.no_charges"


def test_a_clean_claim_is_validated_and_a_wrong_one_is_held(practice: Practice) -> None:
    with practice.work() as work:
        good = draft(work, practice.vault, practice.records, source())
        bad = draft(work, practice.vault, practice.records, source(coverage=coverage(member_id="X 1")))
        assert validate(work, practice.vault, practice.records, good, today=TODAY) == []
        findings = validate(work, practice.vault, practice.records, bad, today=TODAY)
        assert [finding.rule for finding in findings] == ["member-id"]
        assert read_claim(work, good).word is Word.VALIDATED
        assert read_claim(work, bad).word is Word.DRAFT
        assert findings_of(work, bad) == findings
        before = len(history(work, bad))
        validate(work, practice.vault, practice.records, bad, today=TODAY)
        assert len(history(work, bad)) == before


def test_what_a_receiver_would_reject_holds_the_claim_in_words_that_are_kept(practice: Practice) -> None:
    with practice.work() as work:
        odd = draft(work, practice.vault, practice.records, source(patient=person(sex="Q")))
        asked, finding = validate(work, practice.vault, practice.records, odd, today=TODAY)
        assert asked.rule == "sex-stated"
        assert (finding.rule, finding.place) == ("writable", "sex (DMG03)")
        assert finding.say == "A value is not one of the codes that are allowed here."
        assert read_claim(work, odd).word is Word.DRAFT
        assert findings_of(work, odd) == [asked, finding]


def test_the_same_claims_give_the_same_file(practice: Practice) -> None:
    ids = practice.drafted(source(), source(coverage=coverage(payer_id="00456")))
    with practice.work() as work:
        file = build_file(work, practice.vault, ids, FACTS)
    with practice.work() as work:
        again = build_file(work, practice.vault, list(reversed(ids)), FACTS)
        assert (again.name, again.content, again.references) == (file.name, file.content, file.references)
        assert open_file(work, practice.vault, file.name).references == ("C000001V1", "C000002V1")
    claims = read_837p(file.content.reveal(Purpose.EXCHANGE))
    assert [claim.intermediary_reference for claim in claims] == ["C000001V1", "C000002V1"]
    assert [claim.reference for claim in claims] == ["C000001", "C000002"]
    assert claims[0].lines[0].control == "C000001L1"
    assert claims[0].subscriber.name.last == "ZZYZXDOTTIR"


def test_a_claim_is_in_one_file_only_until_it_is_withdrawn(practice: Practice) -> None:
    one, two = practice.drafted(source(), source())
    with practice.work() as work:
        file = build_file(work, practice.vault, [one], FACTS)
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        build_file(work, practice.vault, [one, two], FACTS)
    assert caught.value.problem.code == "claims.in_another_file"
    with practice.work() as work:
        assert withdraw_file(work, file.name) == 1
        assert withdraw_file(work, file.name) == 0
        both = build_file(work, practice.vault, [one, two], FACTS)
        assert mark_submitted(work, practice.vault, practice.records, both) == 2
        assert mark_submitted(work, practice.vault, practice.records, both) == 0
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        withdraw_file(work, both.name)
    assert caught.value.problem.code == "claims.file_arrived"


def test_a_claim_that_is_not_ready_is_not_built(practice: Practice) -> None:
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, source())
        with pytest.raises(ChartlineError) as caught:
            build_file(work, practice.vault, [claim], FACTS)
    assert caught.value.problem.code == "claims.not_ready"


def test_a_claim_in_a_file_is_not_changed_under_way(practice: Practice) -> None:
    (claim,) = practice.drafted(source())
    with practice.work() as work:
        build_file(work, practice.vault, [claim], FACTS)
    for attempt in ("correct", "validate", "cancel"):
        with practice.work() as work, pytest.raises(ChartlineError) as caught:
            if attempt == "correct":
                correct(work, practice.vault, practice.records, claim, Correction(place_of_service="12"), "desk")
            elif attempt == "validate":
                validate(work, practice.vault, practice.records, claim)
            else:
                cancel(work, practice.vault, practice.records, claim, "desk")
        assert caught.value.problem.code in (
            "claims.in_flight",
            "claims.not_in_this_state",
        )


def test_rejected_corrected_resubmitted_accepted(practice: Practice) -> None:
    (claim,) = practice.sent(source(coverage=coverage(member_id="WRONG1")))
    assert word(practice, claim) is Word.SUBMITTED
    wrong = report(
        "C000001V1",
        "R",
        vendor_id="7001",
        messages=(ReportMessage("R", "A7:164", "Zzyzxdottir is not on file", "ins_number"),),
    )
    with practice.work() as work:
        taken = record_reports(work, practice.vault, practice.records, [wrong, wrong])
        assert (taken.applied, taken.repeated) == (1, 1)
        assert read_claim(work, claim).word is Word.REJECTED
    with practice.work() as work:
        version = correct(work, practice.vault, practice.records, claim, Correction(member_id=Sealed("RIGHT1")), "desk")
        assert version == 2
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []
    second = practice.send(claim)
    (sent,) = read_837p(second.content.reveal(Purpose.EXCHANGE))
    assert (sent.frequency, sent.subscriber.member_id, sent.intermediary_reference) == ("1", "RIGHT1", "C000001V2")
    with practice.work() as work:
        late = report("C000001V1", "R", vendor_id="7001", at="2026-03-05")
        fresh = report("C000001V2", "A", vendor_id="7002", at="2026-03-06")
        taken = record_reports(work, practice.vault, practice.records, [late, fresh])
        assert (taken.applied, taken.stale) == (1, 1)
        done = read_claim(work, claim)
        assert (done.word, done.vendor_claim_id, done.version) == (Word.ACCEPTED, "7002", 2)
        kinds = [event.kind for event in history(work, claim)]
        assert kinds == [
            "drafted",
            "validated",
            "built",
            "submitted",
            "rejected",
            "corrected",
            "validated",
            "built",
            "submitted",
            "stale",
            "acknowledged",
        ]
        events = history(work, claim, practice.vault)
        assert events[5].codes == {"version": 2, "fields": ["member_id"], "places": ["coverage.member_id"]}
        assert events[4].messages[0].text == Sealed("Zzyzxdottir is not on file")
        assert "Zzyzx" not in str(events)


def test_a_replacement_of_an_accepted_claim_names_the_payers_number(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    with practice.work() as work:
        accepted = report("C000001V1", "A", payer_number="ICN-55", from_payer=True)
        record_reports(work, practice.vault, practice.records, [accepted])
        correct(work, practice.vault, practice.records, claim, Correction(charges=(charge(12000),)), "desk")
        validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert balance(work, INSURANCE, claim=claim) == Money(12000)
        copy = open_copies(work, practice.vault, [claim])[claim]
        assert (copy.frequency, copy.payer_number, copy.total) == ("7", "ICN-55", 12000)
    (sent,) = read_837p(practice.send(claim).content.reveal(Purpose.EXCHANGE))
    assert (sent.frequency, sent.payer_control_number) == ("7", "ICN-55")


def test_a_replacement_without_the_payers_number_is_held(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    with practice.work() as work:
        record_reports(work, practice.vault, practice.records, [report("C000001V1")])
        correct(work, practice.vault, practice.records, claim, Correction(charges=(charge(12000),)), "desk")
        findings = validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert [finding.rule for finding in findings] == ["replacement-number"]


def test_a_correction_that_changes_nothing_is_refused(practice: Practice) -> None:
    (claim,) = practice.drafted(source())
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        correct(work, practice.vault, practice.records, claim, Correction(place_of_service="11"), "desk")
    assert caught.value.problem.code == "claims.nothing_changed"


def test_reports_find_their_claim_by_vendor_id_and_control_number_too(practice: Practice) -> None:
    one, two = practice.sent(source(), source())
    with practice.work() as work:
        record_reports(work, practice.vault, practice.records, [report("C000001V1", vendor_id="7001")])
        taken = record_reports(
            work,
            practice.vault,
            practice.records,
            [
                report("", "R", vendor_id="7001", control_number=""),
                report("", "A", vendor_id="7009", control_number="C000002"),
                report("OTHER", "A", vendor_id="1", control_number="NOT-OURS"),
            ],
        )
        assert (taken.applied, taken.stray) == (2, 1)
        assert read_claim(work, one).word is Word.REJECTED
        assert read_claim(work, two).word is Word.ACCEPTED
        assert count_stray_reports(work) == 1


def test_a_report_that_overtakes_the_upload_answer_counts(practice: Practice) -> None:
    (claim,) = practice.drafted(source())
    with practice.work() as work:
        file = build_file(work, practice.vault, [claim], FACTS)
        record_reports(work, practice.vault, practice.records, [report("C000001V1")])
        assert read_claim(work, claim).word is Word.ACCEPTED
        assert mark_submitted(work, practice.vault, practice.records, file) == 0


def test_a_cancelled_claim_takes_its_charge_back(practice: Practice) -> None:
    (claim,) = practice.drafted(source())
    with practice.work() as work:
        cancel(work, practice.vault, practice.records, claim, "desk")
        assert read_claim(work, claim).word is Word.CANCELLED
        assert balance(work, INSURANCE) == Money(0)
        with pytest.raises(ChartlineError):
            cancel(work, practice.vault, practice.records, claim, "desk")
        with pytest.raises(ChartlineError):
            appeal(work, practice.vault, practice.records, claim, "desk")


def test_claims_are_published_as_fhir(practice: Practice) -> None:
    visit = source()
    (claim,) = practice.sent(visit)
    with practice.work() as work:
        stored = practice.records.read(work, "Claim", claim)
        body = parse(stored.body.reveal(Purpose.SHOW))
        assert body["status"] == "active"
        assert body["patient"] == {"reference": f"Patient/{visit.patient_id}"}
        record_reports(work, practice.vault, practice.records, [report("C000001V1", "R")])
        from chartline.domains.claims.publish import response_id

        answer = parse(practice.records.read(work, "ClaimResponse", response_id(claim)).body.reveal(Purpose.SHOW))
        assert answer["outcome"] == "error"


def test_lists_page_by_keyset_and_count_by_word(practice: Practice) -> None:
    ids = practice.sent(*[source() for _ in range(5)])
    practice.drafted(source(service_date=date(2026, 3, 1)))
    with practice.work() as work:
        counts = count_by_word(work)
        assert (counts[Word.SUBMITTED], counts[Word.VALIDATED], counts[Word.PAID]) == (5, 1, 0)
        seen: list[str] = []
        cursor = None
        while True:
            page = list_claims(work, ClaimFilter(word=Word.SUBMITTED), cursor, limit=2)
            seen += [claim.id for claim in page.claims]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(seen) == sorted(ids)
        assert len(seen) == 5
        assert list_claims(work, ClaimFilter(number="C000003")).claims[0].id == ids[2]
        with pytest.raises(ChartlineError):
            list_claims(work, ClaimFilter(), "nonsense")


def test_the_number_of_statements_does_not_grow_with_reports(practice: Practice) -> None:
    practice.sent(*[source() for _ in range(6)])

    def statements(numbers: range) -> int:
        # Reports on what is decided change nothing to publish beyond the claims themselves.
        reports = [report(f"C{n:06d}V1", "?") for n in numbers]
        with practice.work() as work, counted(practice.database) as seen:
            record_reports(work, practice.vault, practice.records, reports)
        return len([one for one in seen if "resource" not in one])

    assert statements(range(1, 2)) == statements(range(2, 7))


def test_no_patient_value_is_readable_in_the_tables(practice: Practice) -> None:
    practice.sent(source(patient=person(family="Unmistakable")))
    with practice.work() as work:
        rows = work.rows(work.select(claim_copy_table))
        assert rows
        assert all(b"nmistakable" not in bytes(row["sealed"]) for row in rows)


def test_every_event_kind_has_a_sentence() -> None:
    from chartline.domains.claims.events import SENTENCES

    assert set(SENTENCES) == set(EventKind)
