"""What a person sees when a page cannot be shown: the sentence, the next step, and a way back."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from chartline.console.pages import draw
from chartline.console.security import SIGN_IN
from chartline.kernel.clock import SystemClock
from chartline.kernel.errors import CATALOGUE, Again, Blame, ChartlineError, ErrorKind, Problem
from chartline.platform.access.principal import UNAUTHENTICATED

NO_PAGE = ErrorKind(
    "console.no_page",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no page at this address.",
    "Start from the first page; the link may be old.",
    status=404,
)
BAD_FORM = ErrorKind(
    "console.bad_form",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Something on the form is missing or not of the right form.",
    "Go back and look at the fields again; dates are written 2026-03-10, amounts 150.00.",
    status=400,
)
UNEXPECTED = ErrorKind(
    "console.unexpected",
    Blame.US,
    Again.NOW,
    "Something went wrong on our side.",
    "Load the page again; if it happens again, report the time and the page.",
    status=500,
)

_log = structlog.get_logger(__name__)
_clock = SystemClock()


def known_failure(request: Request, error: ChartlineError) -> Response:
    """One of our own errors; somebody who is not signed in goes to the sign-in page."""
    problem = error.problem
    if problem.code == UNAUTHENTICATED.code:
        return _to_sign_in(request)
    kind = CATALOGUE.get(problem.code)
    return _page(request, problem, kind.status if kind else 400)


def framework_failure(request: Request, error: HTTPException) -> Response:
    """What the web framework refused by itself."""
    if error.status_code in (404, 405):
        return _page(request, NO_PAGE.problem(), error.status_code)
    kind = BAD_FORM if error.status_code < 500 else UNEXPECTED
    return _page(request, kind.problem(), error.status_code)


def unexpected_failure(request: Request, error: Exception) -> Response:
    """Anything else: logged by type and place, shown without its text."""
    _log.error("console.unexpected", method=request.method, route=request.scope.get("path_template"), exc_info=error)
    return _page(request, UNEXPECTED.problem(), 500)


def _to_sign_in(request: Request) -> Response:
    address = request.url.path if request.method == "GET" else "/"
    there = SIGN_IN if address == "/" else f"{SIGN_IN}?next={quote(address)}"
    if request.headers.get("hx-request"):
        return Response("", status_code=200, headers={"HX-Redirect": there})
    return Redirect(there, status_code=303)


def _page(request: Request, problem: Problem, status: int) -> Response:
    # Only the path of the page before: its host is not ours to link to.
    back = urlsplit(request.headers.get("referer", "")).path or "/"
    return draw("failure.html", {"problem": problem, "back": back}, now=_clock.now(), zone=None, status=status)


HANDLERS: ExceptionHandlersMap = {
    ChartlineError: known_failure,
    HTTPException: framework_failure,
    Exception: unexpected_failure,
}
"""Exception handlers of the console's pages."""
