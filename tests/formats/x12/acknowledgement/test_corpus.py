"""Every file of the corpus gets an answer, whatever is wrong with it, and the answer itself is in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chartline.formats.x12.acknowledgement import (
    acknowledge,
    acknowledge_interchange,
    answer_interchange,
    build_277ca,
    build_997,
    build_999,
    find_claims,
    read_277ca,
    read_997,
    read_999,
    read_ta1,
    reply_envelope,
)
from chartline.formats.x12.check import check
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parent.parent / "corpus"
AT = datetime(2026, 1, 7, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("folder", sorted(path.name for path in CORPUS.iterdir() if path.is_dir()))
def test_every_file_is_answered_by_a_good_file(folder: str) -> None:
    for path in sorted((CORPUS / folder).glob("*.x12")):
        data = path.read_bytes()
        try:
            result = check(data)
        except ChartlineError as refused:
            assert refused.problem.code in ("x12.unreadable", "x12.segment_too_large")
            continue
        for interchange in result.interchanges:
            envelope = reply_envelope(interchange, AT, 78)
            assert read_ta1(acknowledge_interchange(interchange, envelope)) == [answer_interchange(interchange)]
            written = acknowledge(interchange, envelope, find_claims(data))
            if written is not None:
                assert (path.name, check(written).problems) == (path.name, [])
                assert len(read_999(written)) == sum(group.functional != "FA" for group in interchange.groups)


@pytest.mark.parametrize(
    ("folder", "read", "build"),
    [("999", read_999, build_999), ("997", read_997, build_997), ("277ca", read_277ca, build_277ca)],
)
def test_every_good_answer_survives_a_copy(folder: str, read: Callable, build: Callable) -> None:
    good = [path for path in (CORPUS / folder).glob("*.x12") if not path.with_suffix(".expected").read_text().strip()]
    assert good
    for path in good:
        data = path.read_bytes()
        found = read(data)
        envelope = reply_envelope(check(data).interchanges[0], AT, 78)
        assert (path.name, read(build(found, envelope))) == (path.name, found)
