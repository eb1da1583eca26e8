from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.domains.sync.fields import Fields, same
from chartline.domains.sync.merge import KEPT, MADE, SENT, Conflict, Merged, Owner, Side, merge

NAMES = st.sampled_from(["family", "phone", "email", "city", "sex", "minutes"])
VALUES = st.sampled_from(["", "A", "a", "B", "B ", "303-555-0100", "(303) 555-0100", "1 303 555 0100", "99"])
FIELDS = st.dictionaries(NAMES, VALUES)
POLICIES = st.dictionaries(NAMES, st.sampled_from(list(Owner)))
NEWER = st.dictionaries(NAMES, st.sampled_from(list(Side)))
Newer = dict[str, Side]


def equal(left: Mapping[str, str], right: Mapping[str, str]) -> bool:
    return all(same(name, left.get(name, ""), right.get(name, "")) for name in {*left, *right})


@given(FIELDS, POLICIES, NEWER)
def test_no_change_is_no_news(base: Fields, owners: dict[str, Owner], newer: Newer) -> None:
    merged = merge(base, base, base, owners, newer)
    assert merged == Merged(base, {}, {}, (), base)


@given(FIELDS, FIELDS, POLICIES, NEWER)
def test_a_change_of_one_side_wins_whatever_the_policy(
    base: Fields, theirs: Fields, owners: dict[str, Owner], newer: Newer
) -> None:
    known = {**dict.fromkeys(theirs, ""), **base}
    merged = merge(known, known, theirs, owners, newer)
    assert merged.conflicts == ()
    assert merged.to_theirs == {}
    assert equal(merged.value, {**dict.fromkeys(known, ""), **theirs})
    mirrored = merge(known, theirs, known, owners, newer)
    assert mirrored.to_ours == {}
    assert equal(mirrored.value, theirs)
    # Nothing is blanked at a vendor, so a field that we emptied is asked about.
    emptied = {name for name, value in known.items() if not same(name, theirs.get(name, ""), value)}
    emptied = {name for name in emptied if not theirs.get(name)}
    assert emptied == {one.field for one in mirrored.conflicts}


@given(st.none() | FIELDS, FIELDS, POLICIES, NEWER)
def test_the_same_change_on_both_sides_is_agreement(
    base: Fields | None, both: Fields, owners: dict[str, Owner], newer: Newer
) -> None:
    merged = merge(base, both, both, owners, newer)
    assert (merged.to_ours, merged.to_theirs, merged.conflicts) == ({}, {}, ())
    assert merged.value == both


@given(st.none() | FIELDS, FIELDS, FIELDS, POLICIES, NEWER)
def test_merging_again_finds_nothing_new(
    base: Fields | None, ours: Fields, theirs: Fields, owners: dict[str, Owner], newer: Newer
) -> None:
    first = merge(base, ours, theirs, owners, newer)
    second = merge(first.agreed, first.value, theirs, owners, newer)
    assert second.to_ours == {}
    assert second.to_theirs == first.to_theirs
    assert second.conflicts == first.conflicts
    assert second.agreed == first.agreed


