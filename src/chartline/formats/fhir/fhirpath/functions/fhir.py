"""The functions FHIR adds: extensions, values of primitives, references, terminology, profiles, narrative; and time.

What needs others (terminology, profiles, other resources, the clock) is asked of ``Services``; without an answer the
function has none.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.formats.fhir.fhirpath.context import Context, Run
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.functions.registry import Builder, function
from chartline.formats.fhir.fhirpath.kinds import kind, resource_kind
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.fhirpath.references import found_near, named_type
from chartline.formats.fhir.fhirpath.temporal import DATE, TIME, Temporal, from_datetime
from chartline.formats.fhir.fhirpath.types import type_info
from chartline.formats.fhir.fhirpath.values import FALSE, NONE, TRUE, Items, answer, plain, system, text
from chartline.formats.fhir.json import JsonObject

_CORE = "http://hl7.org/fhir/StructureDefinition/"


@function("extension", 1)
def _extension(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items = source(context)
        if not items:
            return items
        url = text(arguments[0](context))
        found: Items = []
        for item in items:
            if isinstance(item, Node):
                item.gather("extension", found)
        return [item for item in found if isinstance(item, Node) and (item.holder or {}).get("url") == url]

    return run


@function("hasValue")
def _has_value(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items = source(context)
        return TRUE if len(items) == 1 and _value(items[0]) is not None else FALSE

    return run


def _value(item: object) -> object:
    value = system(item)
    return None if isinstance(value, Node) or (isinstance(item, Node) and not item.kind.primitive) else value


@function("getValue")
def _get_value(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items = source(context)
        value = _value(items[0]) if len(items) == 1 else None
        return NONE if value is None else [value]

    return run


@function("type")
def _type(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: [type_info(item) for item in source(context)]


@function("resolve")
def _resolve(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        found: Items = []
        for item in source(context):
            reference = _reference(item)
            if reference is None:
                continue
            near = found_near(reference, item, context.root or context.resource)
            if near is not None:
                found.append(near)
                continue
            resource = _asked(context, reference)
            if resource is not None:
                found.append(Node(resource, resource_kind(resource)))
        return found

    return run


def _reference(item: object) -> str | None:
    value = system(item)
    if isinstance(value, Node):
        value = (value.holder or {}).get("reference")
    return value if isinstance(value, str) else None


def _asked(context: Context, reference: str) -> JsonObject | None:
    if context.services.resolve is not None:
        return context.services.resolve(reference)
    return named_type(reference)


@function("memberOf", 1)
def _member_of(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items, value_set = source(context), text(arguments[0](context))
        ask = context.services.member_of
        if len(items) != 1 or value_set is None or ask is None:
            return NONE
        return answer(ask(plain(items[0]), value_set))

    return run


@function("subsumes", 1)
def _subsumes(source: Run, arguments: tuple[Run, ...]) -> Run:
    return _subsumption(source, arguments[0])


@function("subsumedBy", 1)
def _subsumed_by(source: Run, arguments: tuple[Run, ...]) -> Run:
    return _subsumption(arguments[0], source)


def _subsumption(ancestor: Run, descendant: Run) -> Run:
    def run(context: Context) -> Items:
        one, other, ask = ancestor(context), descendant(context), context.services.subsumes
        if len(one) != 1 or len(other) != 1 or ask is None:
            return NONE
        return answer(ask(plain(one[0]), plain(other[0])))

    return run


@function("conformsTo", 1)
def _conforms_to(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items, url = source(context), text(arguments[0](context))
        if len(items) != 1 or url is None:
            return NONE
        item = items[0]
        name = url.removeprefix(_CORE)
        if isinstance(item, Node):
            if name != url and kind(name) is not None:
                if name not in item.kind.lineage:
                    return FALSE
                if name != item.kind.name or context.services.conforms_to is None:
                    return TRUE
            if context.services.conforms_to is not None and isinstance(item.value, dict):
                known = context.services.conforms_to(item.value, url)
                if known is not None:
                    return answer(known)
        raise EVALUATION.error(reason="unknown_profile")

    return run


@function("htmlChecks")
def _html_checks(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items, ask = source(context), context.services.narrative
        if not items or ask is None:
            return NONE
        return answer(all(ask(value) for item in items if isinstance(value := plain(item), str)))

    return run


@function("checkModifiers", 0, 100)
def _check_modifiers(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items = source(context)
        known = {text(argument(context)) for argument in arguments}
        for item in items:
            found: Items = []
            if isinstance(item, Node):
                item.gather("modifierExtension", found)
            if any(isinstance(one, Node) and (one.holder or {}).get("url") not in known for one in found):
                raise EVALUATION.error(reason="unknown_modifier_extension")
        return items

    return run


@function("elementDefinition")
def _element_definition(source: Run, arguments: tuple[Run, ...]) -> Run:
    # Definitions are not resources here; an expression that asks for them gets none.
    return lambda context: NONE


@function("slice", 2)
def _slice(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: NONE


def _clock(part: Callable[[Temporal], Temporal]) -> Builder:
    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            if context.services.now is None:
                raise EVALUATION.error(reason="no_clock")
            return [part(from_datetime(context.services.now))]

        return run

    return build


function("now")(_clock(lambda moment: moment))
function("today")(_clock(lambda moment: Temporal(DATE, moment.parts[:3])))
function("timeOfDay")(_clock(lambda moment: Temporal(TIME, moment.parts[3:])))
