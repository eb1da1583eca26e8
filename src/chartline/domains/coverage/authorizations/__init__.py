"""Prior authorization: asked by wire or by telephone, decided, valid for a time, used up by claims.

An aggregate with an event history. Claims need ``settle`` and ``give_back``; rules need
``needing_authorization``. Refuses nothing of a payer's: what it says is kept, also where it contradicts itself.
"""

from chartline.domains.coverage.authorizations.authorization import (
    Alert,
    Authorization,
    Procedure,
    list_authorizations,
    read_authorization,
)
from chartline.domains.coverage.authorizations.checklist import needing_authorization, needs_authorization
from chartline.domains.coverage.authorizations.states import AuthorizationState, Route
from chartline.domains.coverage.authorizations.uses import Billed, Using, give_back, settle, used_by, uses_of

__all__ = [
    "Alert",
    "Authorization",
    "AuthorizationState",
    "Billed",
    "Procedure",
    "Route",
    "Using",
    "give_back",
    "list_authorizations",
    "needing_authorization",
    "needs_authorization",
    "read_authorization",
    "settle",
    "used_by",
    "uses_of",
]
