"""The callers of a process stand in line: first come, first served; whoever has no patience left, leaves."""

from __future__ import annotations

import threading

from chartline.platform.limits.line import Line


def test_the_first_one_is_served_at_once_and_is_counted() -> None:
    line = Line()
    assert line.waiting == 0
    assert line.to_the_front(lambda: None)
    assert line.waiting == 1
    line.leave()
    assert line.waiting == 0


def test_who_has_no_patience_leaves_and_is_not_counted_any_more() -> None:
    line = Line()
    line.to_the_front(lambda: None)
    patience = iter([0.001, None])
    assert not line.to_the_front(lambda: next(patience))
    assert line.waiting == 1


def test_callers_are_served_in_the_order_in_which_they_came() -> None:
    line, served, joined = Line(), list[int](), threading.Semaphore(0)
    line.to_the_front(lambda: None)

    def wait(number: int) -> None:
        def patience() -> float:
            joined.release()
            return 5.0

        assert line.to_the_front(patience)
        served.append(number)
        line.leave()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
        joined.acquire()
    assert line.waiting == 7
    line.leave()
    for thread in threads:
        thread.join()
    assert served == list(range(6))
    assert line.waiting == 0


def test_a_call_that_ended_before_anybody_waited_is_not_missed() -> None:
    line = Line()
    line.a_call_ended()
    line.wait_for_an_end(60.0)
