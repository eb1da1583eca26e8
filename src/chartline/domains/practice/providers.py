"""The practice's rendering providers. Each is also a Practitioner in the records, under the same id.

Which vendor profile a provider is stands in the links of the connection, not here.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.codes import CodeSystem, shape_problem
from chartline.domains.practice.problems import BAD_SETTING, NO_PROVIDER
from chartline.domains.practice.systems import NPI
from chartline.formats.fhir import JsonObject, human_name, with_identifier
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Id, Work, metadata
from chartline.platform.records import Records

provider_table = sa.Table(
    "provider",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("npi", sa.String(10), nullable=False),
    sa.Column("family", sa.String(60), nullable=False),
    sa.Column("given", sa.String(60), nullable=False),
    sa.Column("middle", sa.String(60), nullable=False),
    sa.Column("taxonomy", sa.String(10), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("organisation_id", "npi"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A person who renders services, with the NPI and taxonomy that claims name."""

    id: str
    npi: str
    family: str
    given: str
    taxonomy: str
    middle: str = ""
    active: bool = True


def save_provider(work: Work, records: Records, provider: Provider) -> None:
    """Store a provider and publish the Practitioner. Raises ``practice.bad_setting``, also for an NPI
    that another provider has.
    """
    if shape_problem(CodeSystem.NPI, provider.npi):
        raise BAD_SETTING.error(setting="npi", provider=provider.id)
    if shape_problem(CodeSystem.TAXONOMY, provider.taxonomy):
        raise BAD_SETTING.error(setting="taxonomy", provider=provider.id)
    twin = provider_by_npi(work, provider.npi)
    if twin is not None and twin.id != provider.id:
        raise BAD_SETTING.error(setting="npi_taken", provider=twin.id)
    work.upsert(
        provider_table,
        {"id": provider.id},
        npi=provider.npi,
        family=provider.family,
        given=provider.given,
        middle=provider.middle,
        taxonomy=provider.taxonomy,
        active=provider.active,
    )
    known = records.find(work, "Practitioner", provider.id)
    records.put(work, _practitioner(provider, known.reveal(Purpose.STORE) if known else {}))


def read_provider(work: Work, provider_id: str) -> Provider:
    """One provider. Raises ``practice.no_provider``."""
    row = work.row(work.select(provider_table).where(provider_table.c.id == provider_id))
    if row is None:
        raise NO_PROVIDER.error(provider=provider_id)
    return _provider(row)


def provider_by_npi(work: Work, npi: str) -> Provider | None:
    """The provider with an NPI, or None."""
    row = work.row(work.select(provider_table).where(provider_table.c.npi == npi))
    return _provider(row) if row else None


def list_providers(work: Work, *, active_only: bool = True) -> list[Provider]:
    """The practice's providers by name."""
    columns = provider_table.c
    statement = work.select(provider_table).order_by(columns.family, columns.given, columns.id)
    return [_provider(row) for row in work.rows(statement.where(columns.active) if active_only else statement)]


def _provider(row: sa.RowMapping) -> Provider:
    return Provider(**{name: value for name, value in row.items() if name != "organisation_id"})


def _practitioner(provider: Provider, existing: JsonObject) -> JsonObject:
    given = [part for part in (provider.given, provider.middle) if part]
    named = {"id": provider.id, "active": provider.active, "name": [human_name(provider.family, given)]}
    return with_identifier({**existing, "resourceType": "Practitioner", **named}, NPI, provider.npi)
