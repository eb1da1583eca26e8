"""What the engine stores is JSON, and comes back as it went in."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from dbos import DBOS
from hypothesis import given
from hypothesis import strategies as st

from chartline.kernel.errors import ChartlineError, StopRun
from chartline.kernel.sealed import Sealed
from chartline.platform.jobs.durable import PlainSerializer, _without_values
from chartline.platform.jobs.problems import FAILED

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_plain_values_come_back_as_they_went_in(value: object) -> None:
    stored = PlainSerializer()
    json.loads(stored.serialize(value))
    assert value == stored.deserialize(stored.serialize(value))


def test_an_error_comes_back_as_its_problem() -> None:
    stored = PlainSerializer()
    back = stored.deserialize(stored.serialize(FAILED.stop(evidence="e1", claim="C1")))
    assert isinstance(back, StopRun)
    assert FAILED.problem(evidence="e1", claim="C1") == back.problem


def test_a_foreign_error_is_stored_as_its_type_only() -> None:
    stored = PlainSerializer().serialize(ValueError("Quentin Testpatient"))
    assert "Quentin" not in stored
    assert isinstance(PlainSerializer().deserialize(stored), ChartlineError)


def test_a_sealed_value_cannot_be_stored() -> None:
    with pytest.raises(TypeError):
        PlainSerializer().serialize({"name": Sealed("Quentin Testpatient")})


def test_a_traceback_of_the_engine_is_cut_to_the_type_of_its_error() -> None:
    try:
        raise ValueError("Quentin Testpatient")
    except ValueError:
        record = logging.LogRecord("dbos", logging.ERROR, "x", 1, "it broke", None, sys.exc_info())
    assert _without_values(record)
    assert logging.Formatter().format(record) == "it broke ValueError"


def test_the_engine_still_has_the_private_function_that_the_take_over_needs() -> None:
    assert callable(DBOS._recover_pending_workflows)


def test_looking_at_jobs_does_not_import_the_engine() -> None:
    program = "import sys, chartline.platform.jobs; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
