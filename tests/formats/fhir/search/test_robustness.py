"""Whatever stands in a resource, extraction answers."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.fhir.definitions import search_parameters
from chartline.formats.fhir.search import extract, sort_key
from chartline.formats.fhir.search.plan import plan_of

TYPES = ["Patient", "Observation", "Bundle", "MolecularSequence", "Location", "RiskAssessment", "ValueSet", "Timing"]
NAMES = sorted({name for rtype in TYPES[:-1] for name in plan_of(rtype).members})
INNER = ["coding", "code", "system", "value", "text", "type", "url", "reference", "identifier", "start", "end", "low"]
INNER += ["high", "event", "repeat", "boundsPeriod", "origin", "data", "factor", "family", "given", "line", "latitude"]
INNER += ["longitude", "extension", "resource", "resourceType", "component", "valueQuantity", "currency", "unit"]
WORDS = [
    "",
    "x",
    "2026-02",
    "2026-13-01T",
    "Patient/1",
    "#a",
    "|",
    "http://a|1",
    "1 2 E",
    "NaN",
    "kg",
    "phone",
    "Zürich",
]

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([Decimal("1E+999999"), Decimal("-1E-999999")]),
    st.sampled_from(WORDS),
    st.text(max_size=12),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=4),
    max_leaves=12,
)
resources = st.builds(
    lambda rtype, rest: {"id": "x", **rest, "resourceType": rtype},
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=5),
)


@settings(max_examples=80)
@given(resources)
def test_extraction_and_order_never_fail(resource: dict[str, object]) -> None:
    found = extract(resource)
    for code, some in found.values.items():
        assert some
        assert code in search_parameters(found.type)
        sort_key(found, code)
        sort_key(found, code, descending=True)
