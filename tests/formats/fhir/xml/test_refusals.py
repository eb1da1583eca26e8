"""What is not FHIR R4 in XML is refused with its place, and nothing from outside is ever fetched or expanded."""

from __future__ import annotations

import pytest

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.xml import read_xml, write_xml
from chartline.kernel.errors import ChartlineError

NARRATIVE = '<Basic xmlns="http://hl7.org/fhir"><text><status value="generated"/>{}</text></Basic>'


def refusal(data: bytes | str) -> tuple[str, dict[str, str]]:
    with pytest.raises(ChartlineError) as caught:
        read_xml(data.encode() if isinstance(data, str) else data)
    return caught.value.problem.code, caught.value.problem.fields


def patient(inner: str) -> str:
    return f'<Patient xmlns="http://hl7.org/fhir">\n{inner}</Patient>'


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE Patient><Patient xmlns="http://hl7.org/fhir"/>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Patient xmlns="http://hl7.org/fhir">&b;</Patient>',
        '<!DOCTYPE x SYSTEM "file:///etc/hostname"><Patient xmlns="http://hl7.org/fhir"/>',
    ],
)
def test_document_types_are_refused_before_anything_is_expanded(document: str) -> None:
    assert refusal(document) == ("fhir.not_xml", {"reason": "document types are not read", "line": "1"})


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "no element found"),
        (b"{}", "not well-formed (invalid token)"),
        (b"<Patient", "unclosed token"),
        (b"<a></b>", "mismatched tag"),
        (b"<a>&nbsp;</a>", "undefined entity"),
        (b"\xff\xfe<\x00a\x00/\x00>\x00", "not UTF-8"),
        (b"<a>" * 200 + b"</a>" * 200, "too deep"),
    ],
)
def test_what_is_not_xml_is_said_so(document: bytes, reason: str) -> None:
    code, fields = refusal(document)
    assert (code, fields["reason"]) == ("fhir.not_xml", reason)


@pytest.mark.parametrize(
    ("inner", "fault"),
    [
        ('<colour value="red"/>', "Patient.colour (line 2): is not an element of this type"),
        ('<active value="yes"/>', "Patient.active (line 2): is not a valid boolean"),
        ('<active value="true"/><active value="true"/>', "Patient.active (line 2): may be given once only"),
        ("<active/>", "Patient.active (line 2): has neither a value nor an extension"),
        ('<birthDate value=""/>', "Patient.birthDate.value (line 2): is empty"),
        ("<name></name>", "Patient.name[0] (line 2): is empty"),
        ("<name>Isolde</name>", "Patient.name[0] (line 2): holds text"),
        ('<name use="usual"><family value="Q"/></name>', "Patient.name[0].use (line 2): is not an attribute"),
        ('<multipleBirthInteger value="02"/>', "Patient.multipleBirthInteger (line 2): is not a valid integer"),
        ('<active xmlns="urn:other" value="true"/>', "Patient.active (line 2): is not in the right namespace"),
        ("<contained><Nurse/></contained>", "Patient.contained[0] (line 2): is not a resource of FHIR R4"),
        ("<contained/>", "Patient.contained[0] (line 2): must hold one resource"),
    ],
)
def test_what_is_not_fhir_is_named_with_its_line(inner: str, fault: str) -> None:
    code, fields = refusal(patient(inner))
    assert code == "fhir.bad_xml"
    assert fault in fields["faults"]


def test_every_fault_is_counted_and_no_value_is_shown() -> None:
    _, fields = refusal(patient('<active value="Quillfeather"/><born value="1984"/><name><given/></name>'))
    assert fields["count"] == "3"
    assert "Quillfeather" not in fields["faults"]


@pytest.mark.parametrize("document", ['<Nurse xmlns="http://hl7.org/fhir"/>', "<Patient/>"])
def test_a_root_that_is_no_resource_is_refused(document: str) -> None:
    assert refusal(document)[1]["faults"] == "resource (line 1): is not a resource of FHIR R4"


def test_comments_instructions_and_schema_places_are_dropped() -> None:
    read = read_xml(
        b'<?xml version="1.0"?><?style x?><!-- a --><Patient xmlns="http://hl7.org/fhir" '
        b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><!-- b --><id value="a"/>'
        b"</Patient>"
    )
    assert read == {"resourceType": "Patient", "id": "a"}


def test_prefixes_of_namespaces_do_not_matter() -> None:
    document = (
        '<f:Basic xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"><f:text>'
        '<f:status value="empty"/><h:div class="a"><h:p>x &lt; y</h:p></h:div></f:text></f:Basic>'
    )
    div = '<div xmlns="http://www.w3.org/1999/xhtml" class="a"><p>x &lt; y</p></div>'
    assert read_xml(document.encode()) == {"resourceType": "Basic", "text": {"status": "empty", "div": div}}


@pytest.mark.parametrize(
    ("div", "code"),
    [
        ('<div xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></div>', "fhir.not_xml"),
        ('<div xmlns="http://www.w3.org/1999/xhtml" xmlns:q="urn:q"><p q:a="1"/></div>', "fhir.not_xml"),
        ("<div>no namespace</div>", "fhir.bad_xml"),
    ],
)
def test_narrative_holds_xhtml_only(div: str, code: str) -> None:
    assert refusal(NARRATIVE.format(div))[0] == code


@pytest.mark.parametrize(
    ("div", "end"),
    [("/>", "/>"), (' title="a>b"/>', ' title="a>b"/>'), ("><br/></div >", "><br/></div >")],
)
def test_narrative_is_cut_out_as_it_stands(div: str, end: str) -> None:
    start = '<div xmlns="http://www.w3.org/1999/xhtml"'
    read = read_xml(NARRATIVE.format(start + div).encode())
    assert read["text"] == {"status": "generated", "div": start + end}


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Nurse"},
        {"resourceType": "Patient", "colour": "red"},
        {"resourceType": "Patient", "gender": "\x00"},
        {"resourceType": "Patient", "gender": "\ufffe"},
        {"resourceType": "Patient", "name": ["Isolde"]},
        {"resourceType": "Patient", "_active": {"colour": "red"}},
        {"resourceType": "Basic", "text": {"div": "<div>open"}},
        {"resourceType": "Basic", "text": {"div": "<p xmlns='http://www.w3.org/1999/xhtml'/>"}},
        {"resourceType": "Basic", "text": {"div": "<?xml version='1.0'?><div/>"}},
        {"resourceType": "Basic", "text": {"div": "<!DOCTYPE div [<!ENTITY a 'b'>]><div>&a;</div>"}},
    ],
)
def test_what_xml_cannot_say_is_not_written(resource: JsonObject) -> None:
    with pytest.raises(ChartlineError) as caught:
        write_xml(resource)
    assert caught.value.problem.code == "fhir.no_xml_form"
