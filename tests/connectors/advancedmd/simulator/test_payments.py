"""Row 23: money is taken, applied and read back, the books add up, and nothing is deduplicated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock, listed

from chartline.connect.simulation.shelf import Store
from chartline.connectors.advancedmd.simulator.app import create
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.ledger import balance, void
from chartline.connectors.advancedmd.simulator.model import Application, Charge, Payment
from chartline.kernel.money import Money

Rows = list[dict[str, str]]


def post_charge(caller: Caller, patient: str = "pat1001", visit: str = "vst7001") -> None:
    """One line of 150.00."""
    line = {"@proccode": "pcode502", "@units": "1", "@diagcodes": "dcode701", "@codeset": "10"}
    caller.ask("savecharges", patientid=patient, visit={"@id": visit, "chargelist": {"charge": line}})


def money(amount: str, *charges: tuple[str, str, str], **changes: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "@patientid": "pat1001",
        "@paysource": "1",
        "@amount": amount,
        "@paycode": "pp",
        "@paymethod": "",
        "@carrierid": "",
        "@depositdate": "3/3/2026",
        "@batch": "",
        "@case_note": "",
    } | {f"@{name}": value for name, value in changes.items()}
    lines = [{"@id": ident, "@amount": paid, "@woamount": off} for ident, paid, off in charges]
    return {"checkout": "0", "date": "", "patient": row | {"chargelist": {"charge": lines} if lines else ""}}


def pay(caller: Caller, *args: Any, **changes: str) -> str:
    results = caller.ask("addpayments", "paymententry", **money(*args, **changes))
    return results["paymentlist"]["payment"]["@id"]


def history(caller: Caller, patient: str = "pat1001") -> Any:
    return caller.ask("gettxhistory", "demographics", patientid=patient, pagenumber="1")


def stand(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[f"@{name}"] for name in ("fee", "paid", "patbal", "insbal"))


def test_row_23_a_payment_of_the_patient_lowers_what_is_owed(caller: Caller) -> None:
    post_charge(caller)
    assert stand(history(caller)["chargelist"]["charge"]) == ("150.00", "0.00", "0.00", "150.00")
    assert pay(caller, "25.00", ("90001", "25.00", "")) == "60001"
    results = history(caller)
    assert stand(results["chargelist"]["charge"]) == ("150.00", "25.00", "0.00", "125.00")
    payment = results["paymentlist"]["payment"]
    assert tuple(payment[f"@{name}"] for name in ("amount", "applied", "unapplied", "paycode", "depositdate")) == (
        "25.00",
        "25.00",
        "0.00",
        "PP",
        "03/03/2026",
    )
    assert payment["chargelist"]["charge"]["@id"] == "90001"


def test_row_23_an_insurance_pays_and_writes_off(caller: Caller) -> None:
    post_charge(caller)
    pay(caller, "100.00", ("90001", "100.00", "30.00"), paysource="2", carrierid="car41", paycode="ip")
    results = history(caller)
    assert stand(results["chargelist"]["charge"]) == ("150.00", "100.00", "0.00", "20.00")
    writeoff = results["writeofflist"]["writeoff"]
    assert (writeoff["@charge"], writeoff["@amount"]) == ("90001", "30.00")
    detail = caller.ask("getchargedetaildata", "demographics", chargeid="90001")
    charge = detail["patientlist"]["patient"]["visitlist"]["visit"]["chargelist"]["charge"]
    assert (charge["@paid"], charge["@writeoff"], charge["@insbalance"]) == ("100.00", "30.00", "20.00")


def test_row_23_what_is_not_applied_is_a_credit_of_the_account(caller: Caller) -> None:
    unapplied = {"unappliedpaymentlist": {"payment": {"@source": "1", "@profile": "prof3", "@amount": "50.00"}}}
    message = money("50.00")
    message["patient"] |= unapplied
    caller.ask("addpayments", "paymententry", **message)
    results = history(caller)
    assert (results["@unapplied"], results["@patbalance"], results["@insbalance"]) == ("50.00", "0.00", "0.00")
    assert results["paymentlist"]["payment"]["@profile"] == "prof3"


def test_row_23_the_same_payment_twice_is_two_payments(caller: Caller) -> None:
    post_charge(caller)
    for _ in range(2):
        pay(caller, "150.00", ("90001", "150.00", ""))
    assert stand(history(caller)["chargelist"]["charge"]) == ("150.00", "300.00", "-150.00", "0.00")
    counters = caller.counters()
    assert (counters["payments_added"], counters["payments_posted_twice"]) == (2, 1)


def test_row_23_voiding_a_paid_charge_turns_its_money_into_credit(caller: Caller) -> None:
    post_charge(caller)
    pay(caller, "40.00", ("90001", "40.00", ""))
    post_charge(caller)
    results = history(caller)
    assert results["@unapplied"] == "40.00"
    assert [stand(row) for row in results["chargelist"]["charge"]] == [
        ("150.00", "0.00", "0.00", "0.00"),
        ("150.00", "0.00", "0.00", "150.00"),
    ]


def test_row_23_a_patient_without_a_plan_owes_alone(caller: Caller) -> None:
    made = caller.ask("addvisit", "chargeentry", appt={"@patient": "1003", "@profile": "3", "@date": "3/4/2026"})
    post_charge(caller, "pat1003", made["visit"]["@id"])
    assert stand(history(caller, "pat1003")["chargelist"]["charge"]) == ("150.00", "0.00", "150.00", "0.00")


@pytest.mark.parametrize(
    ("amount", "charges", "changes"),
    [
        ("soon", (), {}),
        ("-1.00", (), {}),
        ("10.00", (("90001", "11.00", ""),), {}),
        ("10.00", (("90009", "10.00", ""),), {}),
        ("10.00", (("90002", "10.00", ""),), {}),
        ("10.00", (), {"paycode": "zz"}),
        ("10.00", (), {"paysource": "2"}),
        ("10.00", (), {"carrierid": "car9"}),
        ("10.00", (), {"depositdate": "soon"}),
        ("10.00", (), {"patientid": "pat9"}),
    ],
)
def test_row_23_a_bad_payment_changes_nothing(caller: Caller, amount: str, charges: Any, changes: Any) -> None:
    post_charge(caller)
    post_charge(caller, "pat1002", "vst7002")
    assert caller.refused("addpayments", "paymententry", **money(amount, *charges, **changes)) == "-2147219453"
    assert caller.counters()["payments_added"] == 0


def test_row_23_one_payment_in_full_and_the_codes(caller: Caller) -> None:
    pay(caller, "25.00", paysource="2", carrierid="car41")
    results = caller.ask("getpaymentdetaildata", "demographics", paymentid="60001")
    assert results["patientlist"]["patient"]["paymentlist"]["payment"]["@unapplied"] == "25.00"
    assert results["carrierlist"]["carrier"]["@id"] == "car41"
    assert caller.refused("getpaymentdetaildata", "demographics", paymentid="1") == "-2147219453"
    rows = listed(caller.ask("getpaymentcodes")["paymentcodelist"]["paymentcode"])
    assert [(row["@code"], row["@type"]) for row in rows] == [
        ("PP", "patient"),
        ("IP", "insurance"),
        ("WO", "writeoff"),
    ]
    assert [row["code"] for row in caller.rest("GET", "/payments/codes").json()] == ["PP", "IP", "WO"]


def over_rest(**changes: Any) -> dict[str, Any]:
    return {
        "patientId": 1001,
        "source": "patient",
        "carrierId": None,
        "amount": 50.00,
        "paymentCodeId": 31,
        "paymentMethod": "check",
        "checkNumber": "77",
        "depositDate": "2026-03-03",
        "profileId": 3,
        "applications": [{"chargeId": 90001, "amount": 40.00}],
    } | changes


def test_row_23_rest_payments_answer_201_and_stand_in_the_same_books(caller: Caller) -> None:
    post_charge(caller)
    response = caller.rest("POST", "/payments", json=over_rest())
    assert (response.status_code, response.json()) == (201, {"id": 60001})
    caller.rest("POST", "/payments", json=over_rest(source="insurance", carrierId=41, applications=[]))
    results = history(caller)
    assert results["@unapplied"] == "60.00"
    assert [row["@paysource"] for row in results["paymentlist"]["payment"]] == ["1", "2"]
    assert stand(results["chargelist"]["charge"]) == ("150.00", "40.00", "0.00", "110.00")


@pytest.mark.parametrize(
    "changes",
    [
        {"patientId": 1},
        {"source": "friend"},
        {"source": "insurance"},
        {"carrierId": 9},
        {"amount": "much"},
        {"amount": 12.345},
        {"amount": -1},
        {"paymentCodeId": 1},
        {"depositDate": "soon"},
        {"profileId": 99},
        {"applications": [{"chargeId": 1, "amount": 1}]},
        {"applications": [{"chargeId": 90001, "amount": 51}]},
    ],
)
def test_row_23_a_bad_rest_payment_is_400(caller: Caller, changes: dict[str, Any]) -> None:
    post_charge(caller)
    assert caller.rest("POST", "/payments", json=over_rest(**changes)).status_code == 400
    assert caller.counters()["payments_added"] == 0


def test_row_23_accounts_and_cards_on_file(caller: Caller) -> None:
    assert caller.rest("GET", "/payment/accounts").json()[0]["isActive"] is True
    card = {"respPartyId": 2001, "cardType": "VISA", "lastFour": "4242", "expirationDate": "2028-01"}
    assert caller.rest("POST", "/creditcardsonfile", json=card).json() == {"id": 401}
    rows = caller.rest("GET", "/creditcardsonfile?respPartyId=2001").json()
    assert [(row["id"], row["lastFour"]) for row in rows] == [(401, "4242")]
    assert caller.rest("GET", "/creditcardsonfile").status_code == 400
    whole = card | {"number": "4242 4242 4242 4242"}
    assert caller.rest("POST", "/creditcardsonfile", json=whole).status_code == 400


def test_row_23_a_claim_follows_its_charges(caller: Caller) -> None:
    assert caller.ask("checkclaimstatus", "claims", visitid="vst7001")["claimlist"]["@itemcount"] == "0"
    post_charge(caller)

    def status() -> str:
        return caller.ask("checkclaimstatus", "claims", chargeid="90001")["claimlist"]["claim"]["@status"]

    assert status() == "R"
    caller.control("POST", "edits", [{"charge": 90001, "fields": {"billed": True}}])
    assert status() == "B"
    pay(caller, "150.00", ("90001", "150.00", ""), paysource="2", carrierid="car41")
    assert status() == "P"
    rows = caller.ask("claimstatuslist", "claims")["statuslist"]["status"]
    assert [row["@code"] for row in rows] == ["H", "R", "B", "P", "V"]
    post_charge(caller)
    caller.control("POST", "edits", [{"charge": 90002, "fields": {"void": True}}])
    assert status() == "V"


_AMOUNT = st.integers(0, 30_000)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(_AMOUNT, _AMOUNT), min_size=1, max_size=3),
    st.lists(
        st.tuples(st.sampled_from("12"), st.lists(st.tuples(st.integers(0, 2), _AMOUNT, _AMOUNT), max_size=3), _AMOUNT),
        max_size=5,
    ),
    st.booleans(),
)
def test_row_23_the_books_always_add_up(charges: list[Any], payments: list[Any], voiding: bool) -> None:
    clock = StillClock()
    world = create(clock, Store(None), offices=[example_office()]).world
    visit = world.visits["7001"]
    for number, (fee, portion) in enumerate(charges, 1):
        charge = Charge(
            id=number,
            office=visit.office,
            visit=visit.id,
            patient=visit.patient,
            procedure=501,
            diagnoses=[],
            modifiers=[],
            units=1,
            fee=Money(fee),
            patient_portion=Money(min(fee, portion)),
            begin=visit.day,
            created=clock.now(),
        )
        world.keep_charge(charge)
    for number, (source, applied, rest) in enumerate(payments, 1):
        applications = [
            Application(charge=place + 1, amount=Money(paid), writeoff=Money(off))
            for place, paid, off in applied
            if place < len(charges)
        ]
        total = Money.total([each.amount for each in applications]) + Money(rest)
        world.keep_payment(
            Payment(
                id=number,
                office=visit.office,
                patient=visit.patient,
                source=source,
                amount=total,
                applications=applications,
                deposited=visit.day,
                created=clock.now(),
            )
        )
    if voiding:
        void(world, world.charges["1"], clock.now())
    for charge in world.charges:
        stands = balance(world, charge)
        sum_of_parts = stands.paid + stands.written_off + stands.patient + stands.insurance
        assert sum_of_parts == (Money(0) if charge.voided else charge.fee)
    given_amounts = Money.total([payment.amount for payment in world.payments])
    on_charges = Money.total([balance(world, charge).paid for charge in world.charges])
    not_applied = Money.total([payment.amount - payment.applied() for payment in world.payments])
    assert given_amounts == on_charges + not_applied
    assert Decimal(given_amounts.text()) >= 0
