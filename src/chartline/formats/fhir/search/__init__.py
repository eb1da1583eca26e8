"""Search without a database: what a resource is found by, what a query asks, whether the two agree.

``extract`` is for the stored index, ``read_query`` for the surface, ``holds`` and ``sort_key`` for what the index can
only answer in part. Pure: no I/O, no clock.
"""

from chartline.formats.fhir.search.conditions import with_codes
from chartline.formats.fhir.search.extraction import extract, extract_some
from chartline.formats.fhir.search.folding import contact_key, folded
from chartline.formats.fhir.search.matching import holds
from chartline.formats.fhir.search.ordering import SortKey, sort_key
from chartline.formats.fhir.search.problems import BAD_SEARCH
from chartline.formats.fhir.search.query import (
    Asked,
    AskedComposite,
    AskedDate,
    AskedNumber,
    AskedPlace,
    AskedReference,
    AskedText,
    AskedToken,
    Chained,
    Condition,
    Criterion,
    Ignored,
    Include,
    InCompartment,
    InList,
    Order,
    Query,
    Reverse,
)
from chartline.formats.fhir.search.reading import read_query
from chartline.formats.fhir.search.values import (
    CompositeValue,
    DateValue,
    Extracted,
    NumberValue,
    PlaceValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)

__all__ = [
    "BAD_SEARCH",
    "Asked",
    "AskedComposite",
    "AskedDate",
    "AskedNumber",
    "AskedPlace",
    "AskedReference",
    "AskedText",
    "AskedToken",
    "Chained",
    "CompositeValue",
    "Condition",
    "Criterion",
    "DateValue",
    "Extracted",
    "Ignored",
    "InCompartment",
    "InList",
    "Include",
    "NumberValue",
    "Order",
    "PlaceValue",
    "Query",
    "ReferenceValue",
    "Reverse",
    "SortKey",
    "StringValue",
    "TokenValue",
    "UriValue",
    "Value",
    "contact_key",
    "extract",
    "extract_some",
    "folded",
    "holds",
    "read_query",
    "sort_key",
    "with_codes",
]
