"""An 837 in plain words: every claim, for whom, to whom, for what and how much.

For professional, institutional and dental claims alike, one claim at a time. Says when lines do not add up; whether
the claim is right in everything else is for the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.codes import FREQUENCIES, PLACES_OF_SERVICE, RELATIONSHIPS
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.explain.levels import Claim, person, read_claims
from chartline.formats.x12.explain.statement import Fact, Section, Table, Value, fact
from chartline.formats.x12.source import Source
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop
from chartline.kernel.money import Money

_DIAGNOSES = frozenset({"ABK", "ABF", "BK", "BF"})
_SERVICES = {"SV1": (1, 2, 4), "SV2": (2, 3, 5), "SV3": (1, 2, 6)}
"""Of each kind of service line: the elements with procedure, charge and units."""
_MOMENT = 12
_ORDER = {"P": "first", "S": "second", "T": "third"}


def claim_summary(source: Source) -> Iterator[Section]:
    """A section for each claim, and one with the sums. Raises as ``read_blocks``."""
    count = charged = 0
    for count, claim in enumerate(read_claims(source), 1):
        section = _section(claim, count)
        start = claim.loop.find("CLM")
        amount = _money(start.at(2)) if start is not None else None
        charged += amount.minor if amount is not None else 0
        yield section
    if not count:
        unknown = "No claim that follows a guide known here. Look at the file with `chartline x12 show`."
        yield Section(kind="end", title="Claims", wrong=(unknown,))
        return
    claims = f"{count} claim{'' if count == 1 else 's'}"
    yield Section(
        kind="end", title=f"{claims}, charged {Money(charged).shown()}", facts=(Fact("Charged", Money(charged)),)
    )


def _section(claim: Claim, number: int) -> Section:
    # A claim whose CLM is missing has no number and no amount of its own.
    start = claim.loop.find("CLM") or Segment("CLM", [], 0, 0, Delimiters())
    lines = [_line(loop, at) for at, loop in enumerate(claim.loop.children("2400"), 1)]
    charge = _money(start.at(2))
    amount = charge.shown() if charge is not None else start.at(2)
    tables = (Table("lines", ("line", "service", "date", "units", "charge"), tuple(lines)),) if lines else ()
    return Section(
        kind="claim",
        title=f"Claim {number}: {amount}, {claim.guide.title}".rstrip(", "),
        facts=tuple(_facts(claim, start)),
        tables=tables,
        wrong=tuple(_wrong(charge, lines)),
    )


def _facts(claim: Claim, start: Segment) -> Iterator[Fact]:
    place, _, frequency = [*start.components(5), "", "", ""][:3]
    level = next((each for each in claim.above if each.find("SBR") is not None), None)
    insured = level.find("SBR") if level is not None else None
    subscriber = _name_in(claim.find("2010BA"))
    patient = _name_in(claim.find("2010CA"))
    relation = claim.above[0].find("PAT") if claim.above else None
    yield from fact("Patient control number", start.at(1), "account")
    yield from fact("Kind", _frequency(frequency))
    named = patient or subscriber
    yield from fact("Patient", person(named) if named is not None else "", "name")
    if patient is not None and subscriber is not None:
        yield from fact("Subscriber", person(subscriber), "name")
        yield from fact("Patient is the subscriber's", _relationship(relation.at(1) if relation is not None else ""))
    yield from fact("Member id", subscriber.at(9) if subscriber is not None else "", "id")
    yield from fact("Payer", _organisation(_name_in(claim.find("2010BB"))))
    yield from fact("Billed as", f"{_ORDER[insured.at(1)]} payer" if insured and insured.at(1) in _ORDER else "")
    yield from fact("Billed by", _organisation(_name_in(claim.find("2010AA"))))
    yield from _providers(claim.loop)
    is_bill = start.component(5, 2) == "A"
    yield from fact("Type of bill", place + frequency if is_bill else "")
    yield from fact("Place", "" if is_bill else PLACES_OF_SERVICE.get(place, place))
    for dated in claim.loop.all("DTP", "434", "435", "431", "439"):
        meaning = {"434": "From and to", "435": "Admitted", "431": "Ill since", "439": "Accident"}[dated.at(1)]
        yield from fact(meaning, days(dated.at(3)))
    yield from _codes(claim.loop)
    yield from fact("Authorization number", claim.loop.value("REF", "G1"), "account")
    yield from fact("Replaces or voids the payer's claim", claim.loop.value("REF", "F8"), "account")
    paid = claim.loop.find("AMT", "F5")
    yield from fact("Patient paid", _money(paid.at(2)) if paid is not None else None)
    for other in claim.loop.children("2320"):
        yield from _other(other)


def _providers(loop: Loop) -> Iterator[Fact]:
    for inner in loop.loops:
        name = _name_in(inner)
        if name is not None and inner.id.startswith("2310"):
            yield from fact(inner.name, _organisation(name))


def _codes(loop: Loop) -> Iterator[Fact]:
    found: dict[str, list[str]] = {}
    for segment in loop.all("HI"):
        for number in range(1, len(segment.elements) + 1):
            kind, code = segment.component(number, 1), segment.component(number, 2)
            if code:
                title = "Diagnoses" if kind in _DIAGNOSES else STANDARD.label("hi_qualifier", kind) or f"Codes {kind}"
                found.setdefault(title, []).append(code)
    for title, codes in found.items():
        yield Fact(title, ", ".join(codes))


def _other(loop: Loop) -> Iterator[Fact]:
    name = _name_in(loop.child("2330B"))
    paid = loop.find("AMT", "D")
    amount = _money(paid.at(2)) if paid is not None else None
    words = f"{_organisation(name)} paid {amount.shown()}" if amount is not None else _organisation(name)
    yield from fact("Other payer", words.strip())


def _line(loop: Loop, number: int) -> tuple[Value, ...]:
    for name, (procedure, charge, units) in _SERVICES.items():
        segment = loop.find(name)
        if segment is not None:
            service = ":".join(segment.components(procedure)[1:6]).rstrip(":")
            if name == "SV2":
                service = f"{segment.at(1)} {service}".strip()
            dated = loop.find("DTP", "472")
            amount = _money(segment.at(charge))
            day = days(dated.at(3)) if dated is not None else ""
            return (str(number), service, day, segment.at(units), amount if amount is not None else segment.at(charge))
    return (str(number), "", "", "", "")


def _wrong(charge: Money | None, lines: list[tuple[Value, ...]]) -> Iterator[str]:
    amounts = [line[4] for line in lines]
    known = [amount for amount in amounts if isinstance(amount, Money)]
    if charge is None:
        yield "The charge of the claim is not an amount."
    elif lines and len(known) == len(amounts) and Money.total(known) != charge:
        yield f"The lines add up to {Money.total(known).shown()}, the claim says {charge.shown()}."


def days(text: str) -> str:
    """A date or period of X12 as it is written by people; other text as it is."""
    try:
        if len(text) == _MOMENT and text.isdigit():
            return f"{date.fromisoformat(text[:8])} {text[8:10]}:{text[10:]}"
        return " to ".join(date.fromisoformat(part).isoformat() for part in text.split("-"))
    except ValueError:
        return text


def _name_in(loop: Loop | None) -> Segment | None:
    return loop.find("NM1") if loop is not None else None


def _organisation(name: Segment | None) -> str:
    if name is None:
        return ""
    return f"{person(name)} ({name.at(9)})" if name.at(9) else person(name)


def _frequency(code: str) -> str:
    return FREQUENCIES.get(code) or STANDARD.label("claim_frequency", code) or code


def _relationship(code: str) -> str:
    return RELATIONSHIPS.get(code, code).lower()


def _money(text: str) -> Money | None:
    try:
        return AMOUNTS[text] if text else None
    except ValueError:
        return None
