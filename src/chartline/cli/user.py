"""``chartline user``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from chartline.cli.listing import Form, show
from chartline.cli.options import at_practice, installed, listed, opened, practice_of
from chartline.kernel.sealed import Sealed
from chartline.kernel.settings import Settings

if TYPE_CHECKING:
    from chartline.app.services import Services
    from chartline.cli.office import Office, Place
    from chartline.platform.access import User

ROLES = ("owner", "administrator", "biller", "front_desk", "clinician", "integration", "auditor")
PASSWORD = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it."
)
COLUMNS = ("practice", "email", "name", "roles", "disabled", "id")


@click.group("user")
def command() -> None:
    """People who sign in to the console, and the practices they belong to.

    \b
    chartline user create --practice "Juniper Hollow" --email owner@example.org
    chartline user list
    chartline user password owner@example.org
    """


@command.command("create")
@click.option("--practice", metavar="NAME", help="The practice; made when there is none of this name.")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", default="", help="How the person is called.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    default=("owner",),
    show_default=True,
    type=click.Choice(ROLES),
    help="May be given several times.",
)
@PASSWORD
@installed
def create(
    settings: Settings, practice: str | None, email: str, name: str, roles: tuple[str, ...], password_stdin: bool
) -> None:
    """Create a user, and the practice with the first one. The password (12 characters or more) is asked for.

    \b
    chartline user create --practice "Juniper Hollow" --email desk@example.org --role biller
    printf '%s' "$PASSWORD" | chartline user create --email desk@example.org --password-stdin
    """
    password = _password(password_stdin)
    with opened(settings) as services:
        organisation, fresh = _practice(services, practice)
        identity = services.access.create_user(organisation, email, password, roles, name)
        _audit(services, organisation, "user.create", identity)
    if fresh:
        click.echo(f"Practice created: {practice}. Next step: chartline practice set")
    click.echo(f"User created. Sign in at http://{settings.host}:{settings.port}/ while chartline serve runs.")


@command.command("list")
@installed
@listed
def show_list(settings: Settings, form: Form) -> None:
    """List practices and their users."""
    with opened(settings) as services:
        rows = [
            {
                "practice": organisation.name,
                "email": one.email,
                "name": one.name,
                "roles": [role.value for role in one.roles],
                "disabled": one.disabled,
                "id": one.id,
            }
            for organisation in services.access.organisations()
            for one in services.access.users(organisation.id)
        ]
        bare = [one.name for one in services.access.organisations() if not services.access.users(one.id)]
    empty = "No users yet. Create one: chartline user create --practice NAME --email EMAIL"
    show(rows, COLUMNS, form, empty=empty, shown=COLUMNS[:-1])
    if bare and form is Form.TEXT:
        click.echo(f"Practices without users: {', '.join(bare)}")


@command.command("password")
@click.argument("email")
@PASSWORD
@at_practice
def password(place: Place, email: str, password_stdin: bool) -> None:
    """Give a user a new password. Ends the user's sessions, and a lock after failed sign-ins.

    \b
    chartline user password desk@example.org
    """
    value = _password(password_stdin)
    with place.open() as office:
        user = _user(office, email)
        office.services.access.set_password(office.organisation, user.id, value)
        office.services.access.unlock(user.email)
        _audit(office.services, office.organisation, "user.password", user.id)
    click.echo("Changed. The user's sessions are ended.")


@command.command("disable")
@click.argument("email")
@at_practice
def disable(place: Place, email: str) -> None:
    """Keep a user from signing in, and end the user's sessions. What the user did stays under their name."""
    with place.open() as office:
        user = _user(office, email)
        office.services.access.disable_user(office.organisation, user.id)
        _audit(office.services, office.organisation, "user.disable", user.id)
    click.echo("Disabled.")


@command.command("unlock")
@click.argument("email")
@at_practice
def unlock(place: Place, email: str) -> None:
    """Let a user try again at once who was locked out after five failed sign-ins."""
    with place.open() as office:
        user = _user(office, email)
        office.services.access.unlock(user.email)
        _audit(office.services, office.organisation, "user.unlock", user.id)
    click.echo("Unlocked.")


def _password(from_input: bool) -> Sealed[str]:
    if from_input:
        return Sealed(sys.stdin.read().rstrip("\r\n"))
    return Sealed(click.prompt("Password", hide_input=True, confirmation_prompt=True, type=str))


def _practice(services: Services, name: str | None) -> tuple[str, bool]:
    """The practice's id, and whether it was made now."""
    known = services.access.organisations()
    if name is None or any(name in (one.name, one.id) for one in known):
        return practice_of(services, name), False
    return services.access.create_organisation(name), True


def _user(office: Office, email: str) -> User:
    from chartline.platform.access.access import NO_USER

    for one in office.services.access.users(office.organisation):
        if one.email == email.strip().lower():
            return one
    raise NO_USER.error()


def _audit(services: Services, organisation: str, action: str, user: str) -> None:
    from chartline.cli.office import Office, account
    from chartline.platform.audit import Target

    Office(services, organisation, account()).note(action, Target("user", user))
