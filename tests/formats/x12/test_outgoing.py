"""No builder writes what our own check rejects, unless it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.formats.x12 import inquiry_examples as examples
from tests.formats.x12.inquiry_strategies import ENVELOPE
from tests.formats.x12.remittance.everything import everything

from chartline.formats.x12.acknowledgement import (
    GroupAnswer,
    InterchangeAnswer,
    build_277ca,
    build_997,
    build_999,
    build_ta1,
    read_277ca,
)
from chartline.formats.x12.authorization import build_278_answer, build_278_request
from chartline.formats.x12.check import check
from chartline.formats.x12.claim_status import build_276, build_277
from chartline.formats.x12.dental_claim import build_837d, build_837d_files, read_837d
from chartline.formats.x12.eligibility import build_270, build_271
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.institutional_claim import build_837i, build_837i_files, read_837i
from chartline.formats.x12.outgoing import checked
from chartline.formats.x12.professional_claim import build_837p, build_837p_files, read_837p
from chartline.formats.x12.remittance import write_835, write_835_batch
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

CORPUS = Path(__file__).parent / "corpus"
replace = msgspec.structs.replace

Build = Callable[..., bytes]


def good(folder: str, read: Callable[[bytes], Sequence[Any]]) -> Any:
    """The first value of the first file of the corpus in which a check finds nothing."""
    path = next(path for path in sorted((CORPUS / folder).glob("*.expected")) if not path.read_text().strip())
    return read(path.with_suffix(".x12").read_bytes())[0]


def files(build: Callable[..., Any]) -> Build:
    """The only file that the builder of many gives."""

    def only(claims: Sequence[Any], envelope: Envelope, **told: bool) -> bytes:
        (data,) = build(iter(claims), envelope, **told)
        return data

    return only


def one(remittances: Sequence[Any], envelope: Envelope, **told: bool) -> bytes:
    (remittance,) = remittances
    return write_835(remittance, envelope, **told)


GROUP = GroupAnswer(functional="HC", control="1", outcome="A", declared=1, received=1, accepted=1)
NOTICE = InterchangeAnswer(control="000000007", date="260106", time="1405", outcome="A")
DOCTOR, HOSPITAL, DENTIST = good("837p", read_837p), good("837i", read_837i), good("837d", read_837d)
ANSWER = good("277ca", read_277ca)
STRANGER = {"payer": replace(examples.PAYER, id_kind="ZZ")}

CASES: dict[str, tuple[Build, Any, dict[str, object], str]] = {
    "837P": (build_837p, DOCTOR, {"release": "Z"}, "CLM09@"),
    "837P files": (files(build_837p_files), DOCTOR, {"release": "Z"}, "CLM09@"),
    "837I": (build_837i, HOSPITAL, {"release": "Z"}, "CLM09@"),
    "837I files": (files(build_837i_files), HOSPITAL, {"release": "Z"}, "CLM09@"),
    "837D": (build_837d, DENTIST, {"release": "Z"}, "CLM09@"),
    "837D files": (files(build_837d_files), DENTIST, {"release": "Z"}, "CLM09@"),
    "270": (build_270, examples.ELIGIBILITY_REQUEST, {"kind": "ZZ"}, "BHT06@4"),
    "271": (build_271, examples.ELIGIBILITY_ANSWER, {"purpose": "ZZ"}, "BHT02@4"),
    "276": (build_276, examples.STATUS_REQUEST, STRANGER, "NM108@"),
    "277": (build_277, examples.STATUS_ANSWER, STRANGER, "NM108@"),
    "278 request": (build_278_request, examples.AUTHORIZATION_REQUEST, {"purpose": "ZZ"}, "BHT02@4"),
    "278 answer": (build_278_answer, examples.AUTHORIZATION_ANSWER, {"kind": "ZZ"}, "BHT06@4"),
    "835": (one, everything(), {"handling": "Z"}, "BPR01@4"),
    "835 batch": (write_835_batch, everything(), {"handling": "Z"}, "BPR01@4"),
    "999": (build_999, replace(GROUP, guide="005010X222A1"), {"outcome": "Z"}, "AK901@"),
    "997": (build_997, GROUP, {"outcome": "Z"}, "AK901@"),
    "TA1": (build_ta1, NOTICE, {"note": "999"}, "TA105@2"),
    "277CA": (build_277ca, ANSWER, {"trace": "T", "source": replace(ANSWER.source, role="ZZ")}, "NM101@6"),
}


@pytest.mark.parametrize(("build", "value", "change", "place"), CASES.values(), ids=CASES)
def test_a_builder_refuses_what_the_check_rejects(
    build: Build, value: Any, change: dict[str, object], place: str
) -> None:
    assert not check(build([value], ENVELOPE)).has_errors
    wrong = replace(value, **change)
    with pytest.raises(ChartlineError) as caught:
        build([wrong], ENVELOPE)
    problem, fields = caught.value.problem, caught.value.problem.fields
    assert problem.code == "x12.rejected"
    assert set(fields) == {"finding", "place", "errors"}
    assert fields["place"].startswith(place)
    # Told so, it writes exactly what it refused.
    written = build([wrong], ENVELOPE, unchecked=True)
    errors = [found for found in check(written).problems if found.is_error]
    assert (fields["finding"], fields["place"], fields["errors"]) == (
        errors[0].code,
        errors[0].place.short,
        str(len(errors)),
    )


def test_the_refusal_shows_no_value() -> None:
    wrong = replace(DOCTOR, subscriber=replace(DOCTOR.subscriber, member_id="MEMBERNUMBER" * 20))
    with pytest.raises(ChartlineError) as caught:
        build_837p([wrong], ENVELOPE)
    assert "MEMBERNUMBER" not in repr(caught.value.problem)


def test_a_warning_is_no_reason_to_refuse() -> None:
    alone = replace(everything(), payee_tax_id="")
    data = write_835(alone, ENVELOPE)
    assert [found.code for found in check(data).problems if not found.is_error] == ["x12.835.payee_tax_id"]


def test_warnings_before_it_do_not_hide_an_error() -> None:
    many = b"REF*PQ*P77*~" * 10_001
    # The number of segments is now wrong, at the very end.
    data = write_835(everything(), ENVELOPE).replace(b"REF*PQ*P77~", many)
    with pytest.raises(ChartlineError) as caught:
        checked(data)
    assert (caught.value.problem.fields["place"][:5], caught.value.problem.fields["errors"]) == ("SE01@", "1")


def test_an_unbalanced_remittance_is_written_without_a_check() -> None:
    wrong = replace(everything(), amount=Money(1), handling="Z")
    assert check(write_835(wrong, ENVELOPE, unbalanced=True)).has_errors
