"""From a request to its answer: one function for each interaction, and every error as an OperationOutcome.

Runs in a thread; nothing here waits for a socket. Entries of a batch come through here like requests of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from chartline.api.fhir import capability, conditional, history, operations, patching, read, searching
from chartline.api.fhir.address import Address, read_address
from chartline.api.fhir.outcomes import refusal
from chartline.api.fhir.request import Answer, FhirRequest
from chartline.api.fhir.session import Session
from chartline.api.problems import UNEXPECTED
from chartline.kernel.errors import ChartlineError

Interaction = Callable[[Session, FhirRequest, Address], Answer]
_log = structlog.get_logger(__name__)


def _bundle(session: Session, request: FhirRequest, address: Address) -> Answer:
    # Bundles come back here with their entries.
    from chartline.api.fhir.bundles import bundle

    return bundle(session, request, address)


def _bulk(session: Session, request: FhirRequest, address: Address) -> Answer:
    # Few servers ever meet one.
    from chartline.api.fhir.bulk import answer

    return answer(session, request, address)


def _metadata(session: Session, request: FhirRequest, _: Address) -> Answer:
    return capability.statement(session.services, request)


INTERACTIONS: Mapping[str, Interaction] = {
    "metadata": _metadata,
    "read": read.read,
    "vread": read.vread,
    "create": conditional.create,
    "update": conditional.update,
    "patch": patching.patch,
    "delete": conditional.delete,
    "search": searching.search,
    "compartment": searching.in_compartment,
    "history": history.history,
    "operation": operations.operate,
    "bundle": _bundle,
    "bulk": _bulk,
}


def perform(session: Session, request: FhirRequest) -> Answer:
    """The answer to a request, also when it is a refusal."""
    try:
        return run(session, request)
    except ChartlineError as error:
        return refusal(error)
    except Exception as error:
        # The text of an unknown error may quote what was sent, so it stays in the log's own safe form.
        _log.error("fhir.unexpected", method=request.method, kind=type(error).__name__, exc_info=error)
        return refusal(UNEXPECTED.error())


def run(session: Session, request: FhirRequest) -> Answer:
    """The answer to a request. Raises our errors."""
    address = read_address(request.method, request.segments)
    return INTERACTIONS[address.interaction](session, request, address)
