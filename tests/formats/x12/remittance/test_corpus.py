"""The remittances of the corpus: good ones survive a copy, bad ones are read or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.remittance import check_balance, read_835, write_835_batch
from chartline.kernel.errors import ChartlineError

FILES = sorted((Path(__file__).parent.parent / "corpus" / "835").glob("*.x12"))
GOOD = [path for path in FILES if not path.with_suffix(".expected").read_text().strip()]


def test_there_are_good_and_bad_ones() -> None:
    assert len(GOOD) > 5
    assert len(FILES) > len(GOOD) + 5


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_remittance_survives_a_copy(path: Path, envelope: Envelope) -> None:
    found = read_835(path)
    assert found
    assert [finding for remittance in found for finding in check_balance(remittance)] == []
    assert read_835(write_835_batch(found, envelope)) == found


@pytest.mark.parametrize("path", [path for path in FILES if path not in GOOD], ids=lambda path: path.stem)
def test_a_bad_remittance_is_read_or_refused_in_words(path: Path) -> None:
    try:
        assert read_835(path)
    except ChartlineError as refused:
        assert refused.problem.code.startswith("x12.")
