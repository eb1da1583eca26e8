"""Whether codes are valid, with a reason for people (R4: operations valueset-validate-code, codesystem-validate-code).

A code whose system is not here is answered with no, and the reason says that nobody could look. Reasons are constant
sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartline.formats.fhir.terminology.library import Library
from chartline.formats.fhir.terminology.membership import contains
from chartline.formats.fhir.terminology.model import COMPLETE, Concept, Rule, System, ValueSet, split
from chartline.formats.fhir.terminology.words import folded_words

NOT_IN_SET = "The code is not in the value set."
NOT_IN_SYSTEM = "The code is not in the code system."
NO_CODE = "There is no code to check."
SYSTEM_NOT_HERE = "The code system is not here, so the code cannot be checked."
NOT_ALL_HERE = "The code is not among those of the code system that are here; not all of them are."
WRONG_DISPLAY = "The display is not a name of the code."
HEADING = "The code is only a heading; it may not be used itself."
OTHER_SYSTEM = "The code is of another code system."


@dataclass(frozen=True, slots=True)
class Coding:
    """A code as it was sent; what was not sent is empty."""

    system: str
    code: str
    version: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a code is valid; the reason when it is not; its display where it is known."""

    result: bool
    message: str = ""
    display: str = ""
    system: str = ""
    code: str = ""


def in_value_set(library: Library, value_set: ValueSet, codings: Sequence[Coding], *, abstract: bool = True) -> Verdict:
    """Whether any of the codings is in a value set and well named. Without a system the set's own systems are tried."""
    return _best([_in_value_set(library, value_set, one, abstract) for one in codings])


def in_system(library: Library, system: System, codings: Sequence[Coding], *, abstract: bool = True) -> Verdict:
    """Whether any of the codings is in a code system and well named."""
    verdicts = []
    for one in codings:
        if one.system and split(one.system)[0] != system.url:
            verdicts.append(Verdict(False, OTHER_SYSTEM, "", one.system, one.code))
        else:
            verdicts.append(_named(system, system.find(one.code), one, system.url, abstract))
    return _best(verdicts)


def _best(verdicts: list[Verdict]) -> Verdict:
    good = next((one for one in verdicts if one.result), None)
    if good is not None:
        return good
    return verdicts[0] if verdicts else Verdict(False, NO_CODE)


def _in_value_set(library: Library, value_set: ValueSet, asked: Coding, abstract: bool) -> Verdict:
    address = f"{asked.system}|{asked.version}" if asked.version else asked.system
    inside = contains(library, value_set, address or None, asked.code)
    url = asked.system or _system_of(library, value_set, asked.code)
    found = library.system(url, asked.version) if url else None
    concept = found.find(asked.code) if found is not None else None
    if inside is None:
        return Verdict(False, SYSTEM_NOT_HERE if found is None else NOT_ALL_HERE, "", url, asked.code)
    if not inside:
        known = found is not None and concept is None and found.content == COMPLETE
        message = NOT_IN_SYSTEM if known else NOT_IN_SET
        return Verdict(False, message, concept.display if concept else "", url, asked.code)
    own = _printed(value_set.include, url, asked.code)
    if found is None or concept is None:
        right = not asked.display or not own or _same(asked.display, own)
        return Verdict(right, "" if right else WRONG_DISPLAY, own, url, asked.code)
    return _named(found, concept, asked, url, abstract, own)


def _named(found: System, concept: Concept | None, asked: Coding, url: str, abstract: bool, own: str = "") -> Verdict:
    if concept is None:
        message = NOT_IN_SYSTEM if found.content in (COMPLETE, "grammar") else NOT_ALL_HERE
        return Verdict(False, message, "", url, asked.code)
    display = own or concept.display
    if concept.abstract and not abstract:
        return Verdict(False, HEADING, display, url, asked.code)
    names = [own, concept.display, *(one.value for one in concept.designations)]
    named = [name for name in names if name]
    if asked.display and named and not any(_same(asked.display, name) for name in named):
        return Verdict(False, WRONG_DISPLAY, display, url, asked.code)
    return Verdict(True, "", display, url, concept.code)


def _same(one: str, other: str) -> bool:
    return folded_words(one) == folded_words(other)


def _printed(rules: Sequence[Rule], system: str, code: str) -> str:
    """The display that the value set itself prints for a code."""
    shown = (one.displays.get(code, "") for one in rules if split(one.system)[0] == split(system)[0])
    return next((display for display in shown if display), "")


def _system_of(library: Library, value_set: ValueSet, code: str, depth: int = 0) -> str:
    """The first system of a value set that has the code."""
    for rule in value_set.include:
        url, version = split(rule.system)
        if url and contains(library, value_set, f"{url}|{version}" if version else url, code):
            return url
        for canonical in rule.value_sets:
            other = library.value_set(canonical)
            inner = _system_of(library, other, code, depth + 1) if other is not None and depth < 5 else ""
            if inner:
                return inner
    return ""
