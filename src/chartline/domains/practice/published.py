"""How billing's own view gets into the records: the one door for every resource that is published.

What is published belongs to ``billing``, so that no FHIR client changes it. Projections only: nothing reads them back
to decide anything, and ``chartline fhir republish`` makes them again. Refuses nothing of its own; a resource that is
not sound FHIR is refused by the records.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir import JsonObject, require_shape
from chartline.platform.database import Work
from chartline.platform.records import Change, Records, Stored

BILLING = "billing"
"""The owner of everything that is published."""


def publish(work: Work, records: Records, resources: Sequence[JsonObject]) -> list[Stored]:
    """Store resources in few statements whatever their number; an unchanged one makes no new version.

    Raises ``fhir.bad_shape``.
    """
    for resource in resources:
        require_shape(resource)
    if not resources:
        return []
    return records.write_many(work, [Change.put(resource, owner=BILLING) for resource in resources])


def plain_code(code: str) -> str:
    """A code of a wire as FHIR writes codes, without outer or doubled blanks; ``unknown`` when nothing is left."""
    return " ".join(code.split()) or "unknown"
