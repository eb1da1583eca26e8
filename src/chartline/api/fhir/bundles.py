"""Bundles that are sent to the base: a batch, whose entries stand alone, or a transaction (``transactions``).

A batch answers each entry by itself, in order, each in a transaction of its own; references between its entries are not
resolved. Refuses other kinds of Bundles, and more entries than the settings allow.
"""

from __future__ import annotations

from chartline.api.fhir.address import Address
from chartline.api.fhir.bodies import parsed_body
from chartline.api.fhir.dispatch import perform
from chartline.api.fhir.entries import answered, read_entry
from chartline.api.fhir.outcomes import refusal
from chartline.api.fhir.problems import BAD_BUNDLE, TOO_LARGE, WRONG_TYPE
from chartline.api.fhir.request import Answer, FhirRequest
from chartline.api.fhir.session import Session
from chartline.api.fhir.transactions import transaction
from chartline.formats.fhir import JsonObject, text
from chartline.kernel.errors import ChartlineError


def bundle(session: Session, request: FhirRequest, _: Address) -> Answer:
    """The answers to the entries of a Bundle. Raises ``fhir.bad_bundle``, ``fhir.too_large``, ``fhir.wrong_type``."""
    if session.inside is not None:
        raise BAD_BUNDLE.error(why="nested")
    body = parsed_body(request)
    if body.get("resourceType") != "Bundle":
        raise WRONG_TYPE.error(type="Bundle", expression="resourceType")
    entries = body.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BAD_BUNDLE.error(element="Bundle.entry")
    if len(entries) > session.services.settings.fhir_bundle_entries:
        raise TOO_LARGE.error(count=str(len(entries)))
    kind = text(body, "type")
    if kind == "transaction":
        return Answer(200, answered(request.base, transaction(session, request, body), kind))
    if kind != "batch":
        raise BAD_BUNDLE.error(element="Bundle.type")
    answers = [_alone(session, request, one, index) for index, one in enumerate(entries)]
    return Answer(200, answered(request.base, answers, kind))


def _alone(session: Session, request: FhirRequest, entry: JsonObject, index: int) -> Answer:
    try:
        asked = read_entry(request, entry, index).request
        if not asked.segments and asked.method == "POST":
            raise BAD_BUNDLE.error(element=f"Bundle.entry[{index}].request.url", why="nested")
    except ChartlineError as error:
        return refusal(error)
    return perform(session, asked)
