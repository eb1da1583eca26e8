"""SNOMED CT from a release in format RF2, snapshot: concepts, descriptions, relationships, language where it is there.

A licence is needed (free in the US by way of the NLM). The preferred term of the language file is shown, else the fully
specified name; all other terms are other names. Only ``is a`` relationships are read. Files are tab separated, without
quotes, and are read twice rather than held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from chartline.domains.codes.terminology.files import NOT_READABLE, Release
from chartline.domains.codes.terminology.loading import Loading

SYSTEM = "http://snomed.info/sct"
NAME = "SNOMED CT"

_IS_A = "116680003"
_FULL_NAME = "900000000000003001"
_PREFERRED = "900000000000548007"
_EDITIONS = {"INT": "900000000000207008", "US1000124": "731000124108"}
_US_ENGLISH = "900000000000509007"


def read(release: Release, loading: Loading) -> str:
    """Load concepts, terms and the tree; returns the version as SNOMED writes it, or empty text."""
    concepts = release.needed(r"x?sct2_Concept_Snapshot.*\.txt", "sct2_Concept_Snapshot_*.txt")
    terms = release.needed(r"x?sct2_Description_Snapshot.*\.txt", "sct2_Description_Snapshot_*.txt")
    edges = release.needed(r"x?sct2_Relationship_Snapshot.*\.txt", "sct2_Relationship_Snapshot_*.txt")
    preferred = _preferred_terms(release)
    shown: dict[str, str] = {}
    with _rows(release, terms, 9) as rows:
        for row in rows:
            if row[2] == "1" and (row[0] in preferred if row[6] != _FULL_NAME else row[4] not in shown):
                shown[row[4]] = row[7]
    with _rows(release, concepts, 5) as rows:
        for row in rows:
            loading.concept(row[0], shown.get(row[0], row[0]), inactive=row[2] != "1")
    with _rows(release, terms, 9) as rows:
        for row in rows:
            if row[2] == "1" and shown.get(row[4]) != row[7]:
                use = "full" if row[6] == _FULL_NAME else "synonym"
                loading.name(row[4], row[7], language=row[5], use=use)
    with _rows(release, edges, 10) as rows:
        for row in rows:
            if row[2] == "1" and row[7] == _IS_A:
                loading.parent(row[4], row[5])
    return _version(concepts)


def _preferred_terms(release: Release) -> set[str]:
    """The descriptions that the US English file (else the first language file) prefers."""
    name = None if release.single else release.find(r"x?der2_cRefset_LanguageSnapshot.*\.txt")
    if name is None:
        return set()
    by_set: dict[str, set[str]] = {}
    with _rows(release, name, 7) as rows:
        for row in rows:
            if row[2] == "1" and row[6] == _PREFERRED:
                by_set.setdefault(row[4], set()).add(row[5])
    return by_set.get(_US_ENGLISH) or next(iter(by_set.values()), set())


@contextmanager
def _rows(release: Release, name: str, columns: int) -> Generator[Iterator[list[str]], None, None]:
    with release.lines(name) as lines:
        header = next(lines, "").split("\t")
        if len(header) != columns:
            raise NOT_READABLE.error(file=name, part="columns")
        yield (row for line in lines if len(row := line.split("\t")) == columns)


def _version(name: str) -> str:
    """``sct2_Concept_Snapshot_US1000124_20240901.txt`` as the address of that version."""
    found = re.search(r"_([A-Z]+\d*)_(\d{8})\.", name)
    module = _EDITIONS.get(found[1], "") if found else ""
    return f"{SYSTEM}/{module}/version/{found[2]}" if found and module else (found[2] if found else "")
