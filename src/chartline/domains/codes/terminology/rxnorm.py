"""RxNorm from a release of the NLM (``RXNCONSO.RRF``, and ``RXNREL.RRF`` for the tree), bars between columns.

Only RxNorm's own names (SAB ``RXNORM``) are read; other sources in the file have licences of their own. The name of the
highest rank is shown, the others are other names. A suppressed code is inactive.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager

from chartline.domains.codes.terminology.files import NOT_READABLE, Release
from chartline.domains.codes.terminology.loading import Loading

SYSTEM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NAME = "RxNorm"

_RANKS = ("SBD", "SCD", "BPCK", "GPCK", "IN", "PIN", "MIN", "BN", "SBDG", "SCDG", "SBDF", "SCDF", "SBDC", "SCDC", "DF")
_LAST = len(_RANKS)


def read(release: Release, loading: Loading) -> str:
    """Load concepts, names, kinds (TTY) and ``isa``; the version is not in the files: empty text."""
    conso = release.needed(r"RXNCONSO\.RRF", "RXNCONSO.RRF")
    chosen: dict[str, tuple[int, str, bool]] = {}
    with _rows(release, conso, 18) as rows:
        for row in rows:
            if row[11] == "RXNORM" and row[12] not in ("SY", "TMSY", "ET", "PSN"):
                rank = _RANKS.index(row[12]) if row[12] in _RANKS else _LAST
                known = chosen.get(row[0])
                if known is None or rank < known[0]:
                    chosen[row[0]] = (rank, row[14], row[16] in ("O", "Y", "E"))
    for code, (_, display, inactive) in chosen.items():
        loading.concept(code, display, inactive=inactive)
    with _rows(release, conso, 18) as rows:
        for row in rows:
            if row[11] == "RXNORM":
                loading.property(row[0], "TTY", "" if row[12] in ("SY", "TMSY", "ET", "PSN") else row[12])
                if row[0] in chosen and row[14] != chosen[row[0]][1]:
                    loading.name(row[0], row[14], language="en", use="synonym")
    relations = None if release.single else release.find(r"RXNREL\.RRF")
    if relations is not None:
        with _rows(release, relations, 16) as rows:
            for row in rows:
                if row[10] == "RXNORM" and row[7] == "isa":
                    loading.parent(row[4], row[0])
    return ""


@contextmanager
def _rows(release: Release, name: str, columns: int) -> Generator[Iterator[list[str]], None, None]:
    with release.lines(name) as lines:
        yield (_row(line, columns, name) for line in lines if line)


def _row(line: str, columns: int, name: str) -> list[str]:
    """The columns of a line, each of which ends with a bar."""
    row = line.split("|")
    if len(row) != columns + 1:
        raise NOT_READABLE.error(file=name, part="columns")
    return row
