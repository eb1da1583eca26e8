from __future__ import annotations

import asyncio
import threading

import pytest

from chartline.api.fhir.threads import Threads


def test_results_and_errors_come_back_to_who_asked() -> None:
    async def play() -> list[int]:
        threads = Threads(3)

        def fail() -> None:
            raise LookupError("as planned")

        found = await asyncio.gather(*(threads.run(lambda number: number * 2, number) for number in range(50)))
        with pytest.raises(LookupError, match="as planned"):
            await threads.run(fail)
        assert await threads.run(threading.get_ident) != threading.get_ident()
        threads.close()
        with pytest.raises(RuntimeError):
            await threads.run(threading.get_ident)
        return found

    assert asyncio.run(play()) == [number * 2 for number in range(50)]


def test_who_went_away_disturbs_nobody() -> None:
    async def play() -> int:
        threads = Threads(1)
        held = threading.Event()
        slow = asyncio.create_task(threads.run(held.wait))
        await asyncio.sleep(0.05)
        slow.cancel()
        held.set()
        answer = await threads.run(lambda: 7)
        threads.close()
        return answer

    assert asyncio.run(play()) == 7
