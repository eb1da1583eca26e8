"""``chartline x12 ack``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.x12_copies import OUTPUT
from chartline.cli.x12_files import PROBLEMS, again_readable, one_file, told_or_read, written
from chartline.kernel.errors import Again, Blame, ErrorKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chartline.formats.x12.acknowledgement.claim_acknowledge import SubmittedClaim
    from chartline.formats.x12.check_result import CheckResult, InterchangeResult
    from chartline.formats.x12.envelope_writer import Envelope
    from chartline.formats.x12.source import Source

MIXED_CLAIMS = ErrorKind(
    "cli.mixed_claims",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The file holds claims of several kinds; a 277CA answers one kind.",
    "Split the file first: `chartline x12 split FILE -o FOLDER`.",
)


@click.command("ack")
@one_file
@click.option(
    "--999", "with_999", is_flag=True, help="A 999 for each group: what was wrong in which segment. The default."
)
@click.option("--ta1", "with_ta1", is_flag=True, help="A TA1 for each interchange: whether its envelope was right.")
@click.option(
    "--277ca", "with_277ca", is_flag=True, help="A 277CA for each 837: which claims were taken, which refused."
)
@click.option("-o", "--output", type=OUTPUT, help="Where the answers go; standard output when left out.")
@click.option(
    "--control",
    type=click.IntRange(1, 999_999_999),
    default=1,
    show_default=True,
    help="Control number of the first answer.",
)
@click.option("--at", type=click.DateTime(), help="Date and time of the answers; now (UTC) when left out.")
@told_or_read
def ack(
    file: Path,
    *,
    with_999: bool,
    with_ta1: bool,
    with_277ca: bool,
    output: Path | None,
    control: int,
    at: datetime | None,
) -> None:
    """Answer a file as a payer or clearinghouse would: TA1, 999 and 277CA, made from its check.

    Sender and receiver are turned round; every answer is an interchange of its own with the next control number. Keep
    account of the numbers yourself. Values that name people are not quoted in a 999.

    Exit code 0 when everything is accepted, 1 when something is rejected, 2 when the file cannot be read.

    \b
    chartline x12 ack claims.837 -o answer.999
    chartline x12 ack claims.837 --ta1 --999 --277ca --control 120 -o answers.x12
    """
    from chartline.formats.x12.check import check

    source = again_readable(file)
    result = check(source)
    answering = _Answering(source, result, at, control)
    if with_ta1:
        answering.interchanges()
    if with_999 or not (with_ta1 or with_277ca):
        answering.groups()
    if with_277ca:
        answering.claims()
    with written(output, file) as target:
        for answer in answering.answers:
            target.write(answer)
    if not answering.answers:
        click.echo("Nothing in the file asks for such an answer.", err=True)
    raise click.exceptions.Exit(PROBLEMS if result.has_errors else 0)


class _Answering:
    """Answers one after the other, each with the next control number."""

    def __init__(self, source: Source, result: CheckResult, at: datetime | None, control: int) -> None:
        from chartline.kernel.clock import SystemClock

        self._source = source
        self._result = result
        self._at = at or SystemClock().now()
        self._control = control
        self.answers: list[bytes] = []

    def interchanges(self) -> None:
        from chartline.formats.x12.acknowledgement import acknowledge_interchange

        for interchange in self._result.interchanges:
            self._keep(acknowledge_interchange(interchange, self._envelope(interchange)))

    def groups(self) -> None:
        from chartline.formats.x12.acknowledgement import acknowledge, find_claims

        places = find_claims(self._source)
        for interchange in self._result.interchanges:
            self._keep(acknowledge(interchange, self._envelope(interchange), places))

    def claims(self) -> None:
        from chartline.formats.x12.acknowledgement import acknowledge_claims, build_277ca

        claims = _claims(self._source, self._result)
        if not claims:
            return
        reference = f"{self._at:%Y%m%d}{self._control}"
        answers = acknowledge_claims(self._source, self._result, claims, at=self._at, reference=reference)
        if answers:
            # The answer repeats ids of the file as they were sent, and one of them may be what was wrong.
            envelope = self._envelope(self._result.interchanges[0])
            self._keep(build_277ca(answers, envelope, unchecked=True))

    def _envelope(self, interchange: InterchangeResult) -> Envelope:
        from chartline.formats.x12.acknowledgement import reply_envelope

        return reply_envelope(interchange, self._at, self._control)

    def _keep(self, answer: bytes | None) -> None:
        if answer is not None:
            self.answers.append(answer)
            self._control += 1


def _claims(source: Source, result: CheckResult) -> Sequence[SubmittedClaim]:
    """The claims of a file, all of one kind. Raises ``cli.mixed_claims`` and what their reader raises."""
    kinds = {transaction.guide[:10] for transaction in result.transactions if transaction.set_id == "837"}
    if len(kinds) > 1:
        raise MIXED_CLAIMS.error(guides=", ".join(sorted(kinds)))
    if "005010X223" in kinds:
        from chartline.formats.x12.institutional_claim import read_837i

        return read_837i(source)
    if "005010X224" in kinds:
        from chartline.formats.x12.dental_claim import read_837d

        return read_837d(source)
    if kinds:
        from chartline.formats.x12.professional_claim import read_837p

        return read_837p(source)
    return []
