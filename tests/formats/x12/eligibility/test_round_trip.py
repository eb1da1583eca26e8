from __future__ import annotations

from datetime import timedelta

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
    YES_NO,
    dates,
    found,
    free_text,
    maybe,
    organisations,
    parties,
    people,
    references,
    rejections,
    several,
    text,
    traces,
)

from chartline.formats.x12.eligibility import (
    Benefit,
    BenefitQuestion,
    EligibilityAnswer,
    EligibilityRequest,
    FurtherInformation,
    Military,
    Reference,
    build_270,
    build_271,
    read_270,
    read_271,
)

SERVICE_TYPES = st.lists(st.sampled_from(["30", "98", "35", "UC", "1"]), unique=True, max_size=4).map(tuple)
BIRTH_ORDER = maybe(st.integers(1, 9))
PERSON = {
    "references": references("6P", "18", "EJ", described=True),
    "address": maybe(ADDRESS),
    "specialty": maybe(SPECIALTY),
    "birth_order": BIRTH_ORDER,
    "diagnoses": DIAGNOSES,
}
PAYER = organisations("PR", "PI")
PROVIDER = parties(
    st.sampled_from(["1P", "FA"]),
    "XX",
    references=references("EO", "N5", described=True),
    address=maybe(ADDRESS),
    specialty=maybe(SPECIALTY),
)
RELATIONSHIP = st.sampled_from(["01", "19", "34"])


@st.composite
def questions(draw: st.DrawFn, *, of_dependent: bool) -> BenefitQuestion:
    types = draw(SERVICE_TYPES)
    first = draw(maybe(DAY))
    return BenefitQuestion(
        service_types=types,
        procedure=draw(maybe(PROCEDURE) if types else PROCEDURE),
        coverage_level=draw(st.sampled_from(["", "FAM"])),
        pointers=draw(st.lists(st.integers(1, 4), max_size=4).map(tuple)),
        spend_down=None if of_dependent else draw(maybe(MONEY)),
        spend_down_billed=None if of_dependent else draw(maybe(MONEY)),
        place_of_service=draw(st.sampled_from(["", "11"])),
        authorization=draw(maybe(st.builds(Reference, st.sampled_from(["9F", "G1"]), text(20)))),
        first_day=first,
        last_day=draw(maybe(st.just(first + timedelta(days=30)))) if first else None,
    )


@st.composite
def requests(draw: st.DrawFn) -> EligibilityRequest:
    dependent = draw(
        maybe(people(member=False, relationship=RELATIONSHIP, dates=dates("291", "102", most=2), **PERSON))
    )
    return EligibilityRequest(
        payer=draw(PAYER),
        provider=draw(PROVIDER),
        subscriber=draw(people(member=True, dates=dates("291", "102", most=2), **PERSON)),
        dependent=dependent,
        questions=draw(st.lists(questions(of_dependent=dependent is not None), min_size=1, max_size=3).map(tuple)),
        traces=draw(traces("1")),
        reference=draw(EMPTY | free_text(30)),
        purpose=draw(st.sampled_from(["13", "01"])),
        kind=draw(st.sampled_from(["", "RT"])),
    )


BENEFIT = st.builds(
    Benefit,
    information=st.sampled_from(["1", "6", "A", "B", "C", "D", "F", "G", "I"]),
    coverage_level=st.sampled_from(["", "IND", "FAM"]),
    service_types=SERVICE_TYPES,
    insurance_type=st.sampled_from(["", "HM", "PR", "C1"]),
    plan=EMPTY | text(50),
    period=st.sampled_from(["", "23", "24", "27", "29"]),
    amount=maybe(MONEY),
    percent=maybe(QUANTITY),
    quantity_kind=st.just("VS"),
    quantity=QUANTITY,
    authorization=st.sampled_from(["", "Y", "N", "U"]),
    in_network=st.sampled_from(["", "Y", "N", "U", "W"]),
    procedure=maybe(PROCEDURE),
    pointers=st.lists(st.integers(1, 4), max_size=4).map(tuple),
    deliveries=several(DELIVERY, 2),
    references=references("18", "6P", "G1", described=True),
    dates=dates("346", "347", "292", "348"),
    rejections=rejections("question", "33", "62", "AA"),
    messages=several(text(264), 2),
    further=several(
        st.builds(FurtherInformation, list=st.just("ZZ"), code=st.sampled_from(["11", "22"]))
        | st.builds(FurtherInformation, text_kind=st.just("44"), text=text(60)),
        2,
    ),
    parties=several(
        parties(
            st.sampled_from(["P3", "PR", "VN"]),
            "PI",
            relation=st.sampled_from(["", "01", "48"]),
            address=maybe(ADDRESS),
            contacts=several(CONTACT, 2),
            specialty=maybe(SPECIALTY),
        ),
        2,
    ),
)
MILITARY = several(
    st.builds(
        Military,
        status=st.sampled_from("AC"),
        employment=st.sampled_from(["AE", "RU"]),
        branch=st.sampled_from("AD"),
        note=EMPTY | text(80),
        rank=st.sampled_from(["", "A1"]),
        first_day=maybe(DAY),
    ),
    1,
)
PLAN_DATES = dates("346", "347", "291", "307")


@st.composite
def answers(draw: st.DrawFn) -> EligibilityAnswer:
    """Whole answers, and such that end at the payer or at the provider."""
    reached = draw(st.sampled_from([1, 2, 3, 3, 3, 4, 4]))
    refused = draw(rejections("source", "42", "79")) + draw(rejections("payer", "80", "T4"))
    provider = subscriber = dependent = None
    if reached > 1:
        provider = draw(PROVIDER)
        refused += draw(rejections("provider", "43", "51"))
    if reached > 2:
        subscriber = draw(people(member=True, is_changed=YES_NO, dates=PLAN_DATES, **PERSON))
        refused += draw(rejections("subscriber", "72", "75", "58"))
    if reached > 3:
        dependent = draw(people(member=False, is_changed=YES_NO, relationship=RELATIONSHIP, dates=PLAN_DATES, **PERSON))
        refused += draw(rejections("dependent", "67", "58"))
    return EligibilityAnswer(
        payer=draw(organisations("PR", "PI", contacts=several(CONTACT, 2))),
        provider=provider,
        subscriber=subscriber,
        dependent=dependent,
        benefits=draw(st.lists(BENEFIT, min_size=1, max_size=3).map(tuple)) if subscriber else (),
        rejections=refused,
        traces=draw(traces("1", "2", most=3)) if subscriber else (),
        subscriber_military=draw(MILITARY) if subscriber else (),
        dependent_military=draw(MILITARY) if dependent else (),
        reference=draw(EMPTY | free_text(30)),
        purpose=draw(st.sampled_from(["11", "06"])),
    )


@settings(max_examples=20, deadline=None)
@given(st.lists(requests(), min_size=1, max_size=2))
def test_questions_survive_building_and_reading_and_nothing_is_wrong_with_the_file(
    several_requests: list[EligibilityRequest],
) -> None:
    data = build_270(several_requests, ENVELOPE)
    assert read_270(data) == several_requests
    assert found(data) == []
    assert build_270(several_requests, ENVELOPE) == data


@settings(max_examples=20, deadline=None)
@given(st.lists(answers(), min_size=1, max_size=2))
def test_answers_survive_building_and_reading_and_nothing_is_wrong_with_the_file(
    several_answers: list[EligibilityAnswer],
) -> None:
    data = build_271(several_answers, ENVELOPE)
    assert read_271(data) == several_answers
    assert found(data) == []
    assert build_271(several_answers, ENVELOPE) == data
