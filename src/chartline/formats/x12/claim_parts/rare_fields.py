"""What most claims and lines do not have, gathered by field name while a claim is read.

The claim is made from what nearly all have; these fields replace their defaults afterwards, so that a plain claim pays
nothing for them.
"""

from __future__ import annotations

from collections.abc import Mapping

from chartline.formats.x12.claim_parts.raw_segments import BLANK
from chartline.formats.x12.claim_parts.value_reader import (
    read_ambulance,
    read_attachment,
    read_condition,
    read_contract,
    read_date,
    read_note,
    read_repricing,
)

Rare = dict[str, object]


def add(rare: Rare, field: str, value: object) -> None:
    """Append to a field that holds several values."""
    before = rare.get(field, ())
    rare[field] = (*before, value) if isinstance(before, tuple) else (value,)


def add_date(rare: Rare, elements: list[str], fields: Mapping[str, str]) -> None:
    """Put a DTP into ``dates``: a plain day into the field of its code, everything else among the ``other``."""
    found = read_date(elements)
    dates = rare.setdefault("dates", {})
    if found is None or not isinstance(dates, dict):
        return
    field = fields.get(found.qualifier)
    if field is None or field in dates or found.through is not None or found.time:
        dates["other"] = (*dates.get("other", ()), found)
    else:
        dates[field] = found.day


def add_related_causes(rare: Rare, causes: tuple[str, ...]) -> None:
    """CLM11: up to three causes, the state and the country of an accident."""
    for field, value in (
        ("related_causes", tuple(code for code in causes[:3] if code)),
        ("accident_state", causes[3] if len(causes) > 3 else ""),
        ("accident_country", causes[4] if len(causes) > 4 else ""),
    ):
        if value:
            rare[field] = value


def add_shared(rare: Rare, elements: list[str]) -> bool:
    """Take a segment that claims and lines of all kinds have in common; False when it is none."""
    name = elements[0]
    if name == "NTE":
        add(rare, "notes", read_note(elements))
    elif name == "PWK":
        add(rare, "attachments", read_attachment(elements))
    elif name == "K3":
        add(rare, "file_information", (elements + BLANK)[1])
    elif name == "CRC":
        add(rare, "conditions", read_condition(elements))
    elif name == "CN1":
        rare["contract"] = read_contract(elements)
    elif name == "HCP":
        rare["repricing"] = read_repricing(elements)
    elif name == "CR1":
        rare["ambulance"] = read_ambulance(elements)
    else:
        return False
    return True
