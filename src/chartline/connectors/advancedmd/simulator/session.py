"""Where a token may ride, what it is bound to, and how its end is announced (vendor sheet 1.3, 3.1)."""

from __future__ import annotations

from chartline.connect.simulation.web import Request
from chartline.connectors.advancedmd.simulator.model import Office, Session
from chartline.connectors.advancedmd.simulator.refusals import TIMED_OUT, HttpRefusal, Refusal
from chartline.connectors.advancedmd.simulator.tree import Node
from chartline.connectors.advancedmd.simulator.world import World


def token_of_message(request: Request, message: Node) -> str:
    """The token of an XML-RPC message, empty when there is none.

    With ``nocookie="1"`` the cookie is not looked at. Raises HttpRefusal 400 for a token as an attribute or as
    loose text, as observed in vendor sheet 1.3.
    """
    if message.get("token") or message.get("usercontext") or message.text:
        raise HttpRefusal(400, "Improperly Formatted Token")
    child = message.child("usercontext")
    if child is not None and child.text:
        return child.text
    return "" if message.get("nocookie") == "1" else _cookie(request)


def token_of_rest(request: Request) -> str:
    """The token of a REST call: a bearer, or on PUT the cookie as well (vendor sheet 1.3)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return _cookie(request) if request.method == "PUT" else ""


def _cookie(request: Request) -> str:
    for part in request.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == "token":
            return value
    return ""


def living_office(world: World, session: Session | None, cluster: str, appname: str) -> Office | None:
    """The office of a session at an address, or None when the session is dead there.

    Dead is: unknown, expired, of another application or cluster, or of a cluster the office has left.
    """
    if session is None or world.now() >= session.expires:
        return None
    office = world.offices[session.office]
    at_home = session.cluster.lower() == cluster.lower() == office.cluster.lower()
    bound = at_home and session.appname.lower() == appname.lower()
    return office if bound else None


def next_cluster(cluster: str) -> str:
    """Where an office goes when the vendor moves it: the next cluster by number (vendor sheet 1.1)."""
    stem, _, count = cluster.rpartition("-")
    return f"{stem or 'api'}-{int(count) % 899 + 1 if count.isdigit() else 101}"


def dead_session(world: World, token: str, *, rest: bool) -> Exception:
    """What a caller without a living session is told; a missing token is always a fault on XML-RPC."""
    style = world.options.expiry_style
    if rest:
        return HttpRefusal(403 if style == "403" else 401, "Session is not valid")
    if token and style != "fault":
        return HttpRefusal(int(style), "Session is not valid")
    return Refusal(TIMED_OUT, "Session has timed out")
