"""Options that many commands share, and the services they open."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chartline.cli.listing import Form
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.settings import Settings, load_settings

if TYPE_CHECKING:
    from chartline.app.services import Services

F = TypeVar("F", bound=Callable[..., object])

NO_PRACTICE = ErrorKind(
    "cli.no_practice",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no practice yet.",
    "Create one with `chartline user create --practice NAME --email EMAIL`, or look at `chartline demo`.",
    status=404,
)
UNKNOWN_PRACTICE = ErrorKind(
    "cli.unknown_practice",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no practice of this name.",
    "`chartline user list` shows the practices of this installation; --data and --database choose another one.",
    status=404,
)
WHICH_PRACTICE = ErrorKind(
    "cli.which_practice",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There are several practices.",
    "Name one with --practice; `chartline user list` shows them.",
)


def installation(function: F) -> F:
    """``--config``, ``--data`` and ``--database``, handed on under these names."""
    function = click.option("--config", type=click.Path(dir_okay=False, exists=True), help="A settings file (TOML).")(
        function
    )
    function = click.option(
        "--data", type=click.Path(file_okay=False), help="Folder of the database file, keys and logs."
    )(function)
    return click.option("--database", metavar="URL", help="A PostgreSQL address instead of the embedded file.")(
        function
    )


def settings_of(config: str | None, data: str | None, database: str | None, **others: object) -> Settings:
    """Settings from the shared options and others. Raises ``settings.invalid``."""
    return load_settings(Path(config) if config else None, data=data, database=database, **others)


def installed(function: F) -> F:
    """The options of ``installation``, handed on as ``settings``."""

    @wraps(function)
    def gathered(*, config: str | None, data: str | None, database: str | None, **others: object) -> object:
        return function(settings=settings_of(config, data, database), **others)

    return installation(_named(gathered))


def at_practice(function: F) -> F:
    """The options of ``installation`` and ``--practice``, handed on as ``place``: an ``office.Place``."""

    @wraps(function)
    def gathered(*, settings: Settings, practice: str | None, **others: object) -> object:
        from chartline.cli.office import Place

        return function(place=Place(settings, practice), **others)

    chosen = click.option("--practice", metavar="NAME", help="The practice, when there are several.")
    return chosen(installed(_named(gathered)))


def listed(function: F) -> F:
    """``--json`` and ``--csv``, handed on as ``form``."""
    return _formed(function, csv=True)


def told(function: F) -> F:
    """``--json`` alone, handed on as ``form``."""
    return _formed(function, csv=False)


def limited(function: F) -> F:
    """``--limit``."""
    return click.option(
        "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many rows at most."
    )(function)


def _formed(function: F, *, csv: bool) -> F:
    @wraps(function)
    def gathered(*, as_json: bool, as_csv: bool = False, **others: object) -> object:
        if as_json and as_csv:
            raise click.UsageError("Choose one of --json and --csv.")
        return function(form=Form.JSON if as_json else Form.CSV if as_csv else Form.TEXT, **others)

    made = _named(gathered)
    if csv:
        made = click.option("--csv", "as_csv", is_flag=True, help="Print CSV, for a spreadsheet.")(made)
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for a script.")(made)


def _named(function: Any) -> Any:  # noqa: ANN401 - a decorated function keeps the type of the one it wraps
    return function


@contextmanager
def opened(settings: Settings, *, jobs: bool = False) -> Generator[Services, None, None]:
    """The services of an installation, its tables brought to this version, closed at the end.

    The engine's own tables are left to whoever runs ``jobs`` or puts them in line: the engine is slow to load.
    """
    from chartline.app.services import open_services
    from chartline.platform.database.migrations import migrate

    migrate(settings.database_url)
    if jobs:
        from chartline.platform.jobs.durable import migrate as migrate_engine

        migrate_engine(settings.database_url)
    services = open_services(settings)
    try:
        yield services
    finally:
        services.close()


def practice_of(services: Services, name: str | None) -> str:
    """The id of the practice named (by name or id), or of the only one.

    Raises ``cli.no_practice``, ``cli.unknown_practice``, ``cli.which_practice``.
    """
    known = services.access.organisations()
    if not known:
        raise NO_PRACTICE.error()
    chosen = [each for each in known if name in (None, each.name, each.id)]
    if not chosen:
        raise UNKNOWN_PRACTICE.error(known=str(len(known)))
    if len(chosen) > 1:
        raise WHICH_PRACTICE.error(known=str(len(chosen)))
    return chosen[0].id
