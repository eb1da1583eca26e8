"""``chartline token``."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import click

from chartline.cli.listing import Form, show
from chartline.cli.office import Place
from chartline.cli.options import at_practice, listed
from chartline.cli.user import ROLES
from chartline.kernel.sealed import Purpose
from chartline.platform.access import TokenRow
from chartline.platform.audit import Target


@click.group("token")
def command() -> None:
    """Bearer tokens for scripts and integrations.

    \b
    TOKEN=$(chartline token create --role biller --name reporting)
    chartline token list
    chartline token revoke ID
    """


@command.command("create")
@click.option("--name", default="script", show_default=True, help="What it is for.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What it may do.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How long it is good for.")
@click.option("--fhir-scope", default="", metavar="SCOPES", help="SMART scopes it is narrowed to on the FHIR server.")
@click.option("--patient", metavar="ID", help="The one patient it is for; with scopes that begin with patient/.")
@at_practice
def create(place: Place, name: str, role: str, days: int, fhir_scope: str, patient: str | None) -> None:
    """Make a token and print it. It is shown this once; only its hash is kept.

    \b
    TOKEN=$(chartline token create --role biller)
    curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8400/api/claims
    chartline token create --role integration --fhir-scope "patient/*.rs" --patient ID
    """
    with place.open() as office:
        made = office.services.access.create_token(
            office.organisation, name, role, timedelta(days=days), scopes=fhir_scope, patient=patient
        )
        office.note("token.create", Target("token", made.id), role=role)
        click.echo(made.value.reveal(Purpose.SHOW))


@command.command("list")
@listed
@at_practice
def show_list(place: Place, form: Form) -> None:
    """List tokens, without their values."""
    with place.open() as office:
        now = office.services.clock.now()
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "role": one.role.value,
                "scopes": one.scopes,
                "patient": one.patient,
                "state": _state(one, now),
                "expires": one.expires,
                "used": one.used,
                "created": one.created,
            }
            for one in office.services.access.tokens(office.organisation)
        ]
    columns = ("id", "name", "role", "scopes", "patient", "state", "expires", "used", "created")
    show(rows, columns, form, empty="No tokens yet. Make one: chartline token create --role ROLE")


@command.command("revoke")
@click.argument("token_id", metavar="ID")
@at_practice
def revoke(place: Place, token_id: str) -> None:
    """End a token at once. Exit code 1 when there is no such living token."""
    with place.open() as office:
        gone = office.services.access.revoke_token(office.organisation, token_id)
        if gone:
            office.note("token.revoke", Target("token", token_id))
    click.echo("Revoked." if gone else "There is no such living token; see chartline token list.", err=not gone)
    sys.exit(0 if gone else 1)


def _state(one: TokenRow, now: datetime) -> str:
    if one.revoked is not None:
        return "revoked"
    return "expired" if one.expires is not None and one.expires <= now else "good"
