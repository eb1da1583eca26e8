from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.domains.codes.terminology import releases

from chartline.domains.codes.terminology import Edition, Loaded, Loading
from chartline.domains.codes.terminology.bulk import insert_rows
from chartline.domains.codes.terminology.kinds import Wanted, load
from chartline.domains.codes.terminology.tables import CONTENT, concept_table, version_table
from chartline.domains.codes.terminology.versions import loaded_versions, remove
from chartline.formats.fhir.terminology import Asked, Concept, Rule, Terminology, ValueSet
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def concept(database: Database, system: str, code: str, organisation: str | None = None) -> Concept | None:
    with database.read(organisation or new_id()) as work:
        found = Loaded(work).system(system, "")
        return found.find(code) if found is not None else None


def known(database: Database, system: str, code: str) -> Concept:
    found = concept(database, system, code)
    assert found is not None
    return found


def names(found: Concept) -> set[str]:
    return {one.value for one in found.designations}


def rows(database: Database) -> int:
    with database.system() as system:
        return sum(system.scalar(sa.select(sa.func.count()).select_from(table)) for table in (*CONTENT, version_table))


def test_icd10cm_gets_its_dots_its_tree_and_its_year(database: Database, tmp_path: Path) -> None:
    done = load(database, Wanted("icd10cm", releases.icd10cm(tmp_path)))
    assert (done.system, done.version, done.concepts) == (ICD, "2026", 5)
    deep = known(database, ICD, "Q98.11")
    assert (deep.display, deep.parents) == ("Invented itch of the left elbow", ("Q98.1",))
    assert deep.properties == {"valid_for_claims": "true"}
    assert known(database, ICD, "Q98.0").parents == ("Q98",)
    assert known(database, ICD, "Q99").parents == ()
    with database.read(new_id()) as work:
        whole = ValueSet("urn:set", "", "", "", (Rule(ICD),))
        for typed in ("q9811", "Q98.11", "itch left"):
            found = Terminology([Loaded(work)]).expand(whole, Asked(filter=typed))
            assert [entry.code for entry in found.entries] == ["Q98.11"]


def test_hcpcs_joins_long_titles_and_knows_ended_codes_and_modifiers(database: Database, tmp_path: Path) -> None:
    done = load(database, Wanted("hcpcs", releases.hcpcs(tmp_path)))
    assert (done.version, done.concepts) == ("2026", 3)
    brace = known(database, done.system, "Z9901")
    assert (brace.display, names(brace)) == ("Invented brace, adjustable, each", {"Invented brace"})
    assert known(database, done.system, "Z9902").inactive
    assert known(database, done.system, "ZZ").display == "Invented modifier"


def test_loinc_finds_its_version_its_properties_and_its_tree(database: Database, tmp_path: Path) -> None:
    done = load(database, Wanted("loinc", releases.loinc(tmp_path)))
    assert (done.version, done.concepts) == ("9.2", 5)
    scale = known(database, LOINC, "99990-1")
    assert scale.parents == ("LP9998-3",)
    assert scale.properties["CLASSTYPE"] == "1"
    assert known(database, LOINC, "99992-7").inactive
    with database.read(new_id()) as work:
        terminology = Terminology([Loaded(work)])
        us_core = "http://hl7.org/fhir/us/core/ValueSet/"
        assert terminology.member(us_core + "us-core-documentreference-type", LOINC, "99991-9") is True
        assert terminology.member(us_core + "us-core-laboratory-test-codes", LOINC, "99990-1") is True
        assert terminology.member(us_core + "us-core-laboratory-test-codes", LOINC, "99991-9") is False
        assert terminology.member(us_core + "us-core-laboratory-test-codes", LOINC, "1-1") is False
        assert terminology.member("http://loinc.org/vs", LOINC, "99990-1") is True
        assert terminology.below(LOINC, "LP9999-1") == {"LP9999-1", "LP9998-3", "99990-1"}


