"""Connecting a vendor, changing a connection, switching it: one way for the command line, the API and the console.

Nothing is stored unless the connector opens with what it was told. Refuses unknown secrets, and a secret among the
options, which are shown to people. A secret that was entered is never shown again; it can be replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chartline.app.services import Services
from chartline.app.stories import plan_schedules
from chartline.app.vendors import Vendor, vendor
from chartline.connect.capabilities import Health, WritesFacts
from chartline.connect.connections import Connection
from chartline.connect.wire import Call, Credentials
from chartline.domains.sync.changes import follow
from chartline.domains.sync.fields import Kind
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Sealed
from chartline.platform.audit import AuditEvent, Target

NO_ENVIRONMENT = ErrorKind(
    "connect.unknown_environment",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The vendor has no such environment.",
    "Set the option environment to one of those named in the fields, or leave it out.",
    status=422,
)
LOCAL_ENVIRONMENT = ErrorKind(
    "connect.local_environment",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The environment stands on this machine, where only its operator may lead a connection.",
    "Choose another environment, or have the operator list its host in `vendor_hosts` or set it at the command line.",
    status=422,
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OWN_OPTIONS = frozenset({"patient_page", "visit_page", "priority", "price_cents"})
"""Options that pages and routing read and no call follows; every other one may be an address."""
WRONG_SECRETS = ErrorKind(
    "connect.wrong_secrets",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A secret is missing, or is not one of this vendor's secrets, or was given as an option.",
    "Give each secret that the fields name, and give it as a secret; what was given as an option was not stored.",
    status=422,
)
NOT_SENT = ErrorKind(
    "connect.called_too_early",
    Blame.US,
    Again.NEVER,
    "A connector tried to call its vendor while its options were checked.",
    "Tell its author: opening a connector must call nobody.",
    status=500,
)


class Unplugged:
    """A wire that leads nowhere: a connector that opens on it has the options it needs, and nobody was called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def clock(self) -> Clock:
        """The installation's clock."""
        return self._clock

    def send(self, call: Call) -> Refused:
        """Refuse."""
        return Refused(NOT_SENT.problem(operation=call.operation))

    def remember(self, name: str, value: Sealed[str]) -> None:
        """Keep nothing."""

    def recall(self, name: str) -> Sealed[str] | None:
        """Nothing is kept."""
        return None

    def forget(self, name: str) -> None:
        """Nothing is kept."""


def check_credentials(chosen: Vendor, credentials: Credentials, clock: Clock) -> None:
    """See that a connector opens with these.

    Raises ``connect.unknown_environment``, ``connect.wrong_secrets`` and the connector's own errors.
    """
    about = chosen.about
    if credentials.options.get("environment", "production") not in about.environments:
        raise NO_ENVIRONMENT.error(known=", ".join(about.environments))
    needed, optional = about.credentials.secrets, about.credentials.optional_secrets
    among_options = sorted({*needed, *optional} & credentials.options.keys())
    missing = [name for name in needed if name not in credentials.secrets]
    if among_options or missing or not credentials.secrets.keys() <= {*needed, *optional}:
        # What is unknown is not repeated: a secret may stand where its name should.
        raise WRONG_SECRETS.error(known=", ".join((*needed, *optional)), missing=", ".join(missing))
    chosen.open(Unplugged(clock), credentials)


def check_reach(services: Services, chosen: Vendor, options: Mapping[str, str]) -> None:
    """See that a connection which somebody sets up from elsewhere leads out of this machine.

    An environment of simulators lives on loopback, where everything else of the machine answers as well. Whoever runs
    the installation may use it at the command line, or list the host in ``vendor_hosts`` for everybody.

    Raises ``connect.local_environment``.
    """
    environment = chosen.about.environments[options.get("environment", "production")]
    if not LOOPBACK.isdisjoint(set(environment.hosts) - set(services.settings.vendor_hosts)):
        raise LOCAL_ENVIRONMENT.error()


