"""How errors leave the API: always a code, a sentence, a next step; never a value somebody sent.

An error without a Problem of its own is logged with its type and place, and answered as ``api.unexpected``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from chartline.kernel.errors import CATALOGUE, Again, Blame, ChartlineError, ErrorKind, Problem
from chartline.platform.access.principal import FORBIDDEN, UNAUTHENTICATED

INVALID = ErrorKind(
    "api.invalid",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Some fields of the request are missing, unknown or not of the right form.",
    "Correct the fields named below; their form is in /api/openapi.json.",
)
UNEXPECTED = ErrorKind(
    "api.unexpected",
    Blame.US,
    Again.NOW,
    "Something went wrong on our side.",
    "Try again; if it happens again, report the time and the address you called.",
    status=500,
)
NO_SUCH_ADDRESS = ErrorKind(
    "api.no_such_address",
    Blame.PRACTICE,
    Again.NEVER,
    "There is nothing at this address, or not for this method.",
    "Compare the address and the method with /api/openapi.json.",
    status=404,
)
TOO_LARGE = ErrorKind(
    "api.too_large",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The request is larger than any request of this API needs to be.",
    "Send less at once.",
    status=413,
)
FOREIGN_FORM = ErrorKind(
    "api.foreign_form",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A change was asked for with a browser session, but not from a page of this console.",
    "Use a bearer token, or send the page's X-CSRF-Token with the request.",
    status=403,
)

_BY_STATUS = {401: UNAUTHENTICATED, 403: FORBIDDEN, 404: NO_SUCH_ADDRESS, 405: NO_SUCH_ADDRESS, 413: TOO_LARGE}
_PARAMETER = re.compile(r"parameter '([\w-]{1,60})'")
_log = structlog.get_logger(__name__)


def answer(problem: Problem, status: int, headers: Mapping[str, str] | None = None) -> Response[dict[str, object]]:
    """A problem as a response."""
    return Response(problem.as_json(), status_code=status, headers=dict(headers or {}))


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem: the one its kind declares."""
    kind = CATALOGUE.get(problem.code)
    return kind.status if kind is not None else 400


def known_error(_: Request, error: ChartlineError) -> Response[dict[str, object]]:
    """One of our own errors."""
    status = status_of(error.problem)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return answer(error.problem, status, headers)


def invalid_request(_: Request, error: ValidationException) -> Response[dict[str, object]]:
    """Query, path or header values that cannot be read: their names, without their values."""
    found = error.extra if isinstance(error.extra, list) else []
    names = [str(one.get("key", "")) for one in found if isinstance(one, dict)]
    names += _PARAMETER.findall(error.detail)
    return answer(INVALID.problem(**{name or "body": "unreadable" for name in names or ["body"]}), 400)


def refused_request(_: Request, error: HTTPException) -> Response[dict[str, object]]:
    """What the web framework refused by itself: no such address, wrong method, a body that is no JSON."""
    kind = _BY_STATUS.get(error.status_code, INVALID if error.status_code < 500 else UNEXPECTED)
    return answer(kind.problem(), error.status_code, error.headers)


def unexpected_error(request: Request, error: Exception) -> Response[dict[str, object]]:
    """Anything else: logged by type and place, answered without its text."""
    _log.error("api.unexpected", method=request.method, route=request.scope["path_template"], exc_info=error)
    return answer(UNEXPECTED.problem(), 500)


HANDLERS: ExceptionHandlersMap = {
    ChartlineError: known_error,
    ValidationException: invalid_request,
    HTTPException: refused_request,
    Exception: unexpected_error,
}
"""Exception handlers of the API's router."""


def id_cursor(cursor: str | None) -> str:
    """A cursor that is the id of the last row, empty at the beginning. Raises ``api.invalid`` for other text."""
    try:
        return str(UUID(cursor)) if cursor else ""
    except ValueError:
        raise INVALID.error(cursor="unreadable") from None
