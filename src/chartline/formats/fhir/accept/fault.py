"""What is wrong with a resource's structure, as values, and the refusal that tells it.

Refuses to carry a value: a fault is a place and a rule in constant words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind

BAD_SHAPE = ErrorKind(
    "fhir.bad_shape",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The resource does not have the structure FHIR R4 prescribes.",
    "Correct the elements named in the fields and send it again.",
    status=422,
)

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (FHIRPath, ``Patient.name[0].given[1]``), the rule it breaks, never the value.

    ``rule`` continues a sentence that begins with the element. ``code`` is an issue type of R4.
    """

    path: str
    rule: str
    code: str = "structure"


def refusal(found: Sequence[Fault]) -> ChartlineError:
    """``fhir.bad_shape`` with the number of faults and the first ten."""
    listed = "; ".join(f"{fault.path}: {fault.rule}" for fault in found[:_SHOWN])
    return BAD_SHAPE.error(count=str(len(found)), faults=listed)