def test_snomed_comes_out_of_its_zip_with_terms_and_a_tree_of_many_parents(database: Database, tmp_path: Path) -> None:
    done = load(database, Wanted("snomed", releases.snomed(tmp_path)))
    assert done.version == "http://snomed.info/sct/900000000000207008/version/20260101"
    dragon = known(database, SNOMED, "104008")
    assert (dragon.display, names(dragon)) == ("Dragon", {"Dragon (beast)", "Wyrm"})
    assert set(dragon.parents) == {"102008", "103008"}
    assert known(database, SNOMED, "106008").inactive
    with database.read(new_id()) as work:
        terminology = Terminology([Loaded(work)])
        assert terminology.subsumes(SNOMED, "101008", "105008") == "subsumes"
        assert terminology.subsumes(SNOMED, "105008", "103008") == "subsumed-by"
        assert terminology.subsumes(SNOMED, "102008", "103008") == "not-subsumed"
        winged = f"{SNOMED}?fhir_vs=isa/103008"
        edition = f"{SNOMED}/900000000000207008?fhir_vs=isa/103008"
        listed = terminology.expand(terminology.value_set(edition), Asked(active_only=True))
        assert [entry.code for entry in listed.entries] == ["103008", "104008", "105008"]
        assert terminology.member(winged, SNOMED, "105008") is True
        assert terminology.member(winged, SNOMED, "102008") is False
        found = terminology.expand(terminology.value_set(f"{SNOMED}?fhir_vs"), Asked(filter="wyr", designations=True))
        assert [(entry.code, len(entry.designations)) for entry in found.entries] == [("104008", 2)]


def test_rxnorm_takes_its_own_names_alone(database: Database, tmp_path: Path) -> None:
    done = load(database, Wanted("rxnorm", releases.rxnorm(tmp_path), version="2026-01"))
    assert (done.version, done.concepts) == ("2026-01", 3)
    drug = known(database, done.system, "9002")
    assert (drug.display, names(drug)) == ("inventol 5 MG Oral Tablet", {"Inventol tablet 5 mg"})
    assert (drug.parents, drug.properties) == (("9001",), {"TTY": "SCD"})
    assert known(database, done.system, "9003").inactive


def test_cpt_is_seen_by_its_licensee_alone(database: Database, tmp_path: Path) -> None:
    mine, other = new_id(), new_id()
    done = load(database, Wanted("cpt", releases.cpt(tmp_path), licensee=mine))
    assert (done.version, done.concepts) == ("2026", 2)
    found = concept(database, done.system, "99901", mine)
    assert found is not None
    assert found.display == "Invented visit, long"
    assert concept(database, done.system, "99901", other) is None


def test_a_list_of_ones_own_may_name_parents_before_they_come(database: Database, tmp_path: Path) -> None:
    load(database, Wanted("csv", releases.own(tmp_path), system="urn:rooms"))
    green = known(database, "urn:rooms", "r2")
    assert (green.parents, green.inactive) == (("rooms", "quiet"), True)
    assert known(database, "urn:rooms", "r1").definition == "Where the window is"


def test_the_same_version_again_takes_the_place_of_the_first(database: Database, tmp_path: Path) -> None:
    file = releases.own(tmp_path)
    load(database, Wanted("csv", file, system="urn:rooms", version="1"))
    before = rows(database)
    load(database, Wanted("csv", file, system="urn:rooms", version="1"))
    assert rows(database) == before
    load(database, Wanted("csv", file, system="urn:rooms", version="2"))
    assert [one.version for one in loaded_versions(database)] == ["1", "2"]
    with database.read(new_id()) as work:
        newest, oldest = Loaded(work).system("urn:rooms", ""), Loaded(work).system("urn:rooms", "1")
        assert newest is not None
        assert oldest is not None
        assert (newest.version, oldest.version) == ("2", "1")


