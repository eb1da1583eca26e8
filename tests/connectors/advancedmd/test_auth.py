"""Signing in and staying signed in (vendor sheet 3)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.connectors.advancedmd.conftest import TOKEN, Office, fault, results
from tests.support.vendor import Said
from tests.support.wire import LoopbackWire

from chartline.connect.capabilities import SessionState
from chartline.connect.facts import PersonFact
from chartline.connectors.advancedmd.address import trusted_webserver
from chartline.connectors.advancedmd.auth import Session
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Absent, Later, Receipt, Refused
from chartline.kernel.sealed import Sealed

NOBODY = results(patientlist={"@itemcount": "0", "@page": "1", "@pagecount": "1"})
ENDED = [
    fault("-2147220479", "Session has timed out"),
    fault("1025"),
    fault("", "Session has timed out"),
    Said("", 401),
    Said("<html/>", 403),
    Said("moved", 404),
]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_login_is_two_posts_and_then_the_cookie_traps_1_3_5_6(office: Office, person: PersonFact, form: str) -> None:
    office.script["lookuppatient"] = [NOBODY]
    assert isinstance(office.connector(format=form).find_patient(person), Absent)
    assert office.served is not None
    paths = [heard.path for heard in office.served.heard]
    cluster = "/processrequest/api-801/CHARTTEST/xmlrpc/processrequest.aspx"
    assert ["/login", cluster, cluster] == paths
    assert office.wire.sent == [("login", "login"), ("login", "low"), ("lookuppatient", "low")]
    assert f"token={TOKEN}" == office.headers()["cookie"]
    assert "json" in office.headers()["accept"] if form == "json" else "xml" in office.headers()["accept"]
    assert TOKEN.encode() not in office.served.heard[-1].body


def test_a_login_without_redirect_is_final(office: Office, person: PersonFact) -> None:
    office.script["lookuppatient"] = [NOBODY]
    assert office.served is not None
    webserver = f"{office.served.url}/processrequest/api-128/CHARTTEST"
    office.logins = [results(usercontext={"@webserver": webserver, "#text": "999999abc"})]
    assert isinstance(office.connector().find_patient(person), Absent)
    assert office.wire.operations().count("login") == 1


def test_one_session_serves_every_connector_of_the_installation(office: Office, person: PersonFact) -> None:
    office.script["lookuppatient"] = [NOBODY]
    office.connector().find_patient(person)
    office.connector().find_patient(person)
    assert office.wire.operations().count("login") == 2


@pytest.mark.parametrize("said", ENDED)
def test_a_dead_session_in_any_form_is_renewed_once_and_the_call_resent_once_traps_2_and_29(
    office: Office, person: PersonFact, said: Said
) -> None:
    office.script["lookuppatient"] = [said, NOBODY]
    assert isinstance(office.connector().find_patient(person), Absent)
    assert office.wire.operations() == ["login", "login", "lookuppatient", "login", "login", "lookuppatient"]


def test_a_session_that_stays_dead_is_refused_after_one_resend(office: Office, person: PersonFact) -> None:
    office.script["lookuppatient"] = [fault("1025")]
    outcome = office.connector().find_patient(person)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "advancedmd.session_refused"
    assert office.wire.operations().count("lookuppatient") == 2


def test_a_dead_session_that_another_process_renewed_costs_no_login(office: Office, person: PersonFact) -> None:
    def renewed_meanwhile(_: object) -> Said:
        kept = Session.unsealed(office.wire.kept["session"])
        office.wire.remember("session", replace(kept, token=Sealed("999999new")).sealed())
        return fault("1025")

    office.script["lookuppatient"] = [renewed_meanwhile, NOBODY]
    assert isinstance(office.connector().find_patient(person), Absent)
    assert office.wire.operations().count("login") == 2
    assert office.headers()["cookie"] == "token=999999new"


class StillClock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def real_seconds(self, seconds: float) -> float:
        return seconds


def test_a_session_is_renewed_two_hours_before_its_end_trap_29(office: Office, person: PersonFact) -> None:
    clock = StillClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    office.wire = LoopbackWire(clock)
    office.script["lookuppatient"] = [NOBODY]
    connector = office.connector()
    connector.find_patient(person)
    clock.sleep(22 * 3600 - 1)
    connector.find_patient(person)
    assert office.wire.operations().count("login") == 2
    clock.sleep(1)
    connector.find_patient(person)
    assert office.wire.operations().count("login") == 4


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("1024", "bad_login"),
        ("-2147220480", "bad_login"),
        ("-2147220474", "account_locked"),
        ("1055", "account_expired"),
    ],
)
def test_refused_credentials_are_not_tried_again_until_somebody_tests_them(
    office: Office, person: PersonFact, code: str, ours: str
) -> None:
    office.script["lookuppatient"] = [NOBODY]
    office.script["lookupprofile"] = [results(profilelist={"profile": {"@id": "prof3", "@name": "TEST"}})]
    office.logins = [fault(code)]
    connector = office.connector()
    for _ in range(3):
        outcome = connector.find_patient(person)
        assert isinstance(outcome, Refused)
        assert f"advancedmd.{ours}" == outcome.problem.code
    assert len(office.wire.sent) == 1
    assert connector.check().ok
    assert isinstance(connector.find_patient(person), Absent)


def test_a_login_too_soon_comes_back_in_a_minute(office: Office, person: PersonFact) -> None:
    office.logins = [Said('{"title": "QuotaViolation"}', 429)]
    assert isinstance(office.connector().find_patient(person), Later)


@pytest.mark.parametrize(
    "webserver",
    ["https://evil.example/processrequest/api-1/X", "https://127.0.0.1.evil.example/x", "ftp://127.0.0.1/x"],
)
def test_the_password_does_not_follow_a_redirect_to_a_strange_host_trap_4(
    office: Office, person: PersonFact, webserver: str
) -> None:
    content = {"@success": "0", "usercontext": {"@webserver": webserver}}
    detail = {"code": "1028", "description": ""}
    office.logins = [Said(json.dumps({"PPMDResults": {"Results": content, "Error": {"Fault": {"detail": detail}}}}))]
    outcome = office.connector().find_patient(person)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code in ("connect.host_not_allowed", "advancedmd.address_refused")
    assert len(office.wire.sent) == 1


LOGIN = "https://partnerlogin.advancedmd.com/x"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("https://providerapi.advancedmd.com/p/api-1/A/", "https://providerapi.advancedmd.com/p/api-1/A"),
        ("provapi.advancedmd.com/p/api-1/A", "https://provapi.advancedmd.com/p/api-1/A"),
        ("http://providerapi.advancedmd.com/p", None),
        ("https://x.advancedmd.com@evil.example/p", None),
        ("https://x.advancedmd.com/p?y=1", None),
        ("https://[/p", None),
        ("", None),
    ],
)
def test_an_address_is_https_and_bare_of_tricks_trap_4(named: str, expected: str | None) -> None:
    assert expected == trusted_webserver(named, LOGIN)


def test_there_is_no_default_application_name_trap_30(office: Office) -> None:
    with pytest.raises(ChartlineError) as caught:
        office.connector(appname="")
    assert caught.value.problem.fields == {"option": "appname"}


@pytest.mark.parametrize("options", [{"zone": "Mars/Olympus"}, {"format": "soap"}])
def test_a_wrong_option_is_an_error_at_once(office: Office, options: dict[str, str]) -> None:
    with pytest.raises(ChartlineError):
        office.connector(**options)


def test_the_check_says_what_is_wrong(office: Office) -> None:
    office.script["lookupprofile"] = [results(profilelist={"profile": {"@id": "prof9", "@name": "TEST"}})]
    health = office.connector().check()
    assert (health.ok, health.code) == (False, "advancedmd.profile_missing")
    office.script["lookupprofile"] = [Said("", 500)]
    assert office.connector().check().code == "advancedmd.down"


def test_a_receipt_and_a_session_show_no_secret_trap_27(office: Office, person: PersonFact) -> None:
    office.script["lookuppatient"] = [results(patientlist={"@itemcount": "1", "patient": {
        "@id": "pat900", "@name": "NUNEZ-TESTCASE,ANA M", "@dob": "07/09/1984", "@gender": "F"}})]  # fmt: skip
    outcome = office.connector().find_patient(person)
    assert isinstance(outcome, Receipt)
    assert "NUNEZ" not in repr(outcome)
    assert TOKEN not in repr(office.wire.kept)


def test_a_session_tells_when_it_is_renewed_and_is_dropped_when_somebody_asks(
    office: Office, person: PersonFact
) -> None:
    opened = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    office.wire = LoopbackWire(StillClock(opened))
    office.script["lookuppatient"] = [NOBODY]
    connector = office.connector()
    assert connector.session() is None
    connector.find_patient(person)
    assert connector.session() == SessionState(opened, opened + timedelta(hours=22))
    connector.reset()
    assert connector.session() is None
    connector.find_patient(person)
    assert office.wire.operations().count("login") == 4
