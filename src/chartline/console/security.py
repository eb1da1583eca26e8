"""What protects pages in a browser: headers on every answer, and a token in every form.

Refuses a change whose form does not carry the token of the session, and a sign-in sent from another site's page.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.access.principal import UNAUTHENTICATED

FOREIGN_FORM = ErrorKind(
    "console.foreign_form",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The form was not sent from a page of your present session.",
    "Go back, load the page again, and send the form once more. Nothing was changed.",
    status=403,
)

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NOT_KEPT = {"Cache-Control": "no-store"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For static files, whose addresses change with their contents."""
SIGN_IN = "/sign-in"
_STATIC = "/static/"


class Headers(ASGIMiddleware):
    """Puts the security headers on every answer; nothing but static files may be kept by a cache."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Hand on, with headers on the way back."""
        added = {**HEADERS, **(KEPT if scope["path"].startswith(_STATIC) else NOT_KEPT)}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in added.items():
                    headers[name] = value
            await send(message)

        await next_app(scope, receive, with_headers)


async def check_form(request: Request) -> None:
    """Runs before every page. Raises ``console.foreign_form``, ``access.unauthenticated``."""
    if request.method in ("GET", "HEAD"):
        return
    if request.url.path == SIGN_IN:
        origin = request.headers.get("origin", "")
        if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
            raise FOREIGN_FORM.error()
        return
    expected: str | None = request.scope.get("auth")
    if expected is None:
        raise UNAUTHENTICATED.error()
    form = await request.form()
    if not hmac.compare_digest(str(form.get("form_token", "")).encode(), expected.encode()):
        raise FOREIGN_FORM.error()
