from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.formats.x12.remittance.everything import everything

from chartline.formats.x12.check import check
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.remittance import (
    Remittance,
    RemittanceClaim,
    RemittanceEnd,
    check_balance,
    check_claim,
    check_payment,
    read_835,
    stream_835,
    write_835,
    write_835_batch,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    return write_835(everything(), envelope)


def test_what_says_everything_comes_back_whole(data: bytes) -> None:
    assert read_835(data) == [everything()]
    assert check_balance(everything()) == []
    assert check(data).problems == []


def test_a_payment_is_streamed_as_heading_claims_and_end(data: bytes) -> None:
    header, first, second, end = stream_835(data)
    whole = everything()
    assert header == replace(whole, claims=(), summaries=(), provider_adjustments=())
    assert (first, second) == whole.claims
    assert end == RemittanceEnd(claims=2, summaries=whole.summaries, provider_adjustments=whole.provider_adjustments)


@pytest.mark.parametrize(
    "marks",
    [
        Delimiters(),
        Delimiters(element="|", component=">", repetition="!", segment="\n"),
        Delimiters(element="\x1d", component="\x1f", repetition="\x1e", segment="\x1c"),
    ],
)
def test_a_stream_reads_bytes_files_and_any_delimiters(envelope: Envelope, tmp_path: Path, marks: Delimiters) -> None:
    written = write_835(everything(), replace(envelope, delimiters=marks))
    path = tmp_path / "advice.835"
    path.write_bytes(written)
    expected = list(stream_835(written))
    assert read_835(written) == [everything()]
    assert list(stream_835(path)) == expected
    assert list(stream_835(io.BytesIO(written))) == expected


def test_two_interchanges_with_other_delimiters_are_both_read(envelope: Envelope) -> None:
    other = replace(envelope, delimiters=Delimiters(element="|", component="<", repetition="!", segment="~"))
    both = write_835(everything(), envelope) + b"\r\n" + write_835(everything(), other)
    assert read_835(both) == [everything(), everything()]


def test_blanks_around_values_are_not_part_of_them(data: bytes) -> None:
    spaced = data.replace(b"*", b"* ").replace(b"ISA* ", b"ISA*")
    isa, rest = data[:106], spaced[spaced.index(b"~") + 1 :]
    assert read_835(isa + rest) == [everything()]


def test_another_kind_of_transaction_is_passed_over(data: bytes) -> None:
    start, end = data.index(b"ST*835"), data.index(b"GE*")
    other = b"ST*820*0002~BPR*I*nothing~CLP*1~SE*4*0002~"
    assert read_835(data[:start] + other + data[start:end] + other + data[end:]) == [everything()]


def cut(data: bytes, name: bytes) -> bytes:
    start = data.index(b"~" + name) + 1
    return data[:start] + data[data.index(b"~", start) + 1 :]


@pytest.mark.parametrize(
    ("before", "after", "code", "element"),
    [
        (b"CLP*PCN2*19*300*", b"CLP*PCN2*19*3O0*", "x12.bad_amount", "CLP03"),
        (b"CLP*PCN2*19*300*200*", b"CLP*PCN2*19*300**", "x12.bad_amount", "CLP04"),
        (b"*470*1.8945", b"*470*heavy", "x12.bad_quantity", "CLP12"),
        (b"SVC*HC:A9270:GY:25*300*", b"SVC*HC:A9270:GY:25**", "x12.bad_amount", "SVC02"),
        (b"*0270*1.5*", b"*0270*1.5.1*", "x12.bad_quantity", "SVC05"),
        (b"CAS*CO*45*40*1*253*10", b"CAS*CO*45*40*1*253*1e1", "x12.bad_amount", "CAS06"),
        (b"DTM*151*20260103", b"DTM*151*20260132", "x12.bad_date", "DTM02"),
        (b"DTM*036*20260131", b"DTM*036*20260231", "x12.bad_date", "DTM02"),
        (b"AMT*T2*0.1", b"AMT*T2", "x12.bad_amount", "AMT02"),
        (b"AMT*I*1.23", b"AMT*I*1.234", "x12.bad_amount", "AMT02"),
        (b"QTY*ZL*2", b"QTY*ZL*two", "x12.bad_quantity", "QTY02"),
        (b"MIA*3***950", b"MIA*3***95O", "x12.bad_amount", "MIA04"),
        (b"MOA*0.8", b"MOA*80%", "x12.bad_quantity", "MOA01"),
        (b"TS3*1999999984*11*20261231", b"TS3*1999999984*11*20261232", "x12.bad_date", "TS303"),
        (b"TS2*900*", b"TS2*9,00*", "x12.bad_amount", "TS201"),
        (b"WO:ICN0*-34.5", b"WO:ICN0*", "x12.bad_amount", "PLB04"),
    ],
)
def test_a_mistake_is_named_by_segment_and_element(
    data: bytes, before: bytes, after: bytes, code: str, element: str
) -> None:
    assert before in data
    wrong = data.replace(before, after)
    at = wrong[: wrong.index(after.partition(b"*")[0] + after[after.index(b"*") :])].count(b"~") + 1
    with pytest.raises(ChartlineError) as caught:
        read_835(wrong)
    problem = caught.value.problem
    assert (problem.code, problem.fields) == (code, {"element": element, "segment": str(at)})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"BPR*", "x12.incomplete"),
        (b"TRN*", "x12.incomplete"),
        (b"SE*", "x12.truncated"),
        (b"GE*", "x12.truncated"),
        (b"IEA*", "x12.truncated"),
        (b"ST*", "x12.misplaced"),
        (b"GS*", "x12.misplaced"),
    ],
)
def test_a_file_that_lost_its_structure_is_refused(data: bytes, name: bytes, code: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_835(cut(data, name))
    assert caught.value.problem.code == code


@pytest.mark.parametrize("bad", [b"", b"nonsense", b"lq*HE*N1", b"TOOLONG*1"])
def test_what_is_no_segment_is_refused(data: bytes, bad: bytes) -> None:
    for before in (b"~SVC*", b"~CLP*", b"~PLB*", b"~QTY*ZL"):
        with pytest.raises(ChartlineError) as caught:
            read_835(data.replace(before, b"~" + bad + before, 1))
        assert caught.value.problem.code == "x12.unreadable"


def test_short_segments_are_read_as_empty_not_as_a_crash(data: bytes) -> None:
    short = data
    for name in (b"NM1*QC", b"REF*EA", b"REF*6R", b"DTM*232", b"LQ*HE", b"QTY*CA", b"MOA*", b"PER*CX", b"SVC*", b"LX*"):
        start = short.index(b"~" + name) + 1
        only = name.partition(b"*")[0] + (b"" if name in (b"MOA*", b"LX*") else b"*" + name.partition(b"*")[2])
        if name == b"SVC*":
            only = b"SVC*HC:A9270*300"
        short = short[:start] + only + short[short.index(b"~", start) :]
    (found,) = read_835(short)
    assert (found.claims[1].lines[0].paid, found.claims[1].lines[0].units) == (Money(0), 1)
    assert found.claims[0].reference("EA") == ""


def test_amounts_are_in_the_currency_that_the_file_names(envelope: Envelope) -> None:
    def there(claim: RemittanceClaim) -> RemittanceClaim:
        charged, paid = Money(claim.charged.minor, "CAD"), Money(claim.paid.minor, "CAD")
        return RemittanceClaim(
            patient_control_number="P", status="1", charged=charged, paid=paid, received=claim.received
        )

    base = everything()
    claims = tuple(there(claim) for claim in base.claims)
    abroad = replace(
        base, currency="CAD", amount=Money(120_000, "CAD"), claims=claims, summaries=(), provider_adjustments=()
    )
    # The next payment of the file is in dollars again.
    found = read_835(write_835_batch([abroad, base], envelope, unbalanced=True))
    assert found == [abroad, base]
    with pytest.raises(ChartlineError) as caught:
        write_835(replace(abroad, claims=base.claims), envelope, unbalanced=True)
    assert caught.value.problem.code == "x12.wrong_currency"


def test_a_stream_can_be_balanced_without_keeping_it(data: bytes) -> None:
    wrong = data.replace(b"CLP*PCN2*19*300*200*", b"CLP*PCN2*19*300*201*")
    findings, paid, number = [], 0, 0
    header: Remittance | None = None
    for event in stream_835(wrong):
        if isinstance(event, RemittanceClaim):
            number, paid = number + 1, paid + event.paid.minor
            findings += check_claim(event, number)
        elif isinstance(event, Remittance):
            header = event
        elif header is not None:
            findings += check_payment(header, paid, event.provider_adjustments)
    (whole,) = read_835(wrong)
    assert {finding.code for finding in findings} == {"x12.claim_balance", "x12.lines_paid", "x12.payment_balance"}
    assert sorted(finding.code for finding in check_balance(whole)) == sorted(finding.code for finding in findings)


class Endless(io.RawIOBase):
    """A file of any number of claims that never exists as a whole."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return next(self._parts, b"")


def test_memory_does_not_grow_with_the_file(data: bytes) -> None:
    start, end = data.index(b"LX*1"), data.index(b"PLB*")

    def parts(times: int) -> Iterator[bytes]:
        yield data[:start]
        for _ in range(times):
            yield data[start:end] * 40
        yield data[end:]

    def peak(times: int) -> int:
        tracemalloc.start()
        count = sum(isinstance(event, RemittanceClaim) for event in stream_835(Endless(parts(times))))  # ty: ignore[invalid-argument-type]
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == times * 80
        return most

    # TS3 of each part is kept for the end of the payment; claims are not.
    small, large = peak(10), peak(40)
    assert large < 2 * small
