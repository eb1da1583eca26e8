from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.fhir.units import canonical, comparable, exact, measure


@pytest.mark.parametrize(
    ("value", "code", "amount", "base"),
    [
        ("4000", "mg", "4", "g"),
        ("7.2", "mmol/L", "7.2", "m-3.mol"),
        ("120", "mm[Hg]", "15998640", "g.m-1.s-2"),
        ("4.5", "10*3/uL", "4500000000000", "m-3"),
        ("60", "{beats}/min", "1", "s-1"),
        ("37", "Cel", "310.15", "K"),
        ("98.6", "[degF]", "310.15", "K"),
        ("185", "[lb_av]", "83914.58845", "g"),
        ("50", "%", "0.5", "1"),
        ("1", "wk", "604800", "s"),
        ("22", "kg/m2", "22000", "g.m-2"),
        ("3", "m[IU]/L", "3", "[iU].m-3"),
        ("90", "mL/min/{1.73_m2}", "0.0000015", "m3.s-1"),
        ("24", "mg/(24.h)", "2.777777777777777777777777778E-7", "g.s-1"),
    ],
)
def test_a_quantity_is_told_in_base_units(value: str, code: str, amount: str, base: str) -> None:
    assert canonical(Decimal(value), code) == (Decimal(amount), base)


def test_the_same_amount_in_two_units_is_one_exact_number() -> None:
    assert exact(Decimal("4"), "g") == exact(Decimal("4000.0"), "mg")
    assert exact(Decimal(1), "[ft_i]") == exact(Decimal(12), "[in_i]")
    assert exact(Decimal(1), "g/dL") == exact(Decimal(10), "g/L")
    assert exact(Decimal(3), "Cel") != exact(Decimal(3), "K")


@pytest.mark.parametrize(
    "code", ["", "xx", "[s]", "mg/", "(g", "{open", "mg mg", "g)", "lbs", "m2m", "((((((((((m))))))))))"]
)
def test_what_is_no_unit_has_no_measure(code: str) -> None:
    assert measure(code) is None
    assert canonical(Decimal(1), code) is None


def test_units_compare_only_within_one_dimension() -> None:
    assert comparable("cm", "[in_i]")
    assert not comparable("cm", "s")
    assert not comparable("cm", "[s]")
    assert not comparable("[pH]", "1")


@given(st.text(alphabet="mgkLudl10*^/.(){}[]-+2%iU ", max_size=24))
def test_any_text_is_a_unit_or_nothing(code: str) -> None:
    found = canonical(Decimal("1.5"), code)
    assert found is None or (found[0].is_finite() and measure(found[1]) is not None)


def test_floats_and_values_without_end_are_read_safely() -> None:
    assert canonical(0.1, "g") == (Decimal("0.1"), "g")
    assert canonical(Decimal("NaN"), "g") is None
    assert canonical(Decimal("1E+9000"), "g") is None
