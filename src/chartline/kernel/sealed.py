"""Patient values and secrets travel sealed: they cannot be printed, logged, serialised or put in a message.

A ``Sealed`` value is opened only by ``reveal(purpose)``; every opening is reported to the observers, which is how
the audit trail learns of it. Refuses ``str()``, ``format()``, ``bytes()``, iteration, pickling and truth tests.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Purpose(StrEnum):
    """Why a sealed value was opened (45 CFR 164.501 names treatment, payment and operations)."""

    EXCHANGE = "exchange"
    """To send it to a party the practice is connected with."""
    STORE = "store"
    """To put it, encrypted, into the database."""
    MATCH = "match"
    """To compare it with another value."""
    SHOW = "show"
    """To show it to a signed-in person."""
    AUTHENTICATE = "authenticate"
    """To prove who we are to a vendor."""


Observer = Callable[[Purpose], None]
_observers: list[Observer] = []


def observe_reveals(observer: Observer) -> Callable[[], None]:
    """Call ``observer`` at each opening; returns a function that stops it."""
    _observers.append(observer)
    return lambda: _observers.remove(observer)


class SealedLeak(TypeError):
    """A sealed value was about to become readable by accident."""


class Sealed(Generic[T]):
    """A value that only ``reveal`` makes readable. Equal when the contents are equal."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self, purpose: Purpose) -> T:
        """The value itself; the opening is audited."""
        for observer in _observers:
            observer(purpose)
        return self._value

    def map(self, function: Callable[[T], U]) -> Sealed[U]:
        """A sealed result of a pure function; nothing leaves the seal."""
        return Sealed(function(self._value))

    def present(self) -> bool:
        """Whether there is a value at all (neither None nor empty)."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sealed):
            return NotImplemented
        if isinstance(self._value, str) and isinstance(other._value, str):
            return hmac.compare_digest(self._value.encode(), other._value.encode())
        return bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash((Sealed, self._value))

    def __repr__(self) -> str:
        return "Sealed(…)"

    def _refuse(self, *_: object) -> NoReturn:
        raise SealedLeak("a sealed value must be opened with reveal(purpose)")

    __str__ = __format__ = __bytes__ = __iter__ = __bool__ = __len__ = __reduce__ = __reduce_ex__ = _refuse  # type: ignore[assignment]


class Masked:
    """Base for values full of patient data (an 837 model, a vendor message): the repr names only the type."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} masked>"

    __str__ = __repr__
