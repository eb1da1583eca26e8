"""Small invented releases in the layouts of the official ones. The codes are made up, and so are their names."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

_US, _PREFERRED = "900000000000509007", "900000000000548007"
SNOMED_DAY = "INT_20260101"


def icd10cm(folder: Path) -> Path:
    """An order file of a heading, a category and two complete codes."""
    rows = [
        ("00001", "Q98", "0", "Invented disorders", "Invented disorders of the imagination"),
        ("00002", "Q980", "1", "Invented fever", "Invented fever, unspecified"),
        ("00003", "Q981", "0", "Invented itch", "Invented itch"),
        ("00004", "Q9811", "1", "Invented itch, left", "Invented itch of the left elbow"),
        ("00005", "Q99", "1", "Other", "Other invented disorder"),
    ]
    file = folder / "icd10cm_order_2026.txt"
    file.write_text("".join(f"{n} {code:<7} {flag} {short:<60} {long}\n" for n, code, flag, short, long in rows))
    return file


def hcpcs(folder: Path) -> Path:
    """A code with a title of two lines, an ended one, and a modifier."""

    def line(code: str, kind: str, long: str, short: str = "", ended: str = "") -> str:
        return f"{code:>5}00100{kind}{long:<80}{short:<28}{'':<165}{ended:<8}{'N':<28}\n"

    file = folder / "HCPC2026_JAN_ANWEB.txt"
    file.write_text(
        line("Z9901", "3", "Invented brace, adjustable,", "Invented brace")
        + line("Z9901", "4", "each")
        + line("Z9902", "3", "Invented splint", "Inv splint", "20251231")
        + line("ZZ", "7", "Invented modifier", "Inv modifier")
    )
    return file


def loinc(folder: Path, *, tree: bool = True) -> Path:
    """A folder with a table of three codes, and a tree of parts above them."""
    release = folder / "Loinc_9.02"
    (release / "AccessoryFiles").mkdir(parents=True)
    columns = (
        "LOINC_NUM COMPONENT PROPERTY TIME_ASPCT SYSTEM SCALE_TYP METHOD_TYP CLASS VersionLastChanged STATUS".split()
    )
    columns += "CLASSTYPE LONG_COMMON_NAME SHORTNAME DisplayName CONSUMER_NAME".split()
    with (release / "Loinc.csv").open("w", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for code, scale, kind, changed, status, name in (
            ("99990-1", "Qn", "1", "9.02", "ACTIVE", "Dragon scale [Mass/volume] in Serum"),
            ("99991-9", "Doc", "2", "9.1", "ACTIVE", "Dragon rider note"),
            ("99992-7", "Qn", "1", "8.77", "DEPRECATED", "Dragon tooth [Presence]"),
        ):
            row = [code, "Dragon", "MCnc", "Pt", "Ser", scale, "", "CHEM", changed, status, kind, name, "Drgn", "", ""]
            writer.writerow(row)
    if tree:
        (release / "AccessoryFiles" / "ComponentHierarchyBySystem.csv").write_text(
            "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\n"
            ",1,,LP9999-1,Beasts\n"
            "LP9999-1,1,LP9999-1,LP9998-3,Dragons\n"
            "LP9999-1.LP9998-3,1,LP9998-3,99990-1,Dragon scale Ser-mCnc\n"
        )
    return release


def snomed(folder: Path) -> Path:
    """A ZIP with a tree of which one branch meets another one, an inactive concept, and two languages."""
    concepts = ["id effectiveTime active moduleId definitionStatusId"]
    for number in range(1, 7):
        concepts.append(f"10{number}008 20260101 {int(number != 6)} 900000000000207008 900000000000074008")
    names = {
        1: ("Imagined thing (imagined thing)", "Imagined thing"),
        2: ("Imagined beast (beast)", "Imagined beast"),
        3: ("Winged thing (thing)", "Winged thing"),
        4: ("Dragon (beast)", "Dragon"),
        5: ("Sea dragon (beast)", "Sea dragon"),
        6: ("Old dragon (beast)", "Old dragon"),
    }
    terms = ["id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId".split()]
    prefer = ["id effectiveTime active moduleId refsetId referencedComponentId acceptabilityId".split()]
    for number, (full, short) in names.items():
        for place, (kind, term) in enumerate((("900000000000003001", full), ("900000000000013009", short))):
            identity = f"20{number}{place}11"
            terms.append([identity, "20260101", "1", "m", f"10{number}008", "en", kind, term, "c"])
            if place:
                prefer.append([f"u{identity}", "20260101", "1", "m", _US, identity, _PREFERRED])
    terms.append(["309911", "20260101", "1", "m", "104008", "en", "900000000000013009", "Wyrm", "c"])
    edges = ["id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId characteristicTypeId m"]
    for place, (child, parent) in enumerate(((2, 1), (3, 1), (4, 2), (4, 3), (5, 4), (6, 4))):
        edges.append(f"40{place}022 20260101 1 m 10{child}008 10{parent}008 0 116680003 c s")
    edges.append("409022 20260101 1 m 105008 106008 0 363698007 c s")
    edges.append("410022 20260101 0 m 101008 105008 0 116680003 c s")
    file = folder / "SnomedCT_Invented.zip"
    inside = "SnomedCT_Invented/Snapshot/"
    with zipfile.ZipFile(file, "w") as packed:
        tabs = lambda rows: "".join("\t".join(row.split() if isinstance(row, str) else row) + "\r\n" for row in rows)  # noqa: E731
        packed.writestr(f"{inside}Terminology/sct2_Concept_Snapshot_{SNOMED_DAY}.txt", tabs(concepts))
        packed.writestr(f"{inside}Terminology/sct2_Description_Snapshot-en_{SNOMED_DAY}.txt", tabs(terms))
        packed.writestr(f"{inside}Terminology/sct2_Relationship_Snapshot_{SNOMED_DAY}.txt", tabs(edges))
        packed.writestr(f"{inside}Refset/Language/der2_cRefset_LanguageSnapshot-en_{SNOMED_DAY}.txt", tabs(prefer))
    return file


def rxnorm(folder: Path) -> Path:
    """Two ingredients, a drug of one of them with a synonym, and a name of another source that must not be taken."""
    release = folder / "rrf"
    release.mkdir()

    def name(code: str, source: str, kind: str, text: str, suppress: str = "N") -> str:
        return f"{code}|ENG||||||{code}9||||{source}|{kind}|{code}|{text}||{suppress}|4096|\n"

    (release / "RXNCONSO.RRF").write_text(
        name("9001", "RXNORM", "IN", "inventol")
        + name("9002", "RXNORM", "SY", "Inventol tablet 5 mg")
        + name("9002", "RXNORM", "SCD", "inventol 5 MG Oral Tablet")
        + name("9002", "OTHER", "SCD", "INVENTOL TAB 5MG FOREIGN")
        + name("9003", "RXNORM", "IN", "oldinventol", "O")
    )
    (release / "RXNREL.RRF").write_text("9001||CUI|RN|9002||CUI|isa|1||RXNORM|RXNORM||||4096|\n")
    return release


def cpt(folder: Path) -> Path:
    """A list with a heading, in the layout of a licensed file."""
    file = folder / "LONGULT_2026.txt"
    file.write_text("Invented heading\n\n9990F\tInvented procedure of the first kind\n99901\tInvented visit, long\n")
    return file


def own(folder: Path) -> Path:
    """A CSV of one's own: children before their parents, one ended."""
    file = folder / "rooms.csv"
    file.write_text(
        "code,display,parent,inactive,definition\n"
        "r1,Blue room,rooms,,Where the window is\n"
        "r2,Green room,rooms|quiet,true,\n"
        "rooms,Rooms,,,\n"
        "quiet,Quiet rooms,,,\n"
    )
    return file
