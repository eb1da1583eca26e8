"""What an installation can set: a TOML file, then ``CHARTLINE_*`` environment variables over it.

Refuses unknown keys, so that a misspelt setting is an error and not a silent default. Secrets are not settings:
they live in the vault.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import msgspec

from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_SETTINGS = ErrorKind(
    "settings.invalid",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A setting is unknown or has the wrong type.",
    "Correct the settings file or CHARTLINE_ variable named in the fields; docs/reference/settings.md lists them.",
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set. Times are in seconds, ports are TCP ports on ``host``."""

    data: str = "data"
    """Folder for the database file, the key file and logs."""
    database: str = ""
    """SQLAlchemy URL; empty means one SQLite file in ``data``."""
    host: str = "127.0.0.1"
    """Address the web server listens on. Put a proxy with TLS in front of anything but loopback."""
    port: int = 8400
    """Port the web server listens on; 0 lets the system choose."""
    clock: str = ""
    """A shared clock file of the sandbox; empty means the system clock."""
    log_level: str = "info"
    """debug, info, warning or error."""
    worker_threads: int = 12
    """Jobs that one worker process runs at the same time, at most."""
    poll_seconds: float = 0.1
    """How often a worker looks for queued jobs (real seconds)."""
    heartbeat_seconds: float = 1.0
    """How often a worker gives a sign of life (real seconds)."""
    dead_after_seconds: float = 6.0
    """A worker silent for so long is taken over by a living one (real seconds)."""
    http_timeout_seconds: float = 60.0
    """How long a vendor may take to answer (real seconds); eligibility can take tens of seconds."""
    vendor_hosts: tuple[str, ...] = ()
    """Extra hosts a connector may speak to, beside the vendor's own: simulators, for example ``127.0.0.1``."""

    fhir_base: str = ""
    """The FHIR server's address as its clients see it (``https://host/fhir/R4``); empty takes it from each request."""
    fhir_update_as_create: bool = True
    """Whether a FHIR client may choose the id of a new resource (PUT to an id that is not there)."""
    fhir_body_bytes: int = 50_000_000
    """The largest body of a FHIR request, in bytes."""
    fhir_bundle_entries: int = 5000
    """The most entries of a FHIR batch or transaction."""
    fhir_delete_most: int = 1000
    """The most resources that one conditional DELETE may delete."""

    @property
    def data_path(self) -> Path:
        """The data folder as a path."""
        return Path(self.data)

    @property
    def database_url(self) -> str:
        """The URL of the database, also when it is the embedded one."""
        return self.database or f"sqlite:///{(self.data_path / 'chartline.db').absolute()}"

    @property
    def embedded(self) -> bool:
        """Whether everything runs on the one SQLite file."""
        return self.database_url.startswith("sqlite")


def load_settings(file: Path | None = None, **overrides: object) -> Settings:
    """Defaults, then the TOML file, then the environment, then ``overrides`` (from the command line).

    Raises ``settings.invalid``.
    """
    values: dict[str, object] = {}
    if file is not None:
        try:
            values.update(tomllib.loads(file.read_text()))
        except (OSError, tomllib.TOMLDecodeError):
            raise BAD_SETTINGS.error(setting="file") from None
    for name in Settings.__struct_fields__:
        text = os.environ.get(f"CHARTLINE_{name.upper()}")
        if text is not None:
            values[name] = tuple(text.split(",")) if name == "vendor_hosts" else text
    values.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as problem:
        # msgspec names the key and the type, never the value.
        raise BAD_SETTINGS.error(setting=str(problem)) from None
