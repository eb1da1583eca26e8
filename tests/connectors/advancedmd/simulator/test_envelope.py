"""Rows 6, 7, 8, 26 and 27: encodings, the mapping, faults in the envelope, faults on demand and the journal."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.advancedmd.simulator.caller import Caller, as_xml, from_xml, listed

from chartline.connectors.advancedmd.simulator.app import AdvancedMd
from chartline.connectors.advancedmd.simulator.tree import (
    Node,
    Unreadable,
    element,
    read_json,
    read_xml,
    write_json,
    write_xml,
)


def test_row_6_xml_is_declared_and_encoded_in_latin_1(caller: Caller) -> None:
    response = caller.send("lookuppatient", "api", name="MU")
    if caller.encoding == "xml":
        assert response.content.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
        assert b"MU\xd1OZ" in response.content
    else:
        assert "MUÑOZ" in response.text


def test_row_6_a_stray_byte_breaks_a_strict_parser(origin: str, simulator: AdvancedMd) -> None:
    simulator.world.options.stray_byte = True
    caller = Caller(origin, "xml")
    with pytest.raises(ElementTree.ParseError):
        caller.step_one()
    caller.close()


def test_row_7_lists_of_one_are_objects_and_everything_is_text(caller: Caller) -> None:
    one = caller.ask("lookuppatient", name="MU")["patientlist"]
    assert {k: v for k, v in one.items() if k[0] == "@"} == {"@itemcount": "1", "@page": "1", "@pagecount": "1"}
    assert isinstance(one["patient"], dict)
    none = caller.ask("lookuppatient", name="ZZZ")["patientlist"]
    assert none == {"@itemcount": "0", "@page": "1", "@pagecount": "1"}
    many = caller.ask("lookupproccode", code="90")["proccodelist"]
    assert isinstance(many["proccode"], list)


def test_row_8_actions_and_classes_are_matched_without_case(caller: Caller) -> None:
    assert caller.ask("LookUpPatient", "API", name="MU")


@pytest.mark.parametrize(("action", "component"), [("lookup", "patient"), ("addvisit", "api"), ("savecharges", "x y")])
def test_row_8_a_wrong_pair_fails_like_a_missing_component(caller: Caller, action: str, component: str) -> None:
    answer = caller.read(caller.send(action, component))
    assert answer["Results"] == {"@success": "0"}
    assert "progID: PPMD_" in answer["Error"]["Fault"]["detail"]["description"]


def test_row_8_missing_parts_have_their_codes(caller: Caller) -> None:
    assert caller.refused("lookuppatient") == "-2147219456"
    assert caller.refused("addpatient") == "-2147219455"
    assert caller.refused("lookuppatient", name="MU", page="zero") == "-2147219453"


def test_reads_may_come_without_the_success_flag(caller: Caller, simulator: AdvancedMd) -> None:
    simulator.world.options.omit_success = True
    answer = caller.read(caller.send("lookuppatient", "api", name="MU"))
    assert "@success" not in answer["Results"]


def test_row_26_a_call_can_fail_before_the_work(caller: Caller) -> None:
    caller.control("POST", "faults", {"operation": "addvisit", "kind": "refuse", "status": 503})
    caller.control("POST", "faults", {"operation": "addvisit", "kind": "html"})
    caller.control("POST", "faults", {"operation": "addvisit", "kind": "string_error"})
    row = {"@patient": "1003", "@profile": "3", "@date": "3/5/2026"}
    assert caller.send("addvisit", "chargeentry", appt=row).status_code == 503
    assert b"<html>" in caller.send("addvisit", "chargeentry", appt=row).content
    assert caller.refused("addvisit", "chargeentry", appt=row) == "The request could not be processed"
    assert caller.counters()["visits_added"] == 0


@pytest.mark.parametrize("kind", ["drop", "cut", "empty", "empty_results"])
def test_row_26_a_call_can_fail_after_the_work(caller: Caller, kind: str) -> None:
    caller.control("POST", "faults", {"operation": "addvisit", "kind": kind})
    row = {"@patient": "1003", "@profile": "3", "@date": "3/5/2026"}
    if kind in ("drop", "cut"):
        with pytest.raises(httpx2.TransportError):
            caller.send("addvisit", "chargeentry", appt=row)
    elif kind == "empty":
        assert caller.send("addvisit", "chargeentry", appt=row).content == b""
    else:
        assert {
            name: value
            for name, value in caller.read(caller.send("addvisit", "chargeentry", appt=row)).items()
            if name[0] != "@"
        } == {"Results": "", "Error": ""}
    assert caller.counters()["visits_added"] == 1


def test_row_27_the_journal_and_the_snapshot_hold_no_value(caller: Caller) -> None:
    caller.ask("lookuppatient", name="MUÑOZ,INÉS")
    caller.ask("getdemographic", "demographics", patientid="pat1001")
    text = json.dumps([caller.control("GET", "journal"), caller.control("GET", "snapshot"), caller.counters()])
    for value in ("MU", "simulated only", "SIMUSER", "EX123", "TESTVILLE", "5555550100", caller.token[6:]):
        assert value not in text
    assert [line["action"] for line in caller.control("GET", "journal")][-2:] == ["lookuppatient", "getdemographic"]


NAMES = st.sampled_from(["a", "b", "list", "row"])
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8).map(str.strip)
NODES = st.recursive(
    st.builds(element, NAMES, st.dictionaries(NAMES, TEXTS, max_size=2), text=TEXTS),
    lambda inner: st.builds(
        lambda name, attributes, children: Node(name, attributes, children),
        NAMES,
        st.dictionaries(NAMES, TEXTS, max_size=2),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@given(NODES)
def test_row_7_both_encodings_of_any_tree_say_the_same(node: Node) -> None:
    assert json.loads(write_json(node)) == from_xml(write_xml(node))
    assert read_xml(write_xml(node)) == node


@given(NODES)
def test_row_7_a_message_means_the_same_in_either_encoding(node: Node) -> None:
    body: dict[str, Any] = json.loads(write_json(node))
    assert write_json(read_json(write_json(node))) == write_json(read_xml(as_xml(body)))


@given(st.binary(max_size=60))
def test_row_8_any_bytes_are_a_message_or_unreadable(body: bytes) -> None:
    for read in (read_xml, read_json):
        try:
            assert isinstance(read(body), Node)
        except Unreadable:
            continue


def test_a_list_helper_of_these_tests_reads_all_three_shapes() -> None:
    assert [listed(""), listed(1), listed([1, 2])] == [[], [1], [1, 2]]
