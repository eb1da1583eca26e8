"""``chartline x12``."""

from __future__ import annotations

import click

from chartline.cli.x12_ack import ack
from chartline.cli.x12_check import check
from chartline.cli.x12_copies import build, redact, split
from chartline.cli.x12_diff import diff
from chartline.cli.x12_explain import explain
from chartline.cli.x12_show import show
from chartline.cli.x12_stats import stats


@click.group("x12")
def command() -> None:
    """X12 files: read, check, explain, answer, compare and share them. Needs no installation and no network.

    Reads 270, 271, 276, 277, 277CA, 278, 820, 834, 835, 837P, 837I, 837D, 999, 997 and TA1 of version 5010, with any
    delimiters; 4010 files are counted and shown. FILE may be - for standard input.

    What names people, offices and accounts is masked unless --values is given.

    Exit codes for scripts: 0 clean, 1 problems (for diff: differences), 2 a file cannot be read.

    \b
    chartline x12 explain remit.835         what was paid, and why not more
    chartline x12 check claims.837          everything that is wrong, where, and what to do
    chartline x12 show claims.837 | less    every segment in plain words
    chartline x12 redact remit.835 -o share.835
    """


for one in (show, check, explain, ack, split, diff, redact, stats, build):
    command.add_command(one)
