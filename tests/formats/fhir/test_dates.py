from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.fhir import span
from chartline.formats.fhir.dates import FOREVER, NEVER, Span, period_span


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", moment(2026, 1, 1), moment(2027, 1, 1)),
        ("2026-12", moment(2026, 12, 1), moment(2027, 1, 1)),
        ("2028-02-29", moment(2028, 2, 29), moment(2028, 3, 1)),
        ("2026-03-02T10:00", moment(2026, 3, 2, 10), moment(2026, 3, 2, 10, 1)),
        ("2026-03-02T10:00:00Z", moment(2026, 3, 2, 10), moment(2026, 3, 2, 10, 0, 1)),
        ("2026-03-02T10:00:00-07:00", moment(2026, 3, 2, 17), moment(2026, 3, 2, 17, 0, 1)),
        ("2026-03-02T10:00:00.25Z", moment(2026, 3, 2, 10, 0, 0, 250000), moment(2026, 3, 2, 10, 0, 0, 260000)),
        ("2016-12-31T23:59:60Z", moment(2017, 1, 1), moment(2017, 1, 1, 0, 0, 1)),
        ("9999", moment(9999, 1, 1), FOREVER),
    ],
)
def test_a_date_is_the_span_of_its_precision(text: str, start: datetime, end: datetime) -> None:
    assert Span(start, end) == span(text)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-00", "2026-02-30", "2026-03-02T24:00:00Z", "0000", "today", "2026-03-02T10:00:00+99:00"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert span(text) is None


def test_a_date_without_a_zone_is_read_in_the_zone_given_also_when_clocks_change() -> None:
    day = span("2026-03-08", ZoneInfo("America/Denver"))
    assert Span(moment(2026, 3, 8, 7), moment(2026, 3, 9, 6)) == day


def test_an_open_period_is_open() -> None:
    assert Span(moment(2026, 1, 1), FOREVER) == period_span("2026", None)
    assert Span(NEVER, moment(2027, 1, 1)) == period_span(None, "2026")
    assert period_span(None, "soon") is None


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?([+-]\d\d:\d\d|Z)", fullmatch=True))
def test_any_text_gives_a_span_with_length_or_none(text: str) -> None:
    found = span(text)
    assert found is None or found.start < found.end
