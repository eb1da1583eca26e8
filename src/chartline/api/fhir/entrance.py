"""Who calls the FHIR server: a bearer token, remembered for a moment, or a session of our own pages.

A token that is revoked in this process ends at once; one that is revoked in another process ends within five seconds.
Refuses tokens in addresses, and a wrong token even with a good session beside it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from chartline.api.fhir.problems import FOREIGN_FORM
from chartline.api.fhir.request import FhirRequest
from chartline.app.services import Services
from chartline.kernel.sealed import Sealed
from chartline.platform.access import Principal
from chartline.platform.access.principal import UNAUTHENTICATED
from chartline.platform.access.recent import RecentTokens
from chartline.platform.vault import Vault

BEARER = "bearer "


class Entrance:
    """The door of the FHIR server.

    ``cookie`` is the name of the pages' session cookie, ``form_token`` what a page must send with a change.
    """

    def __init__(self, services: Services, cookie: str, form_token: Callable[[Vault, Sealed[str]], str]) -> None:
        self._services, self._cookie, self._form_token = services, cookie, form_token
        self._tokens = RecentTokens(services.access)

    def remembered(self, request: FhirRequest) -> Principal | None:
        """The party behind a token that was looked up a moment ago; takes no look at the database."""
        header = request.header("authorization")
        if header[: len(BEARER)].lower() != BEARER:
            return None
        return self._tokens.remembered(_token(header))

    def principal(self, request: FhirRequest) -> Principal:
        """The party of a request. Raises ``access.unauthenticated``, ``fhir.foreign_form``."""
        header = request.header("authorization")
        if header[: len(BEARER)].lower() == BEARER:
            return self._tokens.principal(_token(header))
        session = "" if header else self._session(request.header("cookie"))
        if not session:
            raise UNAUTHENTICATED.error()
        sealed = Sealed(session)
        found = self._services.access.session(sealed)
        if request.method not in ("GET", "HEAD"):
            expected = self._form_token(self._services.vault, sealed)
            if not hmac.compare_digest(request.header("x-csrf-token").encode(), expected.encode()):
                raise FOREIGN_FORM.error()
        return found

    def _session(self, header: str) -> str:
        try:
            morsel = SimpleCookie(header).get(self._cookie)
        except CookieError:
            return ""
        return morsel.value if morsel is not None else ""


def _token(header: str) -> Sealed[str]:
    return Sealed(header[len(BEARER) :].strip())
