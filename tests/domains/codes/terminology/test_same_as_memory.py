from __future__ import annotations

from pathlib import Path

import pytest

from chartline.domains.codes.terminology import Loaded
from chartline.domains.codes.terminology.kinds import Wanted, load
from chartline.formats.fhir.terminology import Asked, Columns, Filter, MemorySystem, Rule, Terminology, ValueSet
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database

TREE = {"a": "", "b": "a", "c": "a", "d": "b|c", "e": "d", "f": ""}
URL = "urn:letters"

FILTERS = [
    *((op, code) for op in ("is-a", "descendent-of", "is-not-a", "generalizes", "=") for code in ("a", "d", "no")),
    ("in", "a, f"),
    ("not-in", "a,f"),
    ("regex", "[a-c]"),
    ("exists", "true"),
    ("exists", "false"),
]


@pytest.fixture
def loaded(database: Database, tmp_path: Path) -> Database:
    file = tmp_path / "letters.csv"
    lines = (f"{code},The letter {code},{parents}\n" for code, parents in TREE.items())
    file.write_text("code,display,parent\n" + "".join(lines))
    load(database, Wanted("csv", file, system=URL))
    return database


def in_memory() -> MemorySystem:
    parents = {code: above.split("|") for code, above in TREE.items() if above}
    return MemorySystem(
        URL, "", "Letters", "complete", Columns(list(TREE), [f"The letter {c}" for c in TREE], parents=parents)
    )


class One:
    """A source of one system in memory."""

    def system(self, url: str, version: str) -> MemorySystem | None:
        return in_memory() if url == URL else None

    def value_set(self, url: str, version: str) -> None:
        return None

    def concept_map(self, url: str, version: str) -> None:
        return None

    def concept_maps(self) -> tuple[()]:
        return ()


def test_a_database_answers_every_question_as_memory_does(loaded: Database) -> None:
    with loaded.read(new_id()) as work:
        one, other = Terminology([Loaded(work)]), Terminology([One()])
        here, there = one.system(URL), other.system(URL)
        for name in ("code", "parent", "nothing"):
            for op, value in FILTERS:
                filters = [Filter(name, op, value)]
                rules = ValueSet("urn:set", "", "", "", (Rule(URL, "", None, {}, tuple(filters)),))
                for words in ("", "let d"):
                    found = [entry.code for entry in one.expand(rules, Asked(filter=words)).entries]
                    assert found == [entry.code for entry in other.expand(rules, Asked(filter=words)).entries], filters
                for code in ("a", "d", "no"):
                    assert here.passes(code, filters) is there.passes(code, filters), (code, filters)
        for code in TREE:
            assert here.find(code) == there.find(code)
            assert list(here.children(code)) == list(there.children(code))
            assert one.below(URL, code) == other.below(URL, code)
            assert one.above(URL, code) == other.above(URL, code)
            for second in TREE:
                assert one.subsumes(URL, code, second) == other.subsumes(URL, code, second)


def test_an_unknown_operator_is_refused_by_both(loaded: Database) -> None:
    with loaded.read(new_id()) as work:
        for terminology in (Terminology([Loaded(work)]), Terminology([One()])):
            with pytest.raises(ChartlineError, match="bad_filter"):
                list(terminology.system(URL).select([Filter("code", "outgrows", "a")], [], None))
