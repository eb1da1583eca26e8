"""Files for these tests come from the maker that the benchmarks use, so that both mean the same by a typical file."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _maker() -> ModuleType:
    path = Path(__file__).parents[4] / "bench" / "make_x12.py"
    spec = importlib.util.spec_from_file_location("make_x12", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_x12"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def maker() -> ModuleType:
    return _maker()


def made(maker: ModuleType, kind: str, size: int, shape: str, claims: int = 20) -> bytes:
    """A made file with few claims a transaction, so that it has several."""
    chosen = maker.SHAPES[shape]
    if shape != "mixed":
        chosen = chosen._replace(claims=claims)
        return b"".join(maker.make(kind, size, shape=chosen))
    return b"".join(maker.make(kind, size, shape=shape))
