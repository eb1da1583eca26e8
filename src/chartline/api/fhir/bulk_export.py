"""``$export``: a bulk export is understood, put in line, and answered with the address of its status.

System, Patient and Group level, by GET and by POST of Parameters (Bulk Data Access 2.0.0). Refuses parameters that are
not known or cannot be read, unless ``Prefer: handling=lenient`` asks to pass over them; these are told in the manifest.
Refuses types that the token may not read. A Group is taken by its members; its characteristics are not evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.outcomes import Issue, merged
from chartline.api.fhir.preferences import preference
from chartline.api.fhir.problems import BAD_HEADER, BAD_PARAMETER
from chartline.api.fhir.request import Answer, FhirRequest, pairs
from chartline.api.fhir.session import Session, resource_of
from chartline.flows.bulk_export import BULK, EXPORT
from chartline.formats.fhir.dates import span
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search import read_query
from chartline.kernel.errors import ChartlineError
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.bulk import Bulk, ExportPlan
from chartline.platform.bulk.membership import group_members, patient_id
from chartline.platform.bulk.plan import GROUP, PATIENT, SYSTEM
from chartline.platform.bulk.reading import Reader, total_of
from chartline.platform.database import Work
from chartline.platform.records.reach import patient_types
from chartline.platform.records.rows import micros

FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
SUPPORTING = frozenset({"Practitioner", "PractitionerRole", "Organization", "Location", "Medication"})
"""Types in nobody's compartment that go along with the patients' resources, so that references lead somewhere."""
RELEVANT = "RelevantProvenanceResources"
_KNOWN = frozenset({"_outputFormat", "_since", "_type", "_typeFilter", "_elements", "includeAssociatedData", "patient"})
_NEXT_QUERY = re.compile(r",(?=[A-Z][A-Za-z]+\?)")
_ELEMENT = re.compile(r"(?:([A-Z][A-Za-z]+)\.)?[a-z][A-Za-z]*")
_BY_TERMINOLOGY = frozenset({"in", "not-in", "below", "above"})


class Reading:
    """The parameters of one request; what is passed over by a lenient reading is in ``remarks``."""

    def __init__(self, asked: Asked, level: str) -> None:
        self._asked, self.level = asked, level
        self._lenient = preference(asked.request, "handling") == "lenient"
        self.remarks: list[str] = []

    def refuse(self, name: str) -> None:
        """Raises ``fhir.bad_parameter``, or remembers the parameter when the reading is lenient."""
        if not self._lenient:
            raise BAD_PARAMETER.error(parameter=name)
        if name not in self.remarks:
            self.remarks.append(name)

    def unknown(self) -> None:
        """Parameters that have no effect here."""
        for name in self._asked.parameters:
            by_body = self._asked.request.method == "POST" and self.level != SYSTEM
            if name not in _KNOWN or (name == "patient" and not by_body):
                self.refuse(name if re.fullmatch(r"[\w-]{1,40}", name) else "parameter")

    def format(self) -> None:
        """Raises ``fhir.bad_parameter`` for anything but NDJSON, lenient or not."""
        value = self._asked.text("_outputFormat")
        # A plus sign in a query is a blank.
        if value is not None and value.replace(" ", "+") not in FORMATS:
            raise BAD_PARAMETER.error(parameter="_outputFormat")

    def since(self) -> int | None:
        """The moment in microseconds."""
        value = self._asked.text("_since")
        if value is None:
            return None
        found = span(value.replace(" ", "+"))
        if found is None or "T" not in value:
            self.refuse("_since")
            return None
        return micros(found.start)

    def types(self) -> list[str]:
        """The types that are named; none for all."""
        named = [one.strip() for text in self._asked.texts("_type") for one in text.split(",") if one.strip()]
        if any(one not in RESOURCE_TYPES for one in named):
            self.refuse("_type")
        return [one for one in dict.fromkeys(named) if one in RESOURCE_TYPES]

    def elements(self) -> tuple[str, ...]:
        """Names of elements, maybe with their type in front."""
        named = [one.strip() for text in self._asked.texts("_elements") for one in text.split(",") if one.strip()]
        good = [one for one in named if (match := _ELEMENT.fullmatch(one)) and (match[1] or "Basic") in RESOURCE_TYPES]
        if len(good) != len(named):
            self.refuse("_elements")
        return tuple(good)

    def related(self) -> bool:
        """Whether Provenance is asked for beside the types that are named."""
        named = [one for text in self._asked.texts("includeAssociatedData") for one in text.split(",")]
        if any(one != RELEVANT for one in named):
            self.refuse("includeAssociatedData")
        return RELEVANT in named

    def filters(self, types: Iterable[str], work: Work) -> dict[str, tuple[tuple[tuple[str, str], ...], ...]]:
        """The queries of ``_typeFilter`` by type."""
        known, found = frozenset(types), dict[str, list[tuple[tuple[str, str], ...]]]()
        custom = self._asked.session.records.custom_parameters(work)
        for text_ in self._asked.texts("_typeFilter"):
            for one in _NEXT_QUERY.split(text_):
                rtype, mark, query = one.strip().partition("?")
                if not mark or rtype not in known:
                    self.refuse("_typeFilter")
                    continue
                asked = pairs(query)
                try:
                    read = read_query((rtype,), asked, strict=True, custom=custom)
                except ChartlineError:
                    self.refuse("_typeFilter")
                    continue
                shaping = read.order or read.includes or read.count is not None or read.elements or read.summary
                if shaping or not read.criteria[0] or any(_by_terminology(name) for name, _ in asked):
                    self.refuse("_typeFilter")
                    continue
                found.setdefault(rtype, []).append(asked)
        return {rtype: tuple(some) for rtype, some in found.items()}

    def patients(self) -> list[str] | None:
        """Ids of the patients that are named in the body; None when none are."""
        if self.level == SYSTEM or "patient" not in self._asked.parameters:
            return None
        ids = []
        for value in self._asked.parameters["patient"]:
            reference = value.get("reference") if isinstance(value, dict) else value
            found = patient_id(reference, self._asked.request.base) if isinstance(reference, str) else None
            if found is None:
                self.refuse("patient")
            else:
                ids.append(found)
        return ids


def export(asked: Asked) -> Answer:
    """Put an export in line: 202 with the address of its status.

    Raises ``fhir.bad_header`` without ``Prefer: respond-async``, ``fhir.bad_parameter``, ``fhir.no_scope``,
    ``records.not_found`` for an unknown Group.
    """
    session, request = asked.session, asked.request
    require_async(request)
    level = SYSTEM if asked.address.rtype is None else PATIENT if asked.address.id is None else GROUP
    reading = Reading(asked, level)
    reading.unknown()
    reading.format()
    bulk, reader = Bulk(session.services.vault), Reader(session.services.vault)
    with session.writing() as work:
        bulk.forget_expired(work)
        census = reader.census(work)
        plan = _plan(asked, work, reading, set(census))
        identity = bulk.make(work, plan, session.principal.actor, total_of(census, plan.types))
        target = Target("Bulk", identity)
        put_in_line(session, work, EXPORT, identity)
        detail = {"level": level, "types": str(len(plan.types))}
        session.services.audit.record(
            work, AuditEvent(session.principal.actor, "fhir.bulk-export-ask", target, detail=detail)
        )
    return accepted(request, identity)


def require_async(request: FhirRequest) -> None:
    """Raises ``fhir.bad_header`` unless the client is ready for an answer that comes later."""
    if preference(request, "respond-async") is None:
        raise BAD_HEADER.error(header="Prefer")


def put_in_line(session: Session, work: Work, job: str, identity: str) -> None:
    """The job of a request, in the transaction that makes the request."""
    arguments, key = {"request": identity}, f"{job}/{identity}"
    session.services.jobs.enqueue(work, job, BULK, arguments, key=key, organisation=session.organisation)


def accepted(request: FhirRequest, identity: str) -> Answer:
    """202 with the address of the status."""
    text_ = "The request is in line; ask for its status at the address in Content-Location."
    headers = [("Content-Location", f"{request.base}/_bulk/{identity}")]
    return Answer(202, merged([Issue("information", "informational", text_)]), headers=headers)


def _plan(asked: Asked, work: Work, reading: Reading, present: set[str]) -> ExportPlan:
    session, level = asked.session, reading.level
    named, related = reading.types(), reading.related()
    for rtype in named:
        session.rights.require(rtype, "r")
    if related and named:
        session.rights.require("Provenance", "r")
    possible = RESOURCE_TYPES if level == SYSTEM or named else patient_types() | SUPPORTING
    types = named or sorted(rtype for rtype in possible if session.rights.may(rtype, "r"))
    only_related = related and bool(named) and "Provenance" not in named
    if only_related:
        types = [*types, "Provenance"]
    since = reading.since()
    # A type without resources may have deletions to tell of.
    types = [rtype for rtype in types if rtype in present or since is not None]
    reach = session.rights.reach
    return ExportPlan(
        level=level,
        types=tuple(types),
        request=_address(asked.request),
        base=asked.request.base,
        since=since,
        elements=reading.elements(),
        filters=reading.filters(named or possible, work),
        patients=_patients(asked, work, reading),
        remarks=tuple(reading.remarks),
        related=only_related,
        visible_types=None if reach.types is None else tuple(sorted(reach.types)),
        visible_patient=reach.patient,
    )


def _patients(asked: Asked, work: Work, reading: Reading) -> tuple[str, ...] | None:
    """Whose resources: the members of the group, or the patients that are named; of both, who is in both."""
    named = reading.patients()
    if reading.level != GROUP:
        return None if named is None else tuple(named)
    asked.session.rights.require("Group", "r")
    stored = asked.session.records.read(work, "Group", asked.address.id or "", asked.session.rights.reach)
    members = group_members(resource_of(stored), asked.request.base)
    if named is not None and not set(named) <= set(members):
        reading.refuse("patient")
    return tuple(members if named is None else [one for one in members if one in named])


def _by_terminology(name: str) -> bool:
    return any(part in _BY_TERMINOLOGY for part in name.split(":")[1:])


def _address(request: FhirRequest) -> str:
    """The address that was asked, for the manifest; without patients and filters of a body."""
    place = "/".join([request.base, *request.segments])
    return f"{place}?{urlencode(request.query)}" if request.query else place
