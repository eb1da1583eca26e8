"""Replies and rows as the vendor spells them (vendor sheet 2, 6, 9)."""

from __future__ import annotations

import pytest

from chartline.connectors.advancedmd.transactions import ChargeRow
from chartline.connectors.advancedmd.tree import Unreadable, read
from chartline.connectors.advancedmd.wire import (
    Paging,
    PatientRow,
    VisitRow,
    bare_id,
    message,
    prefixed_id,
    read_results,
)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (
            '{"PPMDResults": {"Results": {"@success": "0"}, "Error": {"Fault": {"detail": '
            '{"code": "-2147220479", "description": "Session has timed out"}}}}}',
            "1025",
            "Session has timed out",
        ),
        (
            '<PPMDResults><Results success="0"/><Error><Fault><faultcode>Client</faultcode>'
            "<faultstring>no</faultstring><detail><code>2048</code><description>Missing attribute</description>"
            "</detail></Fault></Error></PPMDResults>",
            "2048",
            "Missing attribute",
        ),
        ('{"PPMDResults": {"Results": {}, "Error": "Duplicate name/DOB"}}', "", "Duplicate name/DOB"),
        ('{"PPMDResults": {"Results": {}, "Error": {"@message": "no"}}}', "", "no"),
        ('<PPMDResults><Results/><Error Code="1024" Description="bad"/></PPMDResults>', "1024", "bad"),
    ],
)
def test_a_fault_is_seen_in_each_of_its_spellings_traps_2_and_11(body: str, code: str, words: str) -> None:
    found = read_results(body.encode()).fault
    assert found is not None
    assert (code, words) == (found.code, found.description)


@pytest.mark.parametrize("error", ['"Error": ""', '"Error": null', '"Error": {}', '"Error": {"Fault": ""}', '"x": ""'])
def test_an_empty_error_is_none_trap_11(error: str) -> None:
    results = read_results(f'{{"PPMDResults": {{"Results": {{"@success": "1"}}, {error}}}}}'.encode())
    assert results.fault is None
    assert results.success


def test_no_word_of_success_and_no_error_is_success() -> None:
    assert read_results(b"<PPMDResults><Results><visitlist/></Results><Error/></PPMDResults>").success
    assert not read_results(b'<PPMDResults><Results success="0"/></PPMDResults>').success


def test_a_page_of_html_is_no_reply() -> None:
    with pytest.raises(Unreadable):
        read_results(b"<html><head/><body>Service unavailable</body></html>")


def test_ids_lose_and_regain_their_letters() -> None:
    assert [bare_id(t) for t in ("pat900", "900", "ap_type5", "EXT-7", "")] == ["900", "900", "5", "EXT-7", ""]
    assert [prefixed_id("pat", t) for t in ("900", "pat900", "EXT-7")] == ["pat900", "pat900", "EXT-7"]


def test_the_street_is_in_address2_trap_20_and_the_sex_under_either_name() -> None:
    looked_up = PatientRow.of(
        read(
            b'{"patient": {"@id": "pat900", "@name": "DOE,JANE", "@gender": "F", "@dob": "01/15/1980", "address": '
            b'{"@zip": "84000", "@address1": "STE 2", "@address2": "1 EXAMPLE WAY"}, '
            b'"contactinfo": {"@cellphone": "(555) 555-0100"}}}'
        )
    )
    fed = PatientRow.of(read(b'<patient id="900" sex="F" zipcode="84000" address2="1 EXAMPLE WAY" updatestatus="c"/>'))
    assert (
        looked_up.id,
        looked_up.sex,
        looked_up.unit,
        looked_up.street,
        looked_up.postal_code,
    ) == ("900", "F", "STE 2", "1 EXAMPLE WAY", "84000")
    assert (looked_up.mobile_phone, looked_up.home_phone) == ("(555) 555-0100", "")
    assert (fed.id, fed.sex, fed.street, fed.postal_code, fed.change) == ("900", "F", "1 EXAMPLE WAY", "84000", "C")


@pytest.mark.parametrize(
    "body",
    [
        b'<visit id="vst8" start="x"><patientlist><patient id="900"/></patientlist></visit>',
        b'<visit id="8" start="x"><patient id="pat900"/></visit>',
        b'{"visit": {"@id": "8", "@start": "x", "patientlist": {"patient": [{"@id": "900"}]}}}',
        b'{"visit": {"@id": "8", "@start": "x", "@patientid": "900"}}',
    ],
)
def test_the_patient_of_a_visit_is_found_wherever_it_sits_trap_16(body: bytes) -> None:
    row = VisitRow.of(read(body))
    assert (row.id, row.patient, row.start) == ("8", "900", "x")


def test_a_void_charge_is_void_in_every_spelling_of_true_trap_9() -> None:
    assert [
        ChargeRow.of(read(f'<charge id="1" void="{text}"/>'.encode())).void for text in ("1", "-1", "yes", "0", "")
    ] == [True, True, True, False, False]


def test_counters_are_read_from_the_list_or_from_what_holds_it() -> None:
    here, around = read(b'<l itemcount="60" page="1" pagecount="2"/>'), read(b'<r pagenumber="3" pagecount="9"/>')
    assert (lambda p: (p.items, p.page, p.pages))(Paging.of(here, around)) == (60, 1, 2)
    assert (lambda p: (p.items, p.page, p.pages))(Paging.of(read(b"<l/>"), around)) == (-1, 3, 9)


def test_a_message_and_a_row_never_show_what_they_hold_trap_27() -> None:
    node = message("login", "login", "x", {"psw": "open-sesame"})
    row = PatientRow.of(read(b'<patient id="1" name="DOE,JANE"/>'))
    assert "sesame" not in repr(node) + str(node)
    assert "DOE" not in repr(row) + f"{row}"
