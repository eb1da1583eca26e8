"""The envelope as the gateway sees it: what is demanded of a request, which error code its lack has, what goes back.

Sheet of clearinghouses 5.2: field names, UTC with seconds (trap 17), length and check sum of batches.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chartline.connect.simulation.web import Answer
from chartline.connectors.core.simulator.mime import form
from chartline.kernel.sealed import Masked

USERNAME, PASSWORD, SENDER, RECEIVER, VERSION = "SIMUSER", "SIM-pass&word-4711", "SIMSENDER", "SIMPAYER", "2.2.0"
"""The one trading partner that the gateway knows."""

REAL_TIME = {
    "X12_270_Request_005010X279A1": "270",
    "X12_276_Request_005010X212": "276",
    "X12_278_Request_005010X217E1_2": "278",
}
BATCH = {
    "X12_837_Request_005010X222A1": "837",
    "X12_837_Request_005010X223A2": "837",
    "X12_837_Request_005010X224A2": "837",
    "X12_999_RetrievalRequest_005010X231A1": "999",
    "X12_005010_Request_Batch_Results_278": "278_results",
    "X12_005010_Request_Batch_Results_277CA": "277ca",
    "X12_005010_Request_Batch_Results_835": "835",
}
NO_ACKNOWLEDGEMENT = "X12_005010_Response_NoBatchAckFile"
NO_RESULTS = "X12_005010_Response_NoBatchResultsFile"

_NAMED = ("PayloadType", "ProcessingMode", "PayloadID", "TimeStamp", "UserName", "Password", "SenderID", "ReceiverID")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class Envelope(Masked):
    """A request whose envelope is in order. ``operation`` is what the rest of the gateway calls it."""

    operation: str
    kind: str
    mode: str
    payload_id: str
    payload: bytes


def opened(fields: Mapping[str, bytes], real_time: bool) -> Envelope | str:
    """The request, or the error code of the first thing that is wrong with it."""
    text = {name: value.decode("utf-8", "replace") for name, value in fields.items() if name != "Payload"}
    for name in _NAMED:
        if not text.get(name):
            return f"{name}Required"
    if text.get("CORERuleVersion") != VERSION:
        return "VersionMismatch"
    if (text["UserName"], text["Password"]) != (USERNAME, PASSWORD):
        return "UnAuthorized"
    if text["SenderID"] != SENDER:
        return "SenderIDIllegal"
    if text["ReceiverID"] != RECEIVER:
        return "ReceiverIDIllegal"
    operation = (REAL_TIME if real_time else BATCH).get(text["PayloadType"])
    if operation is None:
        return "PayloadTypeIllegal"
    if text["ProcessingMode"] != ("RealTime" if real_time else "Batch"):
        return "ProcessingModeIllegal"
    if not _UUID.fullmatch(text["PayloadID"]):
        return "PayloadIDIllegal"
    if not _STAMP.fullmatch(text["TimeStamp"]):
        return "TimeStampIllegal"
    payload = fields.get("Payload", b"")
    if operation in ("270", "276", "278", "837") and not payload:
        return "PayloadRequired"
    if operation == "837":
        if text.get("PayloadLength") != str(len(payload)):
            return "PayloadLengthIllegal"
        if text.get("CheckSum", "").lower() != hashlib.sha1(payload, usedforsecurity=False).hexdigest():
            return "ChecksumMismatched"
    return Envelope(operation, text["PayloadType"], text["ProcessingMode"], text["PayloadID"].lower(), payload)


def reply(
    kind: str, mode: str, payload_id: str, at: datetime, payload: bytes = b"", error: str = "Success", say: str = ""
) -> Answer:
    """What goes back: the same envelope with ErrorCode and ErrorMessage."""
    fields = {
        "PayloadType": kind,
        "ProcessingMode": mode,
        "PayloadID": payload_id,
        "TimeStamp": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "SenderID": RECEIVER,
        "ReceiverID": SENDER,
        "CORERuleVersion": VERSION,
        "ErrorCode": error,
        "ErrorMessage": say,
    }
    parts = {name: value.encode() for name, value in fields.items()} | {"Payload": payload}
    if mode == "Batch" and payload:
        parts["PayloadLength"] = str(len(payload)).encode()
        parts["CheckSum"] = hashlib.sha1(payload, usedforsecurity=False).hexdigest().encode()
    media, body = form(parts)
    return Answer(200, body, media)
