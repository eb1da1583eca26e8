from __future__ import annotations

import pytest

from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose
from chartline.platform.access import Access
from chartline.platform.access.recent import RecentTokens
from chartline.platform.access.scopes import check_scopes, read_scopes, types_with
from chartline.platform.database import Database
from chartline.platform.vault import Vault


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("patient/Observation.rs", "rs"),
        ("system/*.cruds", "cruds"),
        ("user/Patient.read", "rs"),
        ("user/Patient.write", "cud"),
        ("user/Patient.*", "cruds"),
    ],
)
def test_both_versions_of_scopes_are_read(text: str, letters: str) -> None:
    (scope,) = read_scopes(text)
    assert scope.letters == set(letters)


@pytest.mark.parametrize(
    "text",
    [
        "patient/Observation.sr",
        "patient/Observation.rr",
        "patient/Observation.x",
        "Observation.rs",
        "patient/observation.rs",
        "patient/Observation.rs?category=laboratory",
        "launch",
        "patient/Observation.",
    ],
)
def test_what_is_no_scope_is_refused_whole(text: str) -> None:
    with pytest.raises(ChartlineError, match=r"access\.bad_scope"):
        read_scopes(f"system/Patient.rs {text}")


def test_a_scope_of_a_patient_needs_the_patient() -> None:
    check_scopes("", None)
    check_scopes("patient/*.rs", "p1")
    for scopes, patient in (("patient/*.rs", None), ("", "p1"), ("patient/*.rs", "p/1")):
        with pytest.raises(ChartlineError, match=r"access\.bad_scope"):
            check_scopes(scopes, patient)


def test_types_are_those_with_any_of_the_letters() -> None:
    scopes = read_scopes("system/Patient.r system/Observation.c")
    assert types_with(scopes, "rs") == {"Patient"}
    assert types_with(read_scopes("system/*.r"), "rs") is None


def test_a_token_keeps_its_scopes_and_patient(database: Database, vault: Vault) -> None:
    access = Access(database, vault)
    organisation = access.create_organisation("INVENTED")
    made = access.create_token(organisation, "app", "integration", scopes=" patient/*.rs  ", patient="p1")
    principal = access.principal_of_token(made.value)
    assert (principal.scopes, principal.patient) == ("patient/*.rs", "p1")
    assert access.tokens(organisation)[0].patient == "p1"


def test_a_remembered_token_is_forgotten_with_its_revocation(database: Database, vault: Vault) -> None:
    access = Access(database, vault)
    organisation = access.create_organisation("INVENTED")
    made = access.create_token(organisation, "app", "integration")
    recent = RecentTokens(access)
    assert recent.remembered(made.value) is None
    assert recent.principal(made.value) == recent.remembered(made.value)
    assert made.value.reveal(Purpose.AUTHENTICATE) not in repr(vars(recent))
    access.revoke_token(organisation, made.id)
    assert recent.remembered(made.value) is None
    with pytest.raises(ChartlineError, match=r"access\.unauthenticated"):
        recent.principal(made.value)
