"""SMART scopes of a token: what it may do with which FHIR types, in the words of SMART App Launch 2.

``patient/Observation.rs`` is context, type (or ``*``) and letters of ``cruds`` in this order: create, read, update,
delete, search. The older ``patient/*.read``, ``.write`` and ``.*`` mean ``rs``, ``cud`` and ``cruds``. Refuses scopes
with a filter behind ``?``: a narrower grant must not become a wider one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_SCOPE = ErrorKind(
    "access.bad_scope",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A FHIR scope cannot be read, or does not go with the rest.",
    "Write scopes as patient/Observation.rs or system/*.cruds, with blanks between them, and name the patient "
    "with --patient where a scope begins with patient/.",
)

LETTERS = "cruds"
_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]{1,63})\.([a-z*]{1,5})")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_OLDER = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True, slots=True)
class FhirScope:
    """One scope: ``rtype`` is a type or ``*``, ``letters`` are of ``cruds``."""

    context: str
    rtype: str
    letters: frozenset[str]


@lru_cache(maxsize=1024)
def read_scopes(text: str) -> tuple[FhirScope, ...]:
    """Scopes with blanks between them; none for empty text. Raises ``access.bad_scope``."""
    return tuple(_one(part) for part in text.split())


def check_scopes(text: str, patient: str | None) -> None:
    """Raises ``access.bad_scope`` unless the scopes can be read and a patient is named exactly where one is needed."""
    bound = any(scope.context == "patient" for scope in read_scopes(text))
    if bound and not patient:
        raise BAD_SCOPE.error(why="patient-missing")
    if patient is not None and not _ID.fullmatch(patient):
        raise BAD_SCOPE.error(why="patient-unreadable")
    if patient and not text.split():
        raise BAD_SCOPE.error(why="scope-missing")


def types_with(scopes: Sequence[FhirScope], letters: str) -> frozenset[str] | None:
    """The types for which any of the letters is granted; None for all types."""
    wanted = set(letters)
    found = {scope.rtype for scope in scopes if scope.letters & wanted}
    return None if "*" in found else frozenset(found)


def _one(text: str) -> FhirScope:
    match = _SCOPE.fullmatch(text)
    if match is None:
        raise BAD_SCOPE.error(why="unreadable")
    letters = _OLDER.get(match[3], match[3])
    order = [LETTERS.find(letter) for letter in letters]
    if -1 in order or order != sorted(set(order)):
        raise BAD_SCOPE.error(why="letters")
    return FhirScope(match[1], match[2], frozenset(letters))
