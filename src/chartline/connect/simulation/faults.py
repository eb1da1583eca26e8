"""Faults on demand: the next calls of an operation fail in a chosen way, a chosen number of times."""

from __future__ import annotations

import msgspec

from chartline.connect.simulation.web import Answer


class Fault(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How a call fails.

    ``kind`` is ``delay`` (of ``seconds``), ``drop`` (the work is done, the answer lost), ``refuse`` (status
    ``status`` before any work), ``cut`` (the answer stops half way), ``html`` (a gateway's error page with 502,
    before any work), ``empty`` (200 and no body, work done).
    """

    operation: str
    kind: str
    times: int = 1
    seconds: float = 0.0
    status: int = 500


class Faults:
    """The faults still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in line."""
        self._waiting.append(fault)

    def waiting(self) -> list[Fault]:
        """The faults that have not struck as often as they were ordered to."""
        return list(self._waiting)

    def take(self, operation: str) -> Fault | None:
        """The fault for this call, if one is waiting; ``*`` waits for any operation."""
        for fault in self._waiting:
            if fault.operation.lower() in (operation.lower(), "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


def before_work(fault: Fault | None) -> Answer | None:
    """The answer of a fault that strikes before the vendor does anything, else None."""
    if fault is None:
        return None
    if fault.kind == "refuse":
        return Answer(fault.status, b"")
    if fault.kind == "html":
        page = b"<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
        return Answer(502, page, "text/html")
    return None


def after_work(fault: Fault | None, answer: Answer) -> Answer:
    """Spoil an answer whose work is done."""
    if fault is None:
        return answer
    if fault.kind == "delay":
        answer.delay = fault.seconds
    elif fault.kind == "drop":
        answer.drop = True
    elif fault.kind == "cut":
        answer.cut = len(answer.body) // 2
    elif fault.kind == "empty":
        answer.body = b""
    return answer
