"""eligdata/ and payerlist/ (sheet 6, 8; rows 15 and 17 of section 15)."""

from __future__ import annotations

import msgspec
from tests.connectors.claimmd.simulator.world import KEY, TEST_KEY, Json, Vendor

ASK = {
    "ins_name_l": "Okafor",
    "ins_name_f": "Lena",
    "payerid": "00123",
    "pat_rel": "18",
    "fdos": "20260302",
    "prov_npi": "1999999984",
    "prov_taxid": "999999999",
    "ins_number": "W1",
}


def ask(vendor: Vendor, key: str = KEY, **changes: str) -> Json:
    return vendor.call("eligdata", key=key, **{**ASK, **changes})


def benefit(elig: Json, code: str, service: str, period: str = "") -> dict[str, str]:
    (found,) = [
        each
        for each in elig["benefit"]
        if (each["benefit_coverage_code"], each["benefit_code"]) == (code, service)
        and each.get("benefit_period_code", "") in (period, "27")
    ]
    return found


def test_an_active_member_has_plan_copay_deductible_and_coinsurance_row_15(vendor: Vendor) -> None:
    elig = ask(vendor)["elig"]
    assert (elig["ins_name_l"], elig["ins_number"], elig["elig_result_date"]) == ("OKAFOR", "W1", "20260302")
    assert benefit(elig, "1", "30")["insurance_plan"] == "EXAMPLE CHOICE PLAN"
    assert benefit(elig, "B", "98")["benefit_amount"] == "20.00"
    assert benefit(elig, "C", "30", "23")["benefit_amount"] == "500.00"
    assert benefit(elig, "C", "30", "29")["benefit_amount"] == "250.00"
    assert benefit(elig, "A", "MH")["benefit_percent"] == "0.2"


def test_an_inactive_member_has_no_active_benefit_row_15(vendor: Vendor) -> None:
    elig = ask(vendor, ins_number="GONE")["elig"]
    assert [each["benefit_coverage_code"] for each in elig["benefit"]] == ["6"]


def test_a_payers_no_stands_inside_elig_row_15_trap_20(vendor: Vendor) -> None:
    for changes, reason in (
        ({"ins_number": "NOBODY"}, "75"),
        ({"ins_number": ""}, "72"),
        ({"ins_number": "NOID"}, "79"),
        ({"ins_dob": "19900101"}, "71"),
        ({"prov_npi": "1999999985"}, "43"),
    ):
        answer = ask(vendor, **changes)
        assert "error" not in answer
        assert [reason] == [each["error_code"] for each in answer["elig"]["error"]]
        assert "benefit" not in answer["elig"]


def test_a_payer_without_real_time_answers_410_row_15(vendor: Vendor) -> None:
    for changes in ({"payerid": "77001"}, {"payerid": "99999"}, {"ins_number": "NORT"}):
        assert ask(vendor, **changes)["error"]["error_code"] == "410"


def test_required_fields_and_dates_are_checked_row_15_trap_21(vendor: Vendor) -> None:
    for name in ("ins_name_l", "ins_name_f", "payerid", "pat_rel", "fdos", "prov_npi", "prov_taxid"):
        answer = ask(vendor, **{name: ""})
        assert ("20", f"Missing required field: {name}") == (
            answer["error"]["error_code"],
            answer["error"]["error_mesg"],
        )
    for changes in ({"fdos": "2026-03-02"}, {"ins_dob": "11-02-1988"}, {"pat_rel": "01"}, {"fdos": "20260231"}):
        assert ask(vendor, **changes)["error"]["error_code"] == "21"
    assert ask(vendor, pat_rel="G8")["error"]["error_code"] == "20"
    assert vendor.control("counters")["eligibility_checks"] == 0


def test_a_test_account_always_hears_the_same_coverage_row_15(vendor: Vendor) -> None:
    one, two = ask(vendor, TEST_KEY), ask(vendor, TEST_KEY, ins_number="GONE", payerid="77001", ins_name_l="Else")
    assert one["elig"].pop("eligid") != two["elig"].pop("eligid")
    assert one == two
    assert one["elig"]["ins_number"] == "SAMPLE1"


def test_an_answer_may_be_slow_or_torn_row_15(vendor: Vendor) -> None:
    assert "elig" in ask(vendor, ins_number="SLOW")
    answer = vendor.http.post(
        "/services/eligdata/",
        data={"AccountKey": KEY, **ASK, "ins_number": "TORN"},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 200
    try:
        msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        return
    raise AssertionError("the answer should not be readable")


def test_a_check_is_counted(vendor: Vendor) -> None:
    ask(vendor)
    ask(vendor, ins_number="NOBODY")
    assert vendor.control("counters")["eligibility_checks"] == 2
    assert vendor.http.get("/_control/counters", params={"account": "70002"}).json()["eligibility_checks"] == 0


def test_the_payer_list_keeps_leading_zeros_and_has_filters_row_17(vendor: Vendor) -> None:
    every = vendor.call("payerlist")["payer"]
    assert [each["payerid"] for each in every] == ["00123", "0SIM7", "77001"]
    assert (every[0]["1500_claims"], every[1]["era"], every[2]["1500_claims"]) == ("yes", "enrollment", "no")
    assert every[0]["payer_alt_names"][0]["alt_payerid"] == "EX1"
    for filters, expected in (
        ({"payerid": "00123"}, 1),
        ({"payerid": "123"}, 0),
        ({"payer_name": "mutual"}, 1),
        ({"payer_name": "EXAMPLE*"}, 3),
        ({"payer_name": "MUTUAL*"}, 0),
    ):
        assert expected == len(vendor.call("payerlist", **filters).get("payer", []))
