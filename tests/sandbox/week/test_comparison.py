"""The comparison at the end: what differs is named, disputed fields are not, and a missing record is lost."""

from __future__ import annotations

from datetime import UTC, datetime

from chartline.sandbox.week.acts import Act, Side, Verb
from chartline.sandbox.week.comparison import Compared, Difference, duplicates, expectations
from chartline.sandbox.week.plain import Fields
from chartline.sandbox.week.sides import Belief, Records, compare, missing_edits

AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
NOTHING: dict[str, dict[str, Fields]] = {"patient": {}, "plan": {}, "visit": {}}


def records(**people: dict[str, str]) -> Records:
    return Records({**NOTHING, "patient": dict(people)})


def belief(pairs: dict[str, str], disputed: frozenset[tuple[str, str]] = frozenset()) -> Belief:
    return Belief({"patient": pairs, "plan": {}, "visit": {}}, {"patient": disputed})


def test_equal_records_are_counted() -> None:
    found = compare(records(a={"phone": "1"}), records(one={"phone": "1"}), belief({"a": "one"}))
    assert (found.equal["patient"], found.differing, found.lost) == (1, [], [])


def test_a_field_that_differs_is_named_and_a_value_is_not() -> None:
    here, there = records(a={"phone": "1", "city": "x"}), records(one={"phone": "2", "city": "x"})
    found = compare(here, there, belief({"a": "one"}))
    assert found.differing == [Difference("patient", "a", ("phone",))]
    assert found.equal["patient"] == 0


def test_a_field_that_one_side_lacks_differs() -> None:
    found = compare(records(a={"phone": "1"}), records(one={}), belief({"a": "one"}))
    assert found.differing == [Difference("patient", "a", ("phone",))]


def test_a_disputed_field_is_counted_and_is_no_difference() -> None:
    here, there = records(a={"family": "x"}), records(one={"family": "y"})
    found = compare(here, there, belief({"a": "one"}, frozenset({("a", "family")})))
    assert (found.disputed, found.differing, found.equal["patient"]) == (1, [], 1)


def test_a_record_without_a_partner_is_lost_on_either_side() -> None:
    found = compare(records(a={}), records(one={}), belief({}))
    assert {one.record for one in found.lost} == {"a", "vendor one"}


def test_a_link_to_a_record_that_is_gone_is_a_loss() -> None:
    found = Compared()
    found.add("patient", {"a": {}}, {}, {"a": "one"})
    assert [one.record for one in found.lost] == ["a"]


def test_what_was_made_twice_is_counted_beyond_the_first() -> None:
    person = {"family": "x", "given": "y"}
    assert duplicates({"a": person, "b": dict(person), "c": {"family": "x", "given": "z"}}, ("family", "given")) == 1


def test_an_edit_must_stand_on_both_sides_unless_it_was_disputed() -> None:
    script = [
        Act(AT, Side.HERE, Verb.CHANGE, 1, (("phone", "(555) 010-0101"),)),
        Act(AT, Side.HERE, Verb.CHANGE, 2, (("phone", "5550100102"),)),
        Act(AT, Side.HERE, Verb.CHANGE, 3, (("phone", "5550100103"),), disputed=True),
    ]
    assert len(list(expectations(script))) == 2
    here = records(a={"phone": "5550100101"}, b={"phone": "5550100102"})
    there = records(one={"phone": "5550100101"}, two={"phone": "old"})
    numbers = {"patient": {1: "a", 2: "b"}, "plan": {}, "visit": {}}
    found = list(missing_edits(script, here, there, belief({"a": "one", "b": "two"}), numbers))
    assert found == [Difference("patient", "b", ("phone",))]


def test_a_moved_visit_is_expected_at_its_moment_whatever_the_zone() -> None:
    script = [Act(AT, Side.HERE, Verb.MOVE, 4, (("start", "2026-03-06T09:30:00-07:00"),))]
    assert list(expectations(script)) == [("visit", 4, "start", "2026-03-06T16:30:00+00:00")]
