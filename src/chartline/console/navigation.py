"""The rooms of the console, and which of them a principal may enter."""

from __future__ import annotations

from dataclasses import dataclass

from chartline.platform.access import Permission, Principal

_ANYONE = tuple(Permission)
_PEOPLE = (Permission.PROVIDER_READ, Permission.BILLING_VIEW)
_BILLING = (Permission.BILLING_VIEW,)
_DESK = (Permission.ADMIN, Permission.SYNC, Permission.BILLING_MANAGE, Permission.PROVIDER_READ)


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the navigation."""

    key: str
    name: str
    address: str
    permissions: tuple[Permission, ...]


ROOMS = (
    Room("today", "Today", "/", _ANYONE),
    Room("visits", "Visits", "/visits", _PEOPLE),
    Room("patients", "Patients", "/patients", _PEOPLE),
    Room("coverage", "Coverage", "/coverage", _PEOPLE),
    Room("claims", "Claims", "/claims", _BILLING),
    Room("rules", "Rules", "/rules", _BILLING),
    Room("remittances", "Remittances", "/remittances", _BILLING),
    Room("denials", "Denials", "/denials", _BILLING),
    Room("payments", "Payments", "/payments", _BILLING),
    Room("ledger", "Ledger", "/ledger", _BILLING),
    Room("reports", "Reports", "/reports", _BILLING),
    Room("sync", "Synchronisation", "/sync", _DESK),
    Room("conflicts", "Conflicts", "/conflicts", _PEOPLE),
    Room("exchanges", "Messages", "/exchanges", _DESK),
    Room("connections", "Connections", "/connections", _DESK),
    Room("settings", "Settings", "/settings", _ANYONE),
)


def open_rooms(principal: Principal) -> list[Room]:
    """The rooms that a principal may enter, in order."""
    return [room for room in ROOMS if any(principal.may(one) for one in room.permissions)]
