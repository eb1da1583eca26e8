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
NOT_FUZZED = ("/health",)
"""Health is rightly 503 without a worker."""
CALLS_A_VENDOR = ("/test-connection", "/lookup/{name}", "/charges", "/admin/reset-token")
THE_SAME_AGAIN = "/api/advancedmd/"
"""The handlers of ``/api/connections/{id}`` under the name of a vendor; ``test_connections`` holds that they are."""


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
        path = operation.path
        calls = path.startswith("/api/connections/") and path.endswith(CALLS_A_VENDOR)
        if path in NOT_FUZZED or path.startswith(THE_SAME_AGAIN) or calls:
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
