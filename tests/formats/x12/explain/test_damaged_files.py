"""Whatever is done with a damaged file ends with a result or with an error that has a code."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from tests.formats.x12.explain.conftest import CORPUS

from chartline.formats.x12.explain.changes import changes
from chartline.formats.x12.explain.explained import explained
from chartline.formats.x12.explain.form import from_json, to_json
from chartline.formats.x12.explain.parts import split
from chartline.formats.x12.explain.redact import redact
from chartline.formats.x12.explain.show import read_shown
from chartline.formats.x12.explain.statement import as_json, as_markdown, as_text
from chartline.formats.x12.source import LENIENT
from chartline.kernel.errors import ChartlineError

NAMES = (
    "835/two_claims",
    "837p/family_of_patients",
    "837i/inpatient_stay",
    "837d/accident",
    "270/many_subscribers",
    "271/many_benefits",
    "277/pending_with_lines",
    "277ca/some_refused",
    "278/admission",
    "278r/certified",
    "999/rejected",
    "834/family",
)
ROUNDS = 12


def damaged(data: bytes, chance: random.Random) -> bytes:
    segments = data.split(b"~")
    at = chance.randrange(1, len(segments))
    match chance.randrange(6):
        case 0:
            del segments[at]
        case 1:
            segments.insert(at, segments[chance.randrange(len(segments))])
        case 2:
            segments[at] = b"*".join(segments[at].split(b"*")[: chance.randrange(4)])
        case 3:
            segments[at] = segments[at].replace(b"*", b"**", 1)
        case 4:
            segments[at] = segments[at][:3] + b"\xe9~" + segments[at][3:]
        case _:
            return data[: chance.randrange(len(data))]
    return b"~".join(segments)


def every_file() -> Iterator[tuple[str, bytes, bytes]]:
    chance = random.Random(20260112)
    for name in NAMES:
        data = (CORPUS / f"{name}.x12").read_bytes()
        for _ in range(ROUNDS):
            yield name, data, damaged(data, chance)


def test_nothing_else_is_raised() -> None:
    finished = 0
    for _, whole, data in every_file():
        for act in (read_shown, explained, redact, split):
            try:
                finished += len(list(act(data))) > 0
            except ChartlineError as error:
                assert error.problem.code.startswith("x12.")
        try:
            changes(whole, data)
        except ChartlineError as error:
            assert error.problem.code.startswith("x12.")
    assert finished > len(NAMES) * ROUNDS


def test_what_can_be_read_comes_back_from_json() -> None:
    for name, _, data in every_file():
        try:
            form = to_json(data, LENIENT)
        except ChartlineError:
            continue
        assert from_json(json.loads(json.dumps(form))) == data, name


def test_what_can_be_explained_can_be_printed() -> None:
    for _, _, data in every_file():
        try:
            sections = list(explained(data))
        except ChartlineError:
            continue
        for section in sections:
            assert list(as_text(section, values=True))
            assert list(as_markdown(section, values=False))
            json.dumps(as_json(section, values=False))
