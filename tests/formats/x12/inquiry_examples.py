"""One question and one answer of each kind, about an invented patient of an invented practice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from chartline.formats.x12.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Decision,
    Event,
    EventAnswer,
    ProfessionalService,
    Review,
    Service,
    ServiceAnswer,
    Validity,
)
from chartline.formats.x12.claim_status import (
    LineQuestion,
    LineStatus,
    Status,
    StatusAnswer,
    StatusCode,
    StatusPerson,
    StatusRequest,
)
from chartline.formats.x12.eligibility import Benefit, BenefitQuestion, EligibilityAnswer, EligibilityRequest
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.values import (
    Contact,
    Delivery,
    Diagnosis,
    Procedure,
    QualifiedDate,
    Reference,
    Trace,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money

PAYER = Party(role="PR", name="EXAMPLE PAYER", id="00123", id_kind="PI")
PRACTICE = Party(role="1P", name="EXAMPLE FAMILY PRACTICE", id="1999999984", id_kind="XX")
LENA = Person(
    name=PersonName(last="SAMPLE", first="LENA"),
    member_id="W000001",
    born=date(1988, 11, 2),
    sex="F",
    address=Address(line1="1 EXAMPLE WAY", city="SPRINGFIELD", state="IL", zip="62701"),
)
TIM = Person(name=PersonName(last="SAMPLE", first="TIM"), born=date(2018, 3, 4), sex="M", relationship="19")
DAY = date(2026, 1, 6)

ELIGIBILITY_REQUEST = EligibilityRequest(
    payer=PAYER,
    provider=PRACTICE,
    subscriber=LENA,
    questions=(
        BenefitQuestion(service_types=("30",)),
        BenefitQuestion(procedure=Procedure("99213", modifiers=("25",)), place_of_service="11"),
    ),
    traces=(Trace("ASK1", "9CHARTLINE"),),
    reference="REF1",
)


def share(information: str, period: str, amount: int | None = None, **more: object) -> Benefit:
    """A statement about the deductible and the like, individual and in the network."""
    plain = Benefit(
        information=information,
        coverage_level="IND",
        service_types=("30",),
        period=period,
        amount=Money(amount) if amount is not None else None,
        in_network="Y",
    )
    return replace(plain, **more)


ELIGIBILITY_ANSWER = EligibilityAnswer(
    payer=PAYER,
    provider=PRACTICE,
    subscriber=Person(
        name=LENA.name,
        member_id="W000001",
        born=LENA.born,
        sex="F",
        references=(Reference("6P", "G77", "EXAMPLE GROUP"), Reference("18", "P1")),
        dates=(QualifiedDate("346", date(2026, 1, 1)), QualifiedDate("347", date(2026, 12, 31))),
    ),
    benefits=(
        Benefit(information="1", service_types=("30", "98"), insurance_type="HM", plan="EXAMPLE HMO"),
        share("C", "23", 150000),
        share("C", "29", 42050),
        share("C", "23", 300000, coverage_level="FAM"),
        share("C", "24", 100000, coverage_level="FAM"),
        share("C", "23", 400000, in_network="N"),
        share("B", "27", 2500, service_types=("98",), plan="", messages=("PRIMARY CARE",)),
        share("B", "27", 5000, service_types=("98",), plan="", messages=("SPECIALIST",)),
        share("A", "", percent=Decimal("0.2"), coverage_level=""),
        share("G", "23", 500000),
        share("G", "29", 500000),
        Benefit(
            information="F",
            service_types=("33",),
            quantity_kind="VS",
            quantity=Decimal(20),
            authorization="Y",
            deliveries=(Delivery(quantity_kind="VS", quantity=Decimal(20), period="23"),),
        ),
        Benefit(information="I", service_types=("AL",)),
        Benefit(
            information="L",
            parties=(
                Party(
                    role="P3",
                    name="EXAMPLE",
                    first="AMOS",
                    is_person=True,
                    id="1999999992",
                    id_kind="XX",
                    contacts=(Contact("", (("TE", "5550100100"),)),),
                ),
            ),
        ),
    ),
    traces=(Trace("ASK1", "9CHARTLINE", kind="2"), Trace("P1", "1999999999")),
    reference="REF1",
)

SENDER = Party(role="41", name="EXAMPLE FAMILY PRACTICE", id="CHART1", id_kind="46")
MEMBER = StatusPerson(name=LENA.name, member_id="W000001")
STATUS_REQUEST = StatusRequest(
    reference="REF2",
    payer=PAYER,
    requester=SENDER,
    provider=PRACTICE,
    subscriber=MEMBER,
    dependent=StatusPerson(name=TIM.name, born=TIM.born, sex="M"),
    trace="ASK2",
    payer_control_number="ICN1",
    patient_control_number="PCN7",
    charge=Money(15000),
    first_day=DAY,
    last_day=DAY,
    lines=(
        LineQuestion(procedure=Procedure("99213"), charge=Money(15000), first_day=DAY, units=Decimal(1), control="L1"),
    ),
)
STATUS_ANSWER = StatusAnswer(
    reference="REF2",
    payer=PAYER,
    requester=SENDER,
    provider=PRACTICE,
    subscriber=MEMBER,
    dependent=StatusPerson(name=TIM.name),
    trace="ASK2",
    statuses=(
        Status(
            codes=(StatusCode("F1", "65"), StatusCode("F1", "107", "1P")),
            since=date(2026, 1, 20),
            charged=Money(15000),
            paid=Money(10000),
            decided_on=date(2026, 1, 19),
            method="ACH",
            paid_on=date(2026, 1, 20),
            payment_number="EFT0001",
        ),
    ),
    payer_control_number="ICN1",
    patient_control_number="PCN7",
    first_day=DAY,
    lines=(
        LineStatus(
            procedure=Procedure("99213"),
            charged=Money(15000),
            paid=Money(10000),
            statuses=(Status(codes=(StatusCode("F1", "65"),), since=date(2026, 1, 20)),),
            first_day=DAY,
            units=Decimal(1),
            control="L1",
        ),
    ),
)

REVIEWER = Party(role="X3", name="EXAMPLE PAYER", id="00123", id_kind="PI")
THERAPY = Service(
    item=ProfessionalService(procedure=Procedure("97110", modifiers=("GP",)), units=Decimal(12), pointers=(1,)),
    first_day=date(2026, 2, 1),
    last_day=date(2026, 4, 30),
)
EVENT = Event(
    review=Review(category="HS", service_type="AE", place="11", release="Y"),
    traces=(Trace("ASK3", "9CHARTLINE"),),
    dates=(QualifiedDate("AAH", date(2026, 2, 1), date(2026, 4, 30)),),
    diagnoses=(Diagnosis("M545"),),
    delivery=Delivery(quantity_kind="VS", quantity=Decimal(2), interval_kind="WK", period="35", periods=6),
    message="SEE THE ATTACHED PLAN OF CARE",
    providers=(Party(role="SJ", name="EXAMPLE", first="AMOS", is_person=True, id="1999999992", id_kind="XX"),),
)
AUTHORIZATION_REQUEST = AuthorizationRequest(
    reference="REF3", reviewer=REVIEWER, requester=PRACTICE, subscriber=LENA, event=EVENT, services=(THERAPY,)
)
AUTHORIZATION_ANSWER = AuthorizationAnswer(
    reference="REF3",
    reviewer=REVIEWER,
    requester=PRACTICE,
    subscriber=LENA,
    events=(
        EventAnswer(
            event=EVENT,
            decision=Decision(action="A6", number="AUTH77", reasons=("0Z",)),
            validity=Validity(issued=date(2026, 1, 8), first_day=date(2026, 2, 1), last_day=date(2026, 3, 31)),
            services=(ServiceAnswer(service=THERAPY, decision=Decision(action="A1", number="AUTH77-1")),),
        ),
    ),
)
