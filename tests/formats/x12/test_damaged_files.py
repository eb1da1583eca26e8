from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p, read_837p
from chartline.formats.x12.remittance import Remittance, check_balance, read_835, write_835
from chartline.kernel.errors import ChartlineError

DAMAGE = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.binary(max_size=4)), min_size=1, max_size=4
)


def damaged(data: bytes, damage: list[tuple[int, int, bytes]]) -> bytes:
    for start, length, put in damage:
        at = start % (len(data) + 1)
        data = data[:at] + put + data[at + length % 12 :]
    return data


def refuses_in_words(read: Callable[[bytes], object], data: bytes) -> None:
    try:
        read(data)
    except ChartlineError as refused:
        assert refused.problem.code.startswith("x12.")
        assert "SAMPLE" not in str(refused.problem)


@pytest.mark.parametrize("read", [read_835, check_envelope, lambda data: [check_balance(r) for r in read_835(data)]])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=DAMAGE)
def test_a_damaged_remittance_is_read_or_refused_in_words(
    read: Callable[[bytes], object],
    remittance: Remittance,
    envelope: Envelope,
    damage: list[tuple[int, int, bytes]],
) -> None:
    refuses_in_words(read, damaged(write_835(remittance, envelope), damage))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=DAMAGE)
def test_a_damaged_claim_is_read_or_refused_in_words(
    claim: ProfessionalClaim, envelope: Envelope, damage: list[tuple[int, int, bytes]]
) -> None:
    refuses_in_words(read_837p, damaged(build_837p([claim], envelope), damage))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    refuses_in_words(read_835, data)
    refuses_in_words(read_837p, b"ISA" + data)
