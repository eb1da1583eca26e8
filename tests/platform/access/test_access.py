from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from tests.platform.vault.fixtures import readable
from tests.support.clocks import START, jump, shared_clock

from chartline.kernel.clock import Clock
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access import Access, Permission, Principal, Role
from chartline.platform.access.principal import ROLES
from chartline.platform.database import Database
from chartline.platform.vault import Vault

PASSWORD = Sealed("seven quiet otters")
EMAIL = "biller@practice.example"


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """A clock that stands still until a test moves it."""
    return shared_clock(tmp_path / "clock.json", speed=0)


@pytest.fixture
def access(database: Database, vault: Vault) -> Access:
    """The access under test."""
    return Access(database, vault)


@pytest.fixture
def practice(access: Access) -> str:
    """A practice with one biller."""
    organisation = access.create_organisation("Juniper Flats Counseling (invented)")
    access.create_user(organisation, EMAIL, PASSWORD, ["biller"])
    return organisation


class Later:
    """Moves the test's clock."""

    def __init__(self, file: Path) -> None:
        self._file, self._now = file, START

    def __call__(self, by: timedelta) -> None:
        self._now += by
        jump(self._file, self._now, 0)


@pytest.fixture
def later(tmp_path: Path) -> Later:
    """Call it with a time to pass."""
    return Later(tmp_path / "clock.json")


def refusal(access: Access, email: str = EMAIL, password: str = "seven quiet wombats") -> str:
    with pytest.raises(ChartlineError) as error:
        access.sign_in(email, Sealed(password))
    assert password not in str(error.value.problem)
    assert email not in str(error.value.problem)
    return error.value.problem.code


def test_a_user_signs_in_and_is_known_by_the_session(access: Access, practice: str) -> None:
    signed_in = access.sign_in(" Biller@Practice.example ", PASSWORD)
    principal = access.session(signed_in.session)
    assert signed_in.principal == principal
    assert (practice, (Role.BILLER,)) == (principal.organisation, principal.roles)
    assert [principal.actor] == [f"user:{user.id}" for user in access.users(practice)]


def test_a_wrong_password_and_an_unknown_user_look_the_same(access: Access, practice: str) -> None:
    for email in (EMAIL, "nobody@practice.example"):
        assert [refusal(access, email) for _ in range(7)] == ["access.sign_in_refused"] * 5 + ["access.locked"] * 2


def test_a_locked_address_refuses_the_right_password_for_a_quarter_of_an_hour(
    access: Access, practice: str, later: Later
) -> None:
    for _ in range(5):
        refusal(access)
    later(timedelta(minutes=14, seconds=59))
    assert refusal(access, password="seven quiet otters") == "access.locked"
    later(timedelta(seconds=1))
    assert practice == access.sign_in(EMAIL, PASSWORD).principal.organisation


def test_a_success_forgets_the_failures(access: Access, practice: str) -> None:
    for _ in range(2):
        for _ in range(4):
            refusal(access)
        access.sign_in(EMAIL, PASSWORD)


def test_an_administrator_unlocks(access: Access, practice: str) -> None:
    for _ in range(6):
        refusal(access)
    access.unlock(EMAIL)
    access.sign_in(EMAIL, PASSWORD)