def test_a_load_that_fails_leaves_nothing_and_a_cut_off_one_is_cleared(database: Database, tmp_path: Path) -> None:
    ring = tmp_path / "ring.csv"
    ring.write_text("code,display,parent\na,A,b\nb,B,c\nc,C,a\n")
    with pytest.raises(ChartlineError) as caught:
        load(database, Wanted("csv", ring, system="urn:ring"))
    assert caught.value.problem.code == "terminology.circle"
    assert rows(database) == 0
    cut_off = Loading(database, Edition("urn:rooms", "1", "Rooms"))
    cut_off.concept("a", "A")
    cut_off._flush()
    assert rows(database) > 0
    assert loaded_versions(database) == []
    load(database, Wanted("csv", releases.own(tmp_path), system="urn:rooms", version="1"))
    assert [one.concepts for one in loaded_versions(database)] == [4]
    with pytest.raises(ChartlineError) as caught:
        cut_off.finish()
    assert caught.value.problem.code == "terminology.overtaken"


def test_what_is_removed_is_gone(database: Database, tmp_path: Path) -> None:
    load(database, Wanted("icd10cm", releases.icd10cm(tmp_path)))
    assert remove(database, ICD, "2026") == 1
    assert rows(database) == 0
    with pytest.raises(ChartlineError, match="not_loaded"):
        remove(database, ICD)


@pytest.mark.parametrize(
    ("kind", "name", "text", "code"),
    [
        ("icd10cm", "icd10cm_order_2026.txt", "not an order file\n", "terminology.file_unreadable"),
        ("icd10cm", "icd10cm_order_2026.txt", "\n", "terminology.nothing_to_load"),
        ("hcpcs", "HCPC2026_ANWEB.txt", "?????001003Nonsense\n", "terminology.file_unreadable"),
        ("loinc", "Loinc.csv", "LOINC_NUM,STATUS\n1-1,ACTIVE\n", "terminology.file_unreadable"),
        ("snomed", "sct2_Concept_Snapshot_INT_20260101.txt", "id\teffectiveTime\n", "terminology.file_unreadable"),
        ("rxnorm", "RXNCONSO.RRF", "1|ENG|\n", "terminology.file_unreadable"),
        ("cpt", "cpt.txt", "No codes here\n", "terminology.nothing_to_load"),
        ("csv", "own.csv", "code,display,system\na,A,urn:other\n", "terminology.file_unreadable"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_of_it_stays(
    sqlite_database: Database, tmp_path: Path, kind: str, name: str, text: str, code: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ChartlineError) as caught:
        load(sqlite_database, Wanted(kind, tmp_path / name, system="urn:own" if kind == "csv" else ""))
    assert caught.value.problem.code == code
    assert rows(sqlite_database) == 0


def test_an_incomplete_release_names_the_missing_file(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(ChartlineError) as caught:
        load(sqlite_database, Wanted("snomed", tmp_path))
    assert caught.value.problem.fields == {"file": "sct2_Concept_Snapshot_*.txt"}


def test_text_that_is_not_utf8_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(b"code,display\na,\xff\xfe\n")
    with pytest.raises(ChartlineError) as caught:
        load(sqlite_database, Wanted("csv", tmp_path / "own.csv", system="urn:own"))
    assert caught.value.problem.code == "terminology.file_unreadable"


def test_a_large_list_is_told_of_and_answers_like_a_small_one(database: Database, tmp_path: Path) -> None:
    told: list[int] = []
    file = tmp_path / "many.csv"
    file.write_text("code,display\n" + "".join(f"c{n},Thing number {n}\n" for n in range(20_500)))
    load(database, Wanted("csv", file, system="urn:many"), told.append)
    assert told == [20_000, 20_500]
    whole = ValueSet("urn:set", "", "", "", (Rule("urn:many"),))
    with database.read(new_id()) as work:
        terminology = Terminology([Loaded(work)])
        found = terminology.expand(whole, Asked(filter="thing 2049", count=20))
        assert found.total == 11
        assert [entry.code for entry in found.entries][:2] == ["c2049", "c20490"]
        assert terminology.expand(whole, Asked(count=5)).total is None
        with pytest.raises(ChartlineError, match="too_costly"):
            terminology.expand(whole)


def test_a_failure_of_the_driver_leaves_in_our_words_and_nothing_stays(database: Database) -> None:
    with pytest.raises(ChartlineError) as caught, database.system() as system:
        insert_rows(system, concept_table, [(1, 1, "a", "A", False), (1, 1, "b", "B", False)])
    assert caught.value.problem.code == "database.rejected"
    assert rows(database) == 0
