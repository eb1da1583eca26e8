"""Small changes of valid files are reported, or are valid files with another meaning by the tables alone.

``bench/x12_mutants.py`` does the same with ten thousand, and prints the survivors.
"""

from __future__ import annotations

import pytest
from tests.formats.x12.derivation import derive
from tests.formats.x12.mutation import OPERATORS, mutants, originals, repaired, survives
from tests.formats.x12.proofs import Unproven, proof, transactions

MUTANTS = 640


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_mutant_is_reported_or_proven_to_be_valid(operator: str) -> None:
    reported = proven = 0
    for mutant in (each for each in mutants(MUTANTS, seed=7) if each.operator == operator):
        segments = repaired(mutant.segments, mutant.original.delimiters)
        if segments == mutant.original.segments:
            continue
        if not survives(segments, mutant.original.delimiters):
            reported += 1
            continue
        try:
            assert proof(mutant, segments)
        except Unproven as why:
            pytest.fail(f"{mutant.original.kind}/{mutant.original.name} {mutant.place} is not reported: {why}")
        proven += 1
    assert reported > proven


def test_a_wrong_count_gives_away_what_was_dropped_or_given_twice() -> None:
    for mutant in mutants(320, seed=8):
        name = mutant.original.segments[mutant.segment][0]
        if mutant.operator in ("drop segment", "duplicate segment") and name != "TA1":
            assert not survives(mutant.segments, mutant.original.delimiters), mutant.place


def test_every_valid_file_is_derived_from_its_guide_with_every_segment_in_its_place() -> None:
    files = [file for file in originals() if file.kind != "ta1"]
    for file in files:
        for version, segments in transactions(file.segments):
            root = derive(segments, file.delimiters, version)
            assert root is not None, file.name
            assert [index for _, _, index in root.segments()] == list(range(len(segments)))
    assert len(files) > 100


def test_what_the_tables_do_not_allow_is_not_derived() -> None:
    file = next(each for each in originals() if each.kind == "835" and len(each.segments) > 20)
    _, segments = next(iter(transactions(file.segments)))
    payer = next(at for at, elements in enumerate(segments) if elements[:2] == ("N1", "PR"))
    assert derive([*segments[:payer], *segments[payer + 1 :]], file.delimiters, "005010X221A1") is None
    assert derive([*segments[: payer + 1], *segments[payer:]], file.delimiters, "005010X221A1") is None
