"""Sends one call to AdvancedMD's REST surfaces and sorts the reply into the four words (vendor sheet 1.3, 4.1, 9.10).

The session is the one of the broker, as a bearer. A dead one shows as 401 or 403: one new login, one resend. Here 404
is a record that is not there, not a cluster that moved: the broker's next call finds that out. A conflict comes as 409
with the code of a fault. Refuses to guess: a write whose answer cannot be read is ``Unknown``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import quote, urlencode

import msgspec

from chartline.connect.wire import Call, Reply, Wire
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.about import tier_of
from chartline.connectors.advancedmd.auth import Authenticator, Session
from chartline.connectors.advancedmd.broker import DEAD, PAUSE, Dead, in_session, too_large
from chartline.connectors.advancedmd.permits import Permits
from chartline.connectors.advancedmd.record import Record, read_records
from chartline.connectors.advancedmd.tree import Unreadable
from chartline.kernel.errors import Problem
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

Method = Literal["GET", "POST", "PUT"]
Records = tuple[Record, ...]

_JSON: Final = msgspec.json.Encoder(decimal_format="number")
"""Amounts go as numbers with two places, never through a float."""
_CODE: Final = re.compile(r"\b(41\d\d)\b")


class Rest:
    """One office's way to the REST surfaces. ``appname`` goes along on the clinical one."""

    def __init__(self, wire: Wire, authenticator: Authenticator, permits: Permits, appname: str) -> None:
        self._wire, self._authenticator, self._permits, self._appname = wire, authenticator, permits, appname

    def read(
        self,
        operation: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, object] | None = None,
        clinical: bool = False,
    ) -> Receipt[Records] | Later | Refused:
        """Ask something; with a ``body`` the question is posted, and changes nothing all the same."""
        outcome = self._exchange(operation, "POST" if body else "GET", path, query, body, False, clinical)
        if isinstance(outcome, Unknown):
            return Refused(problems.UNREADABLE.problem(evidence=outcome.evidence, action=operation))
        return outcome

    def write(self, operation: str, method: Method, path: str, body: Mapping[str, object]) -> Outcome[Records]:
        """Change something."""
        return self._permits.refusal(operation) or self._exchange(operation, method, path, None, body, True, False)

    def _exchange(
        self,
        operation: str,
        method: Method,
        path: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, object] | None,
        writes: bool,
        clinical: bool,
    ) -> Outcome[Records]:
        content = Sealed(_JSON.encode(body) if body is not None else b"")
        refused = too_large(content, operation)
        if refused is not None:
            return refused

        forbidden = False

        def once(session: Session) -> Outcome[Records] | Dead:
            nonlocal forbidden
            base = session.notes_url if clinical else session.rest_url
            reply = self._wire.send(
                Call(
                    operation=operation,
                    method=method,
                    url=f"{base}/{quote(path)}" + (f"?{urlencode(query)}" if query else ""),
                    tier=tier_of(operation),
                    writes=writes,
                    content=content,
                    headers={
                        "accept": "application/json",
                        "authorization": session.bearer,
                        **({"content-type": "application/json"} if body is not None else {}),
                        **({"appname": self._appname} if clinical else {}),
                    },
                )
            )
            forbidden = isinstance(reply, Reply) and reply.status == 403
            return self._sorted(reply, operation, writes) if isinstance(reply, Reply) else reply

        outcome = in_session(self._authenticator, operation, once)
        refused = isinstance(outcome, Refused) and outcome.problem.code == problems.SESSION_REFUSED.code
        if refused and forbidden:
            # A session that was opened a moment ago is not dead: the user may not do this, and no login mends it.
            return Refused(problems.PRIVILEGE_MISSING.problem(action=operation))
        return outcome

    def _sorted(self, reply: Reply, operation: str, writes: bool) -> Outcome[Records] | Dead:
        exchange, status = reply.exchange, reply.status
        if status in (401, 403):
            return DEAD
        if status == 429:
            return Later(self._wire.clock.now() + PAUSE, "AdvancedMD asks for a pause", exchange)
        if status == 404:
            return Refused(problems.NOT_FOUND.problem(evidence=exchange, action=operation))
        if status == 409:
            return Refused(_conflict(reply.body, operation, exchange))
        if status >= 500:
            down = problems.DOWN.problem(evidence=exchange, action=operation, status=str(status))
            return Unknown(exchange) if writes else Refused(down)
        if not 200 <= status < 300:
            return Refused(problems.BAD_REQUEST.problem(evidence=exchange, action=operation, status=str(status)))
        try:
            records = read_records(reply.body.reveal(Purpose.EXCHANGE))
        except Unreadable:
            return Unknown(exchange)
        # An empty answer to a write proves neither way, unless it says that it is meant to be empty.
        return Receipt(records, exchange) if records or status == 204 or not writes else Unknown(exchange)


def _conflict(body: Sealed[bytes], operation: str, exchange: str | None) -> Problem:
    """4101 or 4186, from the answer's ``code`` or from its words (sheet 9.10)."""
    content = body.reveal(Purpose.EXCHANGE)
    try:
        row = next(iter(read_records(content)), Record())
    except Unreadable:
        row = Record()
    words = row.text("message", "detail", "title") or content.decode("utf-8", "replace")
    found = _CODE.search(words)
    code = row.text("code", "errorcode") or (found.group(1) if found else "")
    kind = problems.kind_of(code, words)
    if kind is problems.FAULT:
        kind = problems.SLOT_TAKEN if operation.startswith("scheduler.") else problems.FAULT
    return kind.problem(evidence=exchange, fault=problems.short_code(code), action=operation)
