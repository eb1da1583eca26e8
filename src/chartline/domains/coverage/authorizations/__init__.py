"""Prior authorization: asked by wire or by telephone, decided, valid for a time, used up by claims.

An aggregate with an event history. Claims need ``authorization_for``, ``use`` and ``give_back``; rules need
``needs_authorization``. Refuses nothing of a payer's: what it says is kept, also where it contradicts itself.
"""

from chartline.domains.coverage.authorizations.authorization import (
    Alert,
    Authorization,
    Procedure,
    authorization_for,
    list_authorizations,
    read_authorization,
)
from chartline.domains.coverage.authorizations.checklist import needs_authorization
from chartline.domains.coverage.authorizations.states import AuthorizationState, Route
from chartline.domains.coverage.authorizations.uses import give_back, use, uses_of

__all__ = [
    "Alert",
    "Authorization",
    "AuthorizationState",
    "Procedure",
    "Route",
    "authorization_for",
    "give_back",
    "list_authorizations",
    "needs_authorization",
    "read_authorization",
    "use",
    "uses_of",
]
