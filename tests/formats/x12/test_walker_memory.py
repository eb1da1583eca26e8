"""What the walker remembers of one file does not change what it says of the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartline.formats.x12 import walker
from chartline.formats.x12.check import check

VALID = next((Path(__file__).parent / "corpus" / "835").glob("bad_cut_in_a_segment.x12"))


def without_claim_heading(*names: str) -> bytes:
    """An 835 whose only claim has no CLP and begins with these segments."""
    head = VALID.read_bytes().split(b"CLP*")[0]
    return head + b"".join(f"{name}~\n".encode() for name in names) + b"SE*99*0001~\nGE*1*101~\nIEA*1*000000101~\n"


def said(data: bytes) -> list[str]:
    return [f"{problem.code} {problem.place.short} {problem.expected}" for problem in check(data).problems]


def test_a_qualifier_seen_before_does_not_stand_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = without_claim_heading("NM1*QC*1*SAMPLE*LENA****MI*W00001")
    rendering = without_claim_heading("NM1*82*1*EXAMPLE*AMOS****XX*1999999992")
    monkeypatch.setattr(walker, "_maps", {})
    alone = said(patient)
    monkeypatch.setattr(walker, "_maps", {})
    said(rendering)
    assert said(patient) == alone
    assert not any("NM101" in line for line in alone)
