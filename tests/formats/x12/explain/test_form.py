"""JSON and back loses nothing."""

from __future__ import annotations

import io
import json

import pytest
from tests.formats.x12.explain.conftest import readable

from chartline.formats.x12.explain.form import from_json, to_json
from chartline.formats.x12.source import LENIENT
from chartline.kernel.errors import ChartlineError


def test_every_file_comes_back_byte_for_byte() -> None:
    differing = {
        file.name
        for file, data in readable()
        if from_json(json.loads(json.dumps(to_json(data, LENIENT)))) != data
        or from_json(to_json(file, LENIENT)) != data
    }
    assert differing == set()


def test_a_file_larger_than_a_block_comes_back() -> None:
    data = next(data for path, data in readable() if path.stem == "many_transactions")
    many = data * (600_000 // len(data))
    assert from_json(to_json(many)) == many


def test_a_stream_loses_only_what_stands_around_interchanges() -> None:
    for file, data in readable():
        if file.parent.name == "837p" and data.endswith(b"~\n"):
            assert from_json(to_json(io.BytesIO(data), LENIENT)).rstrip() == data.rstrip()


def test_loops_are_named() -> None:
    data = next(data for path, data in readable() if path.stem == "plain_claim")
    text = json.dumps(to_json(data))
    assert '"loop": "2110"' in text
    assert '{"segment": "CLP", "elements": [' in text


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        {},
        {"interchanges": 3},
        {"interchanges": [{"delimiters": {}, "line_end": "", "content": []}]},
        {"interchanges": [{"delimiters": {"element": "*", "component": ":", "repetition": "^", "segment": ""}}]},
        {
            "interchanges": [
                {
                    "delimiters": {"element": "*", "component": ":", "repetition": "^", "segment": "~"},
                    "line_end": "",
                    "content": [{"segment": "ISA"}],
                }
            ]
        },
        {
            "interchanges": [
                {
                    "delimiters": {"element": "*", "component": ":", "repetition": "^", "segment": "~"},
                    "line_end": "",
                    "content": [{"segment": "ISA", "elements": ["é"], "charset": "no such one"}],
                }
            ]
        },
    ],
)
def test_what_is_no_form_is_refused(form: object) -> None:
    with pytest.raises(ChartlineError, match=r"x12\.bad_form"):
        from_json(form)
