"""Users and tokens."""

from __future__ import annotations

from tests.cli.conftest import PASSWORD, PRACTICE, Home

from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed

NEW = "another invented password"


def signs_in(home: Home, email: str, password: str) -> str:
    services = home.services()
    try:
        services.access.sign_in(email, Sealed(password))
    except ChartlineError as error:
        return error.problem.code
    finally:
        services.close()
    return "yes"


def test_a_user_is_made_with_the_practice_and_signs_in(home: Home) -> None:
    (user,) = home.json("user", "list")
    assert (
        user["practice"],
        user["email"],
        user["roles"],
        user["disabled"],
    ) == (PRACTICE, "owner@example.org", ["owner"], False)
    assert signs_in(home, "owner@example.org", PASSWORD) == "yes"


def test_the_password_is_asked_for_twice_and_not_shown(home: Home) -> None:
    arguments = ("user", "create", "--email", "desk@example.org", "--role", "biller", "--role", "front_desk")
    shown = home.run(*arguments, given=f"{NEW}\n{NEW}\n").output
    assert NEW not in shown
    assert signs_in(home, "desk@example.org", NEW) == "yes"


def test_a_weak_password_and_a_taken_address_are_told(home: Home) -> None:
    arguments = ("user", "create", "--password-stdin", "--email")
    assert "access.weak_password" in home.run(*arguments, "a@example.org", given="short", code=1).stderr
    assert "access.email_taken" in home.run(*arguments, "owner@example.org", given=NEW, code=1).stderr
    assert "access.bad_email" in home.run(*arguments, "nobody", given=NEW, code=1).stderr


def test_an_unknown_role_is_wrong_usage_and_the_roles_are_listed(home: Home) -> None:
    told = home.run("user", "create", "--email", "a@example.org", "--role", "king", code=2).stderr
    assert "front_desk" in told


def test_a_new_password_takes_the_place_of_the_old_one(home: Home) -> None:
    home.run("user", "password", "Owner@example.org", "--password-stdin", given=f"{NEW}\n")
    assert signs_in(home, "owner@example.org", PASSWORD) == "access.sign_in_refused"
    assert signs_in(home, "owner@example.org", NEW) == "yes"


def test_a_disabled_user_does_not_come_in(home: Home) -> None:
    home.run("user", "disable", "owner@example.org")
    assert signs_in(home, "owner@example.org", PASSWORD) == "access.sign_in_refused"
    assert home.json("user", "list")[0]["disabled"] is True


def test_a_locked_address_is_unlocked(home: Home) -> None:
    codes = [signs_in(home, "owner@example.org", "a wrong password") for _ in range(6)]
    assert codes[-1] == "access.locked"
    home.run("user", "unlock", "owner@example.org")
    assert signs_in(home, "owner@example.org", PASSWORD) == "yes"


def test_a_user_who_is_not_there_is_told(home: Home) -> None:
    for verb in ("disable", "unlock"):
        assert "access.no_user" in home.run("user", verb, "nobody@example.org", code=1).stderr


def test_a_token_is_shown_once_and_works_until_it_is_revoked(home: Home) -> None:
    value = home.run("token", "create", "--role", "biller", "--name", "reporting").stdout.strip()
    assert value.startswith("clt_")
    (row,) = home.json("token", "list")
    assert (row["name"], row["role"], row["state"]) == ("reporting", "biller", "good")
    assert value not in home.run("token", "list").output
    home.run("token", "revoke", row["id"])
    assert home.json("token", "list")[0]["state"] == "revoked"
    assert "no such living token" in home.run("token", "revoke", row["id"], code=1).stderr


def test_what_was_done_to_users_and_tokens_is_in_the_audit_trail(home: Home) -> None:
    home.run("token", "create", "--role", "auditor")
    home.run("user", "disable", "owner@example.org")
    services = home.services()
    organisation = services.access.organisations()[0].id
    with services.database.read(organisation) as work:
        rows = services.audit.rows(work)
    services.close()
    assert [row.event.action for row in rows] == ["user.disable", "token.create", "user.create"]
    assert {row.event.actor.partition(":")[0] for row in rows} == {"cli"}
