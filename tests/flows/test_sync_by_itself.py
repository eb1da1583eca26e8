"""What synchronises without being asked: schedules follow the settings, changes go out, events come in."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from tests.flows.house import ACTOR, House
from tests.support.waiting import until

from chartline.app.stories import plan_schedules
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.runs import SCHEDULE, RunFilter, What
from chartline.flows import sync_desk as desk
from chartline.flows.practice_sync import PRUNE, PULL_PATIENTS, PULL_VISITS, PUSH
from chartline.flows.sync_hooks import Heard, hook
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.jobs.schedules import Schedule

SECRET = "an-invented-secret"


def schedules(home: House) -> dict[str, Schedule]:
    with home.services.database.system() as work:
        found = home.services.schedules.list(work, home.organisation)
    return {each.job: each for each in found if each.arguments.get("connection") == home.advancedmd}


def _prunes(home: House) -> None:
    """Lines of more than six years ago go; all others stay."""
    lines = len(home.events())
    with home.work() as work:
        for years in (5, 7):
            old = SyncEvent(
                connection=home.advancedmd,
                direction=Direction.IN,
                kind=Kind.PATIENT,
                outcome=Happened.CREATED,
                local_id=f"{years} years",
                at=work.now - timedelta(days=366 * years),
            )
            note_event(work, old)
    home.do(PRUNE, connection=home.advancedmd)
    left = [each.local_id for each in home.events()]
    assert "5 years" in left and "7 years" not in left and len(left) >= lines + 1


def test_schedules_follow_the_settings_and_a_change_of_ours_goes_out_soon(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    desk.set_settings(*place, {"patients": "manual", "visits": "daily", "daily_hour": 3}, ACTOR)
    office = home.connection("advancedmd")
    with home.work() as work:
        plan_schedules(home.services, work, home.organisation, office)
    plans = schedules(home)
    assert [plans[job].paused for job in (PULL_PATIENTS, PULL_VISITS, PUSH)] == [True, False, False]
    assert plans[PULL_VISITS].next_at.astimezone(home.keeper.now().tzinfo) > home.keeper.now()
    home.register(39)
    # Sooner or later, and without anybody asking: how soon is shown where time stands still (test_waking).
    until(lambda: home.vendors.office_counters()["patients_added"] == 1, 120, pause=0.1)
    home.play()
    sent = desk.runs(home.ground, home.organisation, RunFilter(what=What.PUSH, only_news=True)).runs
    assert [each.started_by for each in sent if each.counts.changed] == [SCHEDULE]
    _prunes(home)
    desk.set_settings(*place, {"paused": True}, ACTOR)
    assert all(schedules(home)[job].paused for job in (PULL_PATIENTS, PULL_VISITS, PUSH))
    desk.set_settings(*place, {"paused": False, "patients": "hourly"}, ACTOR)
    plans = schedules(home)
    assert not any(plans[job].paused for job in (PULL_PATIENTS, PULL_VISITS, PUSH))
    assert plans[PULL_PATIENTS].every_seconds == 3600


def test_an_event_of_the_vendor_is_believed_once_and_its_record_fetched(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    number = home.vendors.number("patient", "patient-1")
    token = desk.make_hook_address(*place, ACTOR).reveal(Purpose.AUTHENTICATE)
    with home.work() as work:
        home.services.connections.put_secrets(work, home.advancedmd, {"hook_secret": Sealed(SECRET)})
    event = {
        "id": "event-1",
        "event": "patient.updated",
        "officeKey": home.world.office_key,
        "objectId": number,
        "at": "2026-03-10T08:00:00",
    }
    body = json.dumps(event).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    signed = {"x-signature": f"sha256={signature}"}
    with pytest.raises(ChartlineError, match=r"sync\.no_hook_address"):
        hook(home.ground, "somebody-guesses", signed, Sealed(body))
    with pytest.raises(ChartlineError, match=r"advancedmd\.hook_unsigned"):
        hook(home.ground, token, {"x-signature": "sha256=00"}, Sealed(body))
    assert home.local(Kind.PATIENT, number) is None
    assert hook(home.ground, token, signed, Sealed(body)) == Heard(1, 0, 0)
    home.play()
    assert home.local(Kind.PATIENT, number) is not None
    assert hook(home.ground, token, signed, Sealed(body)) == Heard(0, 1, 0)
    fetches = desk.runs(home.ground, home.organisation, RunFilter(what=What.FETCH)).runs
    assert [each.counts.created for each in fetches] == [1]
    desk.end_hook_address(*place, ACTOR)
    with pytest.raises(ChartlineError, match=r"sync\.no_hook_address"):
        hook(home.ground, token, signed, Sealed(body))
