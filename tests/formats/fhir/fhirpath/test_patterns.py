import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.fhir.fhirpath.automaton import Automaton, NotRegular, effort, read
from chartline.formats.fhir.fhirpath.patterns import found_in, fully_matches, replaced
from chartline.kernel.errors import ChartlineError


def free(work: int) -> None:
    assert work >= 0


_PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\.", "^", "$", ""]),
    lambda inner: (
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1])
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}", "{2}", "{0,}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(_PATTERNS, st.text(alphabet="ab1.", max_size=8))
def test_the_automaton_answers_as_python_does(pattern: str, text: str) -> None:
    compiled = re.compile(pattern, re.DOTALL)
    try:
        part = read(pattern)
    except NotRegular:
        return
    assert Automaton(part, anywhere=True).matches(text, free) == (compiled.search(text) is not None)
    assert Automaton(part, anywhere=False).matches(text, free) == (compiled.fullmatch(text) is not None)


def test_a_pattern_made_to_run_for_ages_is_answered() -> None:
    assert not fully_matches("a" * 200 + "!", "(a+)+", free)
    assert not found_in("a" * 200 + "!", "^(a|aa)*$", free)
    assert not found_in("x" * 3000, ".*.*.*.*=.*", free)
    assert found_in("x" * 3000 + "=", ".*.*.*.*=.*", free)


def test_loops_in_a_row_are_answered_however_long_the_text() -> None:
    for pattern in ("x*x*x*=", "(x?){3}x*=", "x+=", "[a-z]*[a-z]*!"):
        assert not found_in("x" * 20_000, pattern, free)
        assert found_in("x" * 20_000 + "=!", pattern.replace("!", "=!"), free)


def test_work_is_counted_where_every_character_leads_on() -> None:
    spent: list[int] = []
    text = "".join(random.Random(1).choices("ab", k=400))
    assert not found_in(text, "(a|b)*a(a|b){200}c", spent.append)
    assert sum(spent) > 1000


def test_a_dangerous_pattern_that_is_not_regular_is_refused() -> None:
    for pattern in (r"(a+)+\1", r"(?=a+)(a+)+b", r"(\w+)*\b"):
        with pytest.raises(ChartlineError) as caught:
            found_in("aaa", pattern, free)
        assert caught.value.problem.fields == {"reason": "pattern_refused"}
    with pytest.raises(ChartlineError):
        replaced("aaaa", "(a+)+b", "x")


def test_the_effort_of_backtracking_is_told_beforehand() -> None:
    assert effort(read("[A-Z]([a-z_]){0,254}")) == (1, 0)
    assert effort(read("(a+)+")) is None
    assert effort(read("(a|aa)*")) is None
    assert effort(read("a*b*c*")) == (3, 0)
    assert effort(read("a?(b|c)?d{1,3}")) == (0, 5)
    assert fully_matches("a" * 40, "a?" * 40 + "a" * 40, free)
    assert not fully_matches("a" * 40, "(a|aa)" * 20 + "b", free)


def test_groups_are_put_into_the_replacement() -> None:
    assert replaced("2026-03-02", r"(\d+)-(\d+)-(\d+)", "$3.$2.$1") == "02.03.2026"
    assert replaced("Doe, Jane", r"(?<last>\w+), (?<first>\w+)", "${first} ${last}") == "Jane Doe"
    with pytest.raises(ChartlineError):
        replaced("a", "(a)", "$7")


def test_a_pattern_that_cannot_be_read_is_an_evaluation_error() -> None:
    for pattern in ("(", "[", "*", "a{5,2}"):
        with pytest.raises(ChartlineError) as caught:
            found_in("a", pattern, free)
        assert caught.value.problem.code == "fhirpath.evaluation"
