"""Institutional and dental claims at the simulator (row 7 of sheet section 15; sheet 4, 13)."""

from __future__ import annotations

import json
from datetime import date
from typing import Literal

import msgspec
import pytest
from tests.connectors.claimmd.simulator.world import DAY, ENVELOPE, KEY, NPI, Vendor, claim

from chartline.connectors.claimmd.simulator.seed import Account, Options, Payer
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.dental_claim import DentalClaim, DentalLine, build_837d
from chartline.formats.x12.institutional_claim import Diagnosis, InstitutionalClaim, RevenueLine, build_837i
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance import read_835
from chartline.kernel.money import Money


def setting(vendor: Vendor, able: Literal["yes", "no"] = "yes", *, dental: bool = False) -> None:
    account = Account(
        key=KEY, acct_number="70001", mode="production", options=Options(limit=10_000, takes_dental=dental)
    )
    payer = Payer(
        payerid="00123", payer_name="EXAMPLE HEALTH PLAN", institutional_claims=able, dental_claims=able,
        professional_claims="no",
    )  # fmt: skip
    vendor.control("accounts", {"accounts": [msgspec.to_builtins(account)], "payers": [msgspec.to_builtins(payer)]})


def stay(reference: str = "STAY-1", **changes: object) -> InstitutionalClaim:
    plain = claim(reference)
    made = InstitutionalClaim(
        submitter=plain.submitter,
        receiver=plain.receiver,
        billing=plain.billing,
        subscriber=plain.subscriber,
        reference=reference,
        intermediary_reference=f"INT-{reference}",
        total=Money.parse("900.00"),
        facility_code="13",
        statement_from=DAY,
        statement_through=DAY,
        patient_status="01",
        admission_type="3",
        principal=Diagnosis("F411"),
        attending=Provider(name=PersonName(last="FERN", first="ADA"), npi=NPI),
        lines=(
            RevenueLine(revenue_code="0900", charge=Money.parse("600.00"), code="90834", date=DAY, control="L1"),
            RevenueLine(revenue_code="0250", charge=Money.parse("300.00"), control="L2"),
        ),
    )
    return msgspec.structs.replace(made, **changes)


def tooth(reference: str = "TOOTH-1") -> DentalClaim:
    plain = claim(reference)
    return DentalClaim(
        submitter=plain.submitter,
        receiver=plain.receiver,
        billing=plain.billing,
        subscriber=plain.subscriber,
        reference=reference,
        intermediary_reference=f"INT-{reference}",
        total=Money.parse("120.00"),
        place_of_service="11",
        lines=(DentalLine(code="D0120", charge=Money.parse("120.00"), date=DAY, control="T1"),),
    )


def advice(vendor: Vendor) -> bytes:
    vendor.clock.move(days=20)
    (era,) = vendor.call("eralist", NewOnly="0")["era"]
    (data,) = vendor.call("era835", eraid=era["eraid"])["data"]
    return data.encode()


def test_an_institutional_file_is_read_answered_and_paid_row_7(vendor: Vendor) -> None:
    setting(vendor)
    (row,) = vendor.upload(build_837i([stay()], ENVELOPE))["claim"]
    assert (row["status"], row["pcn"], row["remote_claimid"]) == ("A", "STAY-1", "INT-STAY-1")
    (remittance,) = read_835(advice(vendor))
    (paid,) = remittance.claims
    assert [(line.qualifier, line.code, line.control) for line in paid.lines] == [
        ("HC", "90834", "L1"),
        ("NU", "0250", "L2"),
    ]


def test_a_payer_that_takes_no_such_claims_has_them_refused_row_7(vendor: Vendor) -> None:
    setting(vendor, "no")
    (row,) = vendor.upload(build_837i([stay()], ENVELOPE))["claim"]
    assert (row["status"], row["messages"][-1]["mesgid"]) == ("R", "PAYER2")


def test_a_dental_file_holds_no_claim_unless_the_account_takes_it_section_13(vendor: Vendor) -> None:
    setting(vendor)
    body = build_837d([tooth()], ENVELOPE)
    assert vendor.upload(body)["error"]["error_code"] == "30"
    setting(vendor, dental=True)
    (row,) = vendor.upload(body)["claim"]
    assert row["status"] == "A"
    (remittance,) = read_835(advice(vendor))
    (line,) = remittance.claims[0].lines
    assert (line.qualifier, line.code, line.control) == ("AD", "D0120", "T1")


@pytest.mark.parametrize("form", ["ub", "ub04", "ub92"])
def test_the_json_file_names_institutional_claims_in_three_ways_section_13(vendor: Vendor, form: str) -> None:
    setting(vendor)
    line = {"rev_code": "0900", "charge": "90.00", "units": "1", "from_date": date(2026, 3, 2).isoformat()}
    body = {
        "claim_form": form, "payerid": "00123", "pcn": "S-1", "remote_claimid": "I-1", "ins_number": "W1",
        "ins_name_l": "OKAFOR", "ins_name_f": "LENA", "bill_name": "EXAMPLE", "bill_npi": NPI,
        "bill_taxid": "999999999", "diag_1": "F411", "total_charge": "90.00", "charge": [line],
    }  # fmt: skip
    (row,) = vendor.upload(json.dumps({"claim": [body]}).encode(), name="a.json")["claim"]
    assert row["status"] == "A", row["messages"]
