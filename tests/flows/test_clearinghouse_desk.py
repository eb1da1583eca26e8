"""The clearinghouse's own desk, its news, and what of both reaches our claims and enrolments."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import httpx2
import pytest
from tests.flows.house import ACTOR, House
from tests.flows.test_claim_to_cash import claim_visits
from tests.support.server import serving
from tests.support.waiting import until

from chartline.connect.clearing import Enrollment, Enrolls, ListsPayers, PayerEntry, Support
from chartline.domains.claims import EventKind, history, read_claim
from chartline.domains.claims.tables import claim_table
from chartline.domains.coverage.enrollments import enrollment_history, list_enrollments
from chartline.domains.sync.cursors import read_cursor
from chartline.flows.claim_to_cash import SUBMIT
from chartline.flows.clearinghouse_desk import ARCHIVE, DESK, OPTION
from chartline.flows.sync_hooks import hook
from chartline.flows.sync_settings import make_hook_address
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Receipt
from chartline.kernel.sealed import Purpose, Sealed

ONE, TWO = 3, 5
ACCOUNT = "91001"
"""The practice's account at the clearinghouse (``sandbox.seeds``)."""


def kinds(home: House, claim: str) -> list[str]:
    with home.work() as work:
        return [event.kind for event in history(work, claim)]


def number(home: House, claim: str) -> str:
    """What the clearinghouse calls a claim of ours."""
    with home.work() as work:
        return read_claim(work, claim).vendor_claim_id


def set_option(home: House, name: str, value: str) -> None:
    with home.work() as work:
        options = home.services.connections.get(work, home.claimmd).options
        home.services.connections.set_options(work, home.claimmd, {**options, name: value})


def close(home: House, *claims: str) -> None:
    with home.work() as work:
        work.execute(
            work.update(claim_table)
            .where(claim_table.c.id.in_(claims))
            .values(work_axis="closed", adjudication_axis="paid", updated=work.now - timedelta(days=100))
        )


def test_what_people_did_at_the_clearinghouse_comes_home_and_closed_claims_are_put_away(home: House) -> None:
    ids = claim_visits(home, ONE, TWO)
    home.do(SUBMIT, connection=home.claimmd)
    vendor = home.simulators["claimmd"]
    vendor.tell("notes", claimid=number(home, ids[ONE]), note="Called the payer", username="ana")
    vendor.tell("edits", claimid=number(home, ids[TWO]), field="diag_1", old_value="F411", new_value="F410")

    # The first answer is lost; a read is simply asked again, and nothing is taken twice.
    home.break_next("claimmd", "notes", "cut")
    for _ in range(2):
        home.do(DESK, connection=home.claimmd)
    assert kinds(home, ids[ONE]).count(EventKind.NOTED) == 1
    assert kinds(home, ids[TWO]).count(EventKind.EDITED_OUTSIDE) == 1
    with home.work() as work:
        assert read_cursor(work, home.claimmd, "claim_notes") == "20001"
        assert read_cursor(work, home.claimmd, "claim_edits") == "30001"

    # Nothing is put away before the practice says after how many days.
    close(home, *ids.values())
    home.do(ARCHIVE, connection=home.claimmd)
    assert "archive" not in home.operations("claimmd")
    set_option(home, OPTION, "90")
    home.break_next("claimmd", "archive", "drop")
    home.do(ARCHIVE, connection=home.claimmd)
    assert all(each["archived"] for each in vendor.ask("snapshot")["claims"])
    assert [kinds(home, claim).count(EventKind.ARCHIVED) for claim in ids.values()] == [1, 1]
    assert [(state, sends) for state, sends, _ in home.intents("archive_claims")] == [("done", 2)]
    home.do(ARCHIVE, connection=home.claimmd)
    assert home.operations("claimmd").count("archive") == 2

    # News: signed, several events a post, the newest first, one of them told twice.
    token = make_hook_address(home.ground, home.organisation, home.claimmd, ACTOR).reveal(Purpose.SHOW)
    enrolled = {"event": "enrolled", "payerid": "00123", "enroll_type": "era", "prov_npi": "1999999984"}
    told = [
        event("3", "2026-03-02T11:00:00+00:00", "era", {"eraid": "1"}),
        event("2", "2026-03-02T10:00:00+00:00", "appeal", {"event": "submitted", "claimid": number(home, ids[ONE])}),
        event("1", "2026-03-02T09:00:00+00:00", "enroll", enrolled),
        event("1", "2026-03-02T09:00:00+00:00", "enroll", enrolled),
    ]
    body = json.dumps({"events": told}).encode()
    key = home.world.account_key
    heard = hook(home.ground, token, signed(body, key), Sealed(body))
    assert (heard.taken, heard.repeated, heard.unknown) == (2, 1, 1)
    again = hook(home.ground, token, signed(body, key), Sealed(body))
    assert (again.taken, again.repeated, again.unknown) == (0, 4, 0)
    with home.work() as work:
        (enrollment,) = list_enrollments(work, payer_id="00123")
        assert (enrollment.state, enrollment.service) == ("enrolled", "remittance")
    assert kinds(home, ids[ONE]).count(EventKind.NOTED) == 2
    with pytest.raises(ChartlineError, match=r"claimmd\.hook_unsigned"):
        hook(home.ground, token, signed(body, "another key"), Sealed(body))


def test_a_person_opens_the_link_and_the_enrolment_is_known_here(home: House) -> None:
    vendor = home.simulators["claimmd"]
    connector = home.ground.open(home.organisation, home.claimmd, Enrolls)
    payer = next(each.id for each in directory(home) if each.services["remittance"] is Support.YES)
    vendor.tell("accounts", payers=[{"payerid": payer, "payer_name": "EXAMPLE", "era": "enrollment"}])
    begun = connector.enroll(Enrollment(payer, "remittance", "999999999", "1999999984"))
    assert isinstance(begun, Receipt)
    assert begun.value is not None
    token = make_hook_address(home.ground, home.organisation, home.claimmd, ACTOR).reveal(Purpose.SHOW)
    with serving(home.services) as url:
        vendor.tell("hook", account=ACCOUNT, url=f"{url}/hooks/{token}", twice=True)
        assert httpx2.get(begun.value.address.reveal(Purpose.SHOW)).status_code == 200
        until(lambda: vendor.ask("hook")["delivered"] == 2, 20)
    with home.work() as work:
        (enrollment,) = list_enrollments(work, payer_id=payer)
        assert (enrollment.state, len(enrollment_history(work, [enrollment.id])[enrollment.id])) == ("enrolled", 2)


def directory(home: House) -> tuple[PayerEntry, ...]:
    """The payers that the clearinghouse lists."""
    outcome = home.ground.open(home.organisation, home.claimmd, ListsPayers).payers()
    assert isinstance(outcome, Receipt)
    return outcome.value.rows


def event(number: str, at: str, kind: str, data: dict[str, str]) -> dict[str, object]:
    return {"eventid": number, "event_type": kind, "event_time": at, "event_data": {kind: data}}


def signed(body: bytes, key: str) -> dict[str, str]:
    return {"auth-signature-base64": base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()}
