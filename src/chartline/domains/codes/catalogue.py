"""The codes a practice knows, with the dates they are valid between.

ICD-10-CM chapter F comes with the package (codes and titles: CDC/NCHS, tabular list of April 2026, public domain;
begin and end dates from the yearly addenda, 2015-10-01 where a code was there from the start). Everything else is
loaded by the practice. A code outside of what is loaded is not called wrong: absence from half a list proves nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources

import sqlalchemy as sa

from chartline.domains.codes.shapes import CodeSystem, shape_problem
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem
from chartline.platform.database import Id, Work, metadata

UNKNOWN_CODE = ErrorKind(
    "codes.unknown",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A code is not in the loaded list; for a diagnosis it may be a heading that needs more characters.",
    "Choose a complete code, or load a newer list.",
    status=422,
)
NOT_VALID_THEN = ErrorKind(
    "codes.not_valid_then",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A code was not valid on the date of service.",
    "Choose the code that was valid on that day; the fields name the dates.",
    status=422,
)

code_table = sa.Table(
    "code",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("system", sa.String(20), primary_key=True),
    sa.Column("code", sa.String(20), primary_key=True),
    sa.Column("scope", sa.String(20), nullable=False),
    sa.Column("begin_date", sa.Date, nullable=False),
    sa.Column("end_date", sa.Date),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Index(None, "organisation_id", "system", "scope"),
)


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list: valid from ``begin`` through ``end`` (None: still)."""

    system: CodeSystem
    code: str
    begin: date
    end: date | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Answers about codes that were looked up together, without another query."""

    codes: dict[tuple[CodeSystem, str], Code]
    scopes: frozenset[tuple[CodeSystem, str]]

    def check(self, system: CodeSystem, code: str, on: date) -> Problem | None:
        """The problem with a code on a service date, or None: its shape, its existence, its dates."""
        problem = shape_problem(system, code)
        if problem is not None:
            return problem
        known = self.codes.get((system, code))
        if known is None:
            listed = (system, _scope(system, code)) in self.scopes
            return UNKNOWN_CODE.problem(system=system.value, code=code) if listed else None
        if on < known.begin or (known.end is not None and on > known.end):
            end = known.end.isoformat() if known.end else ""
            return NOT_VALID_THEN.problem(system=system.value, code=code, begin=known.begin.isoformat(), end=end)
        return None

    def label(self, system: CodeSystem, code: str) -> str:
        """The code's name in the loaded list, or empty text."""
        known = self.codes.get((system, code))
        return known.label if known else ""


def _scope(system: CodeSystem, code: str) -> str:
    """The part of a list that counts as complete: a three-character category of diagnoses, else the whole list."""
    return code[:3] if system is CodeSystem.DIAGNOSIS else "*"


def load_codes(work: Work, codes: Iterable[Code]) -> int:
    """Put codes into the practice's list, over older rows of the same codes; returns how many."""
    rows = {(code.system, code.code): code for code in codes}
    by_system: dict[CodeSystem, list[str]] = {}
    for system, text in rows:
        by_system.setdefault(system, []).append(text)
    columns = code_table.c
    for system, texts in by_system.items():
        for start in range(0, len(texts), 500):
            old = columns.code.in_(texts[start : start + 500])
            work.execute(work.delete(code_table).where(columns.system == system.value, old))
    work.insert_many(
        code_table,
        [
            {
                "system": code.system.value,
                "code": code.code,
                "scope": _scope(code.system, code.code),
                "begin_date": code.begin,
                "end_date": code.end,
                "label": code.label,
            }
            for code in rows.values()
        ],
    )
    return len(rows)


def load_reference(work: Work) -> int:
    """Load the ICD-10-CM chapter F list that comes with the package; returns how many codes."""
    text = (resources.files("chartline.domains.codes") / "data" / "icd10cm_chapter_f.csv").read_text("utf-8")
    return load_codes(
        work,
        (
            Code(
                CodeSystem.DIAGNOSIS,
                row["code"],
                date.fromisoformat(row["begin"]),
                date.fromisoformat(row["end"]) if row["end"] else None,
                row["label"],
            )
            for row in csv.DictReader(text.splitlines())
        ),
    )


def code_book(work: Work, asked: Iterable[tuple[CodeSystem, str]]) -> CodeBook:
    """Everything known about the asked codes, in two queries."""
    wanted = set(asked)
    if not wanted:
        return CodeBook({}, frozenset())
    columns = code_table.c
    pairs = sa.tuple_(columns.system, columns.code).in_([(system.value, code) for system, code in wanted])
    scopes = {(system, _scope(system, code)) for system, code in wanted}
    covered = (
        sa.select(columns.system, columns.scope)
        .where(
            work.mine(code_table),
            sa.tuple_(columns.system, columns.scope).in_([(system.value, scope) for system, scope in scopes]),
        )
        .distinct()
    )
    return CodeBook(
        {
            (CodeSystem(row["system"]), row["code"]): Code(
                CodeSystem(row["system"]), row["code"], row["begin_date"], row["end_date"], row["label"]
            )
            for row in work.rows(work.select(code_table).where(pairs))
        },
        frozenset((CodeSystem(row["system"]), row["scope"]) for row in work.rows(covered)),
    )


def check_code(work: Work, system: CodeSystem, code: str, on: date) -> Problem | None:
    """The problem with one code on a service date, or None. For many codes use ``code_book``."""
    return code_book(work, [(system, code)]).check(system, code, on)
