"""Invented claims of any shape: what the property tests of the three claim kinds share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage, ProviderAtPayer
from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    PayToPlan,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.claim_parts.values import (
    AmbulanceTrip,
    Attachment,
    ConditionIndicator,
    Contact,
    Contract,
    Drug,
    Form,
    FormAnswer,
    Measurement,
    Note,
    ProviderNumber,
    QualifiedDate,
    Reference,
    Repricing,
    SpinalManipulation,
)
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance import Adjustment
from chartline.formats.x12.remittance.institutional import Inpatient, Outpatient
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


def some(values: st.SearchStrategy, most: int = 2, least: int = 0) -> st.SearchStrategy[tuple]:
    return st.lists(values, min_size=least, max_size=most).map(tuple)


def damaged(data: bytes, random: Random) -> bytes:
    """The data with an element replaced, and now and then some bytes overwritten."""
    segments = [segment.split(b"*") for segment in data.split(b"~")]
    segment = segments[random.randrange(len(segments))]
    segment[random.randrange(len(segment))] = random.choice([b"", b"X", b":X", b":::::X", b"9", b"20260231"])
    data = b"~".join(b"*".join(elements) for elements in segments)
    if random.random() < 0.3:
        at = random.randrange(len(data))
        data = data[:at] + random.choice([b"~", b"*", b":", b"~LX*"]) + data[at + random.randrange(8) :]
    return data


EMPTY = st.just("")
CODE = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=5)
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MAYBE_DAY = st.none() | DAY
TIME = st.sampled_from(["0000", "1405", "2359"])
MONEY = st.integers(0, 10**7).map(Money)
MAYBE_MONEY = st.none() | MONEY
QUANTITY = st.integers(1, 9999).map(Decimal) | st.integers(1, 99).map(lambda n: Decimal(2 * n + 1) / 2)
MAYBE_QUANTITY = st.none() | QUANTITY
SEX = st.sampled_from("FMU")
NPI = st.sampled_from(["", "1999999984", "1999999992"])
ADDRESS = st.builds(
    Address,
    line1=name(),
    line2=EMPTY | name(),
    city=name(),
    state=st.sampled_from(["IL", "NY"]),
    zip=st.from_regex(r"[0-9]{5}([0-9]{4})?", fullmatch=True),
    country=st.sampled_from(["", "CA"]),
)
PERSON = st.builds(PersonName, last=name(), first=EMPTY | name(), middle=EMPTY | name(), suffix=EMPTY | name(5))


def references(*qualifiers: str, most: int = 2) -> st.SearchStrategy[tuple[Reference, ...]]:
    return some(st.builds(Reference, st.sampled_from(qualifiers), text(12)), most)


CONTACT = st.builds(
    Contact, name=EMPTY | name(), phone=st.just("5550100100"), extension=EMPTY | CODE, email=EMPTY | name(12)
)
PLAN = st.builds(
    PayToPlan,
    name=name(),
    id=CODE,
    id_kind=st.sampled_from(["PI", "XV"]),
    address=ADDRESS,
    tax_id=text(9),
    ids=references("2U", "FY", "NF"),
)
PATIENT = st.builds(
    Patient,
    name=PERSON,
    born=DAY,
    sex=SEX,
    address=ADDRESS,
    relationship=st.sampled_from(["01", "19", "G8"]),
    ids=references("Y4", "1W"),
    died=MAYBE_DAY,
    weight=MAYBE_QUANTITY,
    is_pregnant=st.booleans(),
    contact=st.none() | CONTACT,
)
SUBSCRIBER = st.builds(
    Subscriber,
    name=PERSON,
    member_id=text(12),
    born=DAY,
    sex=SEX,
    address=ADDRESS,
    group=EMPTY | text(10),
    order=st.sampled_from("PST"),
    filing=st.sampled_from(["CI", "MB"]),
    payer_name=name(),
    payer_id=text(5),
    payer_address=st.none() | ADDRESS,
    payer_ids=references("2U", "G2"),
    payer_id_kind=st.sampled_from(["PI", "XV"]),
    ids=references("SY", "Y4"),
    group_name=EMPTY | name(),
    insurance_type=st.sampled_from(["", "12", "47"]),
    member_id_kind=st.sampled_from(["MI", "II"]),
    died=MAYBE_DAY,
    weight=MAYBE_QUANTITY,
    is_pregnant=st.booleans(),
    contact=st.none() | CONTACT,
)
BILLING = st.builds(
    BillingProvider,
    name=name(),
    npi=st.just("1999999984"),
    tax_id=text(9),
    tax_id_kind=st.sampled_from(["EI", "SY"]),
    taxonomy=EMPTY | CODE,
    address=ADDRESS,
    ids=references("0B", "1G"),
    contacts=some(CONTACT),
    currency=st.sampled_from(["", "CAD"]),
    pay_to=st.none() | ADDRESS,
    pay_to_plan=st.none() | PLAN,
)
PERSON_BILLING = st.builds(
    BillingProvider,
    name=name(),
    first=name(),
    middle=EMPTY | name(),
    suffix=EMPTY | name(5),
    npi=st.just("1999999992"),
    tax_id=text(9),
    address=ADDRESS,
)
PARTIES = st.sampled_from(
    [
        Submitter(name="CHARTLINE", id="CHART1", contact="DESK", phone="5550100100"),
        Submitter(name="CHARTLINE", id="CHART2", phone="5550100100", email="desk@example.invalid"),
    ]
)
RECEIVER = Receiver(name="EXAMPLE CLEARING", id="CLEARING")

PROVIDER = st.builds(Provider, PERSON, NPI, EMPTY | CODE, ids=references("0B", "G2")) | st.builds(
    Provider, st.builds(PersonName, last=name()), NPI, EMPTY | CODE, st.just(True)
)
ORDERING = st.builds(
    Provider, PERSON, NPI, address=st.none() | ADDRESS, contact=st.none() | CONTACT, ids=references("0B")
)
FACILITY = st.builds(ServiceFacility, name(), ADDRESS, NPI, references("0B", "G2"), st.none() | CONTACT)
DESTINATION = st.builds(ServiceFacility, EMPTY | name(), ADDRESS)
MAYBE_PROVIDER = st.none() | PROVIDER
PROVIDER_NUMBER = st.builds(ProviderNumber, NPI, st.booleans(), references("0B", "1G"))

NOTE = st.builds(Note, st.sampled_from(["ADD", "CER", "TPO"]), text(80))
ATTACHMENT = st.builds(Attachment, st.sampled_from(["OZ", "B3"]), st.sampled_from(["EL", "AA"]), EMPTY | text(20))
CONTRACT = st.builds(
    Contract,
    kind=st.sampled_from(["02", "09"]),
    amount=MAYBE_MONEY,
    percent=MAYBE_QUANTITY,
    code=EMPTY | CODE,
    discount=MAYBE_QUANTITY,
    version=EMPTY | CODE,
)
CONDITION = st.builds(
    ConditionIndicator, st.sampled_from(["07", "E1", "ZZ"]), st.booleans(), some(CODE, most=5, least=1)
)
TRIP = st.builds(
    AmbulanceTrip,
    reason=st.sampled_from("ABCDE"),
    distance=QUANTITY,
    weight=MAYBE_QUANTITY,
    round_trip=EMPTY | name(),
    stretcher=EMPTY | name(),
)
SPINAL = st.builds(
    SpinalManipulation, condition=st.sampled_from("AM"), description=EMPTY | text(20), more=EMPTY | text(20)
)
REPRICING = st.builds(
    Repricing,
    method=st.sampled_from(["00", "10"]),
    allowed=MONEY,
    savings=MAYBE_MONEY,
    organisation=EMPTY | CODE,
    rate=MAYBE_QUANTITY,
    group=EMPTY | CODE,
    group_amount=MAYBE_MONEY,
    revenue_code=EMPTY | CODE,
    qualifier=st.sampled_from(["", "HC"]),
    code=EMPTY | CODE,
    unit=st.sampled_from(["", "UN"]),
    units=MAYBE_QUANTITY,
    rejection=st.sampled_from(["", "T1"]),
    compliance=st.sampled_from(["", "1"]),
    exception=st.sampled_from(["", "2"]),
)
DRUG = st.builds(
    Drug,
    code=st.just("00999000101"),
    quantity=QUANTITY,
    unit=st.sampled_from(["UN", "ML", "F2"]),
    prescription=text(12),
    prescription_kind=st.sampled_from(["XZ", "VY"]),
) | st.builds(Drug, code=CODE, quantity=QUANTITY)
MEASUREMENT = st.builds(Measurement, st.sampled_from(["OG", "TR"]), st.sampled_from(["HT", "R1"]), QUANTITY)
FORM = st.builds(
    Form,
    st.sampled_from(["UT", "AS"]),
    CODE,
    some(
        st.builds(
            FormAnswer,
            question=CODE,
            choice=st.sampled_from(["", "Y", "N", "W"]),
            text=EMPTY | text(10),
            day=MAYBE_DAY,
            percent=MAYBE_QUANTITY,
        ),
        least=1,
        most=3,
    ),
)
OTHER_DATE = st.builds(QualifiedDate, st.sampled_from(["999", "TOT"]), DAY, MAYBE_DAY) | st.builds(
    QualifiedDate, st.sampled_from(["998", "304", "452"]), DAY, st.none(), TIME
)

ADJUSTMENT = st.builds(
    Adjustment, st.sampled_from(["CO", "PR", "OA"]), CODE, st.integers(-(10**5), 10**7).map(Money), MAYBE_QUANTITY
)
OUTPATIENT = st.builds(
    Outpatient, rate=QUANTITY, procedures=MAYBE_MONEY, dialysis=MAYBE_MONEY, professional_not_billed=MAYBE_MONEY
)
INPATIENT = st.builds(
    Inpatient,
    covered_days=QUANTITY,
    outlier=MAYBE_MONEY,
    lifetime_psychiatric_days=MAYBE_QUANTITY,
    drg=MAYBE_MONEY,
    cost_report_days=MAYBE_QUANTITY,
    teaching=MAYBE_MONEY,
    capital_exception=MAYBE_MONEY,
)
COVERAGE = st.builds(
    OtherCoverage,
    order=st.sampled_from("PST"),
    relationship=st.sampled_from(["18", "01", "19"]),
    group=EMPTY | text(10),
    group_name=EMPTY | name(),
    insurance_type=st.sampled_from(["", "12"]),
    filing=st.sampled_from(["", "CI", "MB"]),
    adjustments=some(ADJUSTMENT, most=9),
    paid=MAYBE_MONEY,
    not_covered=MAYBE_MONEY,
    remaining=MAYBE_MONEY,
    benefits_assigned=st.sampled_from("YNW"),
    signature_source=st.sampled_from(["", "P"]),
    release=st.sampled_from("YI"),
    remarks=some(CODE, most=5),
    outpatient=st.none() | OUTPATIENT,
    inpatient=st.none() | INPATIENT,
    name=PERSON,
    member_id=text(12),
    member_id_kind=st.sampled_from(["MI", "II"]),
    address=st.none() | ADDRESS,
    ids=references("SY"),
    payer_name=name(),
    payer_id=CODE,
    payer_id_kind=st.sampled_from(["PI", "XV"]),
    payer_address=st.none() | ADDRESS,
    paid_on=MAYBE_DAY,
    payer_control_number=EMPTY | text(20),
    prior_authorization=EMPTY | text(20),
    referral=EMPTY | text(20),
    is_adjusted=st.booleans(),
    payer_ids=references("2U", "EI"),
    providers=some(
        st.builds(ProviderAtPayer, st.sampled_from(["82", "DN", "77"]), references("G2", "LU"), st.booleans())
    ),
)
ADJUDICATION = st.builds(
    LineAdjudication,
    payer_id=CODE,
    paid=MONEY,
    qualifier=st.sampled_from(["HC", "ER"]),
    code=CODE,
    modifiers=some(CODE, most=4),
    description=EMPTY | text(20),
    revenue_code=st.sampled_from(["", "0450"]),
    units=QUANTITY,
    bundled_line=st.none() | st.integers(1, 50),
    adjustments=some(ADJUSTMENT, most=9),
    paid_on=DAY,
    remaining=MAYBE_MONEY,
)
