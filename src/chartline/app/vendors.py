"""The connectors of this installation: the ones we ship, and those that others register as entry points.

Refuses a registered connector that takes the name of one of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol

from chartline.connect.about import About, read_about
from chartline.connect.wire import Credentials, Wire
from chartline.kernel.errors import Again, Blame, ErrorKind

GROUP = "chartline.connectors"
SHIPPED = ("chartline.connectors.advancedmd", "chartline.connectors.claimmd", "chartline.connectors.core")

UNKNOWN_VENDOR = ErrorKind(
    "connect.unknown_vendor",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no connector of this name.",
    "`chartline connect vendors` lists the connectors that are installed.",
    status=404,
)


class Factory(Protocol):
    """What a connector's package offers in its ``connector`` module as ``Connector``."""

    def __call__(self, wire: Wire, credentials: Credentials) -> object:
        """Open the connector."""
        ...


@dataclass(frozen=True, slots=True)
class Vendor:
    """One installed connector."""

    package: str
    about: About

    def open(self, wire: Wire, credentials: Credentials) -> object:
        """The connector, bound to a wire."""
        factory: Factory = import_module(f"{self.package}.connector").Connector
        return factory(wire, credentials)


@cache
def vendors() -> dict[str, Vendor]:
    """Every installed connector by name."""
    packages = [*SHIPPED, *(point.value for point in entry_points(group=GROUP))]
    found: dict[str, Vendor] = {}
    for package in packages:
        about = read_about(package)
        if about.name in found:
            raise ValueError(f"two connectors are called {about.name}")
        found[about.name] = Vendor(package, about)
    return found


def vendor(name: str) -> Vendor:
    """One connector. Raises ``connect.unknown_vendor``."""
    try:
        return vendors()[name]
    except KeyError:
        raise UNKNOWN_VENDOR.error(vendor=name) from None


def load_connectors() -> None:
    """Import every connector now. A process that explains problems needs it, for each connector declares its own."""
    for one in vendors().values():
        import_module(f"{one.package}.connector")
