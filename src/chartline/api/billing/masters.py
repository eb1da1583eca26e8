"""What claims are made of: the practice's providers, the codes it knows, and who it is on a claim."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Asked, Listed, MadeShape, Shape
from chartline.api.caller import BILLING, SYNC_ADMIN, Calling
from chartline.api.idempotency import once
from chartline.api.routes import IdempotencyKey, Limit, create, read, replace, stated
from chartline.domains.codes import CodeSystem
from chartline.domains.codes.search import search_codes
from chartline.domains.practice.providers import Provider, list_providers, read_provider, save_provider
from chartline.domains.practice.settings import BillingRoute, Practice, read_practice, save_practice
from chartline.kernel.ids import new_id
from chartline.platform.audit import Target

Short = Annotated[str, msgspec.Meta(max_length=80)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class ProviderShape(Shape):
    """A provider of the practice."""

    id: str
    npi: str
    family: str
    given: str
    middle: str
    taxonomy: str
    active: bool


class ProviderAsked(Asked):
    """A provider to be kept. The NPI's check digit has to be right."""

    npi: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{10}$")]
    family: Name
    given: Name
    taxonomy: Annotated[str, msgspec.Meta(min_length=10, max_length=10)]
    middle: Annotated[str, msgspec.Meta(max_length=60)] = ""
    active: bool = True


class CodeShape(Shape):
    """A code; ``end`` is null while it is valid."""

    code: str
    label: str
    begin: date
    end: date | None


class PracticeShape(Shape):
    """The practice as claims name it, and how it bills."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str
    street: str
    unit: str
    city: str
    state: str
    postal_code: str
    phone: str
    contact: str
    zone: str
    default_route: str
    filing_days: int


class PracticeAsked(Asked):
    """The practice's settings, all of them."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    npi: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{10}$")]
    tax_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9}$")]
    taxonomy: Annotated[str, msgspec.Meta(min_length=10, max_length=10)]
    street: Short
    city: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    state: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
    postal_code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{5}(-?[0-9]{4})?$")]
    phone: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{10}$")]
    unit: Annotated[str, msgspec.Meta(max_length=40)] = ""
    contact: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "Billing"
    zone: Annotated[str, msgspec.Meta(max_length=40)] = "America/New_York"
    default_route: BillingRoute = BillingRoute.CLEARINGHOUSE
    filing_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90


@read("/providers", summary="List providers")
def providers(caller: Calling, inactive: bool = False) -> Listed[ProviderShape]:
    """The practice's providers by name; with ``inactive`` also those who left."""
    caller.require(BILLING)
    with caller.read() as work:
        found = list_providers(work, active_only=not inactive)
    return Listed(data=[stated(one, ProviderShape) for one in found])


@create("/providers", summary="Add a provider")
def add_provider(caller: Calling, data: ProviderAsked, idempotency_key: IdempotencyKey = None) -> Answered[MadeShape]:
    """Adds a provider, who is a Practitioner in the records too."""
    caller.require(SYNC_ADMIN)

    def make() -> str:
        identity = new_id()
        _keep(caller, identity, data)
        return identity

    return Answered(data=MadeShape(id=once(caller, idempotency_key, "add_provider", data, make)))


@replace("/providers/{provider_id:uuid}", summary="Change a provider")
def change_provider(caller: Calling, provider_id: UUID, data: ProviderAsked) -> Answered[MadeShape]:
    """Changes a provider; claims that were made keep what they say."""
    caller.require(SYNC_ADMIN)
    identity = str(provider_id)
    with caller.read() as work:
        read_provider(work, identity)
    _keep(caller, identity, data)
    return Answered(data=MadeShape(id=identity))


@read("/codes", summary="Search codes")
def codes(
    caller: Calling,
    system: CodeSystem,
    text: Annotated[str, Parameter(max_length=80)] = "",
    on: date | None = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, Parameter(max_length=20)] = None,
) -> Listed[CodeShape]:
    """Codes that the practice has loaded, by their beginning or by words of their names."""
    caller.require(BILLING)
    with caller.read() as work:
        found = search_codes(work, system, text, on=on, after=cursor or "", limit=limit + 1)
    shown = found[:limit]
    more = shown[-1].code if len(found) > limit else None
    return Listed(data=[stated(one, CodeShape) for one in shown], next=more)


@read("/settings", summary="Read the practice's billing settings")
def settings(caller: Calling) -> Answered[PracticeShape]:
    """Who the practice is on a claim, and how it bills."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=stated(read_practice(work), PracticeShape))


@replace("/settings", summary="Change the practice's billing settings")
def change_settings(caller: Calling, data: PracticeAsked) -> Answered[PracticeShape]:
    """Stores them all; claims that were made keep what they say."""
    caller.require(SYNC_ADMIN)
    practice = Practice(**msgspec.structs.asdict(data))
    with caller.work() as work:
        save_practice(work, practice)
        caller.record(work, "practice.change")
    return Answered(data=stated(practice, PracticeShape))


def _keep(caller: Calling, identity: str, data: ProviderAsked) -> None:
    with caller.work() as work:
        save_provider(work, caller.services.records, Provider(id=identity, **msgspec.structs.asdict(data)))
        caller.record(work, "provider.save", Target("Practitioner", identity))


router = Router(
    path="/",
    route_handlers=[providers, add_provider, change_provider, codes, settings, change_settings],
)
