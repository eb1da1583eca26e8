"""What a check says of a file as a whole: all problems in one pass, at their place, whatever the size of the pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartline.formats.x12.check import Checker, check
from chartline.formats.x12.check_result import CheckResult
from chartline.formats.x12.code_lists import Code, CodeList, CodeLists
from chartline.formats.x12.companion import companion_of, packaged_companions
from chartline.formats.x12.problem import kinds
from chartline.formats.x12.source import LENIENT, read_blocks
from chartline.formats.x12.tables import read_lines
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parent / "corpus"
OFFICE_VISIT = (CORPUS / "837p" / "office_visit.x12").read_bytes()


def codes(result: CheckResult) -> list[str]:
    return [problem.code for problem in result.problems]


def test_every_problem_is_found_in_one_pass() -> None:
    damaged = OFFICE_VISIT.replace(b"HL*1**20", b"HL*7**20").replace(b"LX*1", b"LX*4")
    damaged = damaged.replace(b"472*D8*2026", b"472*D8*2O26")
    found = {(problem.code, problem.place.segment_id) for problem in check(damaged).problems}
    assert found >= {("x12.element_date", "DTP"), ("x12.hl_number", "HL"), ("x12.line_number", "LX")}


def test_a_problem_says_where_it_is_in_every_way() -> None:
    damaged = OFFICE_VISIT.replace(b"HL*1**20", b"HL*7**20")
    problem = check(damaged).problems[0]
    place = problem.place
    assert damaged[place.byte :].startswith(b"HL*7")
    assert damaged[: place.byte].count(b"~") == place.segment - 1
    assert place.in_transaction == place.segment - 2
    assert (place.path, place.element, problem.found, problem.expected) == ("2000A", 1, "7", "1")
    assert place.interchange and place.group and place.transaction


@pytest.mark.parametrize("file", sorted(CORPUS.rglob("*.x12"))[::7], ids=lambda file: file.stem)
def test_the_size_of_the_pieces_changes_nothing(file: Path) -> None:
    data = file.read_bytes()

    def found(size: int) -> object:
        checker = Checker()
        try:
            for block in read_blocks(data, LENIENT, size=size):
                checker.take(block)
        except ChartlineError as error:
            return error.problem.code
        return [(problem.code, problem.place) for problem in checker.finish().problems]

    assert found(600) == found(1 << 20)


def test_checking_changes_nothing_and_repeats_itself() -> None:
    first, second = check(OFFICE_VISIT), check(OFFICE_VISIT)
    assert first.is_clean and second.is_clean
    assert first.segments == OFFICE_VISIT.count(b"~") == second.segments
    assert first.bytes == len(OFFICE_VISIT)


def test_there_is_a_limit_to_what_is_listed() -> None:
    broken = OFFICE_VISIT.replace(b"SE*", b"ZZZ*1~" * 50 + b"SE*")
    result = check(broken, most=10)
    assert len(result.problems) == 11
    assert codes(result).count("x12.enough") == 1


def test_no_patient_value_in_the_representation_of_a_problem() -> None:
    damaged = OFFICE_VISIT.replace(b"*MI*", b"*XX*")
    found = check(damaged).problems
    assert found
    for problem in found:
        assert not problem.found or problem.found not in repr(problem)


def test_a_companion_guide_adds_rules_for_its_payer_alone() -> None:
    example = next(each for each in packaged_companions() if each.name == "example_health")
    assert check(OFFICE_VISIT, companions=[example]).is_clean
    payer = OFFICE_VISIT.split(b"NM1*PR*")[1].split(b"~")[0].split(b"*")[-1]
    theirs = companion_of(
        read_lines(
            f"companion theirs\ntitle Theirs\nfor 005010X222A1\npayer {payer.decode()}\nin 2300\n"
            '  rule x12.theirs.note need NTE "Say." "Do."\n'
            '  advice x12.theirs.account value CLM01 like Q+ "Say." "Do."\n',
            "theirs",
        )
    )
    result = check(OFFICE_VISIT, companions=[theirs])
    assert codes(result) == ["x12.theirs.note", "x12.theirs.account"]
    assert [problem.kind.level for problem in result.problems] == [7, 7]
    assert [problem.is_error for problem in result.problems] == [True, False]
    assert result.problems[1].identifying


@pytest.mark.parametrize(
    "text",
    [
        'companion x\ntitle X\nfor 005010X222A1\nin 9999\n  rule a need NTE when CLM01 "s" "d"',
        'companion x\nfor 005010X222A1\nin 2300\n  rule a need NTE "s" "d"',
        'companion x\ntitle X\nfor 005010X222A1\nin 2300\n  rule a want NTE "s" "d"',
        'companion x\ntitle X\nfor 005010X222A1\nin 2300\n  rule a need nte "s" "d"',
        'companion x\ntitle X\nfor 005010X222A1\nin 2300\n  rule a value CLM01 "s" "d"',
    ],
    ids=["loop", "title", "verb", "place", "pattern"],
)
def test_a_table_with_a_mistake_is_refused(text: str) -> None:
    with pytest.raises(ChartlineError) as refused:
        companion_of(read_lines(text, "x.companion"))
    assert refused.value.problem.code == "x12.bad_table"
    assert "line" in refused.value.problem.fields


def test_own_code_lists_come_on_top() -> None:
    narrow = CodeLists(CodeList("place", "Ours", True, {"99": Code("Elsewhere")}))
    assert "x12.element_code" in codes(check(OFFICE_VISIT, lists=narrow))
    assert check(OFFICE_VISIT).is_clean


def test_every_kind_of_problem_says_what_it_is_and_what_to_do() -> None:
    for key, kind in kinds().items():
        assert kind.say.endswith(".") and kind.why.endswith(".") and kind.do.endswith("."), key
        assert kind.severity in ("error", "warning") and kind.level in (1, 2, 3, 4, 5, 7), key
        assert any((kind.ta1, kind.ik3, kind.ik4, kind.ik5, kind.ak9)) or key == "enough", key
