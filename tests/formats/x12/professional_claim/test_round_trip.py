from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import (
    BillingProvider,
    Patient,
    ProfessionalClaim,
    Receiver,
    RenderingProvider,
    ServiceLine,
    Submitter,
    Subscriber,
    build_837p,
    read_837p,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.writer import clean
from chartline.kernel.money import Money

ENVELOPE = Envelope(
    sender="CHARTLINE", receiver="CLEARING", at=datetime(2026, 1, 6, tzinfo=UTC), control=7, usage=Usage.TEST
)


def text(most: int) -> st.SearchStrategy[str]:
    letters = st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="*:^~")
    return st.text(letters, min_size=1, max_size=most).map(str.strip).filter(bool)


def name(most: int = 20) -> st.SearchStrategy[str]:
    return text(most).map(clean)


CODE = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=5)
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
SEX = st.sampled_from("FMU")
ADDRESS = st.builds(
    Address,
    line1=name(),
    line2=st.just("") | name(),
    city=name(),
    state=st.sampled_from(["IL", "NY"]),
    zip=st.from_regex(r"[0-9]{5}([0-9]{4})?", fullmatch=True),
)
PERSON = st.builds(PersonName, last=name(), first=st.just("") | name(), middle=st.just("") | name())
PATIENT = st.builds(
    Patient, name=PERSON, born=DAY, sex=SEX, address=ADDRESS, relationship=st.sampled_from(["01", "19", "G8"])
)
SUBSCRIBER = st.builds(
    Subscriber,
    name=PERSON,
    member_id=text(12),
    born=DAY,
    sex=SEX,
    address=ADDRESS,
    group=st.just("") | text(10),
    order=st.sampled_from("PST"),
    filing=st.sampled_from(["CI", "MB"]),
    payer_name=name(),
    payer_id=text(5),
)
BILLING = st.builds(
    BillingProvider,
    name=name(),
    first=st.just("") | name(),
    npi=st.just("1999999984"),
    tax_id=text(9),
    tax_id_kind=st.sampled_from(["EI", "SY"]),
    taxonomy=st.just("") | CODE,
    address=ADDRESS,
)
LINE = st.builds(
    ServiceLine,
    code=CODE,
    modifiers=st.lists(CODE, max_size=4).map(tuple),
    charge=st.integers(0, 10**7).map(Money),
    units=st.integers(1, 9999).map(Decimal) | st.integers(1, 99).map(lambda n: Decimal(2 * n + 1) / 2),
    unit=st.sampled_from(["UN", "MJ"]),
    pointers=st.lists(st.just(1), min_size=1, max_size=4).map(tuple),
    date=DAY,
    through=st.none() | DAY,
    control=st.just("") | text(12),
    place_of_service=st.sampled_from(["", "22"]),
)


@st.composite
def claims(draw: st.DrawFn) -> ProfessionalClaim:
    lines = draw(st.lists(LINE, min_size=1, max_size=3).map(tuple))
    return ProfessionalClaim(
        submitter=draw(
            st.sampled_from(
                [
                    Submitter(name="CHARTLINE", id="CHART1", contact="DESK", phone="5550100100"),
                    Submitter(name="CHARTLINE", id="CHART2", phone="5550100100", email="desk@example.invalid"),
                ]
            )
        ),
        receiver=Receiver(name="EXAMPLE CLEARING", id="CLEARING"),
        billing=draw(BILLING),
        subscriber=draw(SUBSCRIBER),
        patient=draw(st.none() | PATIENT),
        rendering=draw(
            st.none()
            | st.builds(RenderingProvider, name=PERSON, npi=st.just("1999999992"), taxonomy=st.just("") | CODE)
        ),
        reference=draw(text(20)),
        intermediary_reference=draw(st.just("") | text(30)),
        total=Money.total([line.charge for line in lines]),
        place_of_service="11",
        frequency=draw(st.sampled_from("178")),
        payer_control_number=draw(text(20)),
        prior_authorization=draw(st.just("") | text(20)),
        provider_signature=draw(st.booleans()),
        assignment=draw(st.sampled_from("ABC")),
        benefits_assigned=draw(st.sampled_from("YNW")),
        release=draw(st.sampled_from("YI")),
        diagnoses=draw(st.lists(CODE, min_size=1, max_size=12).map(tuple)),
        lines=lines,
    )


@settings(max_examples=60, deadline=None)
@given(claims())
def test_a_claim_survives_building_and_reading(claim: ProfessionalClaim) -> None:
    data = build_837p([claim], ENVELOPE)
    assert [claim] == read_837p(data)
    assert check_envelope(data) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(claims(), min_size=1, max_size=5))
def test_many_claims_survive_though_their_order_may_follow_the_billing_provider(
    several: list[ProfessionalClaim],
) -> None:
    found = read_837p(build_837p(several, ENVELOPE))
    assert len(several) == len(found)
    for claim in several:
        found.remove(claim)
    assert found == []
