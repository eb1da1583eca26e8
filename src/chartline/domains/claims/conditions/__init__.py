"""A small language for questions about a claim: fields, operators, and all, any, not. Conditions are data.

Payer rules and a practice's own rules are written in it. Refuses everything that is no field, no operator or no value
of its field, where it is written and not where it is used; there is nothing in it that could run.
"""

from chartline.domains.claims.conditions.compiling import Question, compiled
from chartline.domains.claims.conditions.language import (
    BAD_CONDITION,
    AllOf,
    AnyOf,
    Condition,
    Not,
    Test,
    as_data,
    read_condition,
)
from chartline.domains.claims.conditions.sentence import sentence
from chartline.domains.claims.conditions.vocabulary import FIELDS, Field, Kind, Level, operators_of

__all__ = [
    "BAD_CONDITION",
    "FIELDS",
    "AllOf",
    "AnyOf",
    "Condition",
    "Field",
    "Kind",
    "Level",
    "Not",
    "Question",
    "Test",
    "as_data",
    "compiled",
    "operators_of",
    "read_condition",
    "sentence",
]
