"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body, Dependency
from litestar.response import Redirect

from chartline.app.services import Services
from chartline.console.pages import draw
from chartline.console.security import SIGN_IN
from chartline.console.session import COOKIE, ended_cookie, session_cookie
from chartline.kernel.errors import ChartlineError, Problem
from chartline.kernel.sealed import Sealed

Opened = Annotated[Services, Dependency(skip_validation=True)]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get(SIGN_IN, sync_to_thread=True)
def sign_in_page(request: Request, services: Opened) -> Response:
    """The form; somebody who is signed in goes on."""
    if request.scope.get("user") is not None:
        return Redirect("/", status_code=303)
    return _page(services, None, _local(request.query_params.get("next", "")), request.query_params.get("said", ""))


@post(SIGN_IN, sync_to_thread=True)
def sign_in(request: Request, services: Opened, data: Form) -> Response:
    """Opens a session, or says why not."""
    there = _local(data.get("next", ""))
    try:
        signed_in = services.access.sign_in(data.get("email", "")[:254], Sealed(data.get("password", "")))
    except ChartlineError as error:
        return _page(services, error.problem, there, "", status=429 if error.problem.code == "access.locked" else 401)
    cookie = session_cookie(
        signed_in.session, services.clock.now(), signed_in.expires, secure=request.url.scheme == "https"
    )
    return Redirect(there, status_code=303, cookies=[cookie])


@post("/sign-out", sync_to_thread=True)
def sign_out(request: Request, services: Opened) -> Redirect:
    """Ends the session."""
    services.access.sign_out(Sealed(request.cookies.get(COOKIE, "")))
    cookies: list[Cookie] = [ended_cookie()]
    return Redirect(f"{SIGN_IN}?said=signed_out", status_code=303, cookies=cookies)


def _local(address: str) -> str:
    """An address of ours to go on to; anything that could lead elsewhere is the first page."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _page(services: Services, problem: Problem | None, there: str, said: str, status: int = 200) -> Response:
    values = {"problem": problem, "next": there, "said": said}
    return draw("sign_in.html", values, now=services.clock.now(), zone=None, status=status)
