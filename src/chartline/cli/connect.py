"""``chartline connect``."""

from __future__ import annotations

import sys

import click

from chartline.app import connecting
from chartline.app.vendors import Vendor, vendor, vendors
from chartline.cli.credentials import ask_secrets, read_options
from chartline.cli.listing import Form, facts, show, show_object, table
from chartline.cli.office import Place
from chartline.cli.options import at_practice, listed, told
from chartline.connect.capabilities import WritesFacts
from chartline.domains.practice.problems import NO_PROVIDER
from chartline.domains.practice.providers import provider_by_npi
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link, unlink
from chartline.platform.audit import Target

SECRETS_FROM = click.option(
    "--secrets-from",
    metavar="FILE|-",
    help="Read secrets as name=value lines from a file, or from standard input.",
)
OPTIONS = click.option("--option", "options", metavar="NAME=VALUE", multiple=True, help="May be given several times.")


@click.group("connect")
def command() -> None:
    """Connections to vendors: practice systems, clearinghouses.

    \b
    chartline connect vendors                     what can be connected
    chartline connect vendors advancedmd          what it needs to be told
    chartline connect add claimmd --name "Claim.MD"
    chartline connect test "Claim.MD"
    """


@command.command("vendors")
@click.argument("name", required=False, metavar="[VENDOR]")
@listed
def show_vendors(name: str | None, form: Form) -> None:
    """List the connectors that are installed, or what one of them needs.

    \b
    chartline connect vendors
    chartline connect vendors advancedmd
    chartline connect vendors --json
    """
    if name is not None and form is Form.TEXT:
        _describe(vendor(name))
        return
    if name is not None and form is Form.JSON:
        show_object(vendor(name).about)
        return
    chosen = [vendor(name)] if name else list(vendors().values())
    rows = [
        {
            "vendor": one.about.name,
            "title": one.about.title,
            "kind": one.about.kind,
            "environments": list(one.about.environments),
            "capabilities": list(one.about.capabilities),
        }
        for one in chosen
    ]
    show(rows, ("vendor", "title", "kind", "environments", "capabilities"), form)


@command.command("list")
@at_practice
@listed
def show_list(place: Place, form: Form) -> None:
    """List the practice's connections. Secrets are never shown.

    \b
    chartline connect list
    chartline connect list --json
    """
    with place.open() as office:
        rows = [
            {
                "name": one.name,
                "vendor": one.vendor,
                "enabled": one.enabled,
                "environment": one.options.get("environment", "production"),
                "capabilities": list(vendor(one.vendor).about.capabilities),
                "created": one.created,
                "id": one.id,
            }
            for one in office.connections()
        ]
    columns = ("name", "vendor", "enabled", "environment", "capabilities", "created", "id")
    empty = "No connections yet. Add one: chartline connect add VENDOR --name NAME (see: chartline connect vendors)"
    show(rows, columns, form, empty=empty, shown=columns[:-2])


@command.command("add")
@click.argument("vendor_name", metavar="VENDOR")
@click.option("--name", required=True, help="What the practice calls it.")
@OPTIONS
@SECRETS_FROM
@at_practice
def add(place: Place, vendor_name: str, name: str, options: tuple[str, ...], secrets_from: str | None) -> None:
    """Connect a vendor.

    Secrets are asked for without echo, or read with --secrets-from; the command line takes none. Nothing is stored
    unless the connector accepts what it was told. What it can do runs by itself from then on, as soon as a worker runs.

    \b
    chartline connect add claimmd --name "Claim.MD"
    chartline connect add advancedmd --name AdvancedMD \\
        --option office_key=999001 --option appname=EXAMPLE --option profile=1
    printf 'account_key=%s\\n' "$KEY" | chartline connect add claimmd --name "Claim.MD" --secrets-from -
    """
    facts_of = vendor(vendor_name)
    given = read_options(options, facts_of)
    with place.open() as office:
        secrets, services = ask_secrets(facts_of.about.credentials.secrets, secrets_from), office.services
        made, schedules = connecting.connect(
            services, office.organisation, office.actor, vendor_name, name, given, secrets, operator=True
        )
        writes = isinstance(services.connector(office.organisation, made), WritesFacts)
    click.echo(f"Connected. {len(schedules)} schedules run by themselves: {', '.join(schedules)}")
    click.echo(f'Next step: chartline connect test "{name}"')
    if writes:
        click.echo(f'Then link each provider: chartline connect link-provider "{name}" --npi NPI --profile ID')


@command.command("test")
@click.argument("name")
@told
@at_practice
def test(place: Place, name: str, form: Form) -> None:
    """Ask the vendor whether a connection works; costs calls of its budget. Exit code 1 when it does not.

    \b
    chartline connect test "Claim.MD"
    chartline connect test "Claim.MD" --json
    """
    with place.open() as office:
        connection = office.connection(name)
        health = connecting.test(office.services, office.organisation, office.actor, connection)
    if form is Form.JSON:
        show_object(health)
    elif health.ok:
        click.echo(f"It works. {health.say}")
        if health.do:
            click.echo(f"Next step: {health.do}")
    else:
        click.secho(f"{health.code or 'connect.test_failed'}: {health.say}", fg="red", err=True)
        click.echo(f"Next step: {health.do or 'Test it again in a minute.'}", err=True)
    sys.exit(0 if health.ok else 1)


