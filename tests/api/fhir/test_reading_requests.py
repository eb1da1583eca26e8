"""How a request is read before anything is looked up: addresses, formats, headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.api.fhir.address import read_address
from chartline.api.fhir.criteria import lock_name
from chartline.api.fhir.negotiation import accepts_fhir, wanted
from chartline.api.fhir.outcomes import ISSUE_CODES, issue_code, issues_of
from chartline.api.fhir.preferences import expected_version, preference, returns
from chartline.api.fhir.request import FhirRequest, pairs
from chartline.kernel.errors import CATALOGUE, ChartlineError


def asked(**headers: str) -> FhirRequest:
    """A read with headers."""
    return FhirRequest(
        "GET", ("Patient", "1"), headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


@pytest.mark.parametrize(
    ("method", "path", "interaction"),
    [
        ("GET", "", "search"),
        ("POST", "", "bundle"),
        ("GET", "metadata", "metadata"),
        ("POST", "_search", "search"),
        ("GET", "Patient/1/_history/2", "vread"),
        ("GET", "Patient/1/Observation", "compartment"),
        ("POST", "Patient/1/Observation/_search", "compartment"),
        ("GET", "Patient/1/*", "compartment"),
        ("POST", "Patient/1/$everything", "operation"),
        ("GET", "Patient/1/_history/2/$meta", "operation"),
        ("HEAD", "Patient/1", "read"),
        ("DELETE", "Patient", "delete"),
    ],
)
def test_an_address_is_one_interaction(method: str, path: str, interaction: str) -> None:
    assert read_address(method, tuple(path.split("/")) if path else ()).interaction == interaction


@given(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"]),
    st.lists(st.text(max_size=8), max_size=6),
)
def test_any_address_is_read_or_refused(method: str, segments: list[str]) -> None:
    try:
        read_address(method, ("Patient", *segments))
        read_address(method, tuple(segments))
    except ChartlineError as error:
        assert error.problem.code.startswith("fhir.")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/fhir+xml, application/fhir+json;q=0.9", "xml"),
        ("application/fhir+xml;q=0.1, application/fhir+json", "json"),
        ("application/fhir+json;q=0, text/xml", "xml"),
        ("text/html, */*;q=0.1", "json"),
    ],
)
def test_the_best_of_the_accepted_formats_goes_out(accept: str, kind: str) -> None:
    assert wanted(asked(accept=accept)).kind == kind


def test_a_file_is_wanted_where_no_fhir_format_is_named() -> None:
    assert not accepts_fhir(asked(accept="*/*"))
    assert not accepts_fhir(asked())
    assert accepts_fhir(asked(accept="application/fhir+json"))


def test_preferences_are_read_whatever_stands_around_them() -> None:
    request = asked(prefer='respond-async; return = "minimal", handling=strict')
    assert (returns(request), preference(request, "handling"), preference(request, "respond-async")) == (
        "minimal",
        "strict",
        "",
    )
    assert preference(request, "wait") is None


@pytest.mark.parametrize(
    ("text", "version"), [('W/"3"', 3), ('"3"', 3), ("3", 3), ('W/"x"', -1), ("*", None), ("", None)]
)
def test_an_expected_version_is_read_in_all_its_forms(text: str, version: int | None) -> None:
    assert expected_version(asked(if_match=text)) == version


def test_the_order_of_conditions_does_not_matter_for_their_lock() -> None:
    assert lock_name("Patient", pairs("a=1&b=2")) == lock_name("Patient", pairs("b=2&a=1"))
    assert lock_name("Patient", pairs("a=1")) != lock_name("Patient", pairs("a=2"))


def test_every_error_of_the_house_has_an_issue_type() -> None:
    for kind in CATALOGUE.values():
        (issue,) = issues_of(kind.error())
        assert issue.code in ISSUE_CODES
        assert issue_code(kind.problem()) == issue.code
