"""Opens connectors on recorded wires, for replays. No secret is taken from the vault: nothing could use one."""

from __future__ import annotations

from chartline.app.services import Services
from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.connect.wire import Credentials, Wire
from chartline.flows.replay import Replayed, replay
from chartline.kernel.sealed import Sealed


def replay_recorded(services: Services, organisation: str, identity: str) -> tuple[Replayed, ...]:
    """Replay a line of the sync log, or every line of an exchange, by its id; see ``flows.replay``."""
    return replay(services.ground, organisation, identity, _open)


def _open(connection: Connection, wire: Wire) -> object:
    known = vendor(connection.vendor)
    secrets = {name: Sealed("recorded") for name in known.about.credentials.secrets}
    return known.open(wire, Credentials(secrets, connection.options))
