"""Writers take turns: in the order in which they came, inside a process and between processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.support.waiting import until

from chartline.platform.database.turns import Turns, turns_of

BUSY = """
import sys, time
from pathlib import Path
from chartline.platform.database.turns import Turns
turns, diary = Turns(Path(sys.argv[1])), Path(sys.argv[2]).open("ab", buffering=0)
while True:
    with turns.turn():
        diary.write(b"x")
        time.sleep(0.005)
"""
"""A process that wants the next turn as soon as it has given one back."""
HOLD = """
import sys, time
from pathlib import Path
from chartline.platform.database.turns import Turns
turns = Turns(Path(sys.argv[1]))
turns.take()
print("mine", flush=True)
time.sleep(60)
"""
"""A process that keeps its turn."""


def busy(file: Path, diary: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", BUSY, str(file), str(diary)], cwd=Path.cwd())
    until(lambda: diary.exists() and diary.stat().st_size > 0)
    return process


def test_a_busy_process_lets_one_that_waits_in_between_its_turns(tmp_path: Path) -> None:
    file, diary = tmp_path / "turns", tmp_path / "diary"
    process, turns = busy(file, diary), Turns(file)
    passed: list[int] = []
    try:
        for _ in range(20):
            before = diary.stat().st_size
            with turns.turn():
                passed.append(diary.stat().st_size - before)
                held = diary.stat().st_size
                time.sleep(0.01)
                assert diary.stat().st_size == held  # nobody else has the turn
    finally:
        process.kill()
        process.wait()
    # The turn that was running, and one more when this process was held up before it stood in line.
    assert sorted(passed)[len(passed) // 2] <= 2


def test_the_turn_of_a_process_that_dies_is_free(tmp_path: Path) -> None:
    file = tmp_path / "turns"
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(file)], cwd=Path.cwd(), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"mine\n"
    turns, begun = Turns(file), threading.Event()
    waiter = threading.Thread(target=lambda: (turns.take(), begun.set()))
    waiter.start()
    assert not begun.wait(0.2)
    process.kill()
    process.wait()
    process.stdout.close()
    assert begun.wait(20)
    waiter.join()


def test_threads_get_their_turns_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    turns, order = Turns(tmp_path / "turns"), list[int]()

    def work(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    with turns.turn():
        for place, thread in enumerate(threads, 1):
            thread.start()
            until(lambda many=place: len(turns._waiting) == many)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_one_that_gives_way_comes_last_but_comes(tmp_path: Path) -> None:
    turns, order = Turns(tmp_path / "turns"), list[str]()

    def work(name: str) -> None:
        with turns.turn(gives_way=name == "gives way"):
            order.append(name)

    names = ["gives way", "first", "second"]
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    with turns.turn():
        for place, thread in enumerate(threads, 1):
            thread.start()
            until(lambda many=place: len(turns._waiting) + len(turns._giving_way) == many)
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "gives way"]


def test_nobody_gives_way_for_ever(tmp_path: Path) -> None:
    turns, order = Turns(tmp_path / "turns"), list[str]()

    def work(name: str) -> None:
        with turns.turn(gives_way=name == "gives way"):
            order.append(name)

    patient = threading.Thread(target=work, args=("gives way",))
    with turns.turn():
        patient.start()
        until(lambda: len(turns._waiting) == 1)  # it has given way long enough, and stands in line with the others
        late = threading.Thread(target=work, args=("late",))
        late.start()
        until(lambda: len(turns._waiting) == 2)
    patient.join()
    late.join()
    assert order == ["gives way", "late"]


def test_without_a_gate_a_process_still_writes_in_turn(tmp_path: Path) -> None:
    turns, done = Turns(tmp_path / "no such folder" / "turns"), list[int]()

    def work(number: int) -> None:
        with turns.turn():
            done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1, 2, 3]


def test_everybody_who_opens_a_file_has_its_one_queue_and_memory_has_none(tmp_path: Path) -> None:
    file = str(tmp_path / "one.db")
    one, another = turns_of(file), turns_of(f"{tmp_path}/../{tmp_path.name}/one.db")
    assert one is another
    assert one is not turns_of(str(tmp_path / "two.db"))
    assert turns_of(":memory:").take() is False
