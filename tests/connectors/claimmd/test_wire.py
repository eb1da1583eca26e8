"""One tolerant reader for every shape the vendor's answers come in (vendor sheet 3)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.connectors.claimmd.wire import ClaimRow, Record, Unreadable, errors_of, read, read_money
from chartline.kernel.money import Money

ROW = {
    "claimid": "700100200",
    "pcn": "PCN-7",
    "remote_claimid": "INT-7",
    "payerid": "00123",
    "status": "A",
    "messages": [{"status": "A", "mesgid": "ACK", "message": "Claim acknowledged", "fields": ""}],
}
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><result messages="Received 1" last_responseid="88102"><claim '
    'claimid="700100200" pcn="PCN-7" remote_claimid="INT-7" payerid="00123" status="A"><messages status="A" '
    'mesgid="ACK" message="Claim acknowledged" fields=""/></claim></result>'
)
SHAPES: list[object] = [
    {"last_responseid": "88102", "claim": [ROW]},
    {"last_responseid": 88102, "claim": {**ROW, "claimid": 700100200, "messages": ROW["messages"][0]}},  # type: ignore[index]
    {"result": {"last_responseid": ["88102"], "claim": [ROW]}},
    {"result": [{"last_responseid": "88102"}, {"claim": {**ROW, "sender_icn": {}}}]},
    [{"last_responseid": "88102", "claim": [ROW, {}]}],
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_wrapper_and_number_of_rows_reads_the_same_traps_1_5_6_7(shape: object) -> None:
    record = read(json.dumps(shape).encode())
    (row,) = (ClaimRow.of(claim) for claim in record.rows("claim"))
    assert record.text("last_responseid") == "88102"
    assert (
        row.claim,
        row.payer,
        row.remote_claim,
        row.messages[0].code,
        row.sender_icn,
    ) == ("700100200", "00123", "INT-7", "ACK", "")


def test_xml_reads_as_json_does() -> None:
    record = read(XML.encode())
    assert ClaimRow.of(record.rows("claim")[0]) == ClaimRow.of(read(json.dumps(SHAPES[0]).encode()).rows("claim")[0])
    assert (record.text("last_responseid"), record.text("messages")) == ("88102", "Received 1")


def test_one_name_may_be_a_list_of_lines_and_an_amount_trap_25() -> None:
    record = read(b'{"charge": [{"charge": "150.00", "chgid": "L1"}], "total": {}}')
    assert [line.text("charge") for line in record.rows("charge")] == ["150.00"]
    assert (record.text("total"), record.rows("total")) == ("", ())


def test_ids_and_money_survive_beyond_what_a_float_holds_trap_6() -> None:
    record = read(b'{"eraid": 90071992547409931, "paid_amount": 96.10}')
    assert ("90071992547409931", Money(9610)) == (record.text("eraid"), read_money(record.text("paid_amount")))


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"error_code": "410", "error_mesg": "no"}}',
        b'{"error": [{"error_code": 410, "error_mesg": ["no"]}]}',
        b'{"result": {"error": {"error_code": "410", "error_mesg": "no"}}}',
        b'<result><error error_code="410" error_mesg="no"/></result>',
    ],
)
def test_an_error_is_seen_in_each_of_its_shapes_traps_3_4_5(body: bytes) -> None:
    (error,) = errors_of(read(body))
    assert (error.code, error.text) == ("410", "no")


def test_an_empty_error_is_none() -> None:
    assert errors_of(read(b'{"error": {}}')) + errors_of(read(b'{"error": ""}')) + errors_of(read(b"<result/>")) == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>502</body></html>", b"<html><br></html>", b'{"claim": [', b"ISA*00*", b"[1", b'{"a":' * 9000,
     b'<!DOCTYPE result [<!ENTITY a "b">]><result x="&a;"/>', b"<result>" * 50 + b"</result>" * 50],
)  # fmt: skip
def test_pages_pieces_and_document_types_are_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        assert isinstance(read(body), Record)
    except Unreadable as refusal:
        assert str(refusal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["result", "claim", "error", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_object_is_read_without_a_crash(value: object) -> None:
    record = read(json.dumps({"claim": value, "error": value}).encode())
    errors_of(record)
    for row in record.rows("claim"):
        ClaimRow.of(row)


@pytest.mark.parametrize(("text", "minor"), [("96.00", 9600), ("-5", -500), ("$1,234.50", 123450), ("0", 0)])
def test_money_is_read_exactly(text: str, minor: int) -> None:
    assert Money(minor) == read_money(text)


@pytest.mark.parametrize("text", ["", "abc", "1.005", "NaN"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_money(text)
