"""The one table of operations: which ``$name`` is served where, and what it is defined by.

An operation is one line in ``_TABLE``. Its handler gets an ``Asked`` (the caller's ``session`` with transactions and
records, the HTTP ``request``, the ``address`` with type, id and version, and the ``parameters`` of query or body) and
returns an ``Answer``; it raises our errors like everything else, and they leave as an OperationOutcome. It asks
``session.rights`` before it shows or changes anything, and tells the trail what it showed (``session.shown``). The
capability statement is made from this table. Refuses operations at levels where they are not listed.

Handlers are named by module and function, so that a server that never meets an operation never loads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from chartline.api.fhir.address import Address
from chartline.api.fhir.bodies import parsed_body
from chartline.api.fhir.problems import BAD_PARAMETER, NO_SUCH_ADDRESS, NOT_ALLOWED
from chartline.api.fhir.request import FORM, Answer, FhirRequest, pairs
from chartline.api.fhir.session import Session
from chartline.formats.fhir import JsonObject, children
from chartline.kernel.sealed import Masked

NDJSON = ("application/fhir+ndjson", "application/ndjson", "application/x-ndjson")
SYSTEM, TYPE, INSTANCE = "system", "type", "instance"
_ROOT = "http://hl7.org/fhir/OperationDefinition/"
_BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/"
_BULK = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/"
_HREX = "http://hl7.org/fhir/us/davinci-hrex/OperationDefinition/"
_US_CORE = "http://hl7.org/fhir/us/core/OperationDefinition/"


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Masked):
    """What an operation is asked with.

    ``parameters`` maps names to values: text of a query or form, and the JSON value (``valueString`` and the like,
    a ``resource``, or a list of parts) of a Parameters body. ``resource`` is the body when it is a resource of another
    type than Parameters, or None.
    """

    session: Session
    request: FhirRequest
    address: Address
    parameters: dict[str, list[object]]
    resource: JsonObject | None = None

    def first(self, name: str) -> object | None:
        """The first value of a parameter, or None."""
        values = self.parameters.get(name)
        return values[0] if values else None

    def text(self, name: str) -> str | None:
        """The first value of a parameter as text; True and False as ``true`` and ``false``. None when absent.

        Raises ``fhir.bad_parameter`` when it is an object or a list.
        """
        value = self.first(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict | list):
            raise BAD_PARAMETER.error(parameter=name)
        return None if value is None else str(value)

    def texts(self, name: str) -> list[str]:
        """Every value of a parameter that is text."""
        return [value for value in self.parameters.get(name, []) if isinstance(value, str)]

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean parameter. Raises ``fhir.bad_parameter`` for other text than true and false."""
        value = self.text(name)
        if value is not None and value not in ("true", "false"):
            raise BAD_PARAMETER.error(parameter=name)
        return default if value is None else value == "true"

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 0, cut to ``most``. Raises ``fhir.bad_parameter`` for other text."""
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise BAD_PARAMETER.error(parameter=name)
        return min(int(value), most)

    def required(self, name: str) -> str:
        """A parameter that must be there. Raises ``fhir.bad_parameter``."""
        value = self.text(name)
        if not value:
            raise BAD_PARAMETER.error(parameter=name)
        return value


Handler = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: ``name`` with its ``$``, where it is served, and the canonical of its definition.

    ``types`` None means every type. ``handler`` is ``module:function`` below ``chartline.api.fhir``. ``changes`` says
    that it may not be asked for with GET.
    """

    name: str
    handler: str
    levels: frozenset[str]
    types: frozenset[str] | None
    definition: str
    changes: bool = False


def _operation(
    name: str, handler: str, levels: str, types: str = "", definition: str = "", *, changes: bool = False
) -> Operation:
    """A line of the table; ``levels`` and ``types`` are words, no types means all of them."""
    known = frozenset(types.split()) or None
    return Operation(name, handler, frozenset(levels.split()), known, definition, changes)


