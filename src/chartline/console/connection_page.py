"""One connection: whether it works, how it synchronises, who wins in which field, what it was told, what it can do.

Secrets are shown as entered or not, and can be replaced. Refuses to show one again, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.app import connecting
from chartline.app.vendors import vendor
from chartline.connect.about import About
from chartline.connect.capabilities import Health
from chartline.connect.connections import Connection
from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.people import names_of
from chartline.console.sync_cards import EXCHANGES, PAGE_OPTIONS
from chartline.console.visitor import DESK, OPERATIONS, PEOPLE, Visiting, Visitor
from chartline.domains.sync.fields import FIELDS
from chartline.domains.sync.merge import Owner
from chartline.domains.sync.owners import list_owners, set_owner
from chartline.domains.sync.settings import Frequency
from chartline.flows import sync_desk
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

FLAGS = {
    "push_patients": "Patients",
    "push_coverages": "Coverage",
    "push_visits": "Visits",
    "push_payments": "Payments",
}
"""What goes out by itself."""
FEEDS = {"patients": "Patients that changed there", "visits": "Visits that changed there", "push": "Changes of ours"}
"""What runs by itself, and how often."""
_NUMBERS = ("daily_hour", "log_days")
LONGEST_SECRET = 4000
PILOT_SHOWN = 100
GRADES = {
    "D": "the vendor's published page",
    "L": "seen live in the code of others",
    "C": "seen in the code of others",
    "Q": "told at second hand",
    "I": "worked out from the rest",
    "S": "asked for by this product, never seen",
    "O": "our placeholder, never seen",
}
"""How well an operation is known."""


@get("/connections/{connection_id:uuid}", sync_to_thread=True)
def connection_page(visitor: Visiting, connection_id: UUID) -> Response:
    """Everything about one connection."""
    visitor.require(DESK)
    return _page(visitor, str(connection_id))


@post("/connections/{connection_id:uuid}/test", sync_to_thread=True, status_code=200)
def test_connection(visitor: Visiting, connection_id: UUID) -> Response:
    """Asks the vendor whether the connection works, and shows the plain answer; costs calls of its budget."""
    visitor.require(OPERATIONS)
    with visitor.read() as work:
        connection = visitor.services.connections.get(work, str(connection_id))
    health = connecting.test(visitor.services, visitor.organisation, visitor.actor, connection)
    return _page(visitor, connection.id, health)


@post("/connections/{connection_id:uuid}/settings", sync_to_thread=True)
def change_settings(visitor: Visiting, connection_id: UUID, data: Form) -> Redirect:
    """Saves how the connection synchronises. A box that is not ticked is off, for a form does not send it."""
    visitor.require(OPERATIONS)
    wanted: dict[str, object] = {name: typed(data, name) == "on" for name in (*FLAGS, "pilot")}
    wanted |= {name: typed(data, name, needed=True) for name in FEEDS}
    for name in _NUMBERS:
        text = typed(data, name, needed=True)
        if not (text.isascii() and text.isdigit()):
            raise BAD_FORM.error(field=name)
        wanted[name] = int(text)
    identity = str(connection_id)
    sync_desk.set_settings(visitor.services.ground, visitor.organisation, identity, wanted, visitor.actor)
    return visitor.go(f"/connections/{identity}", "settings_saved")


@post("/connections/{connection_id:uuid}/owners", sync_to_thread=True)
def change_owners(visitor: Visiting, connection_id: UUID, data: Form) -> Redirect:
    """Saves who wins in the fields whose choice was changed."""
    visitor.require(OPERATIONS)
    identity = str(connection_id)
    with visitor.work() as work:
        visitor.services.connections.get(work, identity)
        for policy in list_owners(work, identity):
            word = typed(data, f"{policy.kind.value}.{policy.field}")
            if word not in {"", *(one.value for one in Owner)}:
                raise BAD_FORM.error(field=policy.field)
            if word and word != policy.owner.value:
                set_owner(work, identity, policy.kind, policy.field, Owner(word), visitor.actor)
                detail = {"kind": policy.kind.value, "field": policy.field, "owner": f"{policy.owner.value}|{word}"}
                visitor.record(work, "sync.owner", Target("connection", identity), **detail)
    return visitor.go(f"/connections/{identity}", "owners_saved")


@post("/connections/{connection_id:uuid}/credentials", sync_to_thread=True)
def change_credentials(visitor: Visiting, connection_id: UUID, data: Form) -> Redirect:
    """Replaces secrets that were typed, and options; an option that is emptied goes back to its default."""
    visitor.require(OPERATIONS)
    with visitor.read() as work:
        connection = visitor.services.connections.get(work, str(connection_id))
    about = vendor(connection.vendor).about
    known = option_names(about, connection)
    options = {name: typed(data, f"option.{name}") for name in known if f"option.{name}" in data}
    connecting.change(
        visitor.services,
        visitor.organisation,
        visitor.actor,
        connection,
        options={name: value for name, value in options.items() if value},
        unset=[name for name, value in options.items() if not value],
        secrets=_secrets(about, data),
    )
    return visitor.go(f"/connections/{connection.id}", "credentials_saved")


@post("/connections/{connection_id:uuid}/sign-in", sync_to_thread=True)
def sign_in_anew(visitor: Visiting, connection_id: UUID) -> Redirect:
    """Drops the kept session with the vendor; the next call signs in."""
    visitor.require(OPERATIONS)
    identity = str(connection_id)
    sync_desk.reset_token(visitor.services.ground, visitor.organisation, identity, visitor.actor)
    return visitor.go(f"/connections/{identity}", "signs_in_anew")


@post("/connections/{connection_id:uuid}/hook-address", sync_to_thread=True, status_code=200)
def make_hook_address(visitor: Visiting, connection_id: UUID) -> Response:
    """Makes a new address for the vendor to call, and shows it this once; the one before stops to work."""
    visitor.require(OPERATIONS)
    identity = str(connection_id)
    token = sync_desk.make_hook_address(visitor.services.ground, visitor.organisation, identity, visitor.actor)
    return _page(visitor, identity, address=f"/hooks/{token.reveal(Purpose.SHOW)}")


@post("/connections/{connection_id:uuid}/hook-address/end", sync_to_thread=True)
def end_hook_address(visitor: Visiting, connection_id: UUID) -> Redirect:
    """The address that the vendor calls stops to work."""
    visitor.require(OPERATIONS)
    identity = str(connection_id)
    sync_desk.end_hook_address(visitor.services.ground, visitor.organisation, identity, visitor.actor)
    return visitor.go(f"/connections/{identity}", "hook_ended")


def option_names(about: About, connection: Connection) -> list[str]:
    """The options that a form shows: needed ones, those with a default, what can be set besides, what is set."""
    facts = about.credentials
    fixed = [name for name in facts.optional if "<" not in name]
    linked = PAGE_OPTIONS if EXCHANGES in about.capabilities else {}
    return list(dict.fromkeys((*facts.required, *facts.defaults, *fixed, *linked, *sorted(connection.options))))


def _secrets(about: About, data: Mapping[str, str]) -> dict[str, Sealed[str]]:
    """The secrets that were typed; a field that is left empty replaces nothing."""
    found: dict[str, Sealed[str]] = {}
    for name in (*about.credentials.secrets, *about.credentials.optional_secrets):
        value = data.get(f"secret.{name}", "")
        if len(value) > LONGEST_SECRET:
            raise BAD_FORM.error(field=name)
        if value:
            found[name] = Sealed(value)
    return found


def _page(visitor: Visitor, identity: str, health: Health | None = None, address: str = "") -> Response:
    services = visitor.services
    with visitor.read() as work:
        connection = services.connections.get(work, identity)
        entered = services.connections.credentials(work, connection).secrets
        owners = list_owners(work, identity)
    about = vendor(connection.vendor).about
    syncs = "ReadsChanges" in about.capabilities
    view = sync_desk.get_settings(services.ground, visitor.organisation, identity)
    return visitor.page(
        "connection.html",
        "connections",
        connection=connection,
        about=about,
        health=health,
        hook_address=address,
        takes_hooks=not {"ReceivesHooks", "TellsEnrollment"}.isdisjoint(about.capabilities),
        syncs=syncs,
        status=sync_desk.status(services.ground, visitor.organisation, identity) if syncs else None,
        tells_session="TellsSession" in about.capabilities,
        settings=view.settings,
        actors=actor_names(visitor),
        pilot=_pilot(visitor, view.pilot),
        pilot_number=len(view.pilot),
        flags=FLAGS,
        feeds=FEEDS,
        frequencies=list(Frequency),
        owners={kind: [one for one in owners if one.kind is kind] for kind in FIELDS} if syncs else {},
        owner_words=list(Owner),
        secrets={name: name in entered for name in (*about.credentials.secrets, *about.credentials.optional_secrets)},
        options=option_names(about, connection),
        hints={**about.credentials.optional, **PAGE_OPTIONS},
        unverified=[one for one in about.operations if one.unverified],
        verified=[one for one in about.operations if not one.unverified],
        grades=GRADES,
        may_change=visitor.may(OPERATIONS),
    )


def _pilot(visitor: Visitor, patients: frozenset[str]) -> dict[str, str]:
    """The names of the pilot group, for those who may see them."""
    if not patients or not visitor.may(PEOPLE):
        return {}
    with visitor.showing("console.pilot") as work:
        names = names_of(work, visitor.services.records, sorted(patients)[:PILOT_SHOWN])
    return dict(sorted(names.items(), key=lambda one: one[1]))


PAGES = [
    connection_page,
    test_connection,
    change_settings,
    change_owners,
    change_credentials,
    sign_in_anew,
    make_hook_address,
    end_hook_address,
]
