"""Options that many commands share, and the services they open."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.settings import Settings, load_settings

if TYPE_CHECKING:
    from chartline.app.services import Services

F = TypeVar("F", bound=Callable[..., object])

WHICH_PRACTICE = ErrorKind(
    "cli.which_practice",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no practice yet, or there are several.",
    "Create one with `chartline user create`, or name one with --practice; `chartline user list` shows them.",
)


def installation(function: F) -> F:
    """``--config``, ``--data`` and ``--database``, handed on as ``settings``."""

    def gather(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
        context.ensure_object(dict)
        return value

    function = click.option(
        "--config", type=click.Path(dir_okay=False, exists=True), callback=gather, help="A settings file (TOML)."
    )(function)
    function = click.option(
        "--data", type=click.Path(file_okay=False), callback=gather, help="Folder of the database file, keys and logs."
    )(function)
    return click.option(
        "--database", metavar="URL", callback=gather, help="A PostgreSQL address instead of the embedded file."
    )(function)


def settings_of(config: str | None, data: str | None, database: str | None, **others: object) -> Settings:
    """Settings from the shared options and others. Raises ``settings.invalid``."""
    return load_settings(Path(config) if config else None, data=data, database=database, **others)


@contextmanager
def opened(settings: Settings) -> Generator[Services, None, None]:
    """The services of an installation, migrated, closed at the end."""
    from chartline.app.services import open_services
    from chartline.app.upgrade import upgrade

    upgrade(settings)
    services = open_services(settings)
    try:
        yield services
    finally:
        services.close()


def practice_of(services: Services, name: str | None) -> str:
    """The id of the practice named (by name or id), or of the only one. Raises ``cli.which_practice``."""
    known = services.access.organisations()
    chosen = [each for each in known if name in (None, each.name, each.id)]
    if len(chosen) != 1:
        raise WHICH_PRACTICE.error(known=str(len(known)))
    return chosen[0].id
