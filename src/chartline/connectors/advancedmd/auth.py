"""How a session with AdvancedMD is obtained, kept for every process, and recognised as dead (vendor sheet 3).

A login is two posts of the same body: the first always looks like a failure and names the office's own address, the
second gives the token (trap 1). Token and address are kept together, renewed two hours before their end and dropped at
any sign of death. Refuses to send credentials over plain HTTP when the sign-in page was HTTPS, and refuses to try again
the credentials that the vendor has refused, because a few such tries lock the account.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from chartline.connect.capabilities import SessionState
from chartline.connect.wire import Call, Credentials, Wire
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.about import REFRESH
from chartline.connectors.advancedmd.address import trusted_webserver
from chartline.connectors.advancedmd.encoding import Encoding
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.tree import Node, Unreadable
from chartline.connectors.advancedmd.wire import Results, message, read_results
from chartline.kernel.outcome import Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Masked, Purpose, Sealed

_SESSION = "session"
_REFUSED = "refused_login"
LOGIN_PAUSE = timedelta(seconds=60)
"""More than about one login a minute is answered 429 (sheet 3)."""


@dataclass(frozen=True, slots=True, repr=False)
class Session(Masked):
    """A live session: the token, the office's address without trailing slash, and when it was opened."""

    token: Sealed[str]
    webserver: str
    opened: datetime

    @property
    def url(self) -> str:
        """Where messages go (sheet 1.1)."""
        return f"{self.webserver}/xmlrpc/processrequest.aspx"

    @property
    def rest_url(self) -> str:
        """The base of practice-management REST calls (sheet 1.1)."""
        return self.webserver.replace("/processrequest/", "/api/", 1)

    @property
    def notes_url(self) -> str:
        """The base of clinical REST calls (sheet 1.1)."""
        return self.webserver.replace("/processrequest/", "/ehr-api/", 1)

    @property
    def bearer(self) -> Sealed[str]:
        """The session as REST calls carry it (sheet 1.3)."""
        return self.token.map(lambda token: f"Bearer {token}")

    @property
    def cookie(self) -> Sealed[str]:
        """The session as a cookie; the token is opaque and goes as it came (trap 5)."""
        return self.token.map(lambda token: f"token={token}")

    def sealed(self) -> Sealed[str]:
        """One text for the vault."""
        kept = {"webserver": self.webserver, "opened": self.opened.isoformat()}
        return self.token.map(lambda token: json.dumps({**kept, "token": token}))

    @classmethod
    def unsealed(cls, text: Sealed[str]) -> Session:
        """Back from the vault."""
        kept = json.loads(text.reveal(Purpose.AUTHENTICATE))
        return cls(Sealed(kept["token"]), kept["webserver"], datetime.fromisoformat(kept["opened"]))