def connect(
    services: Services,
    organisation: str,
    actor: str,
    vendor_name: str,
    name: str,
    options: Mapping[str, str],
    secrets: Mapping[str, Sealed[str]],
    *,
    operator: bool = False,
) -> tuple[Connection, list[str]]:
    """Add a connection and let it run; it, and the names of its schedules. ``operator``: at the machine's own command
    line.

    Raises ``connect.unknown_vendor``, ``connect.name_taken``, and what ``check_credentials`` and ``check_reach`` raise.
    """
    check_credentials(vendor(vendor_name), Credentials(dict(secrets), dict(options)), services.clock)
    if not operator:
        check_reach(services, vendor(vendor_name), options)
    with services.database.work(organisation) as work:
        made = services.connections.add(
            work, vendor=vendor_name, name=name, options=dict(options), secrets=dict(secrets)
        )
        target = Target("connection", made.id)
        services.audit.record(work, AuditEvent(actor, "connection.add", target, detail={"vendor": vendor_name}))
    return made, start(services, organisation, made)


def change(
    services: Services,
    organisation: str,
    actor: str,
    connection: Connection,
    *,
    options: Mapping[str, str] | None = None,
    unset: Iterable[str] = (),
    secrets: Mapping[str, Sealed[str]] | None = None,
    operator: bool = False,
) -> None:
    """Change options, take some away, replace secrets; what is not named stays.

    Raises what ``check_credentials`` raises, and where an option that a call may follow changes what ``check_reach``
    raises.
    """
    gone, fresh = set(unset), dict(secrets or {})
    present = {key: value for key, value in connection.options.items() if key not in gone} | dict(options or {})
    with services.database.read(organisation) as work:
        stored = services.connections.credentials(work, connection)
    check_credentials(vendor(connection.vendor), Credentials({**stored.secrets, **fresh}, present), services.clock)
    if not operator and _leading(present) != _leading(connection.options):
        check_reach(services, vendor(connection.vendor), present)
    with services.database.work(organisation) as work:
        services.connections.set_options(work, connection.id, present)
        services.connections.put_secrets(work, connection.id, fresh)
        target = Target("connection", connection.id)
        detail = {"secrets": str(len(fresh)), "options": str(len({**dict(options or {}), **dict.fromkeys(gone)}))}
        services.audit.record(work, AuditEvent(actor, "connection.change", target, detail=detail))


def enable(services: Services, organisation: str, actor: str, connection: Connection) -> list[str]:
    """Switch a connection on; its schedules run again, and what was missed counts as one run. Their names."""
    with services.database.work(organisation) as work:
        services.connections.set_enabled(work, connection.id, True)
        services.audit.record(work, AuditEvent(actor, "connection.enable", Target("connection", connection.id)))
    return start(services, organisation, connection)


def disable(services: Services, organisation: str, actor: str, connection: Connection) -> None:
    """Switch a connection off: nothing is sent through it and its schedules wait. A call under way ends."""
    with services.database.work(organisation) as work:
        services.connections.set_enabled(work, connection.id, False)
        for schedule in services.schedules.list(work, organisation):
            if schedule.arguments.get("connection") == connection.id:
                services.schedules.pause(work, organisation, schedule.name)
        services.audit.record(work, AuditEvent(actor, "connection.disable", Target("connection", connection.id)))


def start(services: Services, organisation: str, connection: Connection) -> list[str]:
    """Let a connection have our changes where it takes them, and run its schedules; their names."""
    connector = services.connector(organisation, connection)
    with services.database.work(organisation) as work:
        if isinstance(connector, WritesFacts):
            follow(work, connection.id, (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT))
        for schedule in services.schedules.list(work, organisation):
            if schedule.arguments.get("connection") == connection.id:
                services.schedules.resume(work, organisation, schedule.name)
        # Last: what the settings of the connection say has the last word.
        return plan_schedules(services, work, organisation, connection)


def test(services: Services, organisation: str, actor: str, connection: Connection) -> Health:
    """Ask the vendor whether a connection works, and write down who asked. Costs calls of its budget."""
    health = services.test_connection(organisation, connection)
    with services.database.work(organisation) as work:
        result = {"ok": str(health.ok).lower(), "code": health.code}
        target = Target("connection", connection.id)
        services.audit.record(work, AuditEvent(actor, "connection.test", target, detail=result))
    return health


def _leading(options: Mapping[str, str]) -> dict[str, str]:
    """The options that a call may follow."""
    return {name: value for name, value in options.items() if name not in OWN_OPTIONS}
