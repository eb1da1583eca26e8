"""What a field can hold when a person types it: checked field by field, and brought to the form that is stored.

Only values that somebody makes up here are checked; what a system said is taken as it is. Refuses empty values: a
field is not blanked at a vendor, so emptying it on both sides is not something that can be decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

from chartline.connect.facts import Relationship, VisitStatus
from chartline.domains.identity.names import phone_digits
from chartline.domains.sync.fields import PHONES, Kind, status_of
from chartline.kernel.money import Money

STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP".split()
)
"""States, the district, territories, and the armed forces' own (USPS publication 28, appendix B)."""
OLDEST = date(1880, 1, 1)
"""Nobody living was born before."""
_LONGEST = 120
_ZIP = re.compile(r"(\d{5})-?(\d{4})?")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_NUMBER = re.compile(r"[A-Za-z0-9_.-]+")
_PRINTED = re.compile(r"[^\x00-\x1f\x7f]+")


def fitting(kind: Kind, field: str, text: str, today: date) -> str:
    """The value as it is stored. Raises ValueError, without the value, when the field cannot hold it."""
    plain = " ".join(text.split())
    if not plain or len(plain) > _LONGEST or not _PRINTED.fullmatch(plain):
        raise ValueError(f"not a value for {field}")
    check = _CHECKS.get((kind, field))
    if check is None:
        return plain
    try:
        fit = check(plain)
    except (ValueError, ArithmeticError):
        raise ValueError(f"not a value for {field}") from None
    if field == "birth_date" and not OLDEST <= date.fromisoformat(fit) <= today:
        raise ValueError(f"not a value for {field}")
    return fit


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _phone(text: str) -> str:
    if not 7 <= len(phone_digits(text)) <= 15:
        raise ValueError
    return text


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return check


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return check


def _state(text: str) -> str:
    if text.upper() not in STATES:
        raise ValueError
    return text.upper()


def _zip(text: str) -> str:
    found = _ZIP.fullmatch(text)
    if found is None:
        raise ValueError
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def _sex(text: str) -> str:
    return _one_of("M", "F", "U")(text.upper())


def _money(text: str) -> str:
    amount = Money.parse(text)
    if amount.minor < 0:
        raise ValueError
    return amount.text()


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC).isoformat()


def _minutes(text: str) -> str:
    if not 0 < int(text) <= 24 * 60:
        raise ValueError
    return str(int(text))


def _visit_state(text: str) -> str:
    state, detail = status_of(text)
    if state is VisitStatus.OTHER or (detail and not _NUMBER.fullmatch(detail)):
        raise ValueError
    return text


_CHECKS: dict[tuple[Kind, str], Callable[[str], str]] = {
    **{(Kind.PATIENT, name): _phone for name in PHONES},
    (Kind.PATIENT, "birth_date"): _day,
    (Kind.PATIENT, "sex"): _sex,
    (Kind.PATIENT, "email"): _matching(_EMAIL),
    (Kind.PATIENT, "state"): _state,
    (Kind.PATIENT, "postal_code"): _zip,
    (Kind.PATIENT, "chart"): _matching(_NUMBER),
    (Kind.PATIENT, "responsible_party"): _matching(_NUMBER),
    (Kind.COVERAGE, "payer_id"): _matching(_NUMBER),
    (Kind.COVERAGE, "carrier"): _matching(_NUMBER),
    (Kind.COVERAGE, "order"): _one_of("1", "2", "3"),
    (Kind.COVERAGE, "relationship"): _one_of(*(one.value for one in Relationship)),
    (Kind.COVERAGE, "begin"): _day,
    (Kind.COVERAGE, "end"): _day,
    (Kind.COVERAGE, "copay"): _money,
    (Kind.VISIT, "start"): _moment,
    (Kind.VISIT, "minutes"): _minutes,
    (Kind.VISIT, "status"): _visit_state,
    **{(Kind.VISIT, name): _matching(_NUMBER) for name in ("provider", "column", "facility")},
}
"""Fields that hold more than words."""
