"""Finding a code by its beginning or by words of its name, among the codes that the practice has loaded."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from chartline.domains.codes.catalogue import Code, code_table
from chartline.domains.codes.shapes import CodeSystem
from chartline.platform.database import Work


def search_codes(
    work: Work, system: CodeSystem, text: str, *, on: date | None = None, after: str = "", limit: int = 50
) -> list[Code]:
    """Codes that begin with the text (dots do not count), or whose names hold all of its words; in order of code.

    ``on`` leaves out what was not valid that day; ``after`` goes on behind a code. One query.
    """
    columns = code_table.c
    words = text.split()
    beginning = text.replace(".", "").replace(" ", "").upper()
    named = sa.and_(*(columns.label.icontains(word, autoescape=True) for word in words))
    query = work.select(code_table).where(columns.system == system.value)
    if words:
        query = query.where(sa.or_(columns.code.startswith(beginning, autoescape=True), named))
    if on is not None:
        query = query.where(columns.begin_date <= on, sa.or_(columns.end_date.is_(None), columns.end_date >= on))
    if after:
        query = query.where(columns.code > after)
    rows = work.rows(query.order_by(columns.code).limit(limit))
    return [Code(system, row["code"], row["begin_date"], row["end_date"], row["label"]) for row in rows]
