"""Sends one form to a Claim.MD service and sorts the answer into the four words.

Errors come with HTTP 200 (trap 3). Refuses to guess: an upload whose answer is a gateway's or cannot be read is
``Unknown``, and is looked up, for there is no idempotency key (trap 15).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chartline.connect.wire import Call, Reply, Wire
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.form import Fields, multipart, urlencoded
from chartline.connectors.claimmd.wire import Record, Unreadable, errors_of, read
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Masked, Purpose, Sealed

TIER: Final = "account"
"""Every service draws from the one budget of the account (trap 24)."""

PAUSE: Final = timedelta(seconds=60)
"""After a throttled call a whole minute is waited out: its budget is per minute (sheet 2)."""


JSON: Final = "application/json"
XML: Final = "application/xml"
_URLENCODED: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Masked):
    """What a service answered, read, and its bytes."""

    record: Record
    raw: Sealed[bytes]


class Services:
    """One account's way to the services."""

    def __init__(self, wire: Wire, key: Sealed[str], base_url: str, form: str) -> None:
        self._wire, self._key, self._base_url = wire, key, base_url
        self._accept = JSON if form == "json" else XML

    def ask(self, service: str, fields: Fields, accept: str = "") -> Receipt[Answer] | Later | Refused:
        """Read something: a urlencoded form. ``accept`` overrules the connection's own choice of JSON or XML."""
        return _read(self._send(service, _URLENCODED, self._form(fields), writes=False, accept=accept), service)

    def change(self, service: str, fields: Fields) -> Outcome[Answer]:
        """Change something by a urlencoded form."""
        return self._send(service, _URLENCODED, self._form(fields), writes=True)

    def upload(self, file_name: str, content: Sealed[bytes]) -> Outcome[Answer]:
        """Send a file of claims. The name must be fit for a form part."""
        media, body = self._file(file_name, content)
        return self._send("upload", media, body, writes=True)

    def inquire(self, service: str, file_name: str, content: Sealed[bytes]) -> Receipt[Answer] | Later | Refused:
        """Read something that is asked for by a file: it changes nothing, so it may be asked again."""
        media, body = self._file(file_name, content)
        return _read(self._send(service, media, body, writes=False), service)

    def _form(self, fields: Fields) -> Sealed[bytes]:
        return self._key.map(lambda key: urlencoded({"AccountKey": key, **fields}))

    def _file(self, file_name: str, content: Sealed[bytes]) -> tuple[str, Sealed[bytes]]:
        key = self._key.reveal(Purpose.AUTHENTICATE)
        media, body = multipart({"AccountKey": key}, file_name, content.reveal(Purpose.EXCHANGE))
        return media, Sealed(body)

    def _send(
        self, service: str, media: str, content: Sealed[bytes], *, writes: bool, accept: str = ""
    ) -> Outcome[Answer]:
        reply = self._wire.send(
            Call(
                operation=service,
                method="POST",
                url=f"{self._base_url}{service}/",
                tier=TIER,
                writes=writes,
                content=content,
                headers={"content-type": media, "accept": accept or self._accept},
            )
        )
        return self._sorted(reply, service, writes=writes) if isinstance(reply, Reply) else reply

    def _sorted(self, reply: Reply, service: str, *, writes: bool) -> Outcome[Answer]:
        status, exchange = reply.status, reply.exchange
        if status == 429:
            return self._pause(exchange)
        if status >= 500 or status == 408:
            down = problems.DOWN.problem(evidence=exchange, service=service, status=str(status))
            return Unknown(exchange) if writes else Refused(down)
        try:
            record = read(reply.body.reveal(Purpose.EXCHANGE))
        except Unreadable:
            if status in (401, 403):
                return Refused(problems.BAD_KEY.problem(evidence=exchange, service=service, error_code=""))
            if status >= 400:
                refused = problems.HTTP_REFUSED.problem(evidence=exchange, service=service, status=str(status))
                return Refused(refused)
            return Unknown(exchange)
        errors = errors_of(record)
        if any(problems.is_throttled(error) for error in errors):
            return self._pause(exchange)
        if errors:
            return Refused(problems.error_problem(errors[0], service, exchange))
        if status >= 300:
            return Refused(problems.HTTP_REFUSED.problem(evidence=exchange, service=service, status=str(status)))
        return Receipt(Answer(record, reply.body), exchange)

    def _pause(self, exchange: str) -> Later:
        return Later(self._wire.clock.now() + PAUSE, "Claim.MD asks for a pause", exchange)


def _read(outcome: Outcome[Answer], service: str) -> Receipt[Answer] | Later | Refused:
    """A read without an answer has changed nothing: it may be asked again."""
    if isinstance(outcome, Unknown):
        return Refused(problems.UNREADABLE.problem(evidence=outcome.evidence, service=service))
    return outcome
