"""``chartline claim preview``: a claim as each connected clearinghouse would be sent it."""

from __future__ import annotations

import click

from chartline.cli.listing import Form, printable, show_object
from chartline.cli.office import Place
from chartline.cli.options import at_practice, told
from chartline.domains.claims.queries import find_claim
from chartline.flows.payloads import Payload, payloads
from chartline.platform.audit import Target


@click.command("preview")
@click.argument("claim", metavar="NUMBER|ID")
@click.option("--values", is_flag=True, help="Show the patient's own values; without it they are replaced.")
@told
@at_practice
def preview(place: Place, form: Form, claim: str, values: bool) -> None:
    """Show a claim as each connected clearinghouse would be sent it. Nothing is sent, and the look is audited.

    A segment that not every clearinghouse would get is marked with an asterisk. Without --values people, numbers and
    days are replaced, the same in every column.

    \b
    chartline claim preview C000123
    chartline claim preview C000123 --values --json
    """
    with place.open() as office:
        with office.read() as work:
            found = find_claim(work, claim)
        with office.showing("cli.claim.preview", Target("Claim", found.id)) as work:
            columns = payloads(office.services.ground, work, found.id, values=values)
    if form is Form.JSON:
        show_object([_as_json(one) for one in columns])
        return
    if not columns:
        click.echo("No connected clearinghouse shows what it would be sent. `chartline connect add` connects one.")
    for one in columns:
        _tell(one)


def _as_json(one: Payload) -> dict[str, object]:
    return {
        "connection": one.connection,
        "vendor": one.vendor,
        "address": one.address,
        "method": one.method,
        "media": one.media,
        "parts": dict(one.parts),
        "file": one.file_name,
        "segments": [{"text": line.text, "differs": line.differs} for line in one.lines],
        "problem": one.problem.as_json() if one.problem is not None else None,
    }


def _tell(one: Payload) -> None:
    click.echo(f"\n{printable(one.connection)} ({printable(one.vendor)})")
    if one.problem is not None:
        click.echo(f"  {one.problem.say} {one.problem.do}")
        return
    click.echo(f"  {one.method} {one.address}, {one.media}, {one.file_name}")
    for name, value in one.parts:
        click.echo(f"  {name}: {value}")
    for line in one.lines:
        click.echo(f"{'*' if line.differs else ' '} {printable(line.text)}")
