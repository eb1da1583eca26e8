"""The edits of the codes of some claims, from the database: one query for the versions, one for each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from chartline.domains.codes.edits.book import NO_EDITS, EditBook, PairEdit, Setting, UnitEdit
from chartline.domains.codes.edits.tables import (
    ACTIVE,
    PAIRS,
    UNITS,
    edit_version_table,
    pair_edit_table,
    unit_edit_table,
)
from chartline.platform.database import Work

_AT_ONCE = 400
"""Codes that one query asks about; claims of a batch name fewer."""


def edit_book(work: Work, procedures: Collection[str]) -> EditBook:
    """Everything loaded about these codes. Without loaded files it costs one small query."""
    versions = work.rows(sa.select(edit_version_table).where(edit_version_table.c.state == ACTIVE))
    codes = sorted({code for code in procedures if len(code) == 5})
    if not versions or not codes:
        return NO_EDITS
    settings = {row["id"]: Setting(row["setting"]) for row in versions}
    begins = {row["id"]: row["begin_date"] for row in versions}
    kinds = {row["kind"] for row in versions}
    return EditBook(
        _pairs(work, codes, settings) if PAIRS in kinds else {},
        _units(work, codes, settings, begins) if UNITS in kinds else {},
    )


def _pairs(
    work: Work, codes: list[str], settings: dict[int, Setting]
) -> dict[tuple[Setting, str, str], tuple[PairEdit, ...]]:
    columns = pair_edit_table.c
    found: dict[tuple[Setting, str, str], list[PairEdit]] = defaultdict(list)
    for start in range(0, len(codes), _AT_ONCE):
        query = sa.select(pair_edit_table).where(
            columns.version_id.in_(list(settings)),
            columns.column1.in_(codes[start : start + _AT_ONCE]),
            columns.column2.in_(codes) if len(codes) <= _AT_ONCE else sa.true(),
        )
        for row in work.rows(query):
            edit = PairEdit(
                row["column1"],
                row["column2"],
                _day(row["begin_day"]),
                _day(row["end_day"]) if row["end_day"] else None,
                bool(row["modifier_allowed"]),
            )
            found[settings[row["version_id"]], edit.column1, edit.column2].append(edit)
    return {key: tuple(edits) for key, edits in found.items()}


def _units(
    work: Work, codes: list[str], settings: dict[int, Setting], begins: dict[int, date]
) -> dict[tuple[Setting, str], tuple[UnitEdit, ...]]:
    columns = unit_edit_table.c
    found: dict[tuple[Setting, str], list[UnitEdit]] = defaultdict(list)
    for start in range(0, len(codes), _AT_ONCE):
        query = sa.select(unit_edit_table).where(
            columns.version_id.in_(list(settings)), columns.procedure.in_(codes[start : start + _AT_ONCE])
        )
        for row in work.rows(query):
            edit = UnitEdit(row["procedure"], row["most"], bool(row["per_day"]), begins[row["version_id"]])
            found[settings[row["version_id"]], edit.procedure].append(edit)
    newest = {key: sorted(edits, key=lambda one: one.begin, reverse=True) for key, edits in found.items()}
    return {key: tuple(edits) for key, edits in newest.items()}


def _day(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)
