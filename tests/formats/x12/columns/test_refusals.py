"""What is refused, with the errors of the readers, and what is needed to be there."""

from __future__ import annotations

import builtins
import sys
from types import ModuleType

import pytest
from tests.formats.x12.columns.conftest import made

from chartline.formats.x12.columns import stream_arrow, to_arrow
from chartline.kernel.errors import ChartlineError


@pytest.mark.parametrize(
    ("kind", "old", "new", "code", "element"),
    [
        ("835", b"*45*", b"*45*O", "x12.bad_amount", "CAS03"),
        ("835", b"CLP*PCN000010000*", b"CLP*PCN000010000*1*1.005*", "x12.bad_amount", "CLP03"),
        ("835", b"DTM*472*2025", b"DTM*472*20259", "x12.bad_date", "DTM02"),
        ("835", b"**1~", b"**one~", "x12.bad_quantity", "SVC05"),
        ("835", b"TRN*1*", b"TRX*1*", "x12.incomplete", None),
        ("835", b"ST*835*", b"ST*999*", "x12.no_transaction", None),
        ("835", b"GE*", b"ZZ*", "x12.misplaced", None),
        ("835", b"SE*", b"se*", "x12.unreadable", None),
        ("837P", b"*UN*1*", b"*UN*1e1*", "x12.bad_quantity", "SV104"),
        ("837P", b"HL*2*1*22", b"HL*2*7*22", "x12.misplaced", None),
        ("837P", b"DTP*472*D8*", b"DTP*471*D8*", "x12.incomplete", None),
        ("837P", b"DMG*D8*", b"DMG*D8*9", "x12.bad_date", "DMG02"),
        ("837P", b"005010X222A1", b"005010X223A2", "x12.no_transaction", None),
    ],
)
def test_wrong_content_is_refused_with_its_place(
    maker: ModuleType, kind: str, old: bytes, new: bytes, code: str, element: str | None
) -> None:
    data = made(maker, kind, 4000, "plain", 5)
    assert old in data
    with pytest.raises(ChartlineError) as refused:
        to_arrow(data.replace(old, new), kind)  # ty: ignore
    assert refused.value.problem.code == code
    assert refused.value.problem.fields.get("element") == element


def test_a_level_may_name_any_earlier_parent(maker: ModuleType) -> None:
    data = made(maker, "837P", 4000, "plain", 5)
    second = data.index(b"HL*2*1*22")
    # Another provider stands between; the subscriber still names the first one.
    other = data[:second] + b"HL*99**20*1~\nNM1*85*2*ANOTHER*****XX*1999999992~\n" + data[second:]
    name = to_arrow(other, "837P").claims["billing_name"].to_pylist()[0]
    assert name == "EXAMPLE FAMILY PRACTICE"


def test_a_segment_without_end_is_refused(maker: ModuleType) -> None:
    data = made(maker, "835", 4000, "plain", 5)
    with pytest.raises(ChartlineError) as refused:
        list(stream_arrow(data[:300] + b"X" * 400_000 + data[300:], "835", megabytes=0.01))
    assert refused.value.problem.code == "x12.segment_too_large"


def test_without_arrow_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = builtins.__import__

    def importing(name: str, *rest: object) -> ModuleType:
        if name.partition(".")[0] == "numpy":
            raise ModuleNotFoundError("No module named 'numpy'", name="numpy")
        return wanted(name, *rest)  # ty: ignore

    for name in [name for name in sys.modules if name.startswith("chartline.formats.x12.columns.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("chartline.formats.x12.columns.stream", raising=False)
    monkeypatch.setattr(builtins, "__import__", importing)
    with pytest.raises(ChartlineError) as refused:
        to_arrow(b"", "835")
    assert refused.value.problem.code == "x12.arrow_missing"
    assert "pip install chartline[arrow]" in refused.value.problem.do