_TABLE: tuple[Operation, ...] = (
    _operation("$meta", "meta:show", "system type instance", definition=f"{_ROOT}Resource-meta"),
    _operation("$meta-add", "meta:add", "instance", definition=f"{_ROOT}Resource-meta-add", changes=True),
    _operation("$meta-delete", "meta:delete", "instance", definition=f"{_ROOT}Resource-meta-delete", changes=True),
    _operation("$validate", "validating:validate", "type instance", definition=f"{_ROOT}Resource-validate"),
    _operation("$everything", "everything:of_patient", "type instance", "Patient", f"{_ROOT}Patient-everything"),
    _operation("$everything", "everything:of_encounter", "instance", "Encounter", f"{_ROOT}Encounter-everything"),
    _operation("$match", "matching:match", "type", "Patient", f"{_ROOT}Patient-match", changes=True),
    _operation("$member-match", "member_match:member_match", "type", "Patient", f"{_HREX}member-match", changes=True),
    _operation("$docref", "docref:docref", "type", "DocumentReference", f"{_US_CORE}docref"),
    _operation("$lastn", "lastn:lastn", "type", "Observation", f"{_ROOT}Observation-lastn"),
    _operation("$document", "document:document", "instance", "Composition", f"{_ROOT}Composition-document"),
    _operation("$expand", "terminology:expand", "type instance", "ValueSet", f"{_ROOT}ValueSet-expand"),
    _operation(
        "$validate-code",
        "terminology:validate_in_value_set",
        "type instance",
        "ValueSet",
        f"{_ROOT}ValueSet-validate-code",
    ),
    _operation(
        "$validate-code",
        "terminology:validate_in_system",
        "type instance",
        "CodeSystem",
        f"{_ROOT}CodeSystem-validate-code",
    ),
    _operation("$lookup", "terminology:look_up", "type", "CodeSystem", f"{_ROOT}CodeSystem-lookup"),
    _operation("$subsumes", "terminology:subsumes", "type instance", "CodeSystem", f"{_ROOT}CodeSystem-subsumes"),
    _operation("$export", "bulk_export:export", "system", definition=f"{_BULK}export"),
    _operation("$export", "bulk_export:export", "type", "Patient", f"{_BULK}patient-export"),
    _operation("$export", "bulk_export:export", "instance", "Group", f"{_BULK}group-export"),
    _operation("$import", "bulk_import:take", "system type", definition=f"{_ROOT}import", changes=True),
    _operation("$translate", "terminology:translate", "type instance", "ConceptMap", f"{_ROOT}ConceptMap-translate"),
    _operation(
        "$status",
        "subscriptions:show_status",
        "type instance",
        "Subscription",
        f"{_BACKPORT}backport-subscription-status",
    ),
    _operation(
        "$events", "subscriptions:show_events", "instance", "Subscription", f"{_BACKPORT}backport-subscription-events"
    ),
)


def operations() -> tuple[Operation, ...]:
    """Every operation that is served."""
    return _TABLE


def level_of(address: Address) -> str:
    """Where an address stands: system, type or instance."""
    return SYSTEM if address.rtype is None else TYPE if address.id is None else INSTANCE


def find_operation(address: Address) -> Operation:
    """The operation of an address. Raises ``fhir.no_such_address``."""
    level = level_of(address)
    for one in _TABLE:
        if one.name != address.name or level not in one.levels:
            continue
        if level == SYSTEM or one.types is None or address.rtype in one.types:
            return one
    raise NO_SUCH_ADDRESS.error()


def operate(session: Session, request: FhirRequest, address: Address) -> Answer:
    """Run an operation.

    Raises ``fhir.no_such_address``, ``fhir.method_not_allowed``, ``fhir.bad_parameter`` and what the handler raises.
    """
    operation = find_operation(address)
    if operation.changes and request.method != "POST":
        raise NOT_ALLOWED.error(allow="POST, OPTIONS")
    asked = read_asked(session, request, address)
    module, _, function = operation.handler.partition(":")
    handler: Handler = getattr(import_module(f"chartline.api.fhir.{module}"), function)
    return handler(asked)


def read_asked(session: Session, request: FhirRequest, address: Address) -> Asked:
    """The parameters of query and body together."""
    parameters: dict[str, list[object]] = {}
    for name, value in request.query:
        if name not in ("_format", "_pretty"):
            parameters.setdefault(name, []).append(value)
    resource: JsonObject | None = None
    if request.method == "POST" and request.media == FORM:
        for name, value in pairs(request.body.decode("utf-8", "replace")):
            parameters.setdefault(name, []).append(value)
    elif request.method == "POST" and request.media in NDJSON:
        pass  # lines for a bulk import, which reads them itself
    elif request.method == "POST" and (request.resource is not None or request.body.strip()):
        body = parsed_body(request)
        if body.get("resourceType") == "Parameters":
            for part in children(body, "parameter"):
                parameters.setdefault(str(part.get("name", "")), []).append(_value(part))
        else:
            resource = body
    return Asked(session, request, address, parameters, resource)


def _value(part: JsonObject) -> object:
    """The value of one part of a Parameters resource: its resource, its parts, or its ``value[x]``."""
    if "resource" in part:
        return part["resource"]
    if "part" in part:
        return children(part, "part")
    return next((value for name, value in part.items() if name.startswith("value")), None)
