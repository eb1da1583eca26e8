"""Every service in every shape of JSON that the vendor may use, and in XML: the same facts (sheet 3.2, row 6)."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import msgspec
import pytest
from tests.connectors.claimmd.direct import Meeting, sent
from tests.connectors.claimmd.test_against_simulator import QUESTION

from chartline.connect.clearing import Contact, Enrollment
from chartline.connect.facts import Page
from chartline.connectors.claimmd.simulator.seed import Options, Shapes
from chartline.kernel.outcome import Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

SWITCHES = {
    "wrapper": ("none", "object", "array"),
    "singles": ("array", "object"),
    "numbers": ("quoted", "plain"),
    "empties": ("text", "object", "absent"),
}
ERRORS = ("object", "array")
COMBINATIONS = [
    dict(zip(SWITCHES, each, strict=True)) | {"errors": ERRORS[place % 2]}
    for place, each in enumerate(itertools.product(*SWITCHES.values()))
]
"""All of the four; errors have two shapes of their own, which take turns."""


def told(outcome: object) -> object:
    """What an outcome says, without the ids of exchanges and of links, which are new each time."""
    if isinstance(outcome, Refused):
        return outcome.problem.code
    assert isinstance(outcome, Receipt), outcome
    return opened(outcome.value)


def opened(value: object) -> object:
    """A fact in plain values."""
    match value:
        case Sealed():
            content = value.reveal(Purpose.MATCH)
            if isinstance(content, str) and "/person/" in content:
                return content.rpartition("/")[0]
            return opened(content)
        case Page():
            return [opened(row) for row in value.rows], value.cursor, value.more
        case tuple() | list():
            return [opened(each) for each in value]
        case dict():
            return {name: opened(each) for name, each in value.items()}
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is None:
        return value
    return {name: opened(getattr(value, name)) for name in fields if name not in ("raw", "vendor_id")}


def everything(shapes: dict[str, Any], **options: str) -> dict[str, object]:
    """All that the connector can ask, in a world of its own."""
    meeting = Meeting()
    meeting.options(Options(limit=10_000, shapes=msgspec.convert(shapes, Shapes)))
    connector = meeting.connector(**options)
    found: dict[str, object] = {}
    (report,) = sent(connector, "PCN-1")
    found["upload"] = opened(report)
    number = report.vendor_id
    meeting.control("notes", claimid=number, note="Called the payer", username="ana")
    meeting.control("edits", claimid=number, field="ins_number", old_value="W0", new_value="W1")
    meeting.pass_by(days=20)
    listed = connector.remittances("")
    assert isinstance(listed, Receipt)
    (notice,) = listed.value.rows
    found |= {
        "uploadlist": told(connector.uploads_on(date(2026, 3, 2))),
        "response": told(connector.claim_reports("")),
        "response of one": told(connector.reports_on(number)),
        "notes": told(connector.claim_notes("")),
        "no notes": told(connector.claim_notes("20001")),
        "modify": told(connector.claim_edits("")),
        "eralist": told(listed),
        "era835": told(connector.remittance(notice.vendor_id)),
        "eradata": told(connector.remittance_outline(notice.vendor_id)),
        "erapdf": told(connector.remittance_page(notice.vendor_id)),
        "payerlist": told(connector.payers()),
        "eligdata": told(connector.check_coverage(QUESTION)),
        "elig": told(meeting.connector(eligibility_by="x12", **options).check_coverage(QUESTION)),
        "enroll": told(connector.enroll(Enrollment("0SIM7", "remittance", "999999999", "1999999984"))),
        "enroll unneeded": told(connector.enroll(Enrollment("00123", "remittance", "999999999", "1999999984"))),
        "appeal": told(connector.appeal_form(number, "", Contact())),
        "archive": told(connector.archive_claims((number, "404"))),
        "an error": told(connector.remittance("404")),
    }
    return found


PLAIN = everything(COMBINATIONS[0])


def test_the_plain_shape_says_what_was_done() -> None:
    assert PLAIN["archive"] is not None
    assert PLAIN["enroll unneeded"] is None
    assert PLAIN["an error"] == "claimmd.error"
    assert all(PLAIN[name] for name in PLAIN if name not in ("enroll unneeded",))


@pytest.mark.parametrize("wrapper", SWITCHES["wrapper"])
@pytest.mark.parametrize("singles", SWITCHES["singles"])
def test_every_shape_of_every_service_reads_the_same_traps_5_and_6(wrapper: str, singles: str) -> None:
    for shapes in COMBINATIONS:
        if (shapes["wrapper"], shapes["singles"]) == (wrapper, singles):
            assert everything(shapes) == PLAIN, shapes


def test_xml_says_the_same_as_json() -> None:
    assert everything(COMBINATIONS[0], format="xml") == PLAIN
