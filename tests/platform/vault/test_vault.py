from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.kernel.errors import ChartlineError
from chartline.platform.vault import Key, KeyRing, Vault, open_keys, rotate_key

ONE = Vault(KeyRing((Key.generate(),)))


def code_of(error: pytest.ExceptionInfo[ChartlineError]) -> str:
    return error.value.problem.code


@given(st.text(), st.text(), st.text(), st.binary(max_size=2000))
def test_what_is_sealed_opens_in_its_own_place(organisation: str, table: str, row: str, plain: bytes) -> None:
    assert plain == ONE.open_sealed(organisation, table, row, ONE.seal(organisation, table, row, plain))


@given(st.data())
def test_a_changed_byte_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(ONE.seal("o", "t", "r", b"a patient " * data.draw(st.integers(0, 50))))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ChartlineError) as error:
        ONE.open_sealed("o", "t", "r", bytes(sealed))
    assert code_of(error) == "vault.unreadable"


@pytest.mark.parametrize("place", [("x", "t", "r"), ("o", "x", "r"), ("o", "t", "x"), ("ot", "", "r")])
def test_a_value_moved_elsewhere_does_not_open(place: tuple[str, str, str]) -> None:
    sealed = ONE.seal("o", "t", "r", b"value")
    with pytest.raises(ChartlineError) as error:
        ONE.open_sealed(*place, sealed)
    assert code_of(error) == "vault.unreadable"


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 16, b"\x01" * 40])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(ChartlineError):
        ONE.open_sealed("o", "t", "r", sealed)


def test_sealing_twice_gives_different_bytes_and_packs_what_repeats() -> None:
    plain = b"the same words again and again " * 100
    first, second = ONE.seal("o", "t", "r", plain), ONE.seal("o", "t", "r", plain)
    assert first != second
    assert len(first) < len(plain) / 5


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_blind_numbers_meet_only_for_equal_parts_of_one_organisation(one: list[str], other: list[str]) -> None:
    number = ONE.blind("o", *one)
    assert 0 <= number < 2**63
    assert (number == ONE.blind("o", *other)) == (one == other)
    assert number != ONE.blind("x", *one)
    assert number != Vault(KeyRing((Key.generate(),))).blind("o", *one)


def test_digests_keep_parts_apart() -> None:
    assert ONE.digest("o", b"ab", b"c") != ONE.digest("o", b"a", b"bc")
    assert len(ONE.digest("o", b"ab")) == 32


def test_a_new_installation_gets_a_key_file_for_its_owner_alone(tmp_path: Path) -> None:
    sealed = Vault.open(tmp_path / "data", {}).seal("o", "t", "r", b"value")
    assert (tmp_path / "data" / "chartline.key").stat().st_mode & 0o777 == 0o600
    assert Vault.open(tmp_path / "data", {}).open_sealed("o", "t", "r", sealed) == b"value"
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["chartline.key"]


def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    open_keys(tmp_path, {})
    (tmp_path / "chartline.key").chmod(0o640)
    with pytest.raises(ChartlineError) as error:
        open_keys(tmp_path, {})
    assert code_of(error) == "vault.key_exposed"


def test_the_environment_goes_before_the_file_and_makes_none(tmp_path: Path) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    assert open_keys(tmp_path, {"CHARTLINE_KEY": key}).newest.material == b"k" * 32
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("key", ["short", base64.b64encode(b"k" * 31).decode(), "ä" * 44, ","])
def test_a_bad_key_is_refused_without_being_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(ChartlineError) as error:
        open_keys(tmp_path, {"CHARTLINE_KEY": key})
    assert code_of(error) == "vault.bad_key"
    assert key == "," or key not in str(error.value)


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chartline.key").touch(0o600)
    with pytest.raises(ChartlineError) as error:
        open_keys(tmp_path, {})
    assert code_of(error) == "vault.bad_key"


def test_rotation_keeps_old_values_readable_and_indexes_valid(tmp_path: Path) -> None:
    before = Vault.open(tmp_path, {})
    sealed = before.seal("o", "t", "r", b"value")
    ring = rotate_key(tmp_path)
    after = Vault.open(tmp_path, {})
    assert len(ring.keys) == 2
    assert after.open_sealed("o", "t", "r", sealed) == b"value"
    assert before.blind("o", "name") == after.blind("o", "name")
    with pytest.raises(ChartlineError):
        before.open_sealed("o", "t", "r", after.seal("o", "t", "r", b"new"))


def test_starting_many_times_at_once_ends_with_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(open_keys(tmp_path, {}).newest.material)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_keys_are_not_shown() -> None:
    key = Key.generate()
    for shown in (repr(key), repr(KeyRing((key,))), repr(Vault(KeyRing((key,))))):
        assert key.encoded() not in shown
        assert repr(key.material) not in shown
