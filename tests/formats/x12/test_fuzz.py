"""Damaged files are read or refused in words by everything that reads X12, in bounded time.

``bench/x12_fuzz.py --minutes 60`` does the same for as long as wanted. What it once found stays here.
"""

from __future__ import annotations

import pytest
from tests.formats.x12.fuzzing import CORPUS, TARGETS, Find, damaged, tried

OFFICE_VISIT = (CORPUS / "837p" / "office_visit.x12").read_bytes()
REMITTANCE = (CORPUS / "835" / "amounts_in_every_form.x12").read_bytes()
LONG = 65_000
"""Characters: nearly as long as a segment may be."""


def finds(data: bytes) -> list[Find]:
    return [find for find in (tried(name, data) for name in TARGETS) if find is not None]


@pytest.mark.parametrize("seed", range(16))
def test_a_damaged_file_is_read_or_refused_in_words(seed: int) -> None:
    assert finds(damaged(seed)) == []


@pytest.mark.parametrize("filling", [b" ", b"9", b"*", b":", b"^", b"\n", b"A ", b"-", b"0."], ids=repr)
def test_an_enormous_element_costs_no_more_than_its_length(filling: bytes) -> None:
    at = REMITTANCE.index(b"NM1*QC*1*") + len(b"NM1*QC*1*")
    grown = REMITTANCE[:at] + "É".encode() + filling * (LONG // len(filling)) + b"A" + REMITTANCE[at:]
    assert finds(grown) == []


@pytest.mark.parametrize("segment", [b"NTE*ADD*X~", b"REF*D9*1~\r\n  ", b"HL*1**20*1~\n", b"~"], ids=repr)
def test_thousands_of_segments_alike_cost_no_more_than_their_number(segment: bytes) -> None:
    at = OFFICE_VISIT.index(b"CLM*")
    assert finds(OFFICE_VISIT[:at] + segment * (LONG // len(segment)) + OFFICE_VISIT[at:]) == []


@pytest.mark.parametrize("segment", [b"NTE*ADD*X~", b"REF*D9*1~\r\n  ", b"HL*1**20*1~\n"], ids=repr)
def test_a_file_comes_back_from_json_whatever_stands_where_blocks_meet(segment: bytes) -> None:
    at = OFFICE_VISIT.index(b"CLM*")
    assert tried("form", OFFICE_VISIT[:at] + segment * (300_000 // len(segment)) + OFFICE_VISIT[at:]) is None
    blank_lines = OFFICE_VISIT.replace(b"~\n", b"\n").replace(b"CLM*", b"\n" * 600_000 + b"CLM*", 1)
    assert tried("form", blank_lines) is None
    assert tried("form", OFFICE_VISIT.replace(b"~\n", b"\n").replace(b"CLM*", b" CLM*")) is None


def test_a_claim_of_which_only_the_lines_are_left() -> None:
    lines = OFFICE_VISIT.index(b"LX*")
    damage = OFFICE_VISIT[: OFFICE_VISIT.index(b"CLM*")] + OFFICE_VISIT[lines:]
    assert finds(damage) == []
    assert finds(OFFICE_VISIT.replace(b"CLM*", b"LX*9~\nCLM*")) == []


def test_a_seed_names_one_damaged_file() -> None:
    assert damaged(5) == damaged(5) != damaged(6)
