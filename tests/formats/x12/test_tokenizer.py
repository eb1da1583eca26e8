from __future__ import annotations

import msgspec
import pytest

from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.remittance import Remittance, read_835, write_835
from chartline.formats.x12.tokenizer import Delimiters, read_segments
from chartline.kernel.errors import ChartlineError


def test_segments_carry_their_byte_offset_and_ordinal(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope)
    segments = list(read_segments(data))
    assert [s.ordinal for s in segments] == list(range(1, len(segments) + 1))
    for segment in segments:
        assert data[segment.offset :].startswith(segment.id.encode() + b"*")


@pytest.mark.parametrize("ending", [b"~\n", b"~\r\n", b"~ \r\n\t"])
def test_line_ends_after_terminators_change_nothing(ending: bytes, remittance: Remittance, envelope: Envelope) -> None:
    assert [remittance] == read_835(write_835(remittance, envelope).replace(b"~", ending))


@pytest.mark.parametrize(
    "delimiters",
    [
        Delimiters(element="|", component=">", repetition="{", segment="\n"),
        Delimiters(element="\x1d", component="\x1f", repetition="\x1e", segment="\x1c"),
        Delimiters(element="*", component=":", repetition="^", segment="\r"),
        Delimiters(element="\t", component="<", repetition="", segment="'"),
    ],
)
def test_any_delimiters_are_read(delimiters: Delimiters, remittance: Remittance, envelope: Envelope) -> None:
    odd = msgspec.structs.replace(envelope, delimiters=delimiters)
    data = write_835(remittance, odd)
    assert [remittance] == read_835(data)
    assert [delimiters] == list({s.delimiters for s in read_segments(data)})


def test_a_newline_terminator_may_come_as_carriage_return_and_line_feed(
    remittance: Remittance, envelope: Envelope
) -> None:
    assert [remittance] == read_835(write_835(remittance, envelope).replace(b"~", b"\r\n"))


def test_interchanges_of_one_file_may_have_different_delimiters(remittance: Remittance, envelope: Envelope) -> None:
    one = write_835(remittance, envelope)
    two = one.replace(b"*", b"|").replace(b"~", b"!").replace(b":", b">")
    assert [remittance] * 3 == read_835(one + b"\r\n" + two + one)


def test_a_byte_order_mark_and_blanks_around_the_file_are_stepped_over(
    remittance: Remittance, envelope: Envelope
) -> None:
    assert [remittance] == read_835(b"\xef\xbb\xbf\r\n  " + write_835(remittance, envelope) + b"\r\n\x1a\x00")


@pytest.mark.parametrize("name", ["MÜLLER".encode(), "MÜLLER".encode("latin-1")])
def test_names_outside_ascii_are_read_in_both_encodings(
    name: bytes, remittance: Remittance, envelope: Envelope
) -> None:
    data = write_835(remittance, envelope).replace(b"*SAMPLE*", b"*" + name + b"*")
    patient = read_835(data)[0].claims[0].patient
    assert patient is not None
    assert patient.name.last == "MÜLLER"


def test_a_lost_newline_after_the_last_segment_is_no_loss(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope).replace(b"~", b"\n")
    assert [remittance] == read_835(data.rstrip())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \r\n",
        b"<html><body>Service unavailable</body></html>",
        b"From: someone\r\n\r\nISA*00*",
        b"\xff\xfeI\x00S\x00A\x00",
    ],
)
def test_what_is_not_x12_is_refused(data: bytes) -> None:
    with pytest.raises(ChartlineError) as caught:
        list(read_segments(data))
    assert caught.value.problem.code == "x12.unreadable"
    assert caught.value.problem.do


def test_an_isa_of_the_wrong_width_is_refused(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope)
    with pytest.raises(ChartlineError) as caught:
        list(read_segments(data.replace(b"CHARTLINE      *", b"CHARTLINE*", 1)))
    assert caught.value.problem.code == "x12.unreadable"


def test_text_between_interchanges_is_refused(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope)
    with pytest.raises(ChartlineError):
        read_835(data + b"-- next --" + data)


def test_a_second_isa_inside_an_interchange_means_the_first_is_cut(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope)
    with pytest.raises(ChartlineError) as caught:
        read_835(data[: data.index(b"SE*")] + data)
    assert caught.value.problem.code == "x12.truncated"


def test_a_file_cut_at_any_byte_is_refused_in_words(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope)
    for cut in range(len(data) - 1):
        with pytest.raises(ChartlineError) as caught:
            read_835(data[:cut])
        assert caught.value.problem.code in ("x12.truncated", "x12.unreadable")
    # Only the very last terminator may be missing: the control number is complete without it.
    assert [remittance] == read_835(data[:-1])


def test_a_segment_shows_nothing_of_its_content(remittance: Remittance, envelope: Envelope) -> None:
    for segment in read_segments(write_835(remittance, envelope)):
        assert repr(segment) == "<Segment masked>"
        assert f"{segment}" == "<Segment masked>"
