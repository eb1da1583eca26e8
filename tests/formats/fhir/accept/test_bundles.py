"""Resources inside others: contained, entries of bundles, parameters; and nesting without end."""

from __future__ import annotations

import threading

import pytest

from chartline.formats.fhir import JsonObject, accept, encode, faults
from chartline.formats.fhir.accept.quick import passes, prepared
from chartline.formats.fhir.accept.walk import DEEPEST
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.kernel.errors import ChartlineError


def bundle(*resources: JsonObject) -> JsonObject:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def test_every_entry_is_judged_by_its_own_type() -> None:
    good: JsonObject = {"resourceType": "Patient", "gender": "female"}
    bad: JsonObject = {"resourceType": "Observation", "status": "final"}
    assert passes(bundle(good, good))
    assert [fault.path for fault in faults(bundle(good, bad))] == ["Bundle.entry[1].resource.code"]


def test_a_parameter_in_a_parameter_may_hold_a_resource() -> None:
    part: JsonObject = {"name": "in", "resource": {"resourceType": "Patient", "birthDate": "soon"}}
    whole: JsonObject = {"resourceType": "Parameters", "parameter": [{"name": "out", "part": [part]}]}
    assert [fault.path for fault in faults(whole)] == ["Parameters.parameter[0].part[0].resource.birthDate"]
    assert not passes(whole)


def test_an_outcome_of_an_entry_is_a_resource_too() -> None:
    outcome: JsonObject = {"resourceType": "OperationOutcome"}
    entry: JsonObject = {"response": {"status": "400", "outcome": outcome}}
    whole: JsonObject = {"resourceType": "Bundle", "type": "batch-response", "entry": [entry]}
    assert [fault.path for fault in faults(whole)] == ["Bundle.entry[0].response.outcome.issue"]


@pytest.mark.parametrize("inside", [{}, {"resourceType": "Narrative"}, {"id": "x"}, "Patient/1", None])
def test_what_is_no_resource_is_not_contained(inside: object) -> None:
    whole: JsonObject = {"resourceType": "Patient", "contained": [inside]}
    assert len(faults(whole)) == 1
    assert not passes(whole)


def nested(levels: int) -> JsonObject:
    extension: JsonObject = {"url": "http://example.org/e", "valueBoolean": True}
    for _ in range(levels - 2):
        extension = {"url": "http://example.org/e", "extension": [extension]}
    return {"resourceType": "Patient", "extension": [extension]}


def test_nesting_has_an_end_that_both_checks_know() -> None:
    assert passes(nested(DEEPEST)) and faults(nested(DEEPEST)) == []
    assert not passes(nested(DEEPEST + 1))
    assert [fault.rule for fault in faults(nested(DEEPEST + 1))] == ["is nested too deeply"]
    with pytest.raises(ChartlineError):
        accept(encode(nested(400)))


def test_another_type_than_the_address_says_is_refused() -> None:
    with pytest.raises(ChartlineError) as refused:
        accept(b'{"resourceType": "Observation"}', "Patient")
    assert refused.value.problem.code == "fhir.bad_shape"
    assert accept(b'{"resourceType": "Patient"}', "Patient") == {"resourceType": "Patient"}


def test_a_member_that_comes_twice_is_refused_and_not_dropped() -> None:
    with pytest.raises(ChartlineError) as refused:
        accept(b'{"resourceType": "Patient", "name": [{"family": "Quill", "family": "Feather"}]}')
    assert refused.value.problem.fields["faults"] == "Patient: has a member twice in one of its objects"
    accept(b'{"resourceType": "Patient", "name": [{"family": "the \\u0022Quill\\" sister", "text": "\\u0022"}]}')


def test_several_threads_may_meet_a_type_for_the_first_time_together() -> None:
    sound: JsonObject = {"resourceType": "MedicinalProductPackaged", "packageItem": []}
    answers: list[bool] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        answers.append(passes(sound))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [False] * 4


def test_every_type_of_r4_has_a_quick_rule() -> None:
    assert all(callable(prepared(rtype)) for rtype in sorted(RESOURCE_TYPES))
