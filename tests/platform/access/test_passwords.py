"""What a stolen table of passwords is worth. Elsewhere in the tests passwords are hashed cheaply."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from chartline.kernel.sealed import Sealed
from chartline.platform.access import passwords

PASSWORD = Sealed("seven quiet otters")


@pytest.fixture(autouse=True)
def as_installed(strong_passwords: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed as in an installation."""
    monkeypatch.setattr(passwords, "_hasher", strong_passwords)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


def test_a_hash_takes_the_memory_and_the_turns_of_rfc_9106() -> None:
    hashed = passwords.hash_password(PASSWORD)
    cost = extract_parameters(hashed)
    assert (cost.type, cost.memory_cost, cost.time_cost, cost.parallelism) == (Type.ID, 64 * 1024, 3, 4)
    assert passwords.password_fits(hashed, PASSWORD)
    assert not passwords.password_fits(hashed, Sealed("seven quiet wombats"))


def test_an_unknown_user_costs_the_same_work_as_a_known_one() -> None:
    assert extract_parameters(passwords._nobody()) == extract_parameters(passwords.hash_password(PASSWORD))
    assert not passwords.password_fits(None, Sealed("the password of nobody"))
