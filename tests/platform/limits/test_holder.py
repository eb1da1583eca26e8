"""A process is called dead only when that is certain."""

from __future__ import annotations

import subprocess
import sys

from chartline.platform.limits.holder import proven_dead, this_process

NAME = "from chartline.platform.limits.holder import this_process; print(this_process())"


def test_a_living_process_is_not_dead() -> None:
    assert not proven_dead(this_process())


def test_an_ended_process_is_dead() -> None:
    ended = subprocess.run([sys.executable, "-c", NAME], check=True, capture_output=True, text=True).stdout.strip()
    assert proven_dead(ended)


def test_a_process_id_that_was_given_out_again_is_not_mistaken_for_its_former_owner() -> None:
    machine, process, began = this_process().split("|")
    assert proven_dead(f"{machine}|{process}|{int(began) - 1}")


def test_a_process_of_another_machine_is_never_judged() -> None:
    _, process, began = this_process().split("|")
    assert not proven_dead(f"elsewhere|{process}|{began}")
    assert not proven_dead("")
