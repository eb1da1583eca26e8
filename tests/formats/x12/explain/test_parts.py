"""A file taken apart: every part is whole, and together they are the file."""

from __future__ import annotations

import pytest
from tests.formats.x12.explain.conftest import CORPUS, problems_of, readable

from chartline.formats.x12.explain.parts import split
from chartline.formats.x12.explain.stats import read_stats
from chartline.kernel.errors import ChartlineError


def test_parts_of_a_clean_file_are_clean_and_add_up() -> None:
    count = 0
    for file, data in readable():
        if problems_of(data) != []:
            continue
        parts = list(split(data))
        whole = read_stats(data)
        each = [read_stats(part) for part in parts]
        assert [problems_of(part) for part in parts] == [[] for _ in parts], file.name
        assert sum(one.transactions for one in each) == whole.transactions
        assert sum(one.claims for one in each) == whole.claims
        assert sum(one.charged.minor for one in each) == whole.charged.minor
        count += len(parts)
    assert count > 200


def test_so_many_transactions_in_each() -> None:
    data = (CORPUS / "835" / "many_transactions.x12").read_bytes()
    whole = read_stats(data).transactions
    assert [read_stats(part).transactions for part in split(data, transactions=2)] == [2, whole - 2]


def test_control_numbers_stay() -> None:
    data = (CORPUS / "835" / "two_groups.x12").read_bytes()
    controls = {line for line in data.split(b"~") if line.strip().startswith((b"ISA*", b"GS*"))}
    for part in split(data):
        assert {line for line in part.split(b"~") if line.strip().startswith((b"ISA*", b"GS*"))} <= controls


def test_notices_belong_to_no_part() -> None:
    data = (CORPUS / "999" / "notice_and_acknowledgement.x12").read_bytes()
    assert b"TA1*" in data
    for part in split(data * 2):
        assert b"TA1*" not in part


def test_half_a_file_is_refused() -> None:
    data = (CORPUS / "835" / "two_claims.x12").read_bytes()
    with pytest.raises(ChartlineError, match=r"x12\.truncated"):
        list(split(data[: len(data) // 2]))
