"""Passwords: argon2id hashes, and the same work whether or not there is a user to compare with."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed

SHORTEST = 12
LONGEST = 256

WEAK_PASSWORD = ErrorKind(
    "access.weak_password",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The password is too short or too long.",
    "Use 12 to 256 characters; a few words in a row are easy to keep.",
)

_hasher = PasswordHasher()


def hash_password(password: Sealed[str]) -> str:
    """The hash to store. Raises ``access.weak_password``."""
    plain = password.reveal(Purpose.AUTHENTICATE)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise WEAK_PASSWORD.error()
    return _hasher.hash(plain)


def password_fits(stored: str | None, password: Sealed[str]) -> bool:
    """Whether a password belongs to a stored hash; with no hash it does the same work and says no."""
    plain = password.reveal(Purpose.AUTHENTICATE)[:LONGEST]
    try:
        return _hasher.verify(stored or _nobody(), plain) and stored is not None
    except VerificationError:
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("the password of nobody")
