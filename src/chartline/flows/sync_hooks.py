"""What a vendor tells us of its own accord: an event is checked, taken once, and its record is fetched.

The event itself changes nothing here: it says what to look at. Refuses an address that nobody made, an event whose
signature does not fit, and an event that was told before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chartline.connect.capabilities import ReceivesHooks
from chartline.connect.clearing import TellsEnrollment
from chartline.connect.facts import HookEvent
from chartline.domains.sync.fetches import Wanted, in_line, want
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.hooks import door_of, told_first
from chartline.domains.sync.runs import What
from chartline.domains.sync.settings import read_settings
from chartline.flows.clearinghouse_hooks import take_news
from chartline.flows.ground import Ground
from chartline.flows.syncing.fetching import want_patients
from chartline.flows.syncing.starting import start
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Sealed

HOOK: Final = "hook"
"""Who started the run of an event."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a vendor's call: how many events were new, told before, and of a kind that we do not know."""

    taken: int
    repeated: int
    unknown: int


def hook(ground: Ground, token: str, headers: Mapping[str, str], body: Sealed[bytes]) -> Heard:
    """Take a vendor's call. Header names are lower case.

    Raises ``sync.no_hook_address``, ``connect.not_connected``, ``sync.switched_off``, ``connect.cannot``, and the
    connector's own refusal of a signature that does not fit.
    """
    with ground.database.system() as system:
        door = door_of(system, token)
    opened = ground.open(door.organisation, door.connection, object)
    if isinstance(opened, TellsEnrollment):
        news = opened.enrollment_news(headers, body)
        if isinstance(news, Refused):
            raise ChartlineError(news.problem)
        heard = take_news(ground, door.organisation, door.connection, news)
        return Heard(heard.taken, heard.repeated, heard.unknown)
    connector = ground.open(door.organisation, door.connection, ReceivesHooks)
    events = connector.hook(headers, body)
    if isinstance(events, Refused):
        raise ChartlineError(events.problem)
    return _take(ground, door.organisation, door.connection, events)


def _take(ground: Ground, organisation: str, connection: str, events: tuple[HookEvent, ...]) -> Heard:
    taken = repeated = unknown = 0
    with ground.database.work(organisation) as work:
        if not read_settings(work, connection).enabled:
            return Heard(0, 0, 0)
        before = in_line(work, connection)
        for event in events:
            if not told_first(work, connection, event.id, event.kind, event.vendor_id):
                repeated += 1
            elif event.kind == Kind.PATIENT.value:
                want_patients(work, connection, [Wanted(Kind.PATIENT, event.vendor_id)])
                taken += 1
            elif event.kind in (Kind.VISIT.value, "charge"):
                want(work, connection, [Wanted(Kind.VISIT, event.vendor_id)])
                taken += 1
            else:
                unknown += 1
        if in_line(work, connection) > before:
            start(ground, work, connection, What.FETCH, HOOK)
    return Heard(taken, repeated, unknown)
