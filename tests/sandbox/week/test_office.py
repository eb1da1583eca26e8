"""The vendor's own desk, against the real simulator: every act of the script lands in the books as it is expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support import simulators
from tests.support.clocks import shared_clock

from chartline.kernel.errors import ChartlineError
from chartline.sandbox.week.acts import Act, Side, Verb
from chartline.sandbox.week.comparison import expectations
from chartline.sandbox.week.office import Books
from chartline.sandbox.week.people import Week, make_week
from chartline.sandbox.week.script import write_script
from chartline.sandbox.week.sides import theirs


@pytest.fixture(scope="module")
def week() -> Week:
    return make_week(7, patients=60, visits=40)


@pytest.fixture
def books(week: Week, tmp_path: Path) -> Iterator[Books]:
    shared_clock(tmp_path / "clock.json", week.begin)
    (tmp_path / "empty.json").write_text("[]")
    with simulators.running("advancedmd", tmp_path, "--offices", str(tmp_path / "empty.json")) as simulator:
        opened = Books(week.world, int(simulator.url.rpartition(":")[2]))
        opened.seed()
        yield opened
        opened.close()


def test_the_whole_script_of_their_side_lands_in_the_books(week: Week, books: Books) -> None:
    acts = [act for act in write_script(week, 7) if act.side is Side.THERE and not act.disputed]
    books.act(acts)
    found = theirs(books)
    assert found.count("patient") == len(week.world.patients) - len(week.patients_here)
    assert found.count("visit") == len(week.world.visits) - len(week.visits_here)
    assert found.duplicated() == 0
    for kind, number, name, wanted in expectations(acts):
        if kind == "plan":
            patient = books.number("patient", f"patient-{number}")
            held = [one[name] for one in found.records["plan"].values() if one["patient"] == patient]
            assert held == [wanted]
        else:
            identity = books.number(kind, f"{kind}-{number}")
            assert found.records[kind][identity][name] == wanted, (kind, name)


def test_faults_that_never_strike_are_told(week: Week, books: Books) -> None:
    values = (("operation", "addvisit"), ("kind", "drop"), ("times", "2"), ("seconds", "1.0"))
    books.break_next(Act(week.begin, Side.FATE, Verb.FAULT, 0, values))
    assert books.faults_left() == {"drop": 2}


def test_an_edit_that_the_books_refuse_is_told(week: Week, books: Books) -> None:
    birth = (("birth_date", "never"),)
    with pytest.raises(ChartlineError) as told:
        books.act([Act(week.begin + timedelta(hours=3), Side.THERE, Verb.CHANGE, 1, birth)])
    assert told.value.problem.code == "sandbox.office_refused"
