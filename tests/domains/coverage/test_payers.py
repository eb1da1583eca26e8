"""Directories of payers are replaced whole or not at all; a search finds by beginnings; enrolments keep every step."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.practice_world import World

from chartline.connect.clearing import EnrollmentNews, PayerEntry, Support
from chartline.domains.coverage.enrollments import (
    EnrollmentState,
    enrollment_gap,
    enrollment_history,
    list_enrollments,
    move,
    open_enrollment,
    record_enrollment_news,
)
from chartline.domains.coverage.payers import (
    begin_directory,
    directories,
    finish_directory,
    listed_at,
    listed_payer,
    numbers_of,
    search_payers,
    set_number,
    take_page,
    words_of,
)
from chartline.kernel.errors import ChartlineError, StopRun
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

CONNECTION = new_id()
NPI = "1999999984"
ENTRIES = [
    PayerEntry("00111", "BLUE MEADOW OF COLORADO", other_names=(("BM1", "Old Meadow"),)),
    PayerEntry("00222", "Meadow Health", services={"remittance": Support.ENROLLMENT, "eligibility": Support.YES}),
    PayerEntry("X9", "Ætna-Like Mutual"),
    PayerEntry("60054", "Cedar Ridge"),
    PayerEntry("60055", "Cedar Valley"),
]


def read(work: Work, entries: list[PayerEntry], generation: str, *, whole: bool = True) -> int:
    begin_directory(work, CONNECTION, generation)
    for start in range(0, len(entries), 2):
        take_page(work, CONNECTION, generation, entries[start : start + 2])
    return finish_directory(work, CONNECTION, generation) if whole else 0


def found(work: Work, query: str, service: str = "") -> list[str]:
    return [one.payer_id for one in search_payers(work, query, service)[0]]


def test_a_payer_is_found_by_the_beginnings_of_its_words(world: World) -> None:
    with world.work() as work:
        read(work, ENTRIES, "g1")
        assert found(work, "cedar") == ["60054", "60055"]
        assert found(work, "ceda val") == ["60055"]
        assert found(work, "OLD mea") == ["00111"]
        assert found(work, "bm1") == found(work, "00111") == ["00111"]
        assert found(work, "ætna") == ["X9"]
        assert found(work, "eadow") == found(work, "cedar blue") == found(work, "%")[:0] == []
        assert found(work, "", "remittance") == found(work, "mea", "eligibility") == ["00222"]
        assert len(found(work, "")) == 5


def test_pages_of_a_search_have_no_gaps(world: World) -> None:
    with world.work() as work:
        read(work, ENTRIES, "g1")
        seen, cursor = list[str](), ""
        while True:
            page, following = search_payers(work, after=cursor, limit=2)
            seen += [one.payer_id for one in page]
            if following is None:
                break
            cursor = following
    assert seen == sorted(one.id for one in ENTRIES)


def test_a_whole_directory_takes_off_what_it_does_not_name(world: World) -> None:
    with world.work() as work:
        read(work, ENTRIES, "g1")
        renamed = [*ENTRIES[:3], PayerEntry("60054", "Cedar Hill")]
        assert read(work, renamed, "g2") == 1
        assert found(work, "cedar") == found(work, "hill") == ["60054"]
        assert found(work, "ridge") == []
        assert directories(work)[CONNECTION].payers == 4


def test_an_answer_that_was_cut_off_deletes_nothing(world: World) -> None:
    with world.work() as work:
        read(work, ENTRIES, "g1")
        read(work, ENTRIES[:1], "g2", whole=False)
        assert len(found(work, "")) == 5
        with pytest.raises(StopRun, match=r"coverage\.directory_shrunk"):
            finish_directory(work, CONNECTION, "g2")
        assert len(found(work, "")) == 5


def test_a_search_costs_two_queries_however_many_payers_there_are(sqlite_world: World) -> None:
    world = sqlite_world
    many = [PayerEntry(f"{number:05}", f"Invented Plan {number} of State {number % 50}") for number in range(2000)]
    with world.work() as work:
        read_all = [many[start : start + 500] for start in range(0, 2000, 500)]
        begin_directory(work, CONNECTION, "g1")
        for page in read_all:
            take_page(work, CONNECTION, "g1", page)
        finish_directory(work, CONNECTION, "g1")
        with world.counted() as statements:
            assert len(found(work, "inv state 7")) == 50
        assert len(statements) == 2


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_no_search_breaks(sqlite_world: World, text: str) -> None:
    with sqlite_world.work() as work:
        search_payers(work, text)
    assert all(word == word.casefold() and len(word) <= 40 for word in words_of(text))


def test_a_connection_may_know_a_payer_by_another_number(world: World) -> None:
    with world.work() as work:
        read(work, ENTRIES, "g1")
        assert listed_at(work, CONNECTION, "MEADOW") is None
        set_number(work, "MEADOW", CONNECTION, "00222", "user:x")
        assert numbers_of(work, "MEADOW") == {CONNECTION: "00222"}
        assert [one.name for one in listed_payer(work, "MEADOW")] == ["Meadow Health"]
        set_number(work, "MEADOW", CONNECTION, "", "user:x")
        assert numbers_of(work, "MEADOW") == {}


def news(event: str, happened: str, **more: str) -> EnrollmentNews:
    values = {"payer_id": "00222", "service": "era", "npi": NPI, **more}
    return EnrollmentNews(event, values.pop("kind", "enroll"), happened, "", **values)


def test_an_enrolment_moves_by_news_that_is_taken_in_once(world: World) -> None:
    with world.work() as work:
        read(work, ENTRIES, "g1")
        gap = enrollment_gap(work, "00222", "remittance", NPI)
        assert gap is not None and gap.state is EnrollmentState.NEEDED
        known = open_enrollment(work, CONNECTION, "00222", "Meadow Health", "remittance", NPI, "user:x")
        move(work, known.id, EnrollmentState.BEGUN, "begun", "user:x", expected_days=20)
        assert record_enrollment_news(work, news("e1", "submitted"), CONNECTION)
        assert not record_enrollment_news(work, news("e1", "submitted"), CONNECTION)
        assert record_enrollment_news(work, news("e2", "looked at by a clerk"), CONNECTION)
        assert record_enrollment_news(work, news("e3", "Enrolled"), CONNECTION)
        assert not record_enrollment_news(work, news("e4", "enrolled", kind="appeal"), CONNECTION)
        (row,) = list_enrollments(work)
        assert (row.state, row.expected is not None) == (EnrollmentState.ENROLLED, True)
        steps = enrollment_history(work, [row.id])[row.id]
        assert [step.after for step in steps] == ["needed", "begun", "waiting", "waiting", "enrolled"]
        assert enrollment_gap(work, "00222", "remittance", NPI) is None
        assert enrollment_gap(work, "00222", "eligibility", NPI) is None
        assert enrollment_gap(work, "nobody", "remittance", NPI) is None


def test_news_of_an_enrolment_that_was_begun_elsewhere_opens_it(world: World) -> None:
    with world.work() as work:
        assert record_enrollment_news(work, news("e1", "denied", service="elig", payer_id="777"), CONNECTION)
        (row,) = list_enrollments(work, payer_id="777")
        assert (row.service, row.state) == ("eligibility", EnrollmentState.REFUSED)
        with pytest.raises(ChartlineError, match=r"coverage\.no_enrollment"):
            move(work, new_id(), None, "x", "user:x")
