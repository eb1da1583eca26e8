"""Whatever a caller sends gets an answer in the vendor's envelope: never a crash, never an unreadable one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.claimmd.simulator.test_claims import JSON_CLAIM
from tests.connectors.claimmd.simulator.world import KEY, SEED

from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Request
from chartline.connectors.claimmd.simulator import Simulator, create

SERVICES = (
    "upload uploadlist response modify notes archive appeal enroll payerlist "
    "eralist era835 eradata erapdf elig eligdata"
).split()
FIELDS = (
    "ResponseID ClaimID Page UploadDate ERAID eraid NewOnly CheckDate CheckAmount claimid NoteID ModID payer_name "
    "payerid enroll_type remote_claimid ClaimMD_ID Field pat_rel fdos ins_name_l ins_name_f "
    "prov_npi prov_taxid ins_number ins_dob"
).split()
VALUES = st.one_of(
    st.text(max_size=12), st.sampled_from(["0", "007", "²", "٣", "-1", "9" * 5000, "20260302", "18", "*"])
)


class StoppedClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 15, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")

    def real_seconds(self, seconds: float) -> float:
        return 0.0


def simulator(clock: StoppedClock | None = None) -> Simulator:
    return create(clock or StoppedClock(), Store(None), SEED)


def multipart(service: str, fields: dict[str, str], file: bytes | None, accept: str) -> Request:
    body = b"".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode() + b"\r\n"
        for name, value in fields.items()
    )
    if file is not None:
        body += b'--B\r\nContent-Disposition: form-data; name="File"; filename=f\r\n\r\n' + file + b"\r\n"
    headers = {"content-type": "multipart/form-data; boundary=B", "accept": accept}
    return Request("POST", f"/services/{service}/", headers, body + b"--B--")


def readable(body: bytes, accept: str) -> None:
    if accept == "application/json":
        json.loads(body)
    else:
        ElementTree.fromstring(body)


@given(
    st.sampled_from(SERVICES),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8),
    st.sampled_from(["application/json", "application/xml"]),
)
def test_any_field_values_get_a_readable_answer(service: str, fields: dict[str, str], accept: str) -> None:
    answer = simulator().handle(multipart(service, {"AccountKey": KEY, **fields}, None, accept))
    assert answer.status == 200
    readable(answer.body, accept)


@given(
    st.sampled_from(["upload", "elig"]),
    st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda tail: b"ISA*00*" + tail)),
)
def test_any_bytes_as_a_file_get_a_readable_answer(service: str, file: bytes) -> None:
    answer = simulator().handle(multipart(service, {"AccountKey": KEY}, file, "application/xml"))
    readable(answer.body, "application/xml")


@given(st.binary(max_size=120), st.sampled_from(["multipart/form-data; boundary=B", "multipart/form-data", "", "x/y"]))
def test_any_body_gets_a_readable_answer(body: bytes, content_type: str) -> None:
    answer = simulator().handle(Request("POST", "/services/upload", {"content-type": content_type}, body))
    readable(answer.body, "application/xml")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from(sorted(JSON_CLAIM)), JSON_VALUES, max_size=4),
    st.dictionaries(st.sampled_from(sorted(JSON_CLAIM["charge"][0])), JSON_VALUES, max_size=3),
)
def test_a_json_claim_is_answered_and_what_was_accepted_can_be_paid(
    changes: dict[str, object], charges: dict[str, object]
) -> None:
    clock = StoppedClock()
    world = simulator(clock)
    line = {**JSON_CLAIM["charge"][0], **charges}
    file = json.dumps({"claim": [{**JSON_CLAIM, "charge": [line], **changes}]}).encode()
    for accept in ("application/json", "application/xml"):
        readable(world.handle(multipart("upload", {"AccountKey": KEY}, file, accept)).body, accept)
    clock.at += timedelta(days=60)
    for service in ("era835", "eradata", "erapdf"):
        request = multipart(service, {"AccountKey": KEY, "eraid": "41001"}, None, "application/json")
        readable(world.handle(request).body, "application/json")