@given(st.none() | FIELDS, FIELDS, FIELDS, POLICIES, NEWER)
def test_after_both_sides_did_their_part_they_agree_on_all_but_the_conflicts(
    base: Fields | None, ours: Fields, theirs: Fields, owners: dict[str, Owner], newer: Newer
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
        at = {"city": newer} if newer else {}
        return merge({"city": "Old"}, {"city": "Ours"}, {"city": "Theirs"}, {"city": owner}, at)

    assert conflicted(Owner.OURS).to_theirs == {"city": "Ours"}
    assert conflicted(Owner.OURS).overruled == (("city", Side.THEIRS),)
    assert conflicted(Owner.THEIRS).to_ours == {"city": "Theirs"}
    assert conflicted(Owner.THEIRS).overruled == (("city", Side.OURS),)
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


def test_a_policy_decides_each_change_once() -> None:
    owners = {"city": Owner.OURS}
    first = merge({"city": "Old"}, {"city": "Ours"}, {"city": "Theirs"}, owners)
    again = merge(first.agreed, {"city": "Ours"}, {"city": "Theirs"}, owners)
    assert (again.to_theirs, again.overruled) == ({"city": "Ours"}, ())
    anew = merge(first.agreed, {"city": "Ours"}, {"city": "Third"}, owners)
    assert anew.overruled == (("city", Side.THEIRS),)


@pytest.mark.parametrize("owner", list(Owner))
def test_a_field_that_we_emptied_is_asked_about_and_never_blanked_there(owner: Owner) -> None:
    merged = merge({"city": "Old"}, {"city": ""}, {"city": "Old"}, {"city": owner}, {"city": Side.OURS})
    assert (merged.to_theirs, [one.field for one in merged.conflicts]) == ({}, ["city"])
    kept = {"city": "Old", f"{KEPT}city": "Old"}
    again = merge(kept, {"city": ""}, {"city": "OLD"}, {"city": owner})
    assert (again.to_ours, again.to_theirs, again.conflicts) == ({}, {}, ())
    assert again.agreed == {"city": "OLD", f"{KEPT}city": "OLD"}
    assert merge(again.agreed, {"city": ""}, {"city": ""}, {}).agreed == {"city": ""}


def test_what_was_sent_and_does_not_show_is_no_edit_of_theirs() -> None:
    shadow = {"city": "Ours", f"{SENT}city": "Old"}
    asked = merge(shadow, {"city": "Ours"}, {"city": "Old"}, {"city": Owner.NEWEST}, {"city": Side.OURS})
    assert asked.conflicts == (Conflict("city", "Old", "Ours", "Old"),)
    assert asked.agreed == shadow
    assert merge(shadow, {"city": "Ours"}, {"city": "OURS"}, {}).agreed == {"city": "OURS"}
    newer = merge(shadow, {"city": "Later"}, {"city": "Old"}, {})
    assert (newer.to_theirs, newer.conflicts, newer.agreed) == ({"city": "Later"}, (), shadow)
    owned = merge(shadow, {"city": "Ours"}, {"city": "Old"}, {"city": Owner.THEIRS})
    assert (owned.to_ours, owned.agreed) == ({"city": "Old"}, {"city": "Old"})
    assert owned.overruled == (("city", Side.OURS),)


def test_what_shows_in_place_of_what_was_sent_was_typed_without_knowing_ours() -> None:
    shadow = {"city": "Ours", f"{SENT}city": "Old"}
    asked = merge(shadow, {"city": "Ours"}, {"city": "Third"}, {})
    assert (asked.conflicts, asked.agreed) == ((Conflict("city", "Old", "Ours", "Third"),), shadow)
    newest = merge(shadow, {"city": "Ours"}, {"city": "Third"}, {"city": Owner.NEWEST}, {"city": Side.THEIRS})
    assert (newest.to_ours, newest.agreed) == ({"city": "Third"}, {"city": "Third"})
    assert newest.overruled == (("city", Side.OURS),)


def test_a_vendor_may_spell_a_new_record_its_own_way_but_not_lose_a_field_of_it() -> None:
    shadow = {"city": "Quirina", f"{MADE}city": ""}
    assert merge(shadow, {"city": "Quirina"}, {"city": "Q"}, {}).to_ours == {"city": "Q"}
    lost = merge(shadow, {"city": "Quirina"}, {"city": ""}, {})
    assert ([one.field for one in lost.conflicts], lost.to_ours, lost.agreed) == (["city"], {}, shadow)


def test_a_reason_that_only_one_side_tells_is_no_difference() -> None:
    told = merge({"status": "booked"}, {"status": "cancelled:pat"}, {"status": "cancelled"}, {})
    assert (told.value, told.to_theirs, told.conflicts) == ({"status": "cancelled:pat"}, {}, ())
    apart = merge({"status": "booked"}, {"status": "cancelled:pat"}, {"status": "cancelled:prov"}, {})
    assert [one.field for one in apart.conflicts] == ["status"]
    assert not same("status", "other:2", "other")
