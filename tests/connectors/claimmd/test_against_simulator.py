"""The connector and the simulator, written apart from one sheet, over a real socket (vendor sheet 15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from tests.support.clocks import START, jump, shared_clock
from tests.support.simulators import Simulator, running
from tests.support.wire import LoopbackWire

from chartline.connect.facts import ClaimFile, ClaimReport, EligibilityQuestion, Page, RemittanceNotice
from chartline.connect.wire import Credentials
from chartline.connectors.claimmd.connector import Connector
from chartline.connectors.claimmd.simulator.rules import Mind, Terms
from chartline.connectors.claimmd.simulator.seed import Account, Coverage, Options, Payer, Seed, Shapes
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import (
    BillingProvider,
    ProfessionalClaim,
    Receiver,
    ServiceLine,
    Submitter,
    Subscriber,
    build_837p,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

DAY = date(2026, 3, 2)
KEY = "SIM-PRODUCTION-1"


def seed(options: Options) -> Seed:
    return Seed(
        accounts=(Account(key=KEY, acct_number="70001", mode="production", options=options),),
        payers=(
            Payer(payerid="00123", payer_name="EXAMPLE HEALTH PLAN", member_pattern="[A-Z0-9]+",
                  mind=Mind(terms=Terms(copay="20.00"))),
        ),
        eligibility=(
            Coverage(member="W1", copay="20.00", deductible="500.00", deductible_remaining="250.00"),
            Coverage(member="NOID", aaa="75"),
            Coverage(member="NORT", unsupported=True),
            Coverage(member="TORN", malformed=True),
        ),
    )  # fmt: skip


@dataclass
class Bench:
    """A simulator with one production account."""

    simulator: Simulator
    wire: LoopbackWire
    clock_file: Path

    def connector(self, form: str = "json", key: str = KEY) -> Connector:
        options = {"base_url": f"{self.simulator.url}/services/", "environment": "simulator", "format": form}
        return Connector(self.wire, Credentials({"account_key": Sealed(key)}, options))

    def pass_by(self, **span: float) -> None:
        jump(self.clock_file, self.wire.clock.now() + timedelta(**span), 1.0)

    def fault(self, operation: str, kind: str) -> None:
        self.simulator.tell("faults", operation=operation, kind=kind, times=1)

    def set(self, options: Options) -> None:
        self.simulator.tell("accounts", **msgspec.to_builtins(seed(options)))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = shared_clock(tmp_path / "clock.json", START)
    (tmp_path / "seed.json").write_bytes(msgspec.json.encode(seed(Options(limit=10_000))))
    with running("claimmd", tmp_path, "--accounts", str(tmp_path / "seed.json")) as simulator:
        wire = LoopbackWire(clock)
        yield Bench(simulator, wire, tmp_path / "clock.json")
        wire.close()


def claim(reference: str, member: str = "W1") -> ProfessionalClaim:
    line = ServiceLine(code="90834", charge=Money.parse("150.00"), pointers=(1,), date=DAY, control=f"L{reference}")
    return ProfessionalClaim(
        submitter=Submitter(name="Invented Counseling", id="EX1", contact="Billing", phone="5550100100"),
        receiver=Receiver(name="Claim.MD", id="CLAIMMD"),
        billing=BillingProvider(
            name="Invented Counseling",
            npi="1999999984",
            tax_id="999999999",
            address=Address(line1="1 Example Road", city="Springfield", state="IL", zip="627010001"),
        ),
        subscriber=Subscriber(
            name=PersonName(last="OKAFOR", first="LENA"),
            member_id=member,
            born=date(1988, 11, 2),
            sex="F",
            address=Address(line1="2 Example Road", city="Springfield", state="IL", zip="62701"),
            filing="CI",
            payer_name="Example Health Plan",
            payer_id="00123",
        ),
        reference=f"PCN-{reference}",
        intermediary_reference=f"INT-{reference}",
        total=Money.parse("150.00"),
        place_of_service="11",
        frequency="1",
        payer_control_number="",
        diagnoses=("F411",),
        lines=(line,),
    )


def file(*claims: ProfessionalClaim, name: str = "chartline-1.837") -> ClaimFile:
    envelope = Envelope(sender="CHARTLINE", receiver="CLAIMMD", at=START, control=1, usage=Usage.TEST)
    references = tuple(each.intermediary_reference for each in claims)
    return ClaimFile(name, Sealed(build_837p(claims, envelope)), references)


def reports_of(outcome: object) -> tuple[ClaimReport, ...]:
    assert isinstance(outcome, Receipt), outcome
    return outcome.value


def rows_of(outcome: Receipt[Page[RemittanceNotice]] | Later | Refused) -> tuple[RemittanceNotice, ...]:
    assert isinstance(outcome, Receipt), outcome
    return outcome.value.rows


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.problem.code.removeprefix("claimmd.")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_claim_goes_out_is_reported_on_and_is_paid(bench: Bench, form: str) -> None:
    connector = bench.connector(form)
    assert connector.check().ok
    good, bad = claim("1"), claim("2", member="not an id")
    first = reports_of(connector.submit_claims(file(good, bad)))
    assert {report.reference: report.status for report in first} == {"INT-1": "A", "INT-2": "R"}
    assert [report.messages for report in first if report.reference == "INT-2"] != []

    begun = connector.claim_reports("")
    assert isinstance(begun, Receipt)
    bench.pass_by(days=20)
    fed = connector.claim_reports(begun.value.cursor)
    assert isinstance(fed, Receipt)
    assert ("INT-1", "A", True) in [(r.reference, r.status, r.from_payer) for r in fed.value.rows]
    again = connector.claim_reports(fed.value.cursor)
    assert isinstance(again, Receipt)
    assert ((), fed.value.cursor) == (again.value.rows, again.value.cursor)

    listed = connector.remittances("")
    assert isinstance(listed, Receipt)
    (notice,) = listed.value.rows
    assert ("00123", notice.vendor_id) == (notice.payer_id, listed.value.cursor)
    raw = connector.remittance(notice.vendor_id)
    assert isinstance(raw, Receipt)
    advice = raw.value.reveal(Purpose.EXCHANGE)
    assert advice.startswith(b"ISA")
    assert b"PCN-1" in advice
    assert notice.paid.wire().encode() in advice
    # Downloaded, and still listed from the old cursor (trap 14).
    assert listed.value.rows == rows_of(connector.remittances(""))
    assert rows_of(connector.remittances(listed.value.cursor)) == ()


@pytest.mark.parametrize("kind", ["drop", "cut", "html", "empty", "torn"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_upload_without_an_answer_is_settled_by_its_name_trap_15(bench: Bench, kind: str, form: str) -> None:
    connector = bench.connector(form)
    sent = file(claim("1"))
    assert isinstance(connector.find_submission(sent), Absent)
    bench.fault("upload", kind)
    assert isinstance(connector.submit_claims(sent), Unknown)
    there = bench.simulator.ask("counters")["uploads"] == 1
    settled = connector.find_submission(sent)
    assert isinstance(settled, Receipt if there else Absent)
    if isinstance(settled, Receipt):
        assert {"INT-1"} == {report.reference for report in settled.value}
    assert isinstance(connector.find_submission(replace(sent, name="chartline-2.837")), Absent)


def test_an_old_upload_is_found_days_later(bench: Bench) -> None:
    connector = bench.connector()
    connector.submit_claims(file(claim("1")))
    bench.pass_by(days=20)
    assert isinstance(connector.find_submission(file(claim("1"))), Receipt)


SHAPES = [
    Shapes(wrapper="object", singles="object", numbers="plain", empties="object"),
    Shapes(wrapper="array", singles="array", numbers="plain", empties="absent"),
    Shapes(wrapper="none", singles="object", numbers="quoted", empties="text"),
]


@pytest.mark.parametrize(("shapes", "empty_poll"), list(zip(SHAPES, ("repeat", "absent", "zero"), strict=True)))
def test_every_shape_of_json_tells_the_same_traps_5_and_12(
    bench: Bench, shapes: Shapes, empty_poll: Literal["repeat", "absent", "zero"]
) -> None:
    bench.set(Options(limit=10_000, shapes=shapes, empty_poll=empty_poll, response_page=2, era_page=1))
    connector = bench.connector()
    sent = file(claim("1"), claim("2"), claim("3"))
    assert [report.status for report in reports_of(connector.submit_claims(sent))] == ["A", "A", "A"]
    assert {"INT-1", "INT-2", "INT-3"} == {r.reference for r in reports_of(connector.find_submission(sent))}
    bench.pass_by(days=20)
    cursor, seen = "", []
    for _ in range(12):
        outcome = connector.claim_reports(cursor)
        assert isinstance(outcome, Receipt)
        assert outcome.value.cursor >= cursor
        seen += outcome.value.rows
        cursor = outcome.value.cursor
    told = {(report.reference, report.from_payer) for report in seen}
    assert {(f"INT-{n}", payer) for n in (1, 2, 3) for payer in (False, True)} == told
    listed = connector.remittances("")
    assert isinstance(listed, Receipt)
    assert all(isinstance(connector.remittance(row.vendor_id), Receipt) for row in listed.value.rows)
    answer = connector.check_coverage(QUESTION)
    assert isinstance(answer, Receipt)
    assert Money(25000) in [benefit.amount for benefit in answer.value.benefits]


QUESTION = EligibilityQuestion(
    payer_id="00123",
    provider_npi="1999999984",
    provider_tax_id="999999999",
    provider_name="Invented Counseling",
    subscriber_family=Sealed("Okafor"),
    subscriber_given=Sealed("Lena"),
    subscriber_birth_date=Sealed(date(1988, 11, 2)),
    subscriber_sex="F",
    member_id=Sealed("W1"),
    service_date=DAY,
)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_eligibility_answers_refusals_and_broken_gateways_are_told_apart_trap_20(bench: Bench, form: str) -> None:
    connector = bench.connector(form)
    active = connector.check_coverage(QUESTION)
    assert isinstance(active, Receipt)
    assert [(b.coverage, b.service_type) for b in active.value.benefits if b.coverage == "1"][:1] == [("1", "30")]
    assert Money(25000) in [b.amount for b in active.value.benefits if b.coverage == "C" and b.period == "29"]
    assert active.value.plan_name == "EXAMPLE CHOICE PLAN"
    refused = connector.check_coverage(replace(QUESTION, member_id=Sealed("NOID")))
    assert isinstance(refused, Receipt)
    assert [reason for reason, _ in refused.value.payer_errors] == ["75"]
    assert code(connector.check_coverage(replace(QUESTION, member_id=Sealed("NORT")))) == "eligibility_not_supported"
    assert code(connector.check_coverage(replace(QUESTION, member_id=Sealed("TORN")))) == "unreadable"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_wrong_key_and_an_empty_file_are_told(bench: Bench, form: str) -> None:
    assert bench.connector(form, key="SIM-WRONG").check().code == "claimmd.bad_key"
    nothing = ClaimFile("chartline-9.837", Sealed(b"nothing at all"), ("INT-9",))
    assert code(bench.connector(form).submit_claims(nothing)) == "no_claims_found"


@pytest.mark.parametrize("mode", ["429", "200"])
def test_over_the_limit_is_later_trap_24(bench: Bench, mode: Literal["429", "200"]) -> None:
    bench.set(Options(limit=1, limit_mode=mode))
    connector = bench.connector()
    connector.claim_reports("")
    assert isinstance(connector.claim_reports(""), Later)
    bench.pass_by(seconds=61)
    assert isinstance(connector.claim_reports(""), Receipt)


def test_an_answer_is_read_by_its_content_whatever_its_media_type_says(bench: Bench) -> None:
    connector = bench.connector()
    bench.fault("upload", "mistype")
    assert [report.status for report in reports_of(connector.submit_claims(file(claim("1"))))] == ["A"]


@pytest.mark.parametrize("kind", ["html", "empty", "cut", "drop", "torn"])
def test_a_read_without_an_answer_is_refused_and_may_be_asked_again(bench: Bench, kind: str) -> None:
    connector = bench.connector()
    bench.fault("response", kind)
    assert isinstance(connector.claim_reports(""), Refused)
    assert isinstance(connector.claim_reports(""), Receipt)
