"""An invented dental visit: a filling, a crown, an examination."""

from __future__ import annotations

from datetime import date

import pytest

from chartline.formats.x12.claim_parts.parties import BillingProvider, Provider, Receiver, Submitter, Subscriber
from chartline.formats.x12.dental_claim import DentalClaim, DentalLine, DentalLineDates, Tooth, ToothStatus
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money

STREET = Address(line1="1 EXAMPLE WAY", city="SPRINGFIELD", state="IL", zip="627010001")


@pytest.fixture
def visit() -> DentalClaim:
    return DentalClaim(
        submitter=Submitter(name="CHARTLINE", id="CHART1", contact="BILLING DESK", phone="5550100100"),
        receiver=Receiver(name="EXAMPLE CLEARING", id="CLEARING"),
        billing=BillingProvider(
            name="EXAMPLE DENTAL", npi="1999999984", tax_id="999999999", taxonomy="1223G0001X", address=STREET
        ),
        subscriber=Subscriber(
            name=PersonName(last="SAMPLE", first="LENA"),
            member_id="W1",
            born=date(1988, 11, 2),
            sex="F",
            address=STREET,
            filing="CI",
            payer_name="EXAMPLE PAYER",
            payer_id="00123",
        ),
        rendering=Provider(PersonName(last="EXAMPLE", first="AMOS"), "1999999992", "1223G0001X"),
        reference="PCN7",
        total=Money(145000),
        place_of_service="11",
        tooth_statuses=(ToothStatus("16", "M"),),
        lines=(
            DentalLine("D2392", Money(20000), date(2026, 1, 5), teeth=(Tooth("14", ("M", "O")),), control="L1"),
            DentalLine(
                "D2740",
                Money(115000),
                date(2026, 1, 5),
                teeth=(Tooth("3"),),
                prosthesis="R",
                dates=DentalLineDates(earlier_placement=date(2016, 3, 1)),
            ),
            DentalLine("D4341", Money(10000), date(2026, 1, 5), areas=("10", "40")),
        ),
    )
