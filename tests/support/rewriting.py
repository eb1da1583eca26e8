"""Rewrites the assertions of all test files once, on all cores, before the processes of a run begin.

pytest does it while a process collects and keeps the result, so in a fresh checkout every process of a run would do
the whole of it at the same time. Does nothing for files whose kept result is good; refuses nothing, because what is
left out here pytest does itself.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent


def rewrite_all(config: pytest.Config) -> None:
    """For the process that only hands out tests; each core has its share of the files."""
    files = sorted([*TESTS.rglob("test_*.py"), *TESTS.rglob("conftest.py")])
    shares = [files[core :: os.cpu_count() or 1] for core in range(os.cpu_count() or 1)]
    children = [_in_child(config, share) for share in shares]
    for child in children:
        os.waitpid(child, 0)


def _in_child(config: pytest.Config, files: list[Path]) -> int:
    child = os.fork()
    if child == 0:
        # Private to pytest: should it change, every process does its own rewriting, as it would without us.
        with suppress(Exception):
            for file in files:
                _rewrite(config, file)
        os._exit(0)
    return child


def _rewrite(config: pytest.Config, file: Path) -> None:
    from _pytest.assertion import rewrite

    folder = rewrite.get_cache_dir(file)
    kept = folder / (file.name[:-3] + rewrite.PYC_TAIL)
    if rewrite._read_pyc(file, kept) is None and rewrite.try_makedirs(folder):
        source, code = rewrite._rewrite_test(file, config)
        rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source, kept)
