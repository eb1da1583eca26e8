"""The coded facts of an institutional claim (HI): diagnoses, procedures, occurrences, values.

Codes as sent, without dots. Lists of the bill form's committee are not ours to ship: nothing is looked up.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.record import Record


class Diagnosis(Record, frozen=True, gc=False):
    """An ICD-10-CM code; ``present_on_admission`` is ``Y``, ``N``, ``U`` unknown, ``W`` undetermined, or empty."""

    code: str
    present_on_admission: str = ""


class Procedure(Record, frozen=True, gc=False):
    """An ICD-10-PCS code and its day."""

    code: str
    day: date


class Occurrence(Record, frozen=True, gc=False):
    """Something that happened on a day."""

    code: str
    day: date


class OccurrenceSpan(Record, frozen=True, gc=False):
    """Something that lasted from a day to a day."""

    code: str
    first: date
    last: date


class ValueAmount(Record, frozen=True, gc=False):
    """A value code with its amount, which is money for some codes and a count for others."""

    code: str
    amount: Decimal