class Authenticator:
    """Keeps one session per connection."""

    def __init__(self, wire: Wire, credentials: Credentials, office: OfficeTime, encoding: Encoding) -> None:
        self._wire, self._credentials, self._office, self._encoding = wire, credentials, office, encoding
        self._one_at_a_time = threading.Lock()
        self._dead: set[Sealed[str]] = set()

    def session(self) -> Session | Later | Refused:
        """The kept session while it is fresh, else a new one. ``Later``: no login is allowed just now."""
        kept = self._kept()
        if kept is not None:
            return kept
        with self._one_at_a_time:
            return self._kept() or self._login()

    def renew(self, dead: Session) -> Session | Later | Refused:
        """A session other than the dead one: another process's if it was quicker, else a new one."""
        with self._one_at_a_time:
            # Passed over, not forgotten: what is kept by now may be another process's new session.
            self._dead.add(dead.token)
            return self._kept() or self._login()

    def allow_another_try(self) -> None:
        """Forget that these credentials were refused: a person says that the account is in order again."""
        self._wire.forget(_REFUSED)

    def stand_in(self) -> dict[str, Sealed[str]]:
        """A session that opens nothing, for reading recorded answers."""
        nowhere = "https://recorded.invalid/processrequest/api-000/RECORDED"
        return {_SESSION: Session(Sealed("recorded"), nowhere, self._wire.clock.now()).sealed()}

    def state(self) -> SessionState | None:
        """The kept session's times, without asking the vendor; None when there is none, or it is known to be dead."""
        kept = self._kept()
        return SessionState(kept.opened, kept.opened + REFRESH) if kept is not None else None

    def reset(self) -> None:
        """Drop the kept session and the memory of refused credentials: a person wants a new sign-in."""
        with self._one_at_a_time:
            self._wire.forget(_SESSION)
            self._wire.forget(_REFUSED)

    def _kept(self) -> Session | None:
        text = self._wire.recall(_SESSION)
        if text is None:
            return None
        session = Session.unsealed(text)
        stale = self._wire.clock.now() - session.opened >= REFRESH
        return None if stale or session.token in self._dead else session

    def _login(self) -> Session | Later | Refused:
        refused = self._refused_before()
        if refused is not None:
            return refused
        outcome = self._two_posts()
        if isinstance(outcome, Session):
            self._wire.remember(_SESSION, outcome.sealed())
            self._wire.forget(_REFUSED)
        elif isinstance(outcome, Refused) and outcome.problem.code in problems.STOPS_LOGIN:
            kept = {"for": self._fingerprint(), "fault": outcome.problem.fields["fault"]}
            self._wire.remember(_REFUSED, Sealed(json.dumps(kept)))
        elif isinstance(outcome, Later):
            # The login slot may have gone to another process, whose session is there by now.
            return self._kept() or outcome
        return outcome

    def _two_posts(self) -> Session | Later | Refused:
        first = self._post(self._credentials.options["login_url"], "login")
        if not isinstance(first, Receipt):
            return first
        results = first.value
        at_once = self._session_of(results)
        if at_once is not None:
            return at_once
        named = results.node.first("usercontext").get("webserver")
        redirected = results.fault is None or results.fault.code == problems.LOGIN_REDIRECT
        if not named or not redirected:
            return _refusal(results, first.exchange)
        webserver = self._trusted(named)
        if webserver is None:
            return Refused(problems.ADDRESS_REFUSED.problem(evidence=first.exchange))
        # The second post belongs to the same login, so it draws no second slot of the login tier.
        second = self._post(f"{webserver}/xmlrpc/processrequest.aspx", "low")
        if not isinstance(second, Receipt):
            return second
        return self._session_of(second.value, webserver) or _refusal(second.value, second.exchange)

    def _session_of(self, results: Results, fallback: str = "") -> Session | None:
        context = results.node.first("usercontext")
        webserver = self._trusted(context.get("webserver")) or fallback
        if not results.success or not context.text or not webserver:
            return None
        return Session(Sealed(context.text), webserver, self._wire.clock.now())

    def _trusted(self, webserver: str) -> str | None:
        return trusted_webserver(webserver, self._credentials.options["login_url"])

    def _post(self, url: str, tier: str) -> Receipt[Results] | Later | Refused:
        call = Call(
            operation="login",
            method="POST",
            url=url,
            tier=tier,
            writes=False,
            content=self._encoding.write(self._message()),
            headers={**self._encoding.headers()},
            # Waiting for a slot in line would let every process log in one after the other; coming back lets the
            # others find the session of the first.
            max_wait=0.0 if tier == "login" else 120.0,
            secrets_in=_token_in,
        )
        reply = self._wire.send(call)
        if isinstance(reply, Later | Refused):
            return reply
        if isinstance(reply, Unknown):
            return Refused(problems.LOGIN_INCOMPLETE.problem(evidence=reply.evidence))
        if reply.status == 429:
            return Later(self._wire.clock.now() + LOGIN_PAUSE, "AdvancedMD allows one sign-in a minute", reply.exchange)
        if reply.status >= 500:
            return Refused(problems.DOWN.problem(evidence=reply.exchange, status=str(reply.status)))
        if reply.status in (401, 403):
            return Refused(problems.fault_problem("1024", "", "login", reply.exchange))
        try:
            return Receipt(read_results(reply.body.reveal(Purpose.EXCHANGE)), reply.exchange)
        except Unreadable:
            return Refused(problems.UNREADABLE.problem(evidence=reply.exchange, action="login"))

    def _message(self) -> Node:
        secrets, options = self._credentials.secrets, self._credentials.options
        return message(
            "login",
            "login",
            self._office.message_time(self._wire.clock.now()),
            {
                "username": secrets["username"].reveal(Purpose.AUTHENTICATE),
                "psw": secrets["password"].reveal(Purpose.AUTHENTICATE),
                "officecode": options["office_key"],
                "appname": options["appname"],
            },
            cookie=False,
        )

    def _fingerprint(self) -> str:
        secrets, options = self._credentials.secrets, self._credentials.options
        parts = [secrets[name].reveal(Purpose.AUTHENTICATE) for name in ("username", "password")]
        return hashlib.sha256("\x1f".join([options["office_key"], *parts]).encode()).hexdigest()

    def _refused_before(self) -> Refused | None:
        text = self._wire.recall(_REFUSED)
        if text is None:
            return None
        kept = json.loads(text.reveal(Purpose.AUTHENTICATE))
        if kept["for"] != self._fingerprint():
            return None
        return Refused(problems.fault_problem(kept["fault"], "", "login", None))


def _token_in(body: bytes) -> list[Sealed[str]] | None:
    """The token of a sign-in's answer, which the exchange log must not have; None when it cannot be read."""
    try:
        text = read_results(body).node.first("usercontext").text
    except Unreadable:
        return None
    return [Sealed(text)] if text else []


def _refusal(results: Results, exchange: str | None) -> Refused:
    if results.fault is None:
        return Refused(problems.LOGIN_INCOMPLETE.problem(evidence=exchange))
    return Refused(problems.fault_problem(results.fault.code, results.fault.description, "login", exchange))
