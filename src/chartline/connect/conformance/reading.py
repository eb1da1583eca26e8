"""Lists and censuses: a list is read to its end, one that there is not is said so, a census names what stands."""

from __future__ import annotations

from datetime import timedelta

from chartline.connect.capabilities import LooksUp
from chartline.connect.conformance.check import broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.connect.conformance.subject import Census
from chartline.connect.facts import LookupKind
from chartline.kernel.outcome import Later, Receipt, Refused

MOST_PAGES = 200
MOST_WAITS = 30


def reads_every_list(stage: Stage) -> None:
    """Page after page; no row comes twice, and none of those that the vendor has is missing."""
    connector = stage.connector()
    assert isinstance(connector, LooksUp)
    for kind, wanted in stage.subject.lists.items():
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            outcome = stage.heard(connector.lookup(kind, "", cursor))
            if isinstance(outcome, Later):
                stage.be_at(outcome.at + timedelta(seconds=1))
                continue
            if isinstance(outcome, Refused):
                broken(f"{kind.value}: it ends in {told(outcome)}")
            found += [row.vendor_id for row in outcome.value.rows]
            if not outcome.value.more:
                break
            expect(outcome.value.cursor != cursor, f"{kind.value}: the place in the list does not move")
            cursor = outcome.value.cursor
        else:
            broken(f"{kind.value}: the list has no end")
        expect(len(found) == len(set(found)), f"{kind.value}: rows come twice")
        expect(set(wanted()) <= set(found), f"{kind.value}: rows of the vendor's list never came")


def says_which_lists_it_has_not(stage: Stage) -> None:
    """A list that the vendor has not got is refused in the words that all connectors use."""
    connector = stage.connector()
    assert isinstance(connector, LooksUp)
    for kind in set(LookupKind) - set(stage.subject.lists):
        outcome = stage.heard(connector.lookup(kind, ""))
        if not isinstance(outcome, Refused):
            broken(f"{kind.value}: a list that is not there ends in {told(outcome)}")
        expect(outcome.problem.code == "connect.no_such_list", f"{kind.value}: it says {outcome.problem.code}")


def counts_what_stands(stage: Stage) -> None:
    """A census names exactly what stands at the vendor; what is deleted there is gone from the next one."""
    for census in stage.subject.censuses:
        for _ in range(2):
            found = _taken(stage, census)
            wanted = census.standing()
            expect(not wanted - found, f"{census.name}: {len(wanted - found)} of {len(wanted)} are missing")
            expect(not found - wanted, f"{census.name}: {len(found - wanted)} are named that do not stand")
            census.delete_one()


def _taken(stage: Stage, census: Census) -> frozenset[str]:
    connector = stage.connector()
    for _ in range(MOST_WAITS):
        outcome = stage.heard(census.take(connector))
        if isinstance(outcome, Receipt):
            return outcome.value
        if isinstance(outcome, Refused):
            break
        stage.be_at(max(outcome.at, stage.clock.now()) + timedelta(seconds=1))
    return broken(f"{census.name}: it ends in {told(outcome)}")
