from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from chartline.domains.sync.fields import Fields, same
from chartline.domains.sync.merge import Conflict, Merged, Owner, Side, merge

NAMES = st.sampled_from(["family", "phone", "email", "city", "sex", "minutes"])
VALUES = st.sampled_from(["", "A", "a", "B", "B ", "303-555-0100", "(303) 555-0100", "1 303 555 0100", "99"])
FIELDS = st.dictionaries(NAMES, VALUES)
POLICIES = st.dictionaries(NAMES, st.sampled_from(list(Owner)))
NEWER = st.sampled_from([None, *Side])


def equal(left: Mapping[str, str], right: Mapping[str, str]) -> bool:
    return all(same(name, left.get(name, ""), right.get(name, "")) for name in {*left, *right})


@given(FIELDS, POLICIES, NEWER)
def test_no_change_is_no_news(base: Fields, owners: dict[str, Owner], newer: Side | None) -> None:
    merged = merge(base, base, base, owners, newer)
    assert merged == Merged(base, {}, {}, (), base)


@given(FIELDS, FIELDS, POLICIES, NEWER)
def test_a_change_of_one_side_wins_whatever_the_policy(
    base: Fields, theirs: Fields, owners: dict[str, Owner], newer: Side | None
) -> None:
    known = {**dict.fromkeys(theirs, ""), **base}
    merged = merge(known, known, theirs, owners, newer)
    assert merged.conflicts == ()
    assert merged.to_theirs == {}
    assert equal(merged.value, {**dict.fromkeys(known, ""), **theirs})
    mirrored = merge(known, theirs, known, owners, newer)
    assert mirrored.conflicts == ()
    assert mirrored.to_ours == {}
    assert equal(mirrored.value, theirs)


@given(st.none() | FIELDS, FIELDS, POLICIES, NEWER)
def test_the_same_change_on_both_sides_is_agreement(
    base: Fields | None, both: Fields, owners: dict[str, Owner], newer: Side | None
) -> None:
    merged = merge(base, both, both, owners, newer)
    assert (merged.to_ours, merged.to_theirs, merged.conflicts) == ({}, {}, ())
    assert merged.value == both


@given(st.none() | FIELDS, FIELDS, FIELDS, POLICIES, NEWER)
def test_merging_again_finds_nothing_new(
    base: Fields | None, ours: Fields, theirs: Fields, owners: dict[str, Owner], newer: Side | None
) -> None:
    first = merge(base, ours, theirs, owners, newer)
    second = merge(first.agreed, first.value, theirs, owners, newer)
    assert second.to_ours == {}
    assert second.to_theirs == first.to_theirs
    assert second.conflicts == first.conflicts
    assert second.agreed == first.agreed


@given(st.none() | FIELDS, FIELDS, FIELDS, POLICIES, NEWER)
def test_after_both_sides_did_their_part_they_agree_on_all_but_the_conflicts(
    base: Fields | None, ours: Fields, theirs: Fields, owners: dict[str, Owner], newer: Side | None
) -> None:
    first = merge(base, ours, theirs, owners, newer)
    final = merge(first.agreed, first.value, {**theirs, **first.to_theirs}, owners, newer)
    assert (final.to_ours, final.to_theirs) == ({}, {})
    assert [one.field for one in final.conflicts] == [one.field for one in first.conflicts]


@given(FIELDS, FIELDS, FIELDS)
def test_where_both_changed_apart_and_the_policy_is_ask_there_is_a_conflict(
    base: Fields, ours: Fields, theirs: Fields
) -> None:
    merged = merge(base, ours, theirs, {})
    apart = {
        name
        for name in base
        if not same(name, ours.get(name, ""), theirs.get(name, ""))
        and not same(name, ours.get(name, ""), base[name])
        and not same(name, theirs.get(name, ""), base[name])
    }
    assert apart <= {one.field for one in merged.conflicts}


def test_owner_policies_decide_true_conflicts() -> None:
    def conflicted(owner: Owner, newer: Side | None = None) -> Merged:
        return merge({"city": "Old"}, {"city": "Ours"}, {"city": "Theirs"}, {"city": owner}, newer)

    assert conflicted(Owner.OURS).to_theirs == {"city": "Ours"}
    assert conflicted(Owner.THEIRS).to_ours == {"city": "Theirs"}
    assert conflicted(Owner.NEWEST, Side.OURS).to_theirs == {"city": "Ours"}
    assert conflicted(Owner.NEWEST, Side.THEIRS).to_ours == {"city": "Theirs"}
    asked = (Conflict("city", "Old", "Ours", "Theirs"),)
    assert conflicted(Owner.NEWEST).conflicts == asked
    assert conflicted(Owner.ASK).conflicts == asked
    assert conflicted(Owner.ASK).agreed == {"city": "Old"}


def test_at_a_first_meeting_an_empty_field_is_filled_and_different_ones_are_asked_about() -> None:
    merged = merge(None, {"city": "Denver", "phone": "1"}, {"city": "", "phone": "2", "email": "a@b"}, {})
    assert merged.to_theirs == {"city": "Denver"}
    assert merged.to_ours == {"email": "a@b"}
    assert [one.field for one in merged.conflicts] == ["phone"]
    assert merged.agreed == {"email": "a@b"}


def test_another_spelling_is_no_news() -> None:
    ours = {"family": "O'Néil-Ray", "phone": "303.555.0100", "member_id": "zzq-1"}
    theirs = {"family": "ONEIL RAY", "phone": "+1 (303) 555-0100", "member_id": "ZZQ1"}
    merged = merge(ours, ours, theirs, {})
    assert (merged.to_ours, merged.to_theirs, merged.conflicts) == ({}, {}, ())
    assert merged.value == ours


def test_a_merge_does_not_show_its_values() -> None:
    merged = merge(None, {"family": "Inventado"}, {"family": "Other"}, {})
    assert "Inventado" not in f"{merged!r}{merged.conflicts!r}"
