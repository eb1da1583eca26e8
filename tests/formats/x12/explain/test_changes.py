"""Files are compared by meaning."""

from __future__ import annotations

from tests.formats.x12.explain.conftest import CORPUS, problems_of, readable

from chartline.formats.x12.explain.changes import Change, changes
from chartline.kernel.errors import ChartlineError

TWO = (CORPUS / "835" / "two_claims.x12").read_bytes()


def told(found: list[Change], *, values: bool = True) -> list[tuple[str, str, str, str]]:
    return [(change.where(values=values), change.place, *change.shown(values=values)) for change in found]


def claims(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """What stands before the claims, the claims, and what follows."""
    head, *rest = data.split(b"CLP*")
    last, mark, tail = rest[-1].partition(b"SE*")
    return head, [b"CLP*" + each for each in (*rest[:-1], last)], mark + tail


def test_a_file_says_what_it_says() -> None:
    for _, data in readable():
        try:
            assert changes(data, data) == []
        except ChartlineError:
            assert problems_of(data)


def test_form_and_envelope_do_not_count() -> None:
    other = TWO.replace(b"\n", b"").replace(b"*", b"|").replace(b"000000101", b"000000999")
    assert changes(TWO, other) == []


def test_the_order_of_claims_does_not_count() -> None:
    head, (one, two), tail = claims(TWO)
    assert changes(TWO, head + two + one + tail) == []


def test_how_an_amount_is_written_does_not_count() -> None:
    other = TWO.replace(b"*150*", b"*150.00*")
    assert other != TWO
    assert changes(TWO, other) == []


def test_one_amount() -> None:
    head, (one, two), tail = claims(TWO)
    account = one.split(b"*")[1].decode()
    changed = one.replace(b"*100*", b"*90*", 1)
    (found,) = told(changes(TWO, head + changed + two + tail))
    assert found[0].endswith(f"/2100[{account}]")
    assert found[1:] == ("CLP04", "100", "90")


def test_a_claim_that_is_missing() -> None:
    head, (one, two), tail = claims(TWO)
    account = two.split(b"*")[1].decode()
    (found,) = changes(TWO, head + one + tail)
    assert found.shown(values=True)[0].startswith(f"CLP*{account}")
    assert found.shown(values=False) == ("•••", "")
    assert account not in found.where(values=False)


def test_a_patient_that_was_added_in_front_moves_nothing() -> None:
    data = (CORPUS / "837p" / "encounters_in_two_transactions.x12").read_bytes()
    family = (CORPUS / "837p" / "family_of_patients.x12").read_bytes()
    assert changes(data, family)
    head, *levels = (CORPUS / "270" / "many_subscribers.x12").read_bytes().split(b"HL*")
    people = [each for each in levels if b"*22*" in each.split(b"~")[0]]
    without = b"HL*".join([head, *(each for each in levels if each is not people[0])])
    whole = b"HL*".join([head, *levels])
    found = changes(without, whole)
    assert len(found) == 1
    assert found[0].before == ""


def test_a_name_is_masked() -> None:
    data = TWO.replace(b"NM1*QC*1*", b"NM1*QC*1*X", 1)
    (found,) = changes(TWO, data)
    assert found.place == "NM103"
    assert found.shown(values=False) == ("•••", "•••")
    assert found.shown(values=True)[1] == f"X{found.shown(values=True)[0]}"
    assert found.shown(values=True)[0] not in repr(found)


def test_a_transaction_of_its_own() -> None:
    other = (CORPUS / "835" / "many_transactions.x12").read_bytes()
    assert {change.before for change in changes(TWO, other) if change.place == "ST"} <= {"transaction", ""}
