"""Loops of a tree as parties and persons, and files as trees of one transaction set.

Tolerant about everything that only names or describes; dates must be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from chartline.formats.x12.elements import day
from chartline.formats.x12.envelope import NO_TRANSACTION, read_interchanges
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.value_reader import (
    read_contacts,
    read_count,
    read_dates,
    read_diagnoses,
    read_references,
    read_specialty,
)
from chartline.formats.x12.loops import INCOMPLETE, address, person_name
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop, read_tree


def read_trees(
    data: bytes, set_id: str, guide: str, accepts: Callable[[Segment], bool] | None = None
) -> Iterator[tuple[Loop, Segment]]:
    """The trees of all transactions of a set, each with its BHT, if ``accepts`` takes it.

    ``guide`` is used where a transaction does not name its own. Raises the errors of ``read_interchanges``,
    ``x12.no_transaction``, and ``x12.incomplete`` for a transaction without BHT or first level.
    """
    found = False
    for interchange in read_interchanges(data):
        for group in interchange.groups:
            for transaction in group.transactions:
                if transaction.set_id != set_id:
                    continue
                start = next((segment for segment in transaction.segments if segment.id == "BHT"), None)
                if start is None:
                    raise INCOMPLETE.error(missing="BHT", near=f"ST {transaction.control}")
                if accepts is not None and not accepts(start):
                    continue
                found = True
                tree = read_tree(transaction, group.guide)
                if not tree.loops:
                    # An unknown version is still likely to be nested like the one we know.
                    tree = read_tree(msgspec.structs.replace(transaction, guide=guide))
                if not tree.children("2000A"):
                    raise INCOMPLETE.error(missing="HL", near=f"ST {transaction.control}")
                yield tree, start
    if not found:
        raise NO_TRANSACTION.error(set=set_id)


def read_party(loop: Loop) -> Party:
    """The party of a loop that begins with NM1. Raises ``x12.incomplete`` when it does not."""
    nm1 = head(loop, "NM1")
    return Party(
        role=nm1.at(1),
        name=nm1.at(3),
        first=nm1.at(4),
        middle=nm1.at(5),
        prefix=nm1.at(6),
        suffix=nm1.at(7),
        is_person=nm1.at(2) == "1",
        id=nm1.at(9),
        id_kind=nm1.at(8),
        relation=nm1.at(10),
        references=read_references(loop.all("REF")),
        address=address(loop.segments),
        contacts=read_contacts(loop),
        specialty=read_specialty(loop),
    )


def read_person(loop: Loop, *, is_dependent: bool = False) -> Person:
    """The subscriber or dependent of a loop. Raises ``x12.incomplete``, ``x12.bad_date`` and ``x12.bad_quantity``."""
    nm1, dmg, ins = head(loop, "NM1"), loop.find("DMG"), loop.find("INS")
    return Person(
        name=person_name(nm1),
        prefix=nm1.at(6),
        is_organisation=nm1.at(2) == "2",
        member_id=nm1.at(9),
        member_id_kind=nm1.at(8) or "MI",
        born=day(dmg, 2) if dmg is not None else None,
        sex=dmg.at(3) if dmg is not None else "",
        relationship=ins.at(2) if ins is not None and is_dependent else "",
        birth_order=read_count(ins, 17) if ins is not None else None,
        is_changed=ins is not None and ins.at(3) == "001",
        employment=ins.at(8) if ins is not None else "",
        address=address(loop.segments),
        references=read_references(loop.all("REF")),
        specialty=read_specialty(loop),
        diagnoses=read_diagnoses(loop),
        dates=read_dates(loop.all("DTP")),
    )


def inner(loop: Loop, *ids: str) -> Loop:
    """The first loop with one of these ids. Raises ``x12.incomplete`` when there is none.

    A segment out of its order may tear a loop in two; a part without a name of its own is put back.
    """
    found = loop.children(*ids)
    if not found:
        near = loop.segments[0] if loop.segments else None
        raise INCOMPLETE.error(missing="NM1", near=f"{near.id} {near.ordinal}" if near else "")
    whole = [found[0], *(one for one in found[1:] if one.find("NM1") is None)]
    if len(whole) == 1:
        return whole[0]
    segments = [segment for part in whole for segment in part.segments]
    return Loop(whole[0].id, whole[0].name, segments, [inside for part in whole for inside in part.loops])


def head(loop: Loop, name: str) -> Segment:
    """The segment that a loop begins with. Raises ``x12.incomplete`` when it was left out."""
    found = loop.find(name)
    if found is None:
        raise INCOMPLETE.error(missing=name, near=loop.id)
    return found
