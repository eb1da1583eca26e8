"""One function for each way in which CORE exchanges messages: a question in real time, a batch, a fetch.

Refuses to guess: a request that may have been taken, and whose answer is a gateway's, cannot be read, or holds a code
that proves nothing, is ``Unknown``. Every message has a PayloadID and a TimeStamp in UTC with seconds (trap 17).
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Final

from chartline.connect.wire import Call, Reply, Wire
from chartline.connectors.core import messages, problems
from chartline.connectors.core.options import Account
from chartline.connectors.core.wire import Message, Unreadable, checksum, read, write
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

PAUSE: Final = timedelta(seconds=60)
"""How long a 429 without a time is waited out."""


class Client:
    """One account's way to the other side."""

    def __init__(self, wire: Wire, account: Account) -> None:
        self._wire, self._account = wire, account

    def ask(self, operation: str, kind: str, content: bytes) -> Receipt[Sealed[bytes]] | Later | Refused:
        """A question in real time that changes nothing; its X12 answer."""
        outcome = self._real_time(operation, kind, new_id(), content, writes=False)
        return _unread(outcome, operation) if isinstance(outcome, Unknown) else outcome

    def request(self, operation: str, kind: str, payload_id: str, content: bytes) -> Outcome[Sealed[bytes]]:
        """A request in real time that the payer keeps; its X12 answer."""
        return self._real_time(operation, kind, payload_id, content, writes=True)

    def submit(self, operation: str, kind: str, payload_id: str, content: bytes) -> Outcome[None]:
        """A batch. Taken only when its PayloadID comes back; what became of it is fetched."""
        outcome = self._send(operation, kind, messages.BATCH, payload_id, content, writes=True)
        if not isinstance(outcome, Receipt):
            return outcome
        told = outcome.value
        return Receipt(None, outcome.exchange) if told.payload_id == payload_id else Unknown(outcome.exchange)

    def fetch(self, operation: str, kind: str, payload_id: str) -> Receipt[Message | None] | Later | Refused:
        """A file that waits; None when there is none. The PayloadID says about what, or after which file."""
        outcome = self._send(operation, kind, messages.BATCH, payload_id, b"", writes=False)
        if isinstance(outcome, Unknown):
            return _unread(outcome, operation)
        if not isinstance(outcome, Receipt):
            return outcome
        message = outcome.value
        if message.is_no_file:
            return Receipt(None, outcome.exchange)
        if not message.payload.reveal(Purpose.EXCHANGE).startswith(b"ISA"):
            return Refused(problems.UNREADABLE.problem(evidence=outcome.exchange, operation=operation))
        return Receipt(message, outcome.exchange)

    def _real_time(
        self, operation: str, kind: str, payload_id: str, content: bytes, *, writes: bool
    ) -> Outcome[Sealed[bytes]]:
        outcome = self._send(operation, kind, messages.REAL_TIME, payload_id, content, writes=writes)
        if not isinstance(outcome, Receipt):
            return outcome
        message = outcome.value
        if "_999_" in message.type or "_TA1_" in message.type:
            return Refused(problems.NOT_PROCESSED.problem(evidence=outcome.exchange, operation=operation))
        if not message.payload.reveal(Purpose.EXCHANGE).startswith(b"ISA"):
            return Unknown(outcome.exchange)
        return Receipt(message.payload, outcome.exchange)

    def _send(
        self, operation: str, kind: str, mode: str, payload_id: str, content: bytes, *, writes: bool
    ) -> Outcome[Message]:
        account = self._account
        real_time = mode == messages.REAL_TIME
        media, body = write(self._fields(kind, mode, payload_id, content), content)
        reply = self._wire.send(
            Call(
                operation=operation,
                method="POST",
                url=account.real_time_url if real_time else account.batch_url,
                tier=messages.TIER,
                writes=writes,
                content=Sealed(body),
                headers={"content-type": media, "accept": "multipart/form-data"},
                answer_within=messages.ANSWER_SECONDS if real_time else None,
            )
        )
        return self._sorted(reply, operation, kind, writes=writes) if isinstance(reply, Reply) else reply

    def _fields(self, kind: str, mode: str, payload_id: str, content: bytes) -> dict[str, str]:
        account = self._account
        fields = {
            "PayloadType": kind,
            "ProcessingMode": mode,
            "PayloadID": payload_id,
            "TimeStamp": f"{self._wire.clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "UserName": account.username.reveal(Purpose.AUTHENTICATE),
            "Password": account.password.reveal(Purpose.AUTHENTICATE),
            "SenderID": account.sender,
            "ReceiverID": account.receiver,
            "CORERuleVersion": messages.RULE,
        }
        if mode == messages.BATCH and content:
            fields |= {"PayloadLength": str(len(content)), "CheckSum": checksum(content)}
        return fields

    def _sorted(self, reply: Reply, operation: str, kind: str, *, writes: bool) -> Outcome[Message]:
        status, exchange = reply.status, reply.exchange
        if status == 429:
            return Later(self._wire.clock.now() + PAUSE, "the other side asks for a pause", exchange)
        try:
            message = read(reply.headers.get("content-type", ""), reply.body.reveal(Purpose.EXCHANGE))
        except Unreadable:
            return _no_envelope(status, exchange, operation, writes=writes)
        if message.error.lower() == problems.SUCCESS or message.is_no_file:
            return Receipt(message, exchange)
        if writes and not problems.proven(message.error):
            return Unknown(exchange)
        return Refused(problems.problem_of(message.error, operation, kind, exchange))


def _no_envelope(status: int, exchange: str, operation: str, *, writes: bool) -> Refused | Unknown:
    """An answer that is not of the rule, by its status: a gateway's page, a server's own error, half an answer."""
    told = {"operation": operation, "status": str(status)}
    if status in (401, 403):
        return Refused(problems.BAD_SIGN_IN.problem(evidence=exchange, error_code="", operation=operation))
    if status >= 500 or status == 408:
        return Unknown(exchange) if writes else Refused(problems.DOWN.problem(evidence=exchange, **told))
    if status >= 300:
        return Refused(problems.HTTP_REFUSED.problem(evidence=exchange, **told))
    return Unknown(exchange)


def _unread(outcome: Unknown, operation: str) -> Refused:
    """A read without an answer has changed nothing: it may be asked again."""
    return Refused(problems.UNREADABLE.problem(evidence=outcome.evidence, operation=operation))
