"""Dead letters: listed, explained, sent again or discarded, and alive again when the record changes."""

from __future__ import annotations

import pytest

from chartline.domains.sync.changes import follow, note_change, waiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import (
    NO_LETTER,
    Discarded,
    LetterFilter,
    attempts_of,
    bury,
    bury_unfit,
    count_letters,
    discard_letter,
    list_letters,
    read_letter,
    retry_letters,
    wait_until,
)
from chartline.domains.sync.links import link
from chartline.domains.sync.log import EventFilter, Happened, list_events
from chartline.domains.sync.outgoing import Pending
from chartline.domains.sync.tables import sync_change_table
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Database, Work

TAKEN = ErrorKind("test.taken", Blame.PRACTICE, Again.AFTER_FIX, "The slot is taken.", "Pick another.", status=409)
LACKS = ErrorKind("test.lacks", Blame.PRACTICE, Again.AFTER_FIX, "Something is missing.", "Complete it.")
HERE = "c1"


def item(work: Work, kind: Kind, local_id: str) -> Pending:
    """A record as it waits."""
    columns = sync_change_table.c
    row = work.row(work.select(sync_change_table).where(columns.kind == kind.value, columns.local_id == local_id))
    assert row is not None
    return Pending(HERE, kind, local_id, row["token"], None, local_id, None, {}, {})


def waits(work: Work, kind: Kind = Kind.VISIT) -> Pending:
    local_id = new_id()
    follow(work, HERE, [kind])
    note_change(work, kind, local_id)
    return item(work, kind, local_id)


def test_a_letter_tells_what_is_wrong_and_what_to_do(database: Database) -> None:
    with database.work(new_id()) as work:
        one, other = waits(work), waits(work, Kind.PATIENT)
        link(work, HERE, Kind.VISIT, one.local_id, "700")
        bury(work, one, TAKEN.problem(evidence="e1"), 1)
        bury_unfit(work, HERE, Kind.PATIENT, other.local_id, other.token, LACKS.problem())
        first, second = list_letters(work, LetterFilter()).letters
        assert (first.kind, first.code, first.say, first.do) == (Kind.VISIT, TAKEN.code, TAKEN.say, TAKEN.do)
        assert (first.vendor_id, first.exchange_id, first.attempts) == ("700", "e1", 1)
        assert (second.vendor_id, second.exchange_id, second.attempts) == (None, None, 0)
        assert count_letters(work) == {(HERE, Kind.VISIT, TAKEN.code): 1, (HERE, Kind.PATIENT, LACKS.code): 1}
        assert waiting(work) == {}
        assert [e.code for e in list_events(work, EventFilter(outcome=Happened.REFUSED)).events] == [
            LACKS.code,
            TAKEN.code,
        ]


def test_letters_come_in_pages_and_by_what_is_asked_for(database: Database) -> None:
    with database.work(new_id()) as work:
        items = [waits(work) for _ in range(5)]
        for one in items:
            bury(work, one, TAKEN.problem(), 1)
        bury(work, waits(work, Kind.PATIENT), LACKS.problem(), 1)
        found, cursor = [], ""
        while True:
            page = list_letters(work, LetterFilter(kind=Kind.VISIT), cursor, 2)
            found += [one.local_id for one in page.letters]
            cursor = page.cursor
            if not cursor:
                break
        assert found == [one.local_id for one in items]
        assert len(list_letters(work, LetterFilter(code=LACKS.code)).letters) == 1
        assert list_letters(work, LetterFilter(connection="c2")).letters == ()
        assert len(list_letters(work, LetterFilter(local_ids=(found[0], found[1]))).letters) == 2


def test_letters_are_sent_again_singly_or_all_of_one_kind_of_trouble(database: Database) -> None:
    with database.work(new_id()) as work:
        items = [waits(work) for _ in range(3)]
        for one in items:
            bury(work, one, TAKEN.problem(), 3)
        assert retry_letters(work, LetterFilter(local_ids=(items[0].local_id,))) == 1
        assert attempts_of(work, HERE, Kind.VISIT, [items[0].local_id]) == {items[0].local_id: 0}
        assert retry_letters(work, LetterFilter(code=TAKEN.code)) == 2
        assert (retry_letters(work, LetterFilter()), waiting(work)) == (0, {(HERE, Kind.VISIT): 3})


def test_a_letter_that_is_discarded_is_gone_and_the_log_says_why(database: Database) -> None:
    with database.work(new_id()) as work:
        one = waits(work)
        bury(work, one, TAKEN.problem(), 1)
        discard_letter(work, HERE, Kind.VISIT, one.local_id, Discarded.DONE_BY_HAND)
        assert (list_letters(work, LetterFilter()).letters, waiting(work)) == ((), {})
        (line,) = list_events(work, EventFilter(outcome=Happened.RESOLVED)).events
        assert (line.code, line.local_id) == ("done_by_hand", one.local_id)
        with pytest.raises(ChartlineError) as raised:
            discard_letter(work, HERE, Kind.VISIT, one.local_id, Discarded.DONE_BY_HAND)
        assert raised.value.problem.code == NO_LETTER.code
        with pytest.raises(ChartlineError):
            read_letter(work, HERE, Kind.VISIT, one.local_id)


def test_a_letter_revives_when_its_record_changes_again(database: Database) -> None:
    with database.work(new_id()) as work:
        one = waits(work)
        bury(work, one, TAKEN.problem(), 2)
        note_change(work, Kind.VISIT, one.local_id)
        assert (list_letters(work, LetterFilter()).letters, waiting(work)) == ((), {(HERE, Kind.VISIT): 1})
        assert attempts_of(work, HERE, Kind.VISIT, [one.local_id]) == {one.local_id: 0}


def test_a_change_that_came_meanwhile_is_neither_buried_nor_put_off(database: Database) -> None:
    with database.work(new_id()) as work:
        one = waits(work)
        note_change(work, Kind.VISIT, one.local_id)
        bury(work, one, TAKEN.problem(), 2)
        wait_until(work, one, 2, work.now, "")
        assert list_letters(work, LetterFilter()).letters == ()
        assert attempts_of(work, HERE, Kind.VISIT, [one.local_id]) == {one.local_id: 0}


def test_an_organisation_sees_its_own_letters_only(database: Database) -> None:
    with database.work(new_id()) as work:
        bury(work, waits(work), TAKEN.problem(), 1)
    with database.work(new_id()) as work:
        assert (list_letters(work, LetterFilter()).letters, retry_letters(work, LetterFilter())) == ((), 0)
