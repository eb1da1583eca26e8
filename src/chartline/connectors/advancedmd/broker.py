"""Sends one message to AdvancedMD's XML-RPC broker and sorts the reply into the four words.

A dead session shows in three ways (fault 1025, HTTP 401, HTTP 403; sheet 3.1): one new login, one resend, no more.
That is safe for writes too, because a dead session is refused before anything is done. Refuses to guess: a write
whose answer cannot be read, or holds nothing, is ``Unknown``. Refuses messages larger than the vendor may take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, TypeVar

from chartline.connect.wire import Call, Reply, Wire
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.about import MOST_BYTES, tier_of
from chartline.connectors.advancedmd.auth import Authenticator, Session
from chartline.connectors.advancedmd.encoding import Encoding
from chartline.connectors.advancedmd.permits import Permits
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.tree import Node, Unreadable
from chartline.connectors.advancedmd.wire import Results, message, read_results
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

T = TypeVar("T")

PAUSE: Final = timedelta(seconds=60)
"""After a 429 without a header the window of a minute is waited out (sheet 5)."""


class Dead:
    """The reply says that the session has ended."""


DEAD: Final = Dead()


def in_session(
    authenticator: Authenticator, operation: str, once: Callable[[Session], Outcome[T] | Dead]
) -> Outcome[T]:
    """Do something in a session, and once more in a new one when the first was dead; no third time."""
    session = authenticator.session()
    if not isinstance(session, Session):
        return session
    outcome = once(session)
    if not isinstance(outcome, Dead):
        return outcome
    session = authenticator.renew(session)
    if not isinstance(session, Session):
        return session
    outcome = once(session)
    if not isinstance(outcome, Dead):
        return outcome
    return Refused(problems.SESSION_REFUSED.problem(action=operation))


def too_large(content: Sealed[bytes], operation: str) -> Refused | None:
    """Why a message is not sent for its size, or None (fault 2053 would be the answer; sheet 4)."""
    size = len(content.reveal(Purpose.EXCHANGE))
    if size <= MOST_BYTES:
        return None
    return Refused(problems.TOO_LARGE.problem(action=operation, bytes=str(size), most=str(MOST_BYTES)))


class Broker:
    """One office's way to the broker."""

    def __init__(
        self, wire: Wire, authenticator: Authenticator, office: OfficeTime, encoding: Encoding, permits: Permits
    ) -> None:
        self._wire, self._authenticator, self._office = wire, authenticator, office
        self._encoding, self._permits = encoding, permits

    def read(
        self, action: str, kind: str, attributes: Mapping[str, str], *children: Node
    ) -> Receipt[Results] | Later | Refused:
        """Ask something. An answer with neither content nor a word of success proves nothing and is refused."""
        outcome = self._exchange(action, kind, attributes, children, writes=False)
        if isinstance(outcome, Unknown):
            return Refused(problems.UNREADABLE.problem(evidence=outcome.evidence, action=action))
        return outcome

    def write(
        self, action: str, kind: str, attributes: Mapping[str, str], *children: Node, part: str = ""
    ) -> Outcome[Results]:
        """Change something. ``part`` names a part of the action that has a grade of its own in ``about.toml``."""
        for operation in (action, f"{action}.{part}") if part else (action,):
            refused = self._permits.refusal(operation)
            if refused is not None:
                return refused
        return self._exchange(action, kind, attributes, children, writes=True)

    def _exchange(
        self, action: str, kind: str, attributes: Mapping[str, str], children: tuple[Node, ...], *, writes: bool
    ) -> Outcome[Results]:
        def once(session: Session) -> Outcome[Results] | Dead:
            sent = message(action, kind, self._office.message_time(self._wire.clock.now()), attributes, *children)
            content = self._encoding.write(sent)
            refused = too_large(content, action)
            if refused is not None:
                return refused
            reply = self._wire.send(
                Call(
                    operation=action,
                    method="POST",
                    url=session.url,
                    tier=tier_of(action),
                    writes=writes,
                    content=content,
                    headers={**self._encoding.headers(), "cookie": session.cookie},
                )
            )
            return self._sorted(reply, action, writes=writes) if isinstance(reply, Reply) else reply

        return in_session(self._authenticator, action, once)

    def _sorted(self, reply: Reply, action: str, *, writes: bool) -> Outcome[Results] | Dead:
        exchange, status = reply.exchange, reply.status
        if status in (401, 403, 404):
            # 404: the office was moved to another cluster, whose address only a new login tells (trap 3).
            return DEAD
        if status == 429:
            return Later(self._wire.clock.now() + PAUSE, "AdvancedMD asks for a pause", exchange)
        if status >= 500:
            down = problems.DOWN.problem(evidence=exchange, action=action, status=str(status))
            return Unknown(exchange) if writes else Refused(down)
        if 400 <= status < 500:
            return Refused(problems.BAD_REQUEST.problem(evidence=exchange, action=action, status=str(status)))
        try:
            results = read_results(reply.body.reveal(Purpose.EXCHANGE))
        except Unreadable:
            return Unknown(exchange)
        if results.fault is not None:
            code, words = results.fault.code, results.fault.description
            if problems.is_dead_session(code, words):
                return DEAD
            return Refused(problems.fault_problem(code, words, action, exchange))
        if not results.success or results.node.empty:
            return Unknown(exchange)
        return Receipt(results, exchange)
