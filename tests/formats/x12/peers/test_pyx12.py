"""What we write is read by somebody else too: pyx12, which has maps for the 835, 837P, 277CA and 999."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import msgspec
import pytest
from tests.formats.x12.remittance.everything import everything

from chartline.formats.x12.acknowledgement import (
    acknowledge,
    acknowledge_claims,
    build_277ca,
    find_claims,
    reply_envelope,
)
from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p
from chartline.formats.x12.remittance import Remittance, write_835
from chartline.kernel.money import Money

documents = pytest.importorskip("pyx12.x12n_document", reason="pyx12 is not installed (pip install pyx12)")
params = pytest.importorskip("pyx12.params", reason="pyx12 is not installed (pip install pyx12)")

AT = datetime(2026, 1, 7, 8, 30, tzinfo=UTC)


def accepts(data: bytes) -> bool:
    return documents.x12n_document(params.params(), io.StringIO(data.decode()), io.StringIO(), None)


def answer(data: bytes) -> bytes:
    (interchange,) = check(data).interchanges
    written = acknowledge(interchange, reply_envelope(interchange, AT, 78), find_claims(data))
    assert written is not None
    return written


def test_it_accepts_a_remittance_that_says_everything(envelope: Envelope) -> None:
    assert accepts(write_835(everything(), envelope))


def test_it_accepts_a_remittance_of_a_practice(remittance: Remittance, envelope: Envelope) -> None:
    assert accepts(write_835(remittance, envelope))
    # It knows when something is missing: the guide asks for the payer's address and contact.
    less = msgspec.structs.replace(remittance, payer_address=None, payer_contact=None)
    assert not accepts(write_835(less, envelope, unchecked=True))


def test_it_accepts_our_999_for_an_835_for_which_it_cannot_write_one(envelope: Envelope) -> None:
    data = write_835(everything(), envelope)
    own = io.StringIO()
    documents.x12n_document(params.params(), io.StringIO(data.decode()), own, None)
    assert "AK9" not in own.getvalue()
    ours = answer(data)
    assert b"AK2*835*0001~IK5*A~AK9*A*1*1*1~" in ours
    assert accepts(ours)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"DTM*405*20260120", b"DTM*405*20260230"),
        (b"CLP*PCN1*1*", b"CLP**77*"),
        (b"LX*1~", b"LX*1~ZZZ*1~"),
        (b"SE*", b"SE*9"),
        (b"GE*1*1", b"GE*2*1"),
        (b"N1*PE*", b"N1*ZZ*"),
    ],
)
def test_it_accepts_our_999_for_a_remittance_that_is_refused(envelope: Envelope, before: bytes, after: bytes) -> None:
    data = write_835(everything(), envelope)
    assert before in data
    ours = answer(data.replace(before, after))
    assert b"AK9*R*" in ours
    assert accepts(ours)


def test_it_accepts_a_claim_and_our_999_and_277ca_for_it(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim], envelope)
    assert accepts(data)
    # Nobody has procedures of the kind XX; both acknowledgements must say so and still be in order.
    for sent in (data, data.replace(b"HC:99213", b"XX:99213")):
        assert accepts(answer(sent))
        result = check(sent)
        (made,) = acknowledge_claims(sent, result, [claim], at=AT, reference="ACK1")
        assert made.claims[0].is_accepted is (sent is data)
        assert accepts(build_277ca([made], reply_envelope(result.interchanges[0], AT, 79)))
    assert made.receivers[0].totals.refused_amount == Money(15000)
