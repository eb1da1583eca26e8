"""The tables say what the typed readers say, on made files in every shape and on files full of oddities."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.x12.columns.agreement import assert_agreement
from tests.formats.x12.columns.conftest import made

from chartline.formats.x12.columns import to_arrow
from chartline.formats.x12.remittance import read_835
from chartline.kernel.errors import ChartlineError

SHAPES = [
    "plain",
    "stream",
    "windows",
    "newline",
    "newline-windows",
    "return",
    "pipes",
    "control",
    "mark",
    "utf-8",
    "latin-1",
    "many",
    "mixed",
    "single",
]


@pytest.mark.parametrize("kind", ["835", "837P"])
@pytest.mark.parametrize("shape", SHAPES)
def test_made_files_in_every_shape_and_cut_anywhere(maker: ModuleType, kind: str, shape: str) -> None:
    data = made(maker, kind, 9_000, shape, 4)
    tables = assert_agreement(data, kind)
    assert tables.claims.num_rows > 12
    # So small windows that nearly every claim is cut from the next.
    cut = to_arrow(data, kind, megabytes=0.001)  # ty: ignore
    assert cut.claims.equals(tables.claims)
    assert cut.lines.equals(tables.lines)
    assert cut.adjustments.equals(tables.adjustments)


@pytest.mark.parametrize("kind", ["835", "837P"])
def test_places_are_those_of_the_segments(maker: ModuleType, kind: str) -> None:
    data = made(maker, kind, 9_000, "latin-1")
    segments = data.split(b"~\n")
    tables = to_arrow(data, kind, megabytes=0.004)  # ty: ignore
    names = {"claims": b"CLP*" if kind == "835" else b"CLM*", "lines": b"SVC*" if kind == "835" else b"LX*"}
    for table, name in names.items():
        for row in getattr(tables, table).select(["byte", "segment"]).to_pylist():
            assert data[row["byte"] :].startswith(name)
            assert segments[row["segment"] - 1].startswith(name)


amounts = st.one_of(
    st.sampled_from(
        ["0", "5", "12.5", "-3.07", ".5", "-.25", "7.", "100.00", "1.200000", "99999999.99", "123456789.01"]
    ),
    st.sampled_from(
        ["", "1.005", "1O", "1,000", "1e3", "--1", "-", ".", "1.2345678", "1234567890123456", "0x1", "1.0.0"]
    ),
    st.integers(-(10**11), 10**11).map(lambda cents: f"{cents / 100:.2f}"),
)
good_amounts = st.integers(-(10**9), 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
texts = st.sampled_from(["", "A", "ÄÖ", "LONGER TEXT", "  ", " PADDED ", "1"])
dates = st.sampled_from(
    ["20260228", "20240229", "20260229", "20261301", "00000101", "2026010", "", "19000101", "99991231"]
)
good_dates = st.sampled_from(["20260228", "20240229", "19691231", "00010101"])
quantities = st.sampled_from(["", "1", "0.5", "2.125000", "-3", "1000000000", "123456789012345.678901"])


@st.composite
def claims(draw: st.DrawFn) -> list[str]:
    """The segments of a claim with rare forms of everything, now and then a wrong one."""
    wrong = draw(st.integers(0, 12)) == 0
    amount = amounts if wrong else good_amounts
    day = dates if wrong else good_dates
    out = [f"CLP*{draw(texts)}*1*{draw(amount)}*{draw(amount)}*{draw(st.one_of(st.just(''), amount))}*12*{draw(texts)}"]
    out += draw(
        st.lists(st.sampled_from(["NM1*QC*1*LAST*FIRST*M***MI*W1", "NM1*IL*1*O", "NM1*82*1******XX*1999999992"]))
    )
    out += [_adjustment(draw, amount) for _ in range(draw(st.integers(0, 2)))]
    out += draw(st.lists(st.sampled_from(["MOA***MA01*N1", "MIA*1****MA02", "REF*EA*1", "QTY*CA*1"]), max_size=2))
    out += [f"DTM*{draw(st.sampled_from(['232', '233', '050']))}*{draw(day)}" for _ in range(2)]
    # The tables do not hold the end of coverage, so only the reader would refuse a wrong one.
    out += draw(st.lists(st.sampled_from(["DTM*036*20260228", "DTM*036*20240229"]), max_size=1))
    for _ in range(draw(st.integers(0, 3))):
        out.append(
            f"SVC*HC:{draw(texts)}:25::59*{draw(amount)}*{draw(st.one_of(st.just(''), amount))}*{draw(texts)}*"
            f"{draw(quantities)}"
        )
        if draw(st.booleans()):
            out.append("SVC*HC:A*1")
        out += [
            f"DTM*{draw(st.sampled_from(['472', '150', '151']))}*{draw(day)}" for _ in range(draw(st.integers(0, 2)))
        ]
        out += [_adjustment(draw, amount) for _ in range(draw(st.integers(0, 3)))]
        out += draw(
            st.lists(st.sampled_from(["REF*6R*L1", "AMT*B6*10.5", "AMT*KH*1", "LQ*HE*N1", "LQ*HE*N2"]), max_size=3)
        )
    return out


def _adjustment(draw: st.DrawFn, amount: st.SearchStrategy[str]) -> str:
    triples = [
        f"{draw(st.sampled_from(['45', '', '253']))}*{draw(amount)}*{draw(quantities)}"
        for _ in range(draw(st.integers(1, 6)))
    ]
    return "CAS*CO*" + draw(st.sampled_from(["", "**", "***"])) + "*".join(triples)


@settings(max_examples=60, deadline=None)
@given(
    body=st.lists(claims(), max_size=4),
    marks=st.sampled_from([b"*:^~", b"|>!\n", b"\x1d\x1f\x1e\x1c", b"*:^\r", b"-;+'"]),
    latin=st.booleans(),
)
def test_oddities_are_read_alike_or_refused_alike(body: list[list[str]], marks: bytes, latin: bool) -> None:
    segments = [
        "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260106*1405*^*00501*000000001*0*T*:",
        "GS*HP*EXSENDER*EXRECEIVER*20260106*1405*1*X*005010X221A1",
        "ST*835*0001",
        "BPR*I*1*C*ACH************20260120",
        "TRN*1*EFT1*1999999999",
        "N1*PR*PAYER",
        "N1*PE*PAYEE*FI*999999999",
        "LX*1",
        *(segment for claim in body for segment in claim),
        "PLB*1999999984*20261231*WO:1*5*L6*-3.5*****72:2*1.00",
        "SE*9*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    if marks[:1] == b"-":
        # With the minus as a separator there are no negative amounts.
        segments = [segment.replace("-", "") for segment in segments]
    text = "".join(segment + "~" for segment in segments)
    data = text.encode("latin-1" if latin else "utf-8").translate(bytes.maketrans(b"*:^~", marks))
    try:
        read_835(data)
    except ChartlineError as refused:
        with pytest.raises(ChartlineError) as ours:
            to_arrow(data, "835")
        # Where several things are wrong, each may come upon another one first.
        assert ours.value.problem.code in (refused.problem.code, "x12.bad_amount", "x12.bad_date", "x12.bad_quantity")
    else:
        assert_agreement(data, "835")


@settings(max_examples=30, deadline=None)
@given(kind=st.sampled_from(["835", "837P"]), shape=st.sampled_from(["plain", "mixed", "newline"]), at=st.floats(0, 1))
def test_a_file_cut_anywhere_is_refused(maker: ModuleType, kind: str, shape: str, at: float) -> None:
    whole = made(maker, kind, 4000, shape, 2)
    data = whole.rstrip(b"~\r\n\x1c")
    data = data[: int(at * (len(data) - 1))]
    with pytest.raises(ChartlineError) as refused:
        to_arrow(data, kind, megabytes=0.001)  # ty: ignore
    if len(data) > 110 and shape != "mixed":
        assert refused.value.problem.code == "x12.truncated"
