"""Sets up the invented practice as its administrator would. Doing it again changes only what differs: the ports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from chartline.app.services import Services
from chartline.app.stories import plan_schedules
from chartline.connect.connections import Connection
from chartline.domains.coverage.settings import CoverageSettings, save_coverage_settings
from chartline.domains.practice.fees import Fee, load_fees
from chartline.domains.practice.providers import Provider, save_provider
from chartline.domains.practice.settings import BillingRoute, Practice, save_payer_route, save_practice
from chartline.domains.sync.changes import follow
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.sandbox.seeds import APPNAME
from chartline.sandbox.world import FEES, ZONE, World

TOKEN_LIFE = timedelta(days=500)
"""Of the desk's token, in simulated days: longer than the longest story."""


@dataclass(frozen=True, slots=True)
class Office:
    """The practice once it is set up: its id, a bearer token for its desk, its providers by their keys.

    ``connection`` is the one to the practice system, empty where there is none.
    """

    organisation: str
    token: Sealed[str]
    providers: dict[str, str]
    connection: str


class Numbers(Protocol):
    """Whoever seeded the practice system."""

    def number(self, kind: str, ref: str) -> str:
        """The practice system's number of something that was seeded, such as a profile."""
        ...


def set_up(
    services: Services, world: World, vendors: Numbers | None, ports: dict[str, int], *, unverified: bool = False
) -> Office:
    """Create the practice, its people, fees, routes and connections, or find them as an earlier run left them.

    ``ports`` holds the simulators that take part; each gets a connection. ``vendors`` is whoever seeded the practice
    system, None where the practice has none; ``unverified`` switches on what nobody has seen at AdvancedMD itself.
    """
    known = {each.name: each.id for each in services.access.organisations()}
    organisation = known.get(world.name) or services.access.create_organisation(world.name)
    if not services.access.users(organisation):
        services.access.create_user(organisation, world.desk_email, Sealed(world.desk_password), ("owner",))
    token = services.access.create_token(organisation, "sandbox desk", "owner", TOKEN_LIFE)
    with services.database.work(organisation) as work:
        providers = _practice(services, work, world)
        connections: list[Connection] = []
        if vendors is not None:
            connections.append(_practice_system(services, work, world, vendors, ports["advancedmd"], unverified))
            for key, provider in providers.items():
                link(work, connections[0].id, Kind.PROVIDER, provider, vendors.number("profile", key))
        if "claimmd" in ports:
            connections.append(_clearinghouse(services, work, world, ports["claimmd"]))
    with services.database.work(organisation) as work:
        for connection in connections:
            plan_schedules(services, work, organisation, connection)
    return Office(organisation, token.value, providers, connections[0].id if vendors is not None else "")


def _practice_system(
    services: Services, work: Work, world: World, vendors: Numbers, port: int, unverified: bool
) -> Connection:
    office = _connection(
        services,
        work,
        "advancedmd",
        "AdvancedMD",
        {
            "environment": "simulator",
            "login_url": f"http://127.0.0.1:{port}/practicemanager/xmlrpc/processrequest.aspx",
            "office_key": world.office_key,
            "appname": APPNAME,
            "zone": ZONE,
            "profile": vendors.number("profile", world.providers[0].key),
            **_columns(world, vendors),
            **({"unverified": "yes"} if unverified else {}),
        },
        {"username": Sealed(world.username), "password": Sealed(world.password)},
    )
    follow(work, office.id, (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT))
    return office


def _clearinghouse(services: Services, work: Work, world: World, port: int) -> Connection:
    return _connection(
        services,
        work,
        "claimmd",
        "Claim.MD",
        {
            "environment": "simulator",
            "base_url": f"http://127.0.0.1:{port}/services/",
            "receiver_id": "CLAIMMD",
        },
        {"account_key": Sealed(world.account_key)},
    )


def _practice(services: Services, work: Work, world: World) -> dict[str, str]:
    # The played days ask before visits; a round of the month would add questions that no visit explains.
    save_coverage_settings(work, CoverageSettings(service_type="MH", monthly=False), "user:setup")
    save_practice(
        work,
        Practice(
            name=world.name,
            npi=world.npi,
            tax_id=world.tax_id,
            taxonomy=world.taxonomy,
            street=world.street,
            city=world.city,
            state=world.state,
            postal_code=world.postal_code,
            phone=world.phone,
            zone=ZONE,
        ),
    )
    providers: dict[str, str] = {}
    for each in world.providers:
        providers[each.key] = derived_id("provider", work.organisation, each.npi)
        save_provider(
            work,
            services.records,
            Provider(
                id=providers[each.key], npi=each.npi, family=each.family, given=each.given, taxonomy=each.taxonomy
            ),
        )
    load_fees(work, [Fee(code, Money.parse(amount), date(2026, 1, 1)) for code, amount in FEES.items()])
    for payer in world.payers:
        save_payer_route(work, payer.payer_id, BillingRoute(payer.route))
    return providers


def _columns(world: World, vendors: Numbers) -> dict[str, str]:
    """Each profile's own scheduler column, so that two clinicians can see patients at the same time."""
    return {
        f"column.{vendors.number('profile', each.key)}": vendors.number("column", f"COLUMN {each.key}")
        for each in world.providers
    }


def _connection(
    services: Services,
    work: Work,
    vendor: str,
    name: str,
    options: dict[str, str],
    secrets: dict[str, Sealed[str]],
) -> Connection:
    for known in services.connections.all(work):
        if known.name == name:
            services.connections.set_options(work, known.id, options)
            return services.connections.get(work, known.id)
    return services.connections.add(work, vendor=vendor, name=name, options=options, secrets=secrets)
