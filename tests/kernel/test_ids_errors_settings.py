"""Ids sort by time, errors are declared once and say what to do, settings refuse what they do not know."""

from __future__ import annotations

import pickle
import uuid
from pathlib import Path

import pytest

from chartline.kernel.errors import CATALOGUE, Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.ids import derived_id, new_id
from chartline.kernel.settings import load_settings


def test_ids_are_version_seven_and_increase() -> None:
    ids = [new_id() for _ in range(2000)]
    assert sorted(ids) == ids
    assert len(set(ids)) == 2000
    assert {7} == {uuid.UUID(i).version for i in ids}


def test_a_derived_id_depends_on_every_part() -> None:
    assert derived_id("a", "b") == derived_id("a", "b")
    assert len({derived_id("a", "b"), derived_id("ab"), derived_id("b", "a")}) == 3
    assert uuid.UUID(derived_id("a")).version == 8


def test_a_code_is_declared_once() -> None:
    kind = next(iter(CATALOGUE.values()))
    with pytest.raises(ValueError):
        ErrorKind(kind.code, Blame.US, Again.NEVER, "x", "y")


def test_an_error_survives_a_process_boundary() -> None:
    error = next(iter(CATALOGUE.values())).error(claim="C000001")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, ChartlineError)
    assert again.problem == error.problem


def test_every_declared_error_says_what_happened_and_what_to_do() -> None:
    for kind in CATALOGUE.values():
        assert kind.say.endswith("."), kind.code
        assert kind.do.endswith("."), kind.code


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "chartline.toml"
    file.write_text('port = 1\nhost = "a"\ndata = "d"\n')
    monkeypatch.setenv("CHARTLINE_PORT", "2")
    settings = load_settings(file, data="e")
    assert (settings.port, settings.host, settings.data) == (2, "a", "e")


def test_a_misspelt_setting_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "chartline.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(ChartlineError) as caught:
        load_settings(file)
    assert caught.value.problem.code == "settings.invalid"
