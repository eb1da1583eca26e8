"""The API against its own description: whatever is sent, it answers as it says it does."""

from __future__ import annotations

from collections import Counter

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.support.filled import Filled

CASES = {"sqlite": 24, "postgresql": 3}
"""So many requests for each operation. What a request may break is the same code on both makes of database."""
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
NOT_FUZZED = ("/api/connections/{connection_id}/test", "/health")
"""A test of a connection calls a vendor; health is rightly 503 without a worker."""


def test_every_operation_says_what_it_may_answer(api: httpx2.Client) -> None:
    paths = api.get("/api/openapi.json").json()["paths"]
    operations = [one for path, item in paths.items() if path.startswith("/api") for one in item.values()]
    assert len(operations) >= 30
    assert all({"400", "401", "403", "404"} <= set(one["responses"]) for one in operations)
    assert all(one.get("summary") and one.get("description") for one in operations)


@pytest.mark.story
def test_no_request_breaks_the_api_or_its_promises(filled: Filled, address: str) -> None:
    cases = CASES["postgresql" if filled.services.database.postgresql else "sqlite"]
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    tried = 0
    statuses: Counter[int] = Counter()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path in NOT_FUZZED:
            continue
        tried += 1

        @given(case=operation.as_strategy())
        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        def send(case: schemathesis.Case) -> None:
            response = case.call(headers={"Authorization": f"Bearer {filled.token}"})
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        send()
    assert tried >= 30
    # Both what is understood and what is refused was among the requests.
    assert min(statuses[200], statuses[400], statuses[404]) > (20 if cases > 20 else 2), statuses
