"""eralist/, era835/, eradata/, erapdf/ and what payers decide (sheet 7; rows 12 to 14 of section 15)."""

from __future__ import annotations

from base64 import b64decode

import msgspec
import pytest
from tests.connectors.claimmd.simulator.world import KEY, Json, Vendor, claim, line

from chartline.connectors.claimmd.simulator.rules import Mind
from chartline.connectors.claimmd.simulator.seed import Account, Options, Payer, Shapes
from chartline.formats.x12.check import check
from chartline.formats.x12.remittance import Remittance, RemittanceClaim, check_balance, read_835
from chartline.kernel.money import Money


def eras(vendor: Vendor, **filters: str) -> list[dict[str, str]]:
    return vendor.call("eralist", **{"NewOnly": "0", **filters}).get("era", [])


def advice(vendor: Vendor, eraid: str) -> Remittance:
    (data,) = vendor.call("era835", eraid=eraid)["data"]
    (remittance,) = read_835(data.encode())
    assert check_balance(remittance) == []
    assert check(data.encode()).is_clean
    return remittance


def paid(vendor: Vendor, **step: float) -> list[Remittance]:
    vendor.clock.move(**(step or {"days": 16}))
    return [advice(vendor, row["eraid"]) for row in eras(vendor)]


def adjustments(decided: RemittanceClaim) -> list[tuple[str, str, str]]:
    return [(each.group, each.reason, each.amount.text()) for each in decided.all_adjustments]


def rules(vendor: Vendor, *given: Json, payerid: str = "00123", **extras: object) -> None:
    vendor.control("rules", {"payerid": payerid, "rules": list(given), **extras})


