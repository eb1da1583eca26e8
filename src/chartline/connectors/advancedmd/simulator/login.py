"""Sign-in in two posts with the same body, pacing and lock-out (vendor sheet 3)."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import timedelta

from chartline.connectors.advancedmd.simulator.model import Office, Session
from chartline.connectors.advancedmd.simulator.refusals import (
    BAD_LOGIN,
    EXPIRED,
    INVALID_ATTRIBUTE,
    LOCKED,
    MISSING_ATTRIBUTE,
    REDIRECT,
    HttpRefusal,
    Refusal,
)
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.world import World


def login(world: World, message: Node, cluster: str, caller_host: str) -> Node:
    """Answer a login post; ``cluster`` is empty at the partner address and a segment at a derived one.

    Raises Refusal with the redirect, with a bad, locked or expired account, and HttpRefusal 429 when too soon.
    """
    office = _credentials(world, message)
    webserver = f"http://{office.host or caller_host}/processrequest/{office.cluster}/{office.appname}"
    if not cluster and not world.options.direct:
        _pace(world, office)
        office.redirected = True
        world.offices.put(office.key, office)
        raise _redirect(webserver)
    if cluster and cluster.lower() != office.cluster.lower():
        raise _redirect(webserver)
    if not office.redirected:
        _pace(world, office)
    office.redirected = False
    world.offices.put(office.key, office)
    token = _token(office.key, world.options.token_shape)
    expires = world.now() + timedelta(seconds=world.options.token_seconds)
    world.open_session(
        token,
        Session(office=office.key, appname=office.appname, cluster=office.cluster, expires=expires, opened=world.now()),
    )
    world.counters.add("logins")
    return element("Results", {}, element("usercontext", {"webserver": webserver}, text=token))


def _redirect(webserver: str) -> Refusal:
    return Refusal(REDIRECT, "Redirect", results=[element("usercontext", {"webserver": webserver})])


def _credentials(world: World, message: Node) -> Office:
    for name in ("username", "psw", "officecode", "appname"):
        if not message.get(name):
            raise Refusal(MISSING_ATTRIBUTE, f"Missing {name} attribute")
    office = world.offices.get(message.get("officecode"))
    if office is None or office.username.lower() != message.get("username").lower():
        raise Refusal(BAD_LOGIN, "Invalid user name or password")
    if office.locked:
        raise Refusal(LOCKED, "Account is locked, too many failed logins")
    if not hmac.compare_digest(office.password.encode(), message.get("psw").encode()):
        office.failures += 1
        office.locked = office.failures >= world.options.lock_after
        world.offices.put(office.key, office)
        raise Refusal(BAD_LOGIN, "Invalid user name or password")
    if office.expired:
        raise Refusal(EXPIRED, "Account is expired")
    if office.appname.lower() != message.get("appname").lower():
        raise Refusal(INVALID_ATTRIBUTE, "Invalid appname attribute")
    if office.failures:
        office.failures = 0
        world.offices.put(office.key, office)
    return office


def _pace(world: World, office: Office) -> None:
    """A login begins with a first post; the second post of the same login is free of the pacing."""
    now, spacing = world.now(), timedelta(seconds=world.options.login_spacing)
    if office.login_at is not None and now - office.login_at < spacing:
        raise HttpRefusal(429, "Too many login attempts")
    office.login_at = now
    world.offices.put(office.key, office)


def _token(office: str, shape: str) -> str:
    """Office key, then 64 hex digits, or base64 with all of its awkward letters (vendor sheet 1.3)."""
    if shape == "hex":
        return office + secrets.token_hex(32)
    while True:
        text = base64.b64encode(secrets.token_bytes(32)).decode()
        if "+" in text and "/" in text:
            return office + text
