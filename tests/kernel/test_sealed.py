"""Sealed values cannot become readable by accident."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chartline.kernel.sealed import Purpose, Sealed, SealedLeak, observe_reveals

SECRET = Sealed("OKAFOR")


@pytest.mark.parametrize(
    "leak",
    [
        str,
        bytes,
        list,
        len,
        bool,
        pickle.dumps,
        lambda value: f"{value}",
        lambda value: "{}".format(value),  # noqa: UP032
        lambda value: "%s" % value,  # noqa: UP031
        json.dumps,
        msgspec.json.encode,
    ],
)
def test_every_way_to_read_without_a_purpose_fails(leak: Callable[[Any], object]) -> None:
    with pytest.raises((SealedLeak, TypeError)):
        leak(SECRET)


def test_the_repr_shows_nothing() -> None:
    assert "OKAFOR" not in repr([SECRET, {"name": SECRET}])


def test_an_exception_that_carries_one_shows_nothing() -> None:
    assert "OKAFOR" not in repr(ValueError(SECRET))


def test_a_log_line_with_one_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").warning("patient %r", SECRET)
    assert "OKAFOR" not in caplog.text


def test_opening_names_a_purpose_and_is_observed() -> None:
    seen: list[Purpose] = []
    stop = observe_reveals(seen.append)
    assert SECRET.reveal(Purpose.SHOW) == "OKAFOR"
    stop()
    SECRET.reveal(Purpose.MATCH)
    assert seen == [Purpose.SHOW]


def test_equal_contents_are_equal() -> None:
    assert Sealed("A") == Sealed("A")
    assert Sealed("A") != Sealed("B")
    assert len({Sealed("A"), Sealed("A")}) == 1
