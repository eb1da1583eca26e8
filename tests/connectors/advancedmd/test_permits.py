"""What nobody has shown to work is not written by, unless the practice says so (about.toml, grades O and S)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.connectors.advancedmd.conftest import Office, results
from tests.connectors.advancedmd.test_patients import code

from chartline.connect.facts import Payer, PaymentFact, VisitFact, VisitStatus
from chartline.connectors.advancedmd.about import ABOUT
from chartline.connectors.advancedmd.connector import Connector
from chartline.connectors.advancedmd.permits import Permits
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.outcome import Outcome, Receipt, Refused

VISIT = VisitFact("700", "900", datetime(2026, 3, 5, 21, 0, tzinfo=UTC), 45, VisitStatus.BOOKED)
PAYMENT = PaymentFact("p1", "900", Payer.PATIENT, Money(5000), date(2026, 3, 5), applications=(("1", Money(100)),))

Writes = Callable[[Connector], Outcome[str]]
UNVERIFIED: dict[str, Writes] = {
    "scheduler.move": lambda c: c.move_visit(VISIT, replace(VISIT, start=VISIT.start + timedelta(hours=1))),
    "scheduler.noshow": lambda c: c.no_show_visit(VISIT),
    "voidcharges": lambda c: c.void_charges("700", "900", ("1",)),
    "addpayments.chargelist": lambda c: c.post_payment(PAYMENT),
}


@pytest.mark.parametrize("operation", list(UNVERIFIED))
def test_an_unverified_write_is_refused_with_the_next_step_and_costs_no_call(office: Office, operation: str) -> None:
    outcome = UNVERIFIED[operation](office.connector())
    assert code(outcome) == "unverified"
    assert isinstance(outcome, Refused)
    assert outcome.problem.fields["operation"] == operation
    assert "`unverified`" in outcome.problem.do
    assert office.wire.sent == []


def test_what_is_switched_on_is_sent(office: Office) -> None:
    office.script["voidcharges"] = [results()]
    outcome = office.connector(unverified="yes").void_charges("vst700", "900", ("1", "2"))
    assert isinstance(outcome, Receipt)
    sent = office.asked[0]
    assert (sent.get("class"), sent.get("patientid"), sent.get("visitid")) == ("chargeentry", "pat900", "vst700")
    assert [each.get("id") for each in sent.first("chargelist").every("charge")] == ["1", "2"]


def test_whether_an_operation_is_unverified_follows_from_its_grade_alone() -> None:
    for operation in ABOUT.operations:
        assert operation.unverified is (operation.grade in "OS")
        refused = Permits({}).refusal(operation.name)
        assert (refused is not None) is (operation.writes and operation.unverified)
        assert Permits({"unverified": "yes"}).refusal(operation.name) is None


def test_an_operation_that_is_not_listed_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        Permits({}).refusal("dropeverything")


@pytest.mark.parametrize("option", [{"unverified": "true"}, {"notes": "on"}, {"payments": "soap"}])
def test_a_misspelt_switch_is_an_error_and_no_silent_no(office: Office, option: dict[str, str]) -> None:
    with pytest.raises(ChartlineError, match=r"advancedmd\.bad_option"):
        office.connector(**option)