def test_tries_at_the_same_time_do_not_outrun_the_lock(access: Access, practice: str) -> None:
    codes: list[str] = []
    threads = [threading.Thread(target=lambda: codes.append(refusal(access))) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["access.locked"] * 4 + ["access.sign_in_refused"] * 5


def test_a_session_slides_for_twelve_hours_and_ends_after_seven_days(
    access: Access, practice: str, later: Later
) -> None:
    session = access.sign_in(EMAIL, PASSWORD).session
    for _ in range(15):
        later(timedelta(hours=11))
        access.session(session)
    later(timedelta(hours=3))
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        access.session(session)


def test_an_unused_session_ends(access: Access, practice: str, later: Later) -> None:
    session = access.sign_in(EMAIL, PASSWORD).session
    later(timedelta(hours=12))
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        access.session(session)


def test_signing_out_ends_the_session(access: Access, practice: str) -> None:
    session = access.sign_in(EMAIL, PASSWORD).session
    access.sign_out(session)
    access.sign_out(session)
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        access.session(session)


@pytest.mark.parametrize("change", ["password", "disable"])
def test_a_changed_user_loses_the_sessions(access: Access, practice: str, change: str) -> None:
    session, user = access.sign_in(EMAIL, PASSWORD).session, access.users(practice)[0].id
    if change == "password":
        access.set_password(practice, user, Sealed("eight loud penguins"))
        access.sign_in(EMAIL, Sealed("eight loud penguins"))
    else:
        access.disable_user(practice, user)
        assert access.users(practice)[0].disabled
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        access.session(session)
    assert refusal(access, password="seven quiet otters") == "access.sign_in_refused"


def test_a_user_of_another_organisation_cannot_be_changed(access: Access, practice: str) -> None:
    other, user = access.create_organisation("Other"), access.users(practice)[0].id
    for identity in (user, "not-an-id"):
        with pytest.raises(ChartlineError, match=r"access\.no_user"):
            access.disable_user(other, identity)
    assert access.users(other) == []
    assert [one.name for one in access.organisations()] == ["Juniper Flats Counseling (invented)", "Other"]


@pytest.mark.parametrize(
    ("code", "email", "password", "roles"),
    [
        ("access.email_taken", "BILLER@practice.example", "seven quiet otters", ["biller"]),
        ("access.bad_email", "biller", "seven quiet otters", ["biller"]),
        ("access.bad_email", "a b@practice.example", "seven quiet otters", ["biller"]),
        ("access.weak_password", "new@practice.example", "short", ["biller"]),
        ("access.weak_password", "new@practice.example", "x" * 257, ["biller"]),
        ("access.unknown_role", "new@practice.example", "seven quiet otters", ["king"]),
        ("access.unknown_role", "new@practice.example", "seven quiet otters", []),
    ],
)
def test_a_bad_user_is_refused(
    access: Access, practice: str, code: str, email: str, password: str, roles: list[str]
) -> None:
    with pytest.raises(ChartlineError) as error:
        access.create_user(practice, email, Sealed(password), roles)
    assert code == error.value.problem.code
    assert len(access.users(practice)) == 1


def test_a_token_lets_in_until_it_ends(access: Access, practice: str, later: Later) -> None:
    token = access.create_token(practice, "nightly export", "integration", timedelta(days=1))
    assert token.value.reveal(Purpose.SHOW).startswith("clt_")
    assert Principal(practice, f"token:{token.id}", (Role.INTEGRATION,)) == access.principal_of_token(token.value)
    assert access.tokens(practice)[0].used == START
    later(timedelta(days=1))
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        access.principal_of_token(token.value)


def test_a_revoked_token_does_not_let_in(access: Access, practice: str) -> None:
    token = access.create_token(practice, "nightly export", "auditor")
    other = access.create_organisation("Other")
    assert not access.revoke_token(other, token.id)
    assert not access.revoke_token(practice, "not-an-id")
    access.principal_of_token(token.value)
    assert access.revoke_token(practice, token.id)
    assert not access.revoke_token(practice, token.id)
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        access.principal_of_token(token.value)
    assert access.tokens(practice)[0].revoked is not None
    assert access.tokens(other) == []


@pytest.mark.parametrize("value", ["", "clt_", "clt_wrong", "\x00", "ä" * 50])
def test_an_invented_token_or_session_does_not_let_in(access: Access, practice: str, value: str) -> None:
    for call in (access.principal_of_token, access.session):
        with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
            call(Sealed(value))


def test_a_role_allows_its_permissions_and_no_other() -> None:
    biller = Principal("o", "user:1", (Role.BILLER,))
    biller.require(Permission.BILLING_MANAGE)
    with pytest.raises(ChartlineError) as error:
        biller.require(Permission.ADMIN)
    assert (error.value.problem.code, error.value.problem.fields) == ("access.forbidden", {"permission": "admin"})
    assert Principal("o", "user:1", (Role.BILLER, Role.ADMINISTRATOR)).may(Permission.ADMIN)
    assert set(Role) == set(ROLES)


def test_the_database_file_shows_no_password_session_or_token(
    sqlite_database: Database, vault: Vault, tmp_path: Path
) -> None:
    access = Access(sqlite_database, vault)
    organisation = access.create_organisation("Juniper Flats")
    access.create_user(organisation, EMAIL, PASSWORD, ["owner"])
    session = access.sign_in(EMAIL, PASSWORD).session.reveal(Purpose.AUTHENTICATE)
    token = access.create_token(organisation, "export", "auditor").value.reveal(Purpose.SHOW)
    assert readable(tmp_path, [EMAIL, "quiet otters", session, token, token.removeprefix("clt_")]) == [EMAIL]
