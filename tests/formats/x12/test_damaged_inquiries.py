"""Questions and answers with lost, doubled, moved and spoilt segments: read, or refused with a plain error."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from tests.formats.x12 import inquiry_examples as examples
from tests.formats.x12.inquiry_strategies import ENVELOPE

from chartline.formats.x12.authorization import (
    build_278_answer,
    build_278_request,
    read_278_answer,
    read_278_request,
)
from chartline.formats.x12.claim_status import build_276, build_277, read_276, read_277
from chartline.formats.x12.eligibility import build_270, build_271, read_270, read_271
from chartline.kernel.errors import ChartlineError

SPOILT = ["", "ZZ", "9" * 30, ":::", "^^", "A:B:C:D:E:F:G:H:I"]
TIMES = 200


def damaged(data: bytes, random: Random) -> bytes:
    segments = data.decode().split("~")
    # The envelope has its own tests.
    one, other = (random.randrange(2, len(segments) - 4) for _ in range(2))
    kind = random.randrange(4)
    if kind == 0:
        del segments[one]
    elif kind == 1:
        segments.insert(one, segments[other])
    elif kind == 2:
        segments[one], segments[other] = segments[other], segments[one]
    else:
        elements = segments[one].split("*")
        elements[random.randrange(1, len(elements))] = random.choice(SPOILT)
        segments[one] = "*".join(elements)
    return "~".join(segments).encode()


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (build_270([examples.ELIGIBILITY_REQUEST] * 2, ENVELOPE), read_270),
        (build_271([examples.ELIGIBILITY_ANSWER] * 2, ENVELOPE), read_271),
        (build_276([examples.STATUS_REQUEST] * 2, ENVELOPE), read_276),
        (build_277([examples.STATUS_ANSWER] * 2, ENVELOPE), read_277),
        (build_278_request([examples.AUTHORIZATION_REQUEST] * 2, ENVELOPE), read_278_request),
        (build_278_answer([examples.AUTHORIZATION_ANSWER] * 2, ENVELOPE), read_278_answer),
    ],
    ids=["270", "271", "276", "277", "278 request", "278 answer"],
)
def test_a_damaged_file_is_read_or_refused(data: bytes, read: Callable[[bytes], list[object]]) -> None:
    random = Random(270)
    outcomes: set[str] = set()
    for _ in range(TIMES):
        try:
            outcomes.add("read" if read(damaged(data, random)) else "empty")
        except ChartlineError as error:
            outcomes.add(error.problem.code)
    assert {"read", "x12.incomplete"} <= outcomes
