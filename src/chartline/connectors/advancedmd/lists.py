"""The office's own lists, remembered for a while: codes, carriers, providers, facilities and the rest.

Providers, profiles and facilities are asked for again after an hour, everything else after a day, and all of it after
two in the morning of the office. A write that the vendor refuses for an id makes its list forgotten at once. The
memory is this process's own: others have theirs. Refuses to remember what was not answered.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from chartline.connect.facts import LookupEntry, LookupKind, Page
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client, Listed, Read
from chartline.connectors.advancedmd.paging import every_row, is_last
from chartline.connectors.advancedmd.spelling import dotted, key
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.wire import LookupRow
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused

T = TypeVar("T")

_HOURLY: Final = frozenset((LookupKind.PROFILE, LookupKind.PROVIDER, LookupKind.FACILITY))
_HOUR, _DAY = timedelta(hours=1), timedelta(hours=24)
REFRESH_HOUR: Final = 2
"""On the office's clock: what the office changed during the day is seen the next morning."""
MOST_KEPT: Final = 5000

BAD_PLACE = ErrorKind(
    "advancedmd.bad_place",
    Blame.US,
    Again.NEVER,
    "The place in an AdvancedMD list from which to go on cannot be read.",
    "Ask for the list from its beginning.",
)


@dataclass(frozen=True, slots=True)
class _Question:
    kind: LookupKind
    criterion: str
    text: str
    page: int
    exact: bool


class Lists:
    """All lists of one office."""

    def __init__(self, client: Client, clock: Clock, office: OfficeTime) -> None:
        self._client, self._clock, self._office = client, clock, office
        self._lock = threading.Lock()
        self._kept: dict[_Question, tuple[datetime, Listed[LookupRow]]] = {}

    def page(
        self, kind: LookupKind, criterion: str, text: str, number: int, *, exact: bool = False
    ) -> Read[Listed[LookupRow]]:
        """One page of a lookup, from memory while that is fresh."""
        question = _Question(kind, criterion, text, number, exact)
        now = self._clock.now()
        with self._lock:
            kept = self._kept.get(question)
        if kept is not None and self._fresh(kind, kept[0], now):
            return Receipt(kept[1])
        answer = self._client.lookup(kind, criterion, text, number, exact=exact)
        if isinstance(answer, Receipt):
            with self._lock:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[question] = (now, answer.value)
        return answer

    def every(self, kind: LookupKind, criterion: str, text: str) -> Read[tuple[LookupRow, ...]]:
        """The rows of all pages (trap 12)."""
        return every_row(lambda number: self.page(kind, criterion, text, number), f"lookup {kind.value}")

    def exactly(self, kind: LookupKind, code: str) -> Read[LookupRow | None]:
        """The row with exactly this code, whatever its dots; None when there is none."""
        spelt = dotted(code) if kind is LookupKind.DIAGNOSIS else code
        answer = self.page(kind, "code", spelt, 1, exact=True)
        if not isinstance(answer, Receipt):
            return answer
        wanted = dotless(code)
        found = next((row for row in answer.value.rows if dotless(row.code) == wanted), None)
        if found is None:
            # The practice may add the code at any moment, and is asked to: the next try must see it.
            self.forget(kind, text=spelt)
        return Receipt(found, answer.exchange)

    def find(self, kind: LookupKind, text: str, cursor: str) -> Receipt[Page[LookupEntry]] | Later | Refused:
        """A page of the rows whose code or name begins with a text: first those by code, then the others by name.

        A cursor is the criterion and the number of the next page. Raises nothing; an odd cursor is refused.
        """
        text = text.strip()
        criterion, _, digits = (cursor or ("code:1" if text else "name:1")).partition(":")
        if criterion not in ("code", "name") or not digits.isdigit() or int(digits) < 1:
            return Refused(BAD_PLACE.problem())
        number = int(digits)
        asked = dotted(text) if kind is LookupKind.DIAGNOSIS and criterion == "code" else text
        answer = self.page(kind, criterion, asked, number)
        if not isinstance(answer, Receipt):
            return answer
        listed, rows = answer.value, answer.value.rows
        if criterion == "name" and text:
            rows = tuple(row for row in rows if not key(dotless(row.code)).startswith(key(dotless(text))))
        if not is_last(listed, number):
            onward = f"{criterion}:{number + 1}"
        else:
            onward = "name:1" if criterion == "code" else ""
        # While the search by name is still to come, nobody knows how many rows are left.
        page = Page(tuple(_entry(row) for row in rows), onward, bool(onward), None if onward else 0)
        return Receipt(page, answer.exchange)

    def forget(self, *kinds: LookupKind, text: str = "") -> None:
        """Ask the vendor again for these lists, or only for what was asked with one text."""

        def gone(question: _Question) -> bool:
            return question.kind in kinds and text in ("", question.text)

        with self._lock:
            self._kept = {question: kept for question, kept in self._kept.items() if not gone(question)}

    def mend(self, outcome: Outcome[T], *kinds: LookupKind) -> Outcome[T]:
        """The same outcome; these lists are forgotten when the vendor could not use what was sent."""
        if isinstance(outcome, Refused) and outcome.problem.code == problems.BAD_REQUEST.code:
            self.forget(*kinds)
        return outcome

    def _fresh(self, kind: LookupKind, since: datetime, now: datetime) -> bool:
        if now - since >= (_HOUR if kind in _HOURLY else _DAY):
            return False
        wall = self._office.wall(now)
        morning = wall.replace(hour=REFRESH_HOUR, minute=0, second=0, microsecond=0)
        if wall < morning:
            morning -= timedelta(days=1)
        return self._office.moment(morning) <= since


def dotless(code: str) -> str:
    """A code as it is compared: no dots, no spaces, upper case."""
    return code.replace(".", "").replace(" ", "").upper()


def _entry(row: LookupRow) -> LookupEntry:
    return LookupEntry(row.id, row.code, row.name, dict(row.more))
