"""Both spellings of a message come out as one tree (vendor sheet 2.4)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.connectors.advancedmd.tree import Node, Unreadable, read, read_json, read_xml, write_json, write_xml

NAMES = st.sampled_from(["visit", "patient", "charge", "note"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12).map(
    str.strip
)


def nodes(depth: int = 3) -> st.SearchStrategy[Node]:
    attributes = st.dictionaries(st.sampled_from(["id", "name", "dob"]), TEXTS, max_size=3)
    children = st.lists(nodes(depth - 1), max_size=3) if depth else st.just([])

    def grouped(name: str, attrs: dict[str, str], kids: list[Node], text: str) -> Node:
        return Node(name, attrs, tuple(sorted(kids, key=lambda kid: kid.name)), "" if kids else text)

    return st.builds(grouped, NAMES, attributes, children, TEXTS)


@given(nodes())
def test_what_is_written_in_json_reads_back(node: Node) -> None:
    # An empty element is "" in JSON, so a node with nothing in it comes back with nothing in it.
    assert read(write_json(node)) == node


@given(nodes())
def test_what_is_written_in_xml_reads_back(node: Node) -> None:
    assert read(write_xml(node)) == node


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        read(body)
    except Unreadable as refusal:
        assert str(refusal)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        read_json(json.dumps({"PPMDResults": value}).encode())
    except Unreadable:
        return


def test_one_child_is_an_object_and_several_are_a_list_and_both_are_children_trap_8() -> None:
    one = read(b'{"PPMDResults": {"list": {"row": {"@id": "1"}}}}')
    two = read(b'{"PPMDResults": {"list": {"row": [{"@id": "1"}, {"@id": "2"}]}}}')
    none = read(b'{"PPMDResults": {"list": ""}}')
    assert [row.get("id") for row in one.first("list").every("row")] == ["1"]
    assert [row.get("id") for row in two.first("list").every("row")] == ["1", "2"]
    assert none.first("list").every("row") == ()


def test_numbers_and_booleans_become_the_text_they_were_trap_9() -> None:
    row = read(b'{"r": {"@id": 12345678901234567890, "@fee": 1.10, "@void": true, "@note": null}}')
    assert tuple(row.get(n) for n in ("id", "fee", "void", "note")) == ("12345678901234567890", "1.10", "1", "")


@pytest.mark.parametrize("head", [b'<?xml version="1.0" encoding="ISO-8859-1"?>', b'<?xml version="1.0"?>', b""])
def test_stray_bytes_of_iso_8859_1_do_not_stop_the_reading_trap_7(head: bytes) -> None:
    node = read(head + b'<PPMDResults><p name="NU\xd1EZ"/>\x0b</PPMDResults>')
    assert node.first("p").get("name") == "NUÑEZ"


def test_utf_8_stays_utf_8_beside_a_stray_byte_trap_7() -> None:
    node = read("<r><p name='NUÑEZ".encode() + b" \xe9'/></r>")
    assert node.first("p").get("name") == "NUÑEZ é"


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE r [<!ENTITY a "aaaa">]><r>&a;</r>',
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
        b"<r>&undeclared;</r>",
        b"<html><body>Bad gateway",
        b"",
        b"not a message",
        b'{"a": 1, "b": 2}',
        b"[]",
        b"<a>" * 5000,
        b'{"a":' * 5000,
        b"<a>" * 100 + b"</a>" * 100,
    ],
)
def test_document_types_entities_pages_and_depth_are_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_the_writer_escapes_trap_28() -> None:
    node = Node("ppmdmsg", {"psw": "a&b<c>\"d'"}, (Node("note", text="x < y & z"),))
    assert node == read_xml(write_xml(node))
    assert node == read_json(write_json(node))
