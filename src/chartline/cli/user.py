"""``chartline user``."""

from __future__ import annotations

import click

from chartline.cli.options import installation, opened, practice_of, settings_of
from chartline.kernel.sealed import Sealed


@click.group("user")
def command() -> None:
    """People who sign in to the console, and the practices they belong to."""


@command.command("create")
@installation
@click.option("--practice", metavar="NAME", help="The practice; made when there is none of this name.")
@click.option("--email", required=True)
@click.option(
    "--role", "roles", multiple=True, default=("owner",), show_default=True, help="May be given several times."
)
@click.password_option(help="Asked for when not given; give it on standard input rather than in the command.")
def create(
    config: str | None,
    data: str | None,
    database: str | None,
    practice: str | None,
    email: str,
    roles: tuple[str, ...],
    password: str,
) -> None:
    """Create a user, and the practice with the first one.

    \b
    chartline user create --practice "Juniper Hollow" --email desk@example.org --role biller
    """
    with opened(settings_of(config, data, database)) as services:
        known = {each.name: each.id for each in services.access.organisations()}
        if practice and practice not in known and practice not in known.values():
            organisation = services.access.create_organisation(practice)
            click.echo(f"Practice created: {practice}")
        else:
            organisation = practice_of(services, practice)
        services.access.create_user(organisation, email, Sealed(password), roles)
        click.echo(f"User created. Sign in at http://{services.settings.host}:{services.settings.port}/")


@command.command("list")
@installation
def show(config: str | None, data: str | None, database: str | None) -> None:
    """List practices and their users."""
    with opened(settings_of(config, data, database)) as services:
        organisations = services.access.organisations()
        if not organisations:
            click.echo("No practice yet. Create one: chartline user create --practice NAME --email EMAIL")
        for organisation in organisations:
            click.echo(f"{organisation.name}  ({organisation.id})")
            for user in services.access.users(organisation.id):
                click.echo(f"  {user.email}  {', '.join(user.roles)}")
