"""How a connection is set up: its options, which secrets it has, how it synchronises. Secrets go in and never out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Router
from msgspec import Meta

from chartline.api.caller import SYNC_ADMIN, SYNC_MANAGE, SYNC_VIEW, Calling
from chartline.api.connections.chosen import Choosing, Chosen
from chartline.api.routes import Made, act, create, read
from chartline.app import connecting
from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.domains.sync.settings import SyncSettings
from chartline.flows import sync_desk
from chartline.kernel.sealed import Sealed

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Word = Literal["real_time", "hourly", "daily", "manual"]
OptionName = Annotated[str, Meta(min_length=1, max_length=80)]
OptionValue = Annotated[str, Meta(max_length=500)]
Secret = Annotated[str, Meta(min_length=1, max_length=4000)]


class SettingsBody(msgspec.Struct, kw_only=True):
    """How a connection synchronises. ``enabled`` is the kill switch; ``pilot_patients`` count only with ``pilot``."""

    enabled: bool
    paused: bool
    pilot: bool
    patients: str
    visits: str
    push: str
    daily_hour: int
    push_patients: bool
    push_coverages: bool
    push_visits: bool
    push_payments: bool
    log_days: int
    changed: datetime | None
    changed_by: str
    pilot_patients: list[str]


class OperationBody(msgspec.Struct, kw_only=True):
    """One call of the vendor's, with the grade of its evidence. ``unverified``: nobody has seen it work there."""

    name: str
    tier: str
    grade: str
    unverified: bool


class ConfigBody(msgspec.Struct, kw_only=True):
    """A connection. ``secrets`` says which are entered, never what they are."""

    id: str
    vendor: str
    title: str
    name: str
    enabled: bool
    options: dict[str, str]
    secrets: dict[str, bool]
    capabilities: list[str]
    settings: SettingsBody
    operations: list[OperationBody]


class SettingsChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change; what is left out stays."""

    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    paused: bool | msgspec.UnsetType = msgspec.UNSET
    pilot: bool | msgspec.UnsetType = msgspec.UNSET
    patients: Word | msgspec.UnsetType = msgspec.UNSET
    visits: Word | msgspec.UnsetType = msgspec.UNSET
    push: Word | msgspec.UnsetType = msgspec.UNSET
    daily_hour: Annotated[int, Meta(ge=0, le=23)] | msgspec.UnsetType = msgspec.UNSET
    push_patients: bool | msgspec.UnsetType = msgspec.UNSET
    push_coverages: bool | msgspec.UnsetType = msgspec.UNSET
    push_visits: bool | msgspec.UnsetType = msgspec.UNSET
    push_payments: bool | msgspec.UnsetType = msgspec.UNSET
    log_days: Annotated[int, Meta(ge=2192, le=36_525)] | msgspec.UnsetType = msgspec.UNSET


class ConfigChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change; what is left out stays. ``unset`` takes options away, so that their defaults count."""

    options: Annotated[dict[OptionName, OptionValue], Meta(max_length=50)] = {}
    unset: Annotated[list[OptionName], Meta(max_length=50)] = []
    secrets: Annotated[dict[OptionName, Secret], Meta(max_length=10)] = {}
    enabled: bool | None = None
    settings: SettingsChange | None = None
    add_to_pilot: Annotated[list[UUID], Meta(max_length=200)] = []
    take_from_pilot: Annotated[list[UUID], Meta(max_length=200)] = []


class NewConnectionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A vendor to connect; ``chartline connect vendors VENDOR`` says what it needs to be told."""

    vendor: Name
    name: Name
    options: Annotated[dict[OptionName, OptionValue], Meta(max_length=50)] = {}
    secrets: Annotated[dict[OptionName, Secret], Meta(max_length=10)] = {}


class TestBody(msgspec.Struct):
    """The answer of a connection test, with the next step when it did not work."""

    ok: bool
    say: str
    do: str
    code: str


@create("/connections", summary="Connect a vendor")
def add_connection(caller: Calling, data: NewConnectionBody) -> Made:
    """Stores the connection if its connector accepts what it was told, and lets it run."""
    caller.require(SYNC_ADMIN)
    secrets = {name: Sealed(value) for name, value in data.secrets.items()}
    made, _ = connecting.connect(
        caller.services, caller.organisation, caller.actor, data.vendor, data.name, data.options, secrets
    )
    return Made(made.id)


@read("/config", summary="Read how a connection is set up")
def read_config(chosen: Choosing) -> ConfigBody:
    """Options and settings in the open, secrets as entered or not."""
    return _config(chosen.allow(SYNC_VIEW), chosen.connection)


@act("/config", summary="Change how a connection is set up")
def change_config(chosen: Choosing, data: ConfigChange) -> ConfigBody:
    """Changes options, secrets, settings and the pilot group; what is not named stays. Each change is audited."""
    caller, connection = chosen.allow(SYNC_ADMIN).caller, chosen.connection
    ground, organisation, actor = chosen.ground, caller.organisation, caller.actor
    if data.options or data.unset or data.secrets:
        secrets = {name: Sealed(value) for name, value in data.secrets.items()}
        connecting.change(
            caller.services,
            organisation,
            actor,
            connection,
            options=data.options,
            unset=data.unset,
            secrets=secrets,
        )
    if data.enabled is not None and data.enabled is not connection.enabled:
        switch = connecting.enable if data.enabled else connecting.disable
        switch(caller.services, organisation, actor, connection)
    if data.settings is not None:
        wanted = msgspec.to_builtins(data.settings)
        sync_desk.set_settings(ground, organisation, connection.id, wanted, actor)
    if data.add_to_pilot or data.take_from_pilot:
        sync_desk.set_pilot(
            ground,
            organisation,
            connection.id,
            actor,
            add=tuple(str(one) for one in data.add_to_pilot),
            remove=tuple(str(one) for one in data.take_from_pilot),
        )
    with caller.read() as work:
        return _config(chosen, caller.services.connections.get(work, connection.id))


@act("/test-connection", summary="Test a connection")
def run_test(chosen: Choosing) -> TestBody:
    """Asks the vendor whether the connection works, and says plainly why not. Costs calls of its budget."""
    caller = chosen.allow(SYNC_MANAGE).caller
    health = connecting.test(caller.services, caller.organisation, caller.actor, chosen.connection)
    return TestBody(health.ok, health.say, health.do, health.code)


def _config(chosen: Chosen, connection: Connection) -> ConfigBody:
    about, caller = vendor(connection.vendor).about, chosen.caller
    view = sync_desk.get_settings(chosen.ground, caller.organisation, connection.id)
    with caller.read() as work:
        entered = caller.services.connections.credentials(work, connection).secrets
    known = (*about.credentials.secrets, *about.credentials.optional_secrets)
    return ConfigBody(
        id=connection.id,
        vendor=connection.vendor,
        title=about.title,
        name=connection.name,
        enabled=connection.enabled,
        options=dict(connection.options),
        secrets={name: name in entered for name in known},
        capabilities=list(about.capabilities),
        settings=_settings(view.settings, view.pilot),
        operations=[
            OperationBody(name=one.name, tier=one.tier, grade=one.grade, unverified=one.unverified)
            for one in about.operations
        ],
    )


def _settings(settings: SyncSettings, pilot: frozenset[str]) -> SettingsBody:
    return SettingsBody(
        enabled=settings.enabled,
        paused=settings.paused,
        pilot=settings.pilot,
        patients=settings.patients.value,
        visits=settings.visits.value,
        push=settings.push.value,
        daily_hour=settings.daily_hour,
        push_patients=settings.push_patients,
        push_coverages=settings.push_coverages,
        push_visits=settings.push_visits,
        push_payments=settings.push_payments,
        log_days=settings.log_days,
        changed=settings.changed,
        changed_by=settings.changed_by,
        pilot_patients=sorted(pilot),
    )


new_connection = Router(path="/", tags=["operations"], route_handlers=[add_connection])
HANDLERS = [read_config, change_config, run_test]
