"""``chartline practice``."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import click
import msgspec

from chartline.cli.file_intake import UNREADABLE_FILE
from chartline.cli.listing import Form, facts, show, show_object, table
from chartline.cli.office import Place
from chartline.cli.options import at_practice, listed, told
from chartline.domains.codes import load_reference
from chartline.domains.practice.fees import load_fees as store_fees
from chartline.domains.practice.fees import read_fees
from chartline.domains.practice.problems import NO_PROVIDER, NOT_SET_UP
from chartline.domains.practice.providers import Provider, list_providers, provider_by_npi, save_provider
from chartline.domains.practice.settings import (
    BillingRoute,
    Practice,
    payer_routes,
    read_practice,
    save_payer_route,
    save_practice,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import derived_id
from chartline.platform.audit import Target
from chartline.platform.database import Work

NEEDED = ("name", "npi", "tax_id", "taxonomy", "street", "city", "state", "postal_code", "phone")
ROUTES = [one.value for one in BillingRoute]


@click.group("practice")
def command() -> None:
    """The practice as claims name it: its name and NPI, its providers, its fees, and which payer is billed how.

    \b
    chartline practice set --name "Juniper Hollow" --npi 1999999984 --tax-id 999999999 ...
    chartline practice add-provider --npi 1999999992 --family Invented --given Iris --taxonomy 103TC0700X
    chartline practice load-fees fees.csv
    chartline practice route 00123 practice_system
    """


@command.command("show")
@told
@at_practice
def show_practice(place: Place, form: Form) -> None:
    """Show the practice's settings, and the payers that are billed another way than the others."""
    with place.open() as office, office.read() as work:
        practice, routes = read_practice(work), payer_routes(work)
    if form is Form.JSON:
        show_object({**asdict(practice), "routes": routes})
        return
    click.echo(facts([(name.replace("_", " ").capitalize(), value) for name, value in asdict(practice).items()]))
    rows = [{"payer": payer, "billed_by": route.value} for payer, route in sorted(routes.items())]
    if rows:
        click.echo(f"\n{table(rows, ('payer', 'billed_by'))}")


@command.command("set")
@click.option("--name", help="Legal name, as the payers know it.")
@click.option("--npi", help="The practice's own (billing) NPI.")
@click.option("--tax-id", help="Nine digits.")
@click.option("--taxonomy", help="Taxonomy code, such as 103TC0700X.")
@click.option("--street")
@click.option("--unit")
@click.option("--city")
@click.option("--state", help="Two letters.")
@click.option("--postal-code", help="Five or nine digits.")
@click.option("--phone", help="Whom a payer may call.")
@click.option("--contact", help="Whom a payer may ask for.")
@click.option("--zone", help="Time zone of the office, such as America/Denver.")
@click.option("--default-route", type=click.Choice(ROUTES), help="How payers without a route of their own are billed.")
@click.option("--filing-days", type=click.IntRange(1), help="How long payers take claims for.")
@at_practice
def set_practice(place: Place, **given: str | int | None) -> None:
    """Enter the practice's settings, or change some. The first time all that claims need must be given.

    \b
    chartline practice set --name "Juniper Hollow" --npi 1999999984 --tax-id 999999999 --taxonomy 103TC0700X \\
        --street "1 Example Way" --city Testville --state UT --postal-code 84000 --phone 5555550100 \\
        --zone America/Denver
    chartline practice set --phone 5555550101
    """
    changes = {name: value for name, value in given.items() if value is not None}
    with place.open() as office, office.work() as work:
        known = _known(work)
        if known is None:
            missing = [f"--{name.replace('_', '-')}" for name in NEEDED if name not in changes]
            if missing:
                raise click.UsageError(f"The practice is not set up yet; give {', '.join(missing)} too.")
            # The diagnosis list that comes with the package: without it codes are checked by their shape alone.
            load_reference(work)
        practice = msgspec.convert({**(asdict(known) if known else {}), **changes}, Practice)
        save_practice(work, practice)
        office.record(work, "practice.set", Target("organisation", office.organisation))
    click.echo("Saved. Next step: chartline practice add-provider" if known is None else "Saved.")


@command.command("providers")
@listed
@at_practice
def providers(place: Place, form: Form) -> None:
    """List the people who render services."""
    with place.open() as office, office.read() as work:
        rows = [asdict(one) for one in list_providers(work, active_only=False)]
    columns = ("npi", "family", "given", "middle", "taxonomy", "active", "id")
    show(rows, columns, form, empty="No providers yet. Add one: chartline practice add-provider", shown=columns[:-1])


@command.command("add-provider")
@click.option("--npi", required=True)
@click.option("--family", required=True)
@click.option("--given", required=True)
@click.option("--middle", default="")
@click.option("--taxonomy", required=True, help="Taxonomy code, such as 103TC0700X.")
@at_practice
def add_provider(place: Place, npi: str, family: str, given: str, middle: str, taxonomy: str) -> None:
    """Add a rendering provider, or change the one with this NPI.

    \b
    chartline practice add-provider --npi 1999999992 --family Invented --given Iris --taxonomy 103TC0700X
    """
    with place.open() as office, office.work() as work:
        known = provider_by_npi(work, npi)
        identity = known.id if known else derived_id("provider", office.organisation, npi)
        provider = Provider(id=identity, npi=npi, family=family, given=given, middle=middle, taxonomy=taxonomy)
        save_provider(work, office.services.records, provider)
        office.record(work, "provider.save", Target("provider", identity))
    click.echo("Changed." if known else "Added. Link it to a practice system: chartline connect link-provider")


@command.command("retire-provider")
@click.option("--npi", required=True)
@at_practice
def retire_provider(place: Place, npi: str) -> None:
    """Keep a provider from being chosen from now on; add-provider brings it back."""
    with place.open() as office, office.work() as work:
        known = provider_by_npi(work, npi)
        if known is None:
            raise NO_PROVIDER.error(npi=npi)
        save_provider(work, office.services.records, replace(known, active=False))
        office.record(work, "provider.retire", Target("provider", known.id))
    click.echo("Retired.")


@command.command("load-fees")
@click.argument("file", type=click.Path(path_type=Path))
@at_practice
def load_fees(place: Place, file: Path) -> None:
    """Load fees from CSV with the columns procedure, amount, begin and, if wanted, end and payer_id.

    A fee over one with the same procedure, payer and begin takes its place; a wrong line loads nothing.

    \b
    procedure,amount,begin,end,payer_id
    90837,190.00,2026-01-01,,
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UNREADABLE_FILE.error(file=str(file)) from None
    with place.open() as office, office.work() as work:
        count = store_fees(work, read_fees(text))
        office.record(work, "fees.load", rows=str(count))
    click.echo(f"{count} fees loaded.")


@command.command("route")
@click.argument("payer")
@click.argument("route", type=click.Choice([*ROUTES, "default"]))
@at_practice
def route_payer(place: Place, payer: str, route: str) -> None:
    """Bill a payer through the practice system, or through a clearinghouse, or as all the others.

    PAYER is its electronic id, leading zeros kept.

    \b
    chartline practice route 00123 practice_system
    """
    with place.open() as office, office.work() as work:
        save_payer_route(work, payer, None if route == "default" else BillingRoute(route))
        office.record(work, "payer.route", Target("payer", payer[:64]), route=route)
    click.echo("Saved. Visits that are billed already stay as they are.")


def _known(work: Work) -> Practice | None:
    try:
        return read_practice(work)
    except ChartlineError as error:
        if error.problem.code != NOT_SET_UP.code:
            raise
        return None
