"""How options and secrets of a connection are entered and checked before anything is stored.

Secrets are asked for without echo or read from a file or standard input, never taken from the command line, where the
shell's history and every process of the machine would see them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from chartline.app.vendors import Vendor
from chartline.connect.wire import Call, Credentials
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Sealed

NO_ENVIRONMENT = ErrorKind(
    "cli.unknown_environment",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The vendor has no such environment.",
    "Set the option environment to one of those named in the fields, or leave it out.",
)
BAD_SECRETS = ErrorKind(
    "cli.bad_secrets",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The secrets cannot be read.",
    "Give one `name=value` a line, with the names that `chartline connect vendors VENDOR` lists.",
)
NOT_SENT = ErrorKind(
    "cli.not_sent",
    Blame.US,
    Again.NEVER,
    "A connector tried to call its vendor while its options were checked.",
    "Tell its author: opening a connector must call nobody.",
    status=500,
)


class Unplugged:
    """A wire that leads nowhere: a connector that opens on it has the options it needs, and nobody was called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def clock(self) -> Clock:
        """The installation's clock."""
        return self._clock

    def send(self, call: Call) -> Refused:
        """Refuse."""
        return Refused(NOT_SENT.problem(operation=call.operation))

    def remember(self, name: str, value: Sealed[str]) -> None:
        """Keep nothing."""

    def recall(self, name: str) -> Sealed[str] | None:
        """Nothing is kept."""
        return None

    def forget(self, name: str) -> None:
        """Nothing is kept."""


def check_credentials(vendor: Vendor, credentials: Credentials, clock: Clock) -> None:
    """See that a connector opens with these. Raises ``cli.unknown_environment`` and the connector's own errors."""
    known = vendor.about.environments
    if credentials.options.get("environment", "production") not in known:
        raise NO_ENVIRONMENT.error(known=", ".join(known))
    vendor.open(Unplugged(clock), credentials)


def read_options(pairs: Sequence[str], vendor: Vendor) -> dict[str, str]:
    """``name=value`` options. Raises a usage error for another form, and for a secret among them."""
    options: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip()
        if name in vendor.about.credentials.secrets:
            raise click.UsageError(
                f"{name} is a secret: leave it out and it is asked for, or use --secrets-from. "
                "What was just typed may stand in your shell's history; change it."
            )
        if not equals or not name:
            # The text is not repeated: it may be a secret with its name forgotten.
            raise click.UsageError("An option is written name=value, for example --option environment=production.")
        options[name] = value.strip()
    return options


def ask_secrets(names: Sequence[str], file: str | None, *, every: bool = True) -> dict[str, Sealed[str]]:
    """The secrets of these names: from a file (``-`` is standard input), or asked for without echo.

    A file must hold ``every`` one of them, or may hold some. Raises ``cli.bad_secrets``.
    """
    if file is None:
        return {name: Sealed(click.prompt(name, hide_input=True, type=str)) for name in names}
    secrets = read_secrets(_read(file))
    if not set(secrets) <= set(names):
        # What is unknown is not repeated: a secret may stand where its name should.
        raise BAD_SECRETS.error(known=", ".join(names))
    missing = [name for name in names if name not in secrets]
    if missing and (every or not secrets):
        raise BAD_SECRETS.error(missing=", ".join(missing))
    return secrets


def read_secrets(text: str) -> dict[str, Sealed[str]]:
    """``name=value`` lines; empty ones and those that start with # are left out. Raises ``cli.bad_secrets``."""
    secrets: dict[str, Sealed[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not value:
            raise BAD_SECRETS.error(line=str(number))
        secrets[name.strip()] = Sealed(value)
    return secrets


def _read(file: str) -> str:
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BAD_SECRETS.error(file="it cannot be opened as text") from None
