from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.x12.inquiry_strategies import (
    ADDRESS,
    CONTACT,
    DAY,
    DELIVERY,
    DIAGNOSES,
    EMPTY,
    ENVELOPE,
    MONEY,
    PROCEDURE,
    QUANTITY,
    SPECIALTY,
    found,
    free_text,
    maybe,
    name,
    once_each,
    organisations,
    parties,
    people,
    references,
    rejections,
    several,
    spans,
    text,
    traces,
)

from chartline.formats.x12.authorization import (
    Attachment,
    AuthorizationAnswer,
    AuthorizationRequest,
    Condition,
    Decision,
    DentalService,
    Diagnosis,
    Event,
    EventAnswer,
    FacilityService,
    FacilityStay,
    Party,
    Procedure,
    ProfessionalService,
    Rejection,
    Review,
    Service,
    ServiceAnswer,
    Tooth,
    Transport,
    Validity,
    build_278_answer,
    build_278_request,
    read_278_answer,
    read_278_request,
)

REVIEW = st.builds(
    Review,
    category=st.sampled_from(["HS", "SC", "IN"]),
    certification=st.sampled_from(["I", "R", "S"]),
    service_type=st.sampled_from(["", "1", "42"]),
    place=st.sampled_from(["", "11", "22"]),
    related_causes=st.sampled_from([(), ("AP",), ("EM", "OA")]),
    level_of_service=st.sampled_from(["", "U"]),
    prognosis=st.sampled_from(["", "2"]),
    release=st.sampled_from(["", "Y"]),
    delay_reason=st.sampled_from(["", "3"]),
)
ATTACHMENTS = several(
    st.builds(Attachment, st.just("OZ"), st.sampled_from(["EL", "FX"]), EMPTY | text(20, 2), EMPTY | text(40)), 2
)
WHO = {"address": maybe(ADDRESS), "contacts": several(CONTACT, 1), "specialty": maybe(SPECIALTY)}
PROVIDERS = several(
    parties(st.sampled_from(["SJ", "77", "DK"]), "XX", references=references("0B", "LU", described=True), **WHO), 2
)
PLACES = several(st.builds(Party, role=st.sampled_from(["PW", "45"]), name=name(), address=maybe(ADDRESS)), 2)
CONTACT_PARTY = maybe(parties("PR", "PI", address=maybe(ADDRESS), contacts=several(CONTACT, 1)))
ONE_DAY = ["439", "484", "ABC", "431"]


@st.composite
def events(draw: st.DrawFn, *kinds: str, asked: bool) -> Event:
    dates = draw(
        once_each(
            ["439", "431", "AAH", "435", "096"],
            3,
            lambda code: spans(code, timed=code in ("435", "096"), single=code in ONE_DAY),
        )
    )
    weight = maybe(st.integers(1, 400).map(Decimal))
    return Event(
        review=draw(REVIEW),
        traces=draw(traces(*kinds)),
        prior_authorization=draw(EMPTY | text(20)),
        administrative_number=draw(EMPTY | text(20)),
        dates=dates,
        diagnoses=draw(DIAGNOSES),
        delivery=draw(maybe(DELIVERY)),
        conditions=draw(several(st.builds(Condition, st.just("07"), st.booleans(), st.just(("01", "04"))), 1))
        if asked
        else (),
        stay=draw(
            maybe(st.builds(FacilityStay, admission_kind=st.just("1"), patient_status=st.sampled_from(["", "30"])))
        ),
        transport=draw(
            maybe(
                st.builds(
                    Transport,
                    weight=weight,
                    kind=st.just("I"),
                    reason=st.sampled_from(["", "A"]),
                    distance=maybe(QUANTITY),
                    origin=EMPTY | name(),
                    round_trip=EMPTY | text(20),
                )
            )
        ),
        attachments=draw(ATTACHMENTS),
        message=draw(EMPTY | text(264)),
        providers=draw(PROVIDERS),
        places=draw(PLACES),
    )


@st.composite
def items(draw: st.DrawFn) -> ProfessionalService | FacilityService | DentalService | None:
    kind = draw(st.sampled_from("123 "))
    units = draw(maybe(st.integers(1, 99).map(Decimal)))
    if kind == "1":
        return ProfessionalService(
            procedure=draw(PROCEDURE),
            charge=draw(maybe(MONEY)),
            unit=draw(st.sampled_from(["UN", "MJ"])) if units else "UN",
            units=units,
            pointers=draw(st.sampled_from([(), (1,), (2, 1)])),
            screening=draw(st.sampled_from(["", "Y", "N"])),
        )
    if kind == "2":
        return FacilityService(
            revenue_code="0450",
            procedure=draw(maybe(PROCEDURE)),
            charge=draw(maybe(MONEY)),
            unit=draw(st.sampled_from(["UN", "DA"])) if units else "UN",
            units=units,
            rate=draw(maybe(QUANTITY)),
        )
    if kind == "3":
        return DentalService(
            procedure=Procedure("D2750", "AD"),
            charge=draw(maybe(MONEY)),
            areas=draw(st.sampled_from([(), ("10",), ("10", "20")])),
            prosthesis=draw(st.sampled_from(["", "I", "R"])),
            quantity=draw(maybe(QUANTITY)),
            description=draw(EMPTY | text(40)),
        )
    return None


