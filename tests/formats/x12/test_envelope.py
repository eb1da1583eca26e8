from __future__ import annotations

import msgspec
import pytest

from chartline.formats.x12.envelope import read_interchanges
from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p, read_837p
from chartline.formats.x12.remittance import Remittance, read_835, write_835, write_835_batch
from chartline.kernel.errors import ChartlineError


def test_an_interchange_is_written_as_agreed(remittance: Remittance, envelope: Envelope) -> None:
    text = write_835(remittance, envelope).decode()
    isa = "ISA*00*          *00*          *ZZ*CHARTLINE      *ZZ*CLEARING       *260106*1405*^*00501*000000042*0*T*:~"
    assert text.startswith(isa + "GS*HP*CHARTLINE*CLEARING*20260106*1405*1*X*005010X221A1~ST*835*0001~BPR*")
    assert text.endswith("~GE*1*1~IEA*1*000000042~")


def test_the_tree_knows_who_sent_what_to_whom(remittance: Remittance, envelope: Envelope) -> None:
    (interchange,) = read_interchanges(write_835_batch([remittance, remittance], envelope))
    (group,) = interchange.groups
    assert (
        interchange.sender,
        interchange.receiver,
        interchange.control,
        interchange.usage,
    ) == ("CHARTLINE", "CLEARING", "000000042", "T")
    assert (group.functional, group.guide, group.control) == ("HP", "005010X221A1", "1")
    assert [t.control for t in group.transactions] == ["0001", "0002"]


def test_what_we_write_has_no_findings(remittance: Remittance, claim: ProfessionalClaim, envelope: Envelope) -> None:
    assert check_envelope(write_835_batch([remittance, remittance], envelope)) == []
    assert check_envelope(build_837p([claim], envelope)) == []


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"~IEA*1*000000042~", b"~IEA*2*000000042~", "x12.iea01"),
        (b"~IEA*1*000000042~", b"~IEA*1*000000041~", "x12.iea02"),
        (b"~GE*2*1~", b"~GE*3*1~", "x12.ge01"),
        (b"~GE*2*1~", b"~GE*2*7~", "x12.ge02"),
        (b"~SE*24*0002~", b"~SE*25*0002~", "x12.se01"),
        (b"~SE*24*0002~", b"~SE*2I*0002~", "x12.se01"),
        (b"~SE*24*0002~", b"~SE*24*0009~", "x12.se02"),
        (b"~ST*835*0002~", b"~ST*835*0002*005010X999~", "x12.st03"),
    ],
)
def test_bad_counts_and_control_numbers_are_reported_and_the_content_still_read(
    before: bytes, after: bytes, code: str, remittance: Remittance, envelope: Envelope
) -> None:
    good = write_835_batch([remittance, remittance], envelope)
    bad = good.replace(before, after)
    findings = check_envelope(bad)
    assert [code] == [f.code for f in findings]
    assert all(f.place and f.say and f.do for f in findings)
    assert [remittance, remittance] == read_835(bad)


def test_a_transaction_number_used_twice_is_reported(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835_batch([remittance, remittance], envelope).replace(b"*0002~", b"*0001~")
    assert [f.code for f in check_envelope(data)] == ["x12.st02"]


def test_a_group_without_transactions_is_reported(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope)
    empty = data[: data.index(b"ST*")] + data[data.index(b"GE*") :].replace(b"GE*1", b"GE*0")
    assert [f.code for f in check_envelope(empty)] == ["x12.empty_group"]
    with pytest.raises(ChartlineError) as caught:
        read_835(empty)
    assert caught.value.problem.code == "x12.no_transaction"


@pytest.mark.parametrize(("missing", "said"), [(b"SE*", "SE"), (b"GE*", "GE"), (b"IEA*", "")])
def test_a_missing_trailer_means_a_truncated_file(
    missing: bytes, said: str, remittance: Remittance, envelope: Envelope
) -> None:
    data = write_835(remittance, envelope)
    start = data.index(b"~" + missing) + 1
    with pytest.raises(ChartlineError) as caught:
        read_interchanges(data[:start] + data[data.index(b"~", start) + 1 :])
    assert caught.value.problem.code == "x12.truncated"
    assert said == caught.value.problem.fields.get("missing", "")


def test_an_acknowledgement_before_the_groups_is_kept(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope).replace(b"GS*", b"TA1*000000007*260105*1200*A*000~GS*", 1)
    (interchange,) = read_interchanges(data)
    assert [notice.at(1) for notice in interchange.notices] == ["000000007"]
    assert [remittance] == read_835(data)


def test_a_segment_outside_a_transaction_is_refused(remittance: Remittance, envelope: Envelope) -> None:
    data = write_835(remittance, envelope).replace(b"ST*835", b"REF*ZZ*1~ST*835", 1)
    with pytest.raises(ChartlineError) as caught:
        read_interchanges(data)
    assert caught.value.problem.code == "x12.misplaced"


def test_the_same_input_gives_the_same_bytes(claim: ProfessionalClaim, envelope: Envelope) -> None:
    assert build_837p([claim], envelope) == build_837p([claim], envelope)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"control": 0}, "x12.bad_control_number"),
        ({"control": 1_000_000_000}, "x12.bad_control_number"),
        ({"sender": "A SENDER ID TOO LONG"}, "x12.too_long"),
        ({"receiver": "STAR*"}, "x12.bad_text"),
        ({"receiver": ""}, "x12.missing"),
    ],
)
def test_an_envelope_that_does_not_fit_is_refused(
    change: dict[str, object], code: str, remittance: Remittance, envelope: Envelope
) -> None:
    with pytest.raises(ChartlineError) as caught:
        write_835(remittance, msgspec.structs.replace(envelope, **change))
    assert code == caught.value.problem.code


def test_production_is_said_in_the_envelope(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim], msgspec.structs.replace(envelope, usage=Usage.PRODUCTION))
    assert read_interchanges(data)[0].usage == "P"
    assert [claim] == read_837p(data)
