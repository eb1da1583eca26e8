"""A person as a FHIR Patient describes them, folded for comparing: every name, number and address that is not old.

Refuses nothing: what is absent or unreadable is empty, for a question to ``$match`` may hold little. Refuses to be
printed: these are patient values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.domains.identity.names import folded, name_words, phone_digits, street_key
from chartline.formats.fhir import JsonObject, child, children, text, texts
from chartline.kernel.sealed import Masked

_PLACEHOLDERS = frozenset({"1900-01-01", "1901-01-01", "1800-01-01", "9999-12-31"})
"""Birth dates that are typed in when none is known."""

_SHARED = frozenset({"MB", "SN", "FI", "GN"})
"""Kinds of numbers (HL7 table 0203) that a whole family may have: of members, subscribers, facilities, guarantors."""


@dataclass(frozen=True, slots=True, repr=False)
class Name(Masked):
    """``family`` without its generation suffix, words joined; ``parts`` are its words; ``given`` the first one."""

    family: str
    parts: frozenset[str]
    given: str
    middle: str
    suffix: str


@dataclass(frozen=True, slots=True, repr=False)
class Place(Masked):
    """An address: ``street`` is every line, abbreviations written one way."""

    street: str
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True, slots=True, repr=False)
class Described(Masked):
    """``born`` is an ISO date, or empty when it is not known to the day. ``gender`` is male, female or empty."""

    names: tuple[Name, ...]
    born: str
    gender: str
    phones: frozenset[str]
    emails: frozenset[str]
    places: tuple[Place, ...]
    identifiers: frozenset[tuple[str, str]]


def described(patient: JsonObject) -> Described:
    """What a Patient says about who it is."""
    names = [_name(one) for one in children(patient, "name") if text(one, "use") not in ("old", "anonymous")]
    places = [_place(one) for one in children(patient, "address") if text(one, "use") != "old"]
    gender = text(patient, "gender") or ""
    return Described(
        tuple(one for one in names if one.family or one.given),
        _born(text(patient, "birthDate") or ""),
        gender if gender in ("male", "female") else "",
        frozenset(one for one in map(phone_digits, _contacts(patient, "phone")) if len(one) >= 7),
        frozenset(one.strip().casefold() for one in _contacts(patient, "email")),
        tuple(one for one in places if one.street or one.city or one.postal_code),
        frozenset(_identifiers(patient)),
    )


def _name(name: JsonObject) -> Name:
    words, suffix = name_words(text(name, "family") or "")
    given = [part for one in texts(name, "given") if (part := folded(one))]
    if not words and not given:
        # Only the text is there: the last word is taken for the family name.
        words, suffix = name_words(text(name, "text") or "")
        given, words = list(words[:-1]), words[-1:]
    if not suffix:
        suffix = next((name_words(f"x {one}")[1] for one in texts(name, "suffix")), "")
    return Name("".join(words), frozenset(words), given[0] if given else "", " ".join(given[1:]), suffix)


def _place(place: JsonObject) -> Place:
    return Place(
        street_key(" ".join(texts(place, "line"))),
        folded(text(place, "city") or ""),
        folded(text(place, "state") or ""),
        folded(text(place, "postalCode") or "")[:5],
    )


def _born(written: str) -> str:
    try:
        known = date.fromisoformat(written).isoformat()
    except ValueError:
        return ""
    return "" if known in _PLACEHOLDERS else known


def _contacts(patient: JsonObject, system: str) -> list[str]:
    points = [one for one in children(patient, "telecom") if text(one, "use") != "old"]
    kinds = ("phone", "sms") if system == "phone" else (system,)
    return [value for one in points if text(one, "system") in kinds and (value := text(one, "value"))]


def _identifiers(patient: JsonObject) -> list[tuple[str, str]]:
    known = [one for one in children(patient, "identifier") if text(one, "use") != "old" and not _is_shared(one)]
    return [(text(one, "system") or "", value) for one in known if (value := text(one, "value"))]


def _is_shared(identifier: JsonObject) -> bool:
    return any(text(one, "code") in _SHARED for one in children(child(identifier, "type"), "coding"))
