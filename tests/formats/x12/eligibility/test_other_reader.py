"""What another library makes of the files: every segment of ours comes back from its models unchanged.

x12sdk 2.2 cannot hold a question without service type, and takes the kind of a quantity (EB09) for a number; these two
are left out.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.formats.x12.inquiry_examples import (
    ELIGIBILITY_ANSWER,
    ELIGIBILITY_REQUEST,
    STATUS_ANSWER,
    STATUS_REQUEST,
    TIM,
)
from tests.formats.x12.inquiry_strategies import ENVELOPE

from chartline.formats.x12.claim_status import build_276, build_277
from chartline.formats.x12.eligibility import build_270, build_271

ASKED = replace(ELIGIBILITY_REQUEST, questions=ELIGIBILITY_REQUEST.questions[:1])
ANSWERED = replace(
    ELIGIBILITY_ANSWER, benefits=tuple(one for one in ELIGIBILITY_ANSWER.benefits if not one.quantity_kind)
)
x12sdk = pytest.importorskip("x12sdk.io", reason="x12sdk is not installed: pip install -r requirements/dev.txt")


@pytest.mark.parametrize(
    "data",
    [
        build_270([ASKED, replace(ASKED, dependent=TIM)], ENVELOPE),
        build_271([ANSWERED], ENVELOPE),
        build_276([STATUS_REQUEST], ENVELOPE),
        build_277([STATUS_ANSWER], ENVELOPE),
    ],
    ids=["270", "271", "276", "277"],
)
def test_x12sdk_reads_what_is_written_and_writes_the_same(data: bytes) -> None:
    text = data.decode()
    with x12sdk.X12ModelReader(text) as reader:
        theirs = [model.x12() for model in reader.models()]
    ours = text[text.index("ST*") : text.index("GE*")]
    assert "".join(theirs).replace("\n", "") == ours
