"""The browser session's cookie and the token that its forms carry.

The token is a keyed hash of the session, so it needs no storage and ends with the session.
"""

from __future__ import annotations

from datetime import datetime

from litestar.datastructures import Cookie

from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.vault import Vault

COOKIE = "chartline_session"


def form_token(vault: Vault, session: Sealed[str]) -> str:
    """What every form of this session carries."""
    return vault.digest("", b"form", session.reveal(Purpose.AUTHENTICATE).encode()).hex()


def session_cookie(session: Sealed[str], now: datetime, expires: datetime, *, secure: bool) -> Cookie:
    """The cookie of a new session; scripts cannot read it, and other sites cannot make a browser send it."""
    return Cookie(
        key=COOKIE,
        value=session.reveal(Purpose.AUTHENTICATE),
        max_age=int((expires - now).total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def ended_cookie() -> Cookie:
    """Takes the cookie away."""
    return Cookie(key=COOKIE, value="", max_age=0, path="/", httponly=True, samesite="strict")
