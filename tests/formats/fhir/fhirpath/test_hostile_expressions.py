from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.fhirpath import compile
from chartline.kernel.errors import ChartlineError

PATIENT: JsonObject = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "birthDate": "1980-02",
    "name": [{"family": "Example", "given": ["Ada", "B."]}, {"text": "Ada E."}],
    "multipleBirthInteger": 2,
    "extension": [{"url": "http://example.org/height", "valueQuantity": {"value": Decimal("1.70"), "code": "m"}}],
}

_LEAVES = st.sampled_from(
    [
        *"name given birthDate active $this {} true 'a' 'x+' 1 -1 2.50 @2020 @2020-01-31T10:00 @T10:30".split(),
        *"%resource extension.value name.given.first() multipleBirth id Patient %context today()".split(),
        *("4 'mg'", "2 months", "10 seconds"),
    ]
)
_CALLS = [
    *(
        "where({}) select({}) exists({}) all({}) repeat({}) skip({}) take({}) contains({}) matches({}) substring({}) "
        "indexOf({}) union({}) combine({}) intersect({}) exclude({}) power({}) log({}) round({}) lowBoundary({}) "
        "subsetOf({}) split({}) join({}) sort({}) extension({}) comparable({}) memberOf({}) conformsTo({}) encode({}) "
        "toQuantity({}) is(Patient) as(string) ofType(Quantity) toInteger() toDecimal() toString() toDate() toTime() "
        "toDateTime() toBoolean() abs() sqrt() ln() exp() ceiling() truncate() highBoundary() precision() not() "
        "count() distinct() children() resolve() descendants() type() hasValue() allTrue() convertsToQuantity() "
        "toChars() upper() length() htmlChecks() single()"
    ).split(),
    *("iif({}, 'y', 1)", "replaceMatches({}, 'z')", "replace('a', {})", "aggregate($total + {}, 1)", "trace('t', {})"),
]
_OPERATORS = "+ - * / div mod & | = != ~ !~ < > <= >= and or xor implies in contains".split()


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    call = st.tuples(inner, st.sampled_from(_CALLS), inner).map(
        lambda found: f"({found[0]}).{found[1].replace('{}', found[2])}"
    )
    operation = st.tuples(inner, st.sampled_from(_OPERATORS), inner).map(lambda found: "(" + " ".join(found) + ")")
    return call | operation | inner.map(lambda found: f"-{found}") | inner.map(lambda found: f"{found}[0]")


@settings(max_examples=200, deadline=None)
@given(st.recursive(_LEAVES, _grown, max_leaves=6))
def test_an_expression_answers_or_fails_with_its_own_error(text: str) -> None:
    try:
        expression = compile(text)
    except ChartlineError as error:
        assert error.problem.code == "fhirpath.syntax"
        return
    try:
        expression.evaluate(PATIENT)
    except ChartlineError as error:
        assert error.problem.code == "fhirpath.evaluation"
        assert set(error.problem.fields) == {"reason"}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab.()[]{}'`\"\\|&<>=!~+-*/%$@T:0129 ,\né", max_size=40) | st.text(max_size=40))
def test_any_text_is_an_expression_or_a_syntax_error(text: str) -> None:
    try:
        compile(text)
    except ChartlineError as error:
        assert error.problem.code == "fhirpath.syntax"
        assert 0 <= int(error.problem.fields["position"]) <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 5000 + "1",
        "+".join(["1"] * 5000),
        "a" + ".a" * 5000,
        "a" + "[0]" * 5000,
        "where(" * 500 + "true" + ")" * 500,
        "1" * 5000,
        "x" * 50_000,
    ],
)
def test_what_nests_or_grows_too_far_is_a_syntax_error(text: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        compile(text)
    assert caught.value.problem.code == "fhirpath.syntax"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("'a'.repeat($this & 'a')", "too_much_work"),
        ("(1|2|3|4|5|6|7|8|9|10)" + ".select(%c.combine(%c))" * 6, "too_much_work"),
        ("'a'" + ".replace('a', 'aaaaaaaaaa')" * 20, "string_too_long"),
        ("'a'" + ".replaceMatches('a', 'aaaaaaaaaa')" * 20, "string_too_long"),
        ("Patient" + ".descendants()" * 8 + ".combine(descendants())" * 40, None),
    ],
)
def test_work_without_end_is_stopped(text: str, reason: str | None) -> None:
    try:
        compile(text).evaluate(PATIENT, variables={"c": list(range(10))})
    except ChartlineError as error:
        assert reason in (None, error.problem.fields["reason"])
    else:
        assert reason is None


@pytest.mark.parametrize(
    "text", ["10.power(1000000000)", "2.power(100).power(100).power(100)", "100000.0.exp()", "9.exp().exp()"]
)
def test_a_number_too_large_is_no_number(text: str) -> None:
    assert compile(text).evaluate(PATIENT) == []


def test_numbers_from_a_resource_may_be_of_any_size() -> None:
    observation: JsonObject = {
        "resourceType": "Observation",
        "valueQuantity": {"value": Decimal("1E+900000"), "code": "g"},
    }
    for text in (
        "value > 1 'kg'",
        "value = 1 'g'",
        "value ~ 1 'mg'",
        "value.value.truncate()",
        "value.value div 1",
        "value * value",
    ):
        compile(f"Observation.({text})" if text.startswith("(") else text).evaluate(observation)
    assert compile("value.value > 1").evaluate(observation) == [True]


def test_errors_do_not_carry_values() -> None:
    with pytest.raises(ChartlineError) as caught:
        compile("name.family.first() + 1").evaluate(PATIENT)
    assert "Example" not in str(caught.value) + str(caught.value.problem.as_json())
    found = compile("birthDate | birthDate.toDate() | extension.value").nodes(PATIENT)
    assert "1980" not in repr(found)
