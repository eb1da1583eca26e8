"""``chartline claim hold``, ``release``, ``void`` and the other acts on one claim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from chartline.cli.claim_text import tell_findings
from chartline.cli.listing import Form, show_object
from chartline.cli.office import Office, Place
from chartline.cli.options import at_practice, told
from chartline.domains.claims import Claim, Correction, Severity, findings_of, read_claim
from chartline.domains.claims.acts import Act
from chartline.domains.claims.ending import ClosedReason
from chartline.domains.claims.queries import find_claim
from chartline.flows import claim_desk, claim_paper, secondary
from chartline.flows.ground import Ground
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

_NUMBER = click.argument("claim", metavar="NUMBER|ID")


@click.command("hold")
@_NUMBER
@click.argument("reason")
@told
@at_practice
def hold(place: Place, form: Form, claim: str, reason: str) -> None:
    """Hold a claim back; REASON is a few words without patient values.

    \b
    chartline claim hold C000123 "waits for the referral"
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.hold(*_who(office), one, reason), "held")


@click.command("release")
@_NUMBER
@told
@at_practice
def release(place: Place, form: Form, claim: str) -> None:
    """Let a held claim go.

    \b
    chartline claim release C000123
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.release(*_who(office), one), "released")


@click.command("void")
@_NUMBER
@click.option("--reason", default="", help="Why, as a code or a few words without patient values.")
@click.option("--undo", is_flag=True, help="Call a void off that no payer has taken in.")
@told
@at_practice
def void(place: Place, form: Form, claim: str, reason: str, undo: bool) -> None:
    """Ask the payer to void a claim that it has. The charge is taken back in the ledger at once.

    \b
    chartline claim void C000123 --reason "wrong patient"
    chartline claim void C000123 --undo
    """
    with place.open() as office:
        if undo:
            _done(office, form, claim, lambda one: claim_desk.undo_void(*_who(office), one), "not voided any more")
        else:
            _done(office, form, claim, lambda one: claim_desk.void(*_who(office), one, reason), "being voided")


@click.command("replace")
@_NUMBER
@click.option("--member-id", help="Member id as on the card.")
@click.option("--place", "place_of_service", metavar="CODE", help="Place of service.")
@click.option("--authorization", metavar="NUMBER", help="Prior authorization number; empty takes it away.")
@click.option("--referral", metavar="NUMBER", help="Referral number; empty takes it away.")
@told
@at_practice
def replace(
    place: Place,
    form: Form,
    claim: str,
    member_id: str | None,
    place_of_service: str | None,
    authorization: str | None,
    referral: str | None,
) -> None:
    """Replace a claim that the payer has with a changed version (frequency 7). What is not named stays.

    \b
    chartline claim replace C000123 --authorization PA12345
    """
    change = Correction(
        member_id=Sealed(member_id) if member_id else None,
        place_of_service=place_of_service,
        prior_authorization=authorization,
        referral=referral,
    )
    with place.open() as office:

        def does(one: str) -> object:
            claim_desk.require(office.services.ground, office.organisation, one, Act.REPLACE)
            return claim_desk.change(*_who(office), one, change)

        _done(office, form, claim, does, "replaced by a new version")


@click.command("resubmit")
@_NUMBER
@told
@at_practice
def resubmit(place: Place, form: Form, claim: str) -> None:
    """Send a claim again as it is: an original when no payer took it in, else a replacement.

    \b
    chartline claim resubmit C000123
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.send_again(*_who(office), one), "to be sent again")


@click.command("submit")
@_NUMBER
@told
@at_practice
def submit(place: Place, form: Form, claim: str) -> None:
    """Check a claim and send it in a file of its own, without waiting for the next one.

    \b
    chartline claim submit C000123
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.submit(*_who(office), one), "in a file on its way")


@click.command("cancel")
@_NUMBER
@told
@at_practice
def cancel(place: Place, form: Form, claim: str) -> None:
    """Cancel a claim that no payer has; its charge is taken back in the ledger.

    \b
    chartline claim cancel C000123
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.cancel(*_who(office), one), "cancelled")


@click.command("close")
@_NUMBER
@click.option(
    "--reason",
    type=click.Choice([one.value for one in ClosedReason]),
    default=ClosedReason.PAID.value,
    show_default=True,
    help="Why nothing more is expected.",
)
@told
@at_practice
def close(place: Place, form: Form, claim: str, reason: str) -> None:
    """Close a claim on which insurance owes nothing any more.

    \b
    chartline claim close C000123 --reason written_off
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.close(*_who(office), one, ClosedReason(reason)), "closed")


@click.command("reopen")
@_NUMBER
@told
@at_practice
def reopen(place: Place, form: Form, claim: str) -> None:
    """Open a closed or cancelled claim again.

    \b
    chartline claim reopen C000123
    """
    with place.open() as office:
        _done(office, form, claim, lambda one: claim_desk.reopen(*_who(office), one), "open again")


@click.command("next-payer")
@_NUMBER
@told
@at_practice
def next_payer(place: Place, form: Form, claim: str) -> None:
    """Claim from the patient's next coverage what this claim's payer left to the patient.

    \b
    chartline claim next-payer C000123
    """
    with place.open() as office:
        passed = secondary.pass_claim_on(*_who(office), _find(office, claim).id)
        _tell(office, form, passed.claim, "the claim to the next payer")


@click.command("paper")
@_NUMBER
@click.option("--data-only", is_flag=True, help="Leave the form out, for paper on which it is printed already.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder.")
@at_practice
def paper(place: Place, claim: str, data_only: bool, folder: Path) -> None:
    """Write a claim as PDF (CMS-1500 or UB-04), named after its number and version. The look is audited.

    \b
    chartline claim paper C000123 --to outbox
    """
    with place.open() as office:
        found = _find(office, claim)
        with office.showing("cli.claim.paper", Target("Claim", found.id)) as work:
            printed = claim_paper.print_claim(office.services.ground, work, found.id, data_only=data_only)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / printed.name
        target.write_bytes(printed.content.reveal(Purpose.SHOW))
    click.echo(str(target))


def _done(office: Office, form: Form, named: str, does: Callable[[str], object], words: str) -> None:
    found = _find(office, named)
    does(found.id)
    _tell(office, form, found.id, words)


def _tell(office: Office, form: Form, claim: str, words: str) -> None:
    with office.read() as work:
        present = read_claim(work, claim)
        findings = findings_of(work, claim)
    wrong = [one for one in findings if one.severity is Severity.ERROR]
    if form is Form.JSON:
        show_object(
            {"number": present.number, "version": present.version, "word": present.word.value, "findings": findings}
        )
        return
    click.echo(f"{present.number}: {words}, version {present.version}, {present.word.value.replace('_', ' ')}.")
    if wrong:
        tell_findings(wrong)


def _find(office: Office, named: str) -> Claim:
    with office.read() as work:
        return find_claim(work, named)


def _who(office: Office) -> tuple[Ground, str, str]:
    return office.services.ground, office.organisation, office.actor


COMMANDS = (hold, release, void, replace, resubmit, submit, cancel, close, reopen, next_payer, paper)
