from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from chartline.formats.x12.acknowledgement import (
    ClaimAcknowledgement,
    Status,
    Totals,
    acknowledge_claims,
    build_277ca,
    find_claims,
    read_277ca,
    reply_envelope,
)
from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

AT = datetime(2026, 1, 7, 8, 30, tzinfo=UTC)
replace = msgspec.structs.replace


def answered(data: bytes, claims: list[ProfessionalClaim]) -> ClaimAcknowledgement:
    """The only answer, after it went through a file, which itself must have no problem."""
    result = check(data)
    (made,) = acknowledge_claims(data, result, claims, at=AT, reference="ACK1")
    written = build_277ca([made], reply_envelope(result.interchanges[0], AT, 78))
    assert check(written).problems == []
    assert read_277ca(written) == [made]
    return made


@pytest.fixture
def two(claim: ProfessionalClaim) -> list[ProfessionalClaim]:
    other = replace(
        claim,
        reference="PCN8",
        intermediary_reference="",
        total=Money(2000),
        lines=(replace(claim.lines[0], code="36415", charge=Money(2000)),),
    )
    return [claim, other]


def test_good_claims_are_accepted_with_their_totals(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    found = answered(build_837p(two, envelope), two)
    (receiver,) = found.receivers
    assert (found.source.role, found.source.id, found.reference) == ("AY", "CLEARING", "ACK1")
    assert (receiver.party.id, receiver.totals) == ("CHART1", Totals(accepted=2, accepted_amount=Money(17000)))
    assert [claim.reference for claim in found.claims] == ["PCN7", "PCN8"]
    first = found.claims[0]
    (decision,) = first.decisions
    assert (decision.statuses, decision.amount, decision.on) == (
        (Status("A1", "20"),),
        Money(15000),
        date(2026, 1, 7),
    )
    assert (first.intermediary_reference, first.first_day, first.is_accepted) == ("INT-7", date(2026, 1, 5), True)


def test_an_error_in_a_claim_refuses_that_claim_alone(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    found = answered(build_837p(two, envelope).replace(b"HC:36415", b"XX:36415"), two)
    assert [claim.is_accepted for claim in found.claims] == [True, False]
    (receiver,) = found.receivers
    assert receiver.totals == Totals(accepted=1, refused=1, accepted_amount=Money(15000), refused_amount=Money(2000))
    (decision,) = found.claims[1].decisions
    assert (decision.statuses, decision.action) == ((Status("A7", "21"),), "U")
    assert decision.text.startswith("SV101 ")


def test_an_error_above_the_claims_refuses_all_below(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    # The billing provider's NPI, of which one digit is wrong.
    found = answered(build_837p(two, envelope).replace(b"*XX*1999999984", b"*XX*1999999985"), two)
    assert [claim.is_accepted for claim in found.claims] == [False, False]
    assert {decision.statuses[0].text for claim in found.claims for decision in claim.decisions} == {"A7:562"}
    (receiver,) = found.receivers
    assert (receiver.totals.accepted, receiver.totals.refused) == (None, 2)
    assert not receiver.decisions[0].is_accepted


def test_a_charge_that_its_lines_do_not_add_up_to_is_refused(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    found = answered(build_837p(two, envelope).replace(b"CLM*PCN8*20*", b"CLM*PCN8*21*"), two)
    assert [claim.is_accepted for claim in found.claims] == [True, False]
    assert found.claims[1].decisions[0].statuses == (Status("A7", "178"),)


def test_the_answer_quotes_no_value_of_the_claim(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    found = answered(build_837p(two, envelope).replace(b"*MI*W1", b"*ZZ*W1"), two)
    assert all("W1" not in decision.text for claim in found.claims for decision in claim.decisions)


def test_claims_of_another_file_are_refused(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    data = build_837p(two, envelope)
    for others in (two[:1], list(reversed(two))):
        with pytest.raises(ChartlineError) as caught:
            acknowledge_claims(data, check(data), others, at=AT, reference="ACK1")
        assert caught.value.problem.code == "x12.other_claims"


def test_places_know_what_concerns_a_claim(two: list[ProfessionalClaim], envelope: Envelope) -> None:
    data = build_837p(two, envelope)
    places = find_claims(data)
    names = [segment.split(b"*")[0].decode() for segment in data.split(b"~")]
    first, second = (number for number, name in enumerate(names, 1) if name == "CLM")
    assert [place.number for place in places.claims] == ["PCN7", "PCN8"]
    assert (places.concerned(first), places.concerned(second), places.concerned(second + 2)) == ([0], [1], [1])
    assert places.concerned(names.index("SE") + 1) == places.concerned(names.index("BHT") + 1) == [0, 1]
    assert places.concerned(1) == places.concerned(names.index("IEA") + 1) == []
    (transaction,) = places.transactions
    assert (transaction.control, transaction.claims) == ("0001", range(2))
