"""Every REST call the simulator answers, below ``/api/`` and ``/ehr-api/`` (vendor sheet 9.7, 9.9, 9.10)."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator import note_reading, openings, payment_rest, scheduler
from chartline.connectors.advancedmd.simulator.rest import Route
from chartline.connectors.advancedmd.simulator.values import number

ROUTES: dict[str, tuple[str, bool]] = {
    "scheduler.appointments": ("GET scheduler/appointments", False),
    "scheduler.book": ("POST scheduler/Appointments", False),
    "scheduler.cancel": ("PUT scheduler/appointments/{id}/cancel", False),
    "scheduler.move": ("PUT scheduler/appointments/{id}", True),
    "scheduler.noshow": ("PUT scheduler/appointments/{id}/noshow", True),
    "scheduler.blockholds": ("GET scheduler/blockholds", False),
    "scheduler.openings": ("POST scheduler/Columns/openings", False),
    "payments.add": ("POST payments", True),
    "payments.codes": ("GET payments/codes", True),
    "payments.accounts": ("GET payment/accounts", False),
    "cards.list": ("GET creditcardsonfile", False),
    "cards.add": ("POST creditcardsonfile", False),
    "notes.list": ("GET clinicalnotes/notes", False),
}
"""Name -> method and path, and whether the call rests on a placeholder [O]. Faults and counters use the name."""


def route(surface: str, method: str, parts: list[str]) -> Route | None:
    """The route of a path below a REST root; segments are matched without regard to case."""
    match [surface, method, *[part.lower() for part in parts]]:
        case ["api", "GET", "scheduler", "appointments"]:
            return Route("scheduler.appointments", scheduler.appointments)
        case ["api", "POST", "scheduler", "appointments"]:
            return Route("scheduler.book", scheduler.book)
        case ["api", "PUT", "scheduler", "appointments", value]:
            return Route("scheduler.move", scheduler.move, number(value, "") or 0)
        case ["api", "PUT", "scheduler", "appointments", value, "cancel"]:
            return Route("scheduler.cancel", scheduler.cancel, number(value, "") or 0)
        case ["api", "PUT", "scheduler", "appointments", value, "noshow"]:
            return Route("scheduler.noshow", scheduler.no_show, number(value, "") or 0)
        case ["api", "GET", "scheduler", "blockholds"]:
            return Route("scheduler.blockholds", openings.block_holds)
        case ["api", "POST", "scheduler", "columns", "openings"]:
            return Route("scheduler.openings", openings.openings)
        case ["api", "POST", "payments"]:
            return Route("payments.add", payment_rest.add)
        case ["api", "GET", "payments", "codes"]:
            return Route("payments.codes", payment_rest.codes)
        case ["api", "GET", "payment", "accounts"]:
            return Route("payments.accounts", payment_rest.accounts)
        case ["api", "GET", "creditcardsonfile"]:
            return Route("cards.list", payment_rest.cards)
        case ["api", "POST", "creditcardsonfile"]:
            return Route("cards.add", payment_rest.add_card)
        case ["ehr-api", "GET", "clinicalnotes", "notes"]:
            return Route("notes.list", note_reading.notes_of_patient)
        case _:
            return None