def test_a_claim_is_paid_less_contract_and_copay_row_14(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"))
    (remittance,) = paid(vendor)
    (decided,) = remittance.claims
    assert (decided.patient_control_number, decided.status) == ("PCN-1", "1")
    assert adjustments(decided) == [("CO", "45", "30.00"), ("PR", "3", "20.00")]
    assert (Money(10000), Money(2000)) == (decided.paid, decided.patient_responsibility)
    assert ("L1", Money(12000)) == (decided.lines[0].control, decided.lines[0].allowed)
    assert remittance.payer_id == "00123"


def test_full_payment_deductible_and_coinsurance_row_14(vendor: Vendor) -> None:
    full = {"allowed_percent": 100, "copay": "0", "coinsurance_percent": 0}
    shared = {"allowed_percent": 80, "copay": "0", "deductible": "50.00", "coinsurance_percent": 20}
    rules(
        vendor,
        {"action": "pay", "claim_prefix": "FULL", "terms": full},
        {"action": "pay", "claim_prefix": "SHARE", "terms": shared},
    )
    vendor.send(claim("FULL-1"), claim("SHARE-1"))
    (remittance,) = paid(vendor)
    first, second = remittance.claims
    assert ([], Money(15000)) == (adjustments(first), first.paid)
    assert adjustments(second) == [("CO", "45", "30.00"), ("PR", "1", "50.00"), ("PR", "2", "14.00")]
    assert Money(5600) == second.paid


def test_a_denial_is_status_4_with_its_reason_and_remark_row_14(vendor: Vendor) -> None:
    rules(vendor, {"action": "deny", "member": "W2", "reason": "PR204", "remark": "N130"})
    vendor.send(claim("PCN-1", member="DENY1"), claim("PCN-2", member="W2"))
    (remittance,) = paid(vendor)
    contractual, patient = remittance.claims
    assert [contractual.status, patient.status] == ["4", "4"]
    assert adjustments(contractual) == [("CO", "197", "150.00")]
    assert adjustments(patient) == [("PR", "204", "150.00")]
    assert (Money(15000), ("N130",)) == (patient.patient_responsibility, patient.lines[0].remarks)
    assert ("NON", Money.zero()) == (remittance.method, remittance.amount)


def test_a_partial_payment_denies_one_line_or_allows_little_row_14(vendor: Vendor) -> None:
    two = (line("150.00"), line("60.00", "90785", "L2"))
    vendor.send(claim("PCN-1", *two, member="PARTIAL1"), claim("PCN-2", member="PARTIAL2"))
    (remittance,) = paid(vendor)
    lines, one = remittance.claims
    assert [Money(10000), Money(0)] == [each.paid for each in lines.lines]
    assert ("CO", "197", "60.00") in adjustments(lines)
    assert ("CO", "45", "100.50") in adjustments(one)
    assert [lines.status, one.status] == ["1", "1"]


def test_a_reversal_and_its_correction_come_in_a_later_era_row_14(vendor: Vendor) -> None:
    corrected = {"allowed_percent": 90}
    rules(vendor, {"action": "reverse", "claim_prefix": "PCN-1", "after_days": 7, "corrected": corrected})
    vendor.send(claim("PCN-1"))
    vendor.clock.move(days=16)
    (first,) = eras(vendor)
    vendor.send(claim("PCN-2"))
    second, third = paid(vendor, days=16)[1:]
    taken_back, again = second.claims
    original = advice(vendor, first["eraid"]).claims[0]
    assert ("22", -original.paid, -original.charged) == (taken_back.status, taken_back.paid, taken_back.charged)
    assert [(group, code, f"-{amount}") for group, code, amount in adjustments(original)] == adjustments(taken_back)
    assert ("1", Money(11500)) == (again.status, again.paid)
    assert Money(1500) == second.amount
    assert third.claims[0].patient_control_number == "PCN-2"


def test_a_check_is_never_negative_and_the_rest_is_recovered_later_row_14(vendor: Vendor) -> None:
    rules(vendor, {"action": "reverse", "claim_prefix": "PCN-1", "corrected": {"allowed_percent": 50}})
    vendor.send(claim("PCN-1"))
    vendor.clock.move(days=10)
    vendor.send(claim("PCN-2"))
    first, taken, recovered = paid(vendor, days=20)
    assert Money(10000) == first.amount
    assert (Money.zero(), [("FB", "-45.00")]) == (taken.amount, amounts(taken))
    assert (Money(5500), [("FB", "45.00")]) == (recovered.amount, amounts(recovered))


def amounts(remittance: Remittance) -> list[tuple[str, str]]:
    return [(each.reason, each.amount.text()) for each in remittance.provider_adjustments]


def test_provider_level_amounts_ride_on_the_check_they_are_meant_for_row_14(vendor: Vendor) -> None:
    extras = [
        {"reason": "WO", "amount": "12.50", "reference": "OVER1", "check": 2},
        {"reason": "L6", "amount": "-1.25", "check": 1},
        {"reason": "72", "amount": "5"},
    ]
    for _ in range(2):
        rules(vendor, provider_adjustments=extras)
    vendor.send(claim("PCN-1"))
    vendor.clock.move(days=2)
    vendor.send(claim("PCN-2"))
    first, second = paid(vendor)
    assert ([("L6", "-1.25"), ("72", "5.00")], Money(9625)) == (amounts(first), first.amount)
    assert ([("WO", "12.50")], Money(8750)) == (amounts(second), second.amount)


def test_an_era_can_hold_a_claim_nobody_sent_row_14(vendor: Vendor) -> None:
    rules(vendor, strangers=[{"pcn": "NOT-OURS", "charge": "90.00", "paid": "70.00"}])
    vendor.send(claim("PCN-1"))
    (remittance,) = paid(vendor)
    assert [each.patient_control_number for each in remittance.claims] == ["PCN-1", "NOT-OURS"]
    assert Money(17000) == remittance.amount


def test_a_claim_level_denial_and_a_crossover_row_14(vendor: Vendor) -> None:
    rules(
        vendor,
        {"action": "deny", "claim_prefix": "WHOLE", "claim_level": True, "reason": "CO29"},
        {"action": "pay", "claim_prefix": "OVER", "crossover": "EXAMPLE SECOND PAYER"},
    )
    vendor.send(claim("WHOLE-1"), claim("OVER-1"))
    (remittance,) = paid(vendor)
    whole, over = remittance.claims
    assert (whole.lines, adjustments(whole)) == ((), [("CO", "29", "150.00")])
    assert (over.status, over.crossover_name) == ("19", "EXAMPLE SECOND PAYER")


def test_one_check_for_each_payer_and_day_row_14(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"), claim("PCN-2", payer="0SIM7"), claim("PCN-3"))
    vendor.clock.move(days=1)
    vendor.send(claim("PCN-4"))
    found = paid(vendor)
    assert [[each.patient_control_number for each in remittance.claims] for remittance in found] == [
        ["PCN-2"],
        ["PCN-1", "PCN-3"],
        ["PCN-4"],
    ]
    assert [remittance.payer_id for remittance in found] == ["0SIM7", "00123", "00123"]
    assert len({remittance.trace for remittance in found}) == 3


def test_a_replacement_takes_the_original_back(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"))
    (first,) = paid(vendor)
    number = first.claims[0].payer_control_number
    vendor.send(claim("PCN-1", line("200.00"), frequency="7", original=number))
    vendor.send(claim("PCN-9", frequency="7", original="NOBODYS"))
    second = paid(vendor)[1]
    assert [(each.status, each.paid.text()) for each in second.claims] == [("22", "-100.00"), ("1", "140.00")]
    last = vendor.call("response", ResponseID="0")["claim"][-1]
    assert (last["pcn"], last["status"]) == ("PCN-9", "R")


def test_a_void_takes_the_original_back_and_pays_nothing(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"), claim("PCN-2"))
    (first,) = paid(vendor)
    vendor.send(claim("PCN-1", frequency="8", original=first.claims[0].payer_control_number))
    second = paid(vendor)[1]
    assert [(each.status, each.paid.text()) for each in second.claims] == [("22", "-100.00")]
    assert (Money.zero(), [("FB", "-100.00")]) == (second.amount, amounts(second))


def test_a_replacement_of_an_unpaid_claim_is_paid_once(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"))
    vendor.clock.move(hours=5)
    number = vendor.control("snapshot")["claims"][0]["icn"]
    vendor.send(claim("PCN-1", frequency="7", original=number))
    (remittance,) = paid(vendor)
    assert [each.status for each in remittance.claims] == ["1"]
    assert [each["stage"] for each in vendor.control("snapshot")["claims"]] == ["withdrawn", "decided"]


def test_a_payer_without_era_sends_none(vendor: Vendor) -> None:
    vendor.control("accounts", {"payers": [Payer(payerid="00123", payer_name="PAPER PLAN", era="no")]})
    vendor.send(claim())
    assert paid(vendor) == []


def test_the_list_shows_new_ones_only_until_they_are_downloaded_row_12(vendor: Vendor) -> None:
    vendor.send(claim())
    vendor.clock.move(days=16)
    (row,) = vendor.call("eralist")["era"]
    assert row["download_time"] == ""
    assert len(vendor.call("eralist")["era"]) == 1
    vendor.call("eradata", eraid=row["eraid"])
    assert "era" not in vendor.call("eralist")
    (again,) = eras(vendor)
    assert again["download_time"]


def test_the_list_is_filtered_and_paged_row_12(vendor: Vendor) -> None:
    account = Account(key=KEY, acct_number="70001", mode="production", options=Options(era_page=2))
    vendor.control("accounts", {"accounts": [account]})
    for number in range(3):
        vendor.send(claim(f"PCN-{number}"))
        vendor.clock.move(days=1)
    vendor.clock.move(days=16)
    first, second = eras(vendor)
    (third,) = eras(vendor, Page="2")
    assert [third["eraid"]] == [row["eraid"] for row in eras(vendor, ERAID=second["eraid"])]
    assert third["eraid"] == vendor.call("eralist", NewOnly="0", ERAID=second["eraid"])["last_eraid"]
    assert "era" not in vendor.call("eralist", NewOnly="0", Page="3")
    month, day, year = first["paid_date"][5:7], first["paid_date"][8:], first["paid_date"][:4]
    american = f"{month}-{day}-{year}"
    for filters, expected in (
        ({"CheckDate": american}, 1),
        ({"ReceivedDate": american}, 1),
        ({"ReceivedAfterDate": american}, 2),
        ({"ReceivedDate": "today"}, 0),
        ({"CheckNumber": first["check_number"]}, 1),
        ({"CheckAmount": "100"}, 2),
        ({"CheckAmount": "1.00"}, 0),
        ({"PayerID": "123"}, 0),
        ({"NPI": "1999999984", "TaxID": "999999999"}, 2),
        ({"NPI": "1999999992"}, 0),
    ):
        assert expected == len(eras(vendor, **filters)), filters
    for wrong in ({"CheckDate": "2026-03-17"}, {"CheckDate": "20260317"}, {"ERAID": "x"}, {"CheckAmount": "x"}):
        assert vendor.call("eralist", **wrong)["error"]["error_code"] == "21"


@pytest.mark.parametrize("singles", ["array", "object"])
def test_835_and_fields_agree_and_data_is_a_list_or_text_row_13(vendor: Vendor, singles: str) -> None:
    account = Account(
        key=KEY,
        acct_number="70001",
        mode="production",
        options=Options(shapes=msgspec.convert({"singles": singles}, Shapes)),
    )
    vendor.control("accounts", {"accounts": [account]})
    vendor.send(claim("PCN-1"), claim("PCN-2", line(), line("60", "90785", "L2"), member="PARTIAL1"))
    vendor.clock.move(days=16)
    data = vendor.call("era835", eraid="41001")["data"]
    (remittance,) = read_835((data if singles == "object" else data[0]).encode())
    fields = vendor.call("eradata", eraid="41001")
    assert remittance.amount.text() == fields["paid_amount"]
    for decided, shown in zip(remittance.claims, fields["claim"], strict=True):
        assert (decided.patient_control_number, decided.paid.text()) == (shown["pcn"], shown["total_paid"])
        charges = shown["charge"] if isinstance(shown["charge"], list) else [shown["charge"]]
        for service, charge in zip(decided.lines, charges, strict=True):
            assert (service.control, service.paid.text()) == (charge["chgid"], charge["paid"])
            found = charge["adjustment"] if isinstance(charge["adjustment"], list) else [charge["adjustment"]]
            expected = [(each.group, each.reason, each.amount.text()) for each in service.adjustments]
            assert expected == [(each["group"], each["code"], each["amount"]) for each in found]


def test_the_same_era_always_has_the_same_bytes_row_13(vendor: Vendor) -> None:
    vendor.send(claim())
    vendor.clock.move(days=16)
    first = vendor.call("era835", eraid="41001")
    vendor.clock.move(days=1)
    assert first == vendor.call("era835", eraid="41001")


def test_the_pdf_is_a_pdf_row_13(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"), claim("PCN-2"))
    vendor.clock.move(days=16)
    (data,) = vendor.call("erapdf", eraid="41001", pcn="PCN-2")["data"]
    body = b64decode(data)
    assert body.startswith(b"%PDF-1.4") and body.endswith(b"%%EOF\n")
    assert b"PCN-2" in body and b"PCN-1 " not in body
    place = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
    assert body[place:].startswith(b"xref")


def test_an_unknown_era_is_an_error(vendor: Vendor) -> None:
    assert vendor.call("era835", eraid="5")["error"]["error_code"] == "22"
    assert vendor.call("era835", ERAID="41001")["error"]["error_code"] == "20"


def test_a_payer_that_pays_at_once_pays_at_its_next_run(vendor: Vendor) -> None:
    mind = Mind(accept_hours=0, pay_days=0)
    vendor.control("accounts", {"payers": [Payer(payerid="00123", payer_name="QUICK PLAN", mind=mind)]})
    vendor.send(claim())
    vendor.call("payerlist")
    assert vendor.control("next") == {"next": "2026-03-03T12:00:00+00:00"}
