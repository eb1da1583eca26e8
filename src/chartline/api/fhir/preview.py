"""The R5 preview: a resource read with ``fhirVersion=5.0`` goes out in its R5 form, where it has one.

What R5 cannot say is told in ``X-Chartline-Left-Out`` (paths of elements). Refuses searches, bundles and writes, and
types without a conversion (406).
"""

from __future__ import annotations

from chartline.api.fhir.problems import NOT_ACCEPTABLE
from chartline.api.fhir.request import Answer
from chartline.formats.fhir import encode, parse
from chartline.formats.fhir.r5 import convert


def as_r5(answer: Answer) -> Answer:
    """The answer in R5; an OperationOutcome is the same in both.

    Raises ``fhir.not_acceptable``, ``fhir.no_r5_form``.
    """
    resource = parse(answer.body)
    if resource.get("resourceType") == "OperationOutcome":
        return answer
    if answer.stored is None or answer.status != 200:
        raise NOT_ACCEPTABLE.error(why="version")
    made, notices = convert(resource)
    answer.body = encode(made)
    if notices:
        answer.headers.append(("X-Chartline-Left-Out", ", ".join(dict.fromkeys(one.path for one in notices))))
    return answer
