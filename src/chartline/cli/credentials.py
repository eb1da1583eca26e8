"""How options and secrets of a connection are entered at the command line.

Secrets are asked for without echo or read from a file or standard input, never taken from the command line, where the
shell's history and every process of the machine would see them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from chartline.app.vendors import Vendor
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Sealed

BAD_SECRETS = ErrorKind(
    "cli.bad_secrets",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The secrets cannot be read.",
    "Give one `name=value` a line, with the names that `chartline connect vendors VENDOR` lists.",
)


def read_options(pairs: Sequence[str], vendor: Vendor) -> dict[str, str]:
    """``name=value`` options. Raises a usage error for another form, and for a secret among them."""
    options: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip()
        if name in (*vendor.about.credentials.secrets, *vendor.about.credentials.optional_secrets):
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