@st.composite
def services(draw: st.DrawFn, *kinds: str) -> Service:
    first = draw(maybe(DAY))
    item = draw(items())
    return Service(
        item=item,
        review=draw(maybe(REVIEW)),
        traces=draw(traces(*kinds)),
        prior_authorization=draw(EMPTY | text(20)),
        administrative_number=draw(EMPTY | text(20)),
        first_day=first,
        last_day=draw(maybe(st.just(first + timedelta(days=9)))) if first else None,
        teeth=draw(several(st.sampled_from([Tooth("3", ("M", "O")), Tooth("14")]), 2))
        if isinstance(item, DentalService)
        else (),
        delivery=draw(maybe(DELIVERY)),
        attachments=draw(ATTACHMENTS),
        message=draw(EMPTY | text(264)),
        providers=draw(PROVIDERS),
    )


NUMBERS = references("6P", "EJ", "1L")
SUBSCRIBER = people(member=True, references=NUMBERS, address=maybe(ADDRESS), employment=st.sampled_from(["", "AO"]))
DEPENDENT = people(
    member=False,
    references=NUMBERS,
    address=maybe(ADDRESS),
    relationship=st.sampled_from(["01", "19"]),
    birth_order=maybe(st.integers(1, 9)),
)


@st.composite
def requests(draw: st.DrawFn) -> AuthorizationRequest:
    return AuthorizationRequest(
        reference=draw(free_text(30)),
        reviewer=draw(organisations(st.sampled_from(["X3", "PR"]), "PI")),
        requester=draw(parties("1P", "XX", references=references("0B", "ZH", described=True), **WHO)),
        subscriber=draw(SUBSCRIBER),
        dependent=draw(maybe(DEPENDENT)),
        event=draw(events("1", asked=True)),
        services=draw(several(services("1"), 2)),
        purpose=draw(st.sampled_from(["13", "01"])),
        kind=draw(st.sampled_from(["", "RU"])),
    )


REASONS = ("33", "52", "T4")
DECISION = maybe(
    st.builds(
        Decision,
        action=st.sampled_from(["A1", "A3", "A4", "CT"]),
        number=EMPTY | text(20),
        reasons=several(st.sampled_from(["0Z", "26", "98"]), 5),
        second_opinion=st.sampled_from(["", "Y"]),
    )
)


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    first = draw(maybe(DAY))
    last = draw(maybe(st.just(first + timedelta(days=90)))) if first else None
    return Validity(issued=draw(maybe(DAY)), expires=draw(maybe(DAY)), first_day=first, last_day=last)


def numbered(level: str, count: int, refused: tuple[Rejection, ...]) -> tuple[Rejection, ...]:
    return tuple(
        Rejection(level=level, reason=one.reason, follow_up=one.follow_up, number=count) for one in refused if count
    )


@st.composite
def service_answers(draw: st.DrawFn) -> ServiceAnswer:
    service = draw(services("1", "2"))
    wanted = several(st.builds(Diagnosis, st.just("2345-7"), st.just("LOI")), 2)
    return ServiceAnswer(
        service=service,
        decision=draw(DECISION),
        validity=draw(validities()),
        wanted=draw(wanted),
        contact=draw(CONTACT_PARTY),
        rejections=draw(rejections("service", *REASONS))
        + numbered("provider", len(service.providers), draw(rejections("provider", *REASONS))),
    )


@st.composite
def event_answers(draw: st.DrawFn) -> EventAnswer:
    event = draw(events("1", "2", asked=False))
    return EventAnswer(
        event=event,
        decision=draw(DECISION),
        validity=draw(validities()),
        services=draw(several(service_answers(), 1)),
        contact=draw(CONTACT_PARTY),
        rejections=draw(rejections("event", *REASONS))
        + numbered("provider", len(event.providers), draw(rejections("provider", *REASONS)))
        + numbered("place", len(event.places), draw(rejections("place", *REASONS))),
    )


@st.composite
def answers(draw: st.DrawFn) -> AuthorizationAnswer:
    """Whole answers, and such that end at the reviewer, the requester or the patient."""
    reached = draw(st.sampled_from([1, 2, 3, 3, 4, 4]))
    refused = draw(rejections("source", "42")) + draw(rejections("reviewer", "79"))
    requester = second = subscriber = dependent = None
    asker = {"references": references("0B", "ZH", described=True), "specialty": maybe(SPECIALTY)}
    if reached > 1:
        requester, second = draw(parties("1P", "XX", **asker)), draw(maybe(parties("FA", "PI", **asker)))
        refused += draw(rejections("requester", "43"))
    if reached > 2:
        subscriber = draw(SUBSCRIBER)
        refused += draw(rejections("subscriber", "72"))
    if reached > 3:
        dependent = draw(DEPENDENT)
        refused += draw(rejections("dependent", "67"))
    return AuthorizationAnswer(
        reference=draw(free_text(30)),
        reviewer=draw(organisations("X3", "PI", contacts=several(CONTACT, 1))),
        requester=requester,
        second_requester=second,
        subscriber=subscriber,
        dependent=dependent,
        events=draw(several(event_answers(), 1)) if subscriber else (),
        rejections=refused,
        kind=draw(st.sampled_from(["", "18", "19"])),
    )


@settings(max_examples=15, deadline=None)
@given(requests())
def test_a_request_survives_building_and_reading_and_nothing_is_wrong_with_the_file(
    asked: AuthorizationRequest,
) -> None:
    data = build_278_request([asked, asked], ENVELOPE)
    assert read_278_request(data) == [asked, asked]
    assert found(data) == []
    assert build_278_request([asked, asked], ENVELOPE) == data


@settings(max_examples=15, deadline=None)
@given(answers())
def test_an_answer_survives_building_and_reading_and_nothing_is_wrong_with_the_file(said: AuthorizationAnswer) -> None:
    data = build_278_answer([said, said], ENVELOPE)
    assert read_278_answer(data) == [said, said]
    assert found(data) == []
    assert build_278_answer([said, said], ENVELOPE) == data
