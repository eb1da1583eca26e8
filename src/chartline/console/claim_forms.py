"""What people type to change a claim, as the correction it asks for; and the fields of the form as the claim stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from chartline.console.failures import BAD_FORM
from chartline.console.forms import typed, typed_day, typed_money, typed_number
from chartline.domains.claims import ClaimCopy, Correction
from chartline.domains.claims.copy import CopyLine, RenderingIdentity
from chartline.domains.practice.providers import Provider
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed

MORE_LINES = 2
"""Empty lines behind those of the claim."""
MOST_LINES = 50
FIELDS = ("procedure", "modifiers", "pointers", "units", "amount", "day")


def lines_shown(copy: ClaimCopy) -> list[dict[str, str]]:
    """The claim's lines and some empty ones, as texts of the form."""
    shown = [
        {
            "procedure": line.procedure,
            "modifiers": " ".join(line.modifiers),
            "pointers": " ".join(str(one) for one in line.pointers),
            "units": str(line.units),
            "amount": Money(line.amount).text(),
            "day": line.service_date.isoformat(),
        }
        for line in copy.lines
    ]
    return shown + [dict.fromkeys(FIELDS, "") for _ in range(MORE_LINES)]


def typed_correction(form: Mapping[str, str], copy: ClaimCopy, providers: list[Provider]) -> Correction:
    """What is to be different from the copy. A line whose procedure and amount are empty is taken away.

    Raises ``console.bad_form`` naming the field.
    """
    begin = typed_day(form, "service_date") or copy.service_date
    diagnoses = tuple(typed(form, "diagnoses").upper().replace(",", " ").replace(".", "").split())
    lines = _lines(form, copy, begin)
    return Correction(
        member_id=Sealed(typed(form, "member_id", needed=True)),
        service_date=begin,
        place_of_service=typed(form, "place_of_service")[:2],
        prior_authorization=typed(form, "prior_authorization")[:50],
        referral=typed(form, "referral")[:50],
        note=Sealed(typed(form, "note")[:80]),
        rendering=_rendering(form, copy, providers),
        diagnoses=diagnoses,
        lines=lines,
    )


def _lines(form: Mapping[str, str], copy: ClaimCopy, begin: date) -> tuple[CopyLine, ...]:
    lines: list[CopyLine] = []
    for number in range(1, MOST_LINES + 1):
        procedure = typed(form, f"procedure_{number}").upper()
        amount = typed_money(form, f"amount_{number}")
        if not procedure and amount is None:
            continue
        if amount is None:
            raise BAD_FORM.error(field=f"amount_{number}")
        before = copy.lines[number - 1] if number <= len(copy.lines) else copy.lines[-1]
        own = number <= len(copy.lines)
        day = typed_day(form, f"day_{number}") or begin
        # A line on the claim's day goes with it when only the claim's day is changed.
        moved = own and day == before.service_date == copy.service_date
        lines.append(
            msgspec.structs.replace(
                before,
                procedure=procedure,
                modifiers=tuple(typed(form, f"modifiers_{number}").upper().replace(",", " ").split()),
                pointers=_pointers(form, f"pointers_{number}"),
                units=typed_number(form, f"units_{number}", 1),
                amount=amount.minor,
                service_date=begin if moved else day,
                place_of_service=_place(form, copy, before),
                adjudications=before.adjudications if own else (),
                drug=before.drug if own else None,
                teeth=before.teeth if own else (),
            )
        )
    if not lines:
        raise BAD_FORM.error(field="procedure_1")
    return tuple(lines)


def _place(form: Mapping[str, str], copy: ClaimCopy, line: CopyLine) -> str:
    """The claim's place, unless the line had one of its own."""
    place = typed(form, "place_of_service")[:2]
    return place if line.place_of_service == copy.place_of_service else line.place_of_service


def _pointers(form: Mapping[str, str], name: str) -> tuple[int, ...]:
    words = typed(form, name).replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= 12 for word in words):
        raise BAD_FORM.error(field=name)
    return tuple(int(word) for word in words)


def _rendering(form: Mapping[str, str], copy: ClaimCopy, providers: list[Provider]) -> RenderingIdentity | None:
    npi = typed(form, "rendering")
    if not npi or (copy.rendering is not None and copy.rendering.npi == npi):
        return None
    for one in providers:
        if one.npi == npi:
            return RenderingIdentity(last=one.family, first=one.given, npi=one.npi, taxonomy=one.taxonomy)
    raise BAD_FORM.error(field="rendering")
