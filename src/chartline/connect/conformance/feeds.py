"""Feeds: read to their end, again from where they stood, and nothing that was committed late is lost."""

from __future__ import annotations

from datetime import timedelta

from chartline.connect.conformance.check import Broken, broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.connect.conformance.subject import Feed, Rows
from chartline.kernel.outcome import Later

MOST_PAGES = 200


def reads_every_page(stage: Stage) -> None:
    """More rows than fit a page: all of them come, the reading ends, and its cursor goes on from there."""
    for feed in stage.subject.feeds:
        connector = stage.connector()
        wanted = feed.fill()
        found, cursor = _read_all(stage, feed, connector, "")
        expect(wanted <= found, f"{feed.name}: {len(wanted - found)} of {len(wanted)} rows never came")
        expect(bool(cursor), f"{feed.name}: the cursor after the last page is empty")


def gives_a_page_again_that_was_not_stored(stage: Stage) -> None:
    """A process that dies before it stored a page and its cursor finds the same rows again."""
    for feed in stage.subject.feeds:
        connector = stage.connector()
        feed.fill()
        first, _ = _read_all(stage, feed, connector, "")
        again, _ = _read_all(stage, feed, stage.connector(), "")
        expect(first <= again, f"{feed.name}: {len(first - again)} rows came once and never again")


def moves_its_cursor_only_forward(stage: Stage) -> None:
    """Without news a cursor stays or grows, and a reading from it never begins again at the beginning."""
    for feed in stage.subject.feeds:
        connector = stage.connector()
        everything, cursor = _read_all(stage, feed, connector, "")
        stage.pass_by(timedelta(hours=2))
        _, cursor = _read_all(stage, feed, connector, cursor)
        stage.pass_by(timedelta(hours=2))
        late, _ = _read_all(stage, feed, connector, cursor)
        expect(not late or len(late) < len(everything), f"{feed.name}: the whole feed came again without any news")


def takes_a_row_that_was_committed_late(stage: Stage) -> None:
    """A row whose time lies under the high-water mark still comes."""
    for feed in stage.subject.feeds:
        if feed.commit_late is None:
            continue
        connector = stage.connector()
        _, cursor = _read_all(stage, feed, connector, "")
        stage.pass_by(timedelta(hours=2))
        _, cursor = _read_all(stage, feed, connector, cursor)
        now = stage.clock.now()
        stage.be_at(now - timedelta(minutes=2))
        key = feed.commit_late()
        stage.be_at(now + timedelta(minutes=5))
        found, _ = _read_all(stage, feed, connector, cursor)
        expect(key in found, f"{feed.name}: a row that was committed late is lost")


def survives_a_broken_answer(stage: Stage) -> None:
    """An answer that is cut, dropped or a gateway's page is no end of the feed and moves no cursor."""
    operations = {feed.name: feed for feed in stage.subject.feeds}
    for name, feed in operations.items():
        connector = stage.connector()
        wanted = feed.fill()
        for kind in ("html", "cut", "drop", "empty"):
            stage.subject.break_next(name, kind)
            outcome = stage.heard(feed.read(connector, ""))
            expect(not isinstance(outcome, Rows), f"{name}: an answer of the kind {kind} was taken for one")
        found, _ = _read_all(stage, feed, connector, "")
        expect(wanted <= found, f"{name}: rows were lost after broken answers")


def _read_all(stage: Stage, feed: Feed, connector: object, cursor: str) -> tuple[set[str], str]:
    """The keys of all pages and the cursor after the last."""
    found: set[str] = set()
    for _ in range(MOST_PAGES):
        outcome = stage.heard(feed.read(connector, cursor))
        if isinstance(outcome, Later):
            stage.be_at(outcome.at + timedelta(seconds=1))
            continue
        if not isinstance(outcome, Rows):
            broken(f"{feed.name}: the feed ends in {told(outcome)}")
        found |= set(outcome.keys)
        stage.said.append(outcome.shown)
        moved = outcome.cursor
        expect(not outcome.more or moved != cursor, f"{feed.name}: there is more, and the cursor stands still")
        cursor = moved
        if not outcome.more:
            return found, cursor
    raise Broken(f"{feed.name}: the feed has no end")