@command.command("enable")
@click.argument("name")
@at_practice
def enable(place: Place, name: str) -> None:
    """Switch a connection on; its schedules run again, and what was missed counts as one run."""
    with place.open() as office:
        connection = office.connection(name)
        schedules = connecting.enable(office.services, office.organisation, office.actor, connection)
    click.echo(f"Switched on. {len(schedules)} schedules run.")


@command.command("disable")
@click.argument("name")
@at_practice
def disable(place: Place, name: str) -> None:
    """Switch a connection off: nothing is sent through it and its schedules wait. A call under way ends."""
    with place.open() as office:
        connecting.disable(office.services, office.organisation, office.actor, office.connection(name))
    click.echo(f'Switched off. Switch it on again: chartline connect enable "{name}"')


@command.command("set")
@click.argument("name")
@OPTIONS
@click.option("--unset", metavar="NAME", multiple=True, help="Take an option away, so that its default counts.")
@click.option("--secret", "asked", metavar="NAME", multiple=True, help="Ask for a new value of this secret.")
@SECRETS_FROM
@at_practice
def change(
    place: Place,
    name: str,
    options: tuple[str, ...],
    unset: tuple[str, ...],
    asked: tuple[str, ...],
    secrets_from: str | None,
) -> None:
    """Change options of a connection, or replace its secrets. Options that are not named stay.

    \b
    chartline connect set AdvancedMD --option profile=2 --unset column
    chartline connect set AdvancedMD --secret password
    chartline connect set "Claim.MD" --secrets-from new-key.txt
    """
    if not (options or unset or asked or secrets_from):
        raise click.UsageError("Say what to change: --option, --unset, --secret or --secrets-from.")
    with place.open() as office:
        connection, services = office.connection(name), office.services
        facts_of = vendor(connection.vendor)
        known = facts_of.about.credentials.secrets
        optional = facts_of.about.credentials.optional_secrets
        for one in asked:
            if one not in (*known, *optional):
                raise click.UsageError(f"The secrets of {connection.vendor} are {', '.join((*known, *optional))}.")
        given = read_options(options, facts_of)
        fresh = ask_secrets(asked or known, secrets_from, every=bool(asked)) if asked or secrets_from else {}
        connecting.change(
            services,
            office.organisation,
            office.actor,
            connection,
            options=given,
            unset=unset,
            secrets=fresh,
            operator=True,
        )
    click.echo(f'Changed. Next step: chartline connect test "{name}"')
    if fresh:
        click.echo("Workers and servers that run now use new secrets after a restart.")


@command.command("link-provider")
@click.argument("name")
@click.option("--npi", required=True, help="The provider's NPI, as the practice entered it.")
@click.option("--profile", required=True, metavar="ID", help="The vendor's id of the same person.")
@click.option("--replace", is_flag=True, help="Take away an older link of this provider first.")
@at_practice
def link_provider(place: Place, name: str, npi: str, profile: str, replace: bool) -> None:
    """Say which of the vendor's provider profiles is which provider of the practice.

    Visits and charges are sent under the linked profile.

    \b
    chartline connect link-provider AdvancedMD --npi 1999999984 --profile 3
    """
    with place.open() as office:
        connection = office.connection(name)
        with office.work() as work:
            provider = provider_by_npi(work, npi)
            if provider is None:
                raise NO_PROVIDER.error(npi=npi)
            if replace:
                unlink(work, connection.id, Kind.PROVIDER, provider.id)
            fresh = link(work, connection.id, Kind.PROVIDER, provider.id, profile)
            office.record(work, "provider.link", Target("provider", provider.id), connection=connection.id)
    click.echo("Linked." if fresh else "They were linked already.")


def _describe(chosen: Vendor) -> None:
    about = chosen.about
    click.echo(
        facts(
            [
                ("Connector", f"{about.name} ({about.title}, {about.kind})"),
                ("Can", about.capabilities),
                ("Environments", list(about.environments)),
                ("Secrets", about.credentials.secrets),
                ("Optional secrets", about.credentials.optional_secrets),
                ("Required options", about.credentials.required),
                ("Unverified operations", tuple(each.name for each in about.operations if each.unverified)),
            ]
        )
    )
    if about.credentials.defaults:
        click.echo("\nOptions with a default")
        click.echo(
            table([{"option": k, "default": v} for k, v in about.credentials.defaults.items()], ("option", "default"))
        )
    click.echo("\nCalls it may make")
    tiers = [
        {"tier": k, "in_peak_hours": v.in_words(peak=True), "else": v.in_words(peak=False)}
        for k, v in about.limits.tiers.items()
    ]
    click.echo(table(tiers, ("tier", "in_peak_hours", "else")))
