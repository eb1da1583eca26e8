from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.fhir import span
from chartline.formats.fhir.search.times import EARLIEST, LATEST, period_of, span_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "1970",
        "2026-02",
        "2026-12",
        "2028-02-29",
        "2026-03-02T10:00",
        "2026-03-02T10:00:00Z",
        "2026-03-02T10:00:00-07:00",
        "2026-03-02T23:59:59.25+05:30",
        "2026-03-02T10:00:00.1234567Z",
        "2016-12-31T23:59:60Z",
    ],
)
def test_a_date_is_the_span_that_the_datatype_has(text: str) -> None:
    known = span(text)
    assert known is not None
    assert span_of(text) == (micros(known.start), micros(known.end))


@pytest.mark.parametrize(
    "text",
    [
        *("", "26", "2026-00", "2026-02-30", "2026-W01-1", "20260302", "2026-03-02T", "2026-03-02T10", "0000", "soon"),
        *("2026-03-02T24:00:00Z", "2026-03-02T10:00:00+15:00", "2026-03-02T10:00:00.Z", "2026-03-02 10:00:00Z"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert span_of(text) is None


def test_the_first_moments_of_the_calendar_have_a_span_in_any_zone() -> None:
    found = span_of("0001-01-01T00:00:00+14:00")
    assert found is not None
    assert found[1] - found[0] == 1_000_000


def test_periods_are_open_where_a_side_is_absent() -> None:
    first, last = span_of("2026-01"), span_of("2026-03")
    assert first is not None
    assert last is not None
    assert period_of("2026-01", "2026-03") == (first[0], last[1])
    assert period_of("2026-01", None) == (first[0], LATEST)
    assert period_of(None, "2026-03") == (EARLIEST, last[1])
    assert period_of(None, "soon") is None


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?([+-]\d\d:\d\d|Z)", fullmatch=True))
def test_any_text_gives_a_span_with_length_or_none(text: str) -> None:
    found = span_of(text)
    assert found is None or found[0] < found[1]


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.sampled_from(["seconds", "milliseconds", "minutes"]))  # noqa: DTZ001
def test_moments_agree_with_the_datatype(moment: datetime, precision: str) -> None:
    text = moment.isoformat(timespec=precision) + "Z"
    known = span(text)
    assert known is not None
    assert span_of(text) == (micros(known.start), micros(known.end))


@given(st.dates())
def test_a_day_lies_in_its_month_and_its_month_in_its_year(day: object) -> None:
    text = str(day)
    inner, month, year = span_of(text), span_of(text[:7]), span_of(text[:4])
    assert inner is not None
    assert month is not None
    assert year is not None
    assert year[0] <= month[0] <= inner[0] < inner[1] <= month[1] <= year[1]
