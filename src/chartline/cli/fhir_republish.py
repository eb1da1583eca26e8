"""``chartline fhir republish``: what billing publishes, made again from claims, remittances, checks and the ledger."""

from __future__ import annotations

import click

from chartline.cli.listing import Form, show_object
from chartline.cli.office import Place
from chartline.cli.options import at_practice, told


@click.command("republish")
@click.option("--check", is_flag=True, help="Only compare; exit with 1 when something is not as it should be.")
@told
@at_practice
def republish(place: Place, form: Form, check: bool) -> None:
    """Make again what billing publishes: claims and answers, eligibility, explanations, payments, accounts, invoices.

    All of it follows from the practice's claims, remittances, eligibility checks and ledger. What is right already
    stays as it is; the server may run meanwhile. Worth running once after an upgrade that publishes more.

    \b
    chartline fhir republish --check
    chartline fhir republish
    """
    from chartline.flows.republish import Republisher

    with place.open() as office:
        services = office.services
        done = Republisher(services.database, services.vault, services.records).run(
            office.organisation, store=not check
        )
        if not check:
            office.note("fhir.republish", changed=str(len(done.changed)))
    if form is Form.JSON:
        show_object({rtype: {"published": made, "changed": changed} for rtype, made, changed in done.counts()})
    else:
        for rtype, made, changed in done.counts():
            click.echo(f"{rtype:<30} {made:>8,} published {changed:>8,} {'wrong' if check else 'changed'}")
        if not done.made:
            click.echo("Nothing is published yet.")
    if check and done.changed:
        raise click.exceptions.Exit(1)
