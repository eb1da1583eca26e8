"""``chartline token``."""

from __future__ import annotations

from datetime import timedelta

import click

from chartline.cli.options import installation, opened, practice_of, settings_of
from chartline.kernel.sealed import Purpose


@click.group("token")
def command() -> None:
    """Bearer tokens for scripts and integrations."""


@command.command("create")
@installation
@click.option("--practice", metavar="NAME")
@click.option("--name", default="script", show_default=True, help="What it is for.")
@click.option(
    "--role", required=True, help="owner, administrator, biller, front_desk, clinician, integration or auditor."
)
@click.option("--days", type=int, default=90, show_default=True, help="How long it is good for.")
def create(
    config: str | None, data: str | None, database: str | None, practice: str | None, name: str, role: str, days: int
) -> None:
    """Make a token and print it. It is shown this once; only its hash is kept.

    \b
    TOKEN=$(chartline token create --role biller)
    curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8400/api/claims
    """
    with opened(settings_of(config, data, database)) as services:
        made = services.access.create_token(practice_of(services, practice), name, role, timedelta(days=days))
        click.echo(made.value.reveal(Purpose.SHOW))


@command.command("list")
@installation
@click.option("--practice", metavar="NAME")
def show(config: str | None, data: str | None, database: str | None, practice: str | None) -> None:
    """List tokens, without their values."""
    with opened(settings_of(config, data, database)) as services:
        rows = services.access.tokens(practice_of(services, practice))
        if not rows:
            click.echo("No tokens. Make one: chartline token create --role ROLE")
        for row in rows:
            click.echo(
                f"{row.id}  {row.name}  {row.role}  until {row.expires:%Y-%m-%d}"
                if row.expires
                else f"{row.id}  {row.name}"
            )


@command.command("revoke")
@installation
@click.option("--practice", metavar="NAME")
@click.argument("token_id")
def revoke(config: str | None, data: str | None, database: str | None, practice: str | None, token_id: str) -> None:
    """End a token at once."""
    with opened(settings_of(config, data, database)) as services:
        gone = services.access.revoke_token(practice_of(services, practice), token_id)
        click.echo("Revoked." if gone else "There is no such token.")
