"""Synthetic 5010 files of any size, for measuring and for tests: the same seed makes the same bytes.

    python bench/make_x12.py --kind 835 --megabytes 20 --out FILE
    python bench/make_x12.py --kind 837P --megabytes 1 --shape pipes --out FILE

The 835 has 2.7 lines a claim, an adjustment on nearly every line, denials, reversals with their corrections, remarks
and provider-level adjustments, about 490 bytes a claim; the 837P has 22 % dependents and 10 % claims that another
payer has decided before, about 630 bytes a claim. Every sum agrees and every count and control number is right.
People, payers and providers are invented; the NPIs begin with 1999 and pass their check digit.
Written one transaction at a time, so that any size fits into the memory.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

LAST = [
    "SAMPLE",
    "EXAMPLE",
    "SPECIMEN",
    "INVENTED",
    "MOCKINGBIRD",
    "PLACEHOLDER",
    "TESTER",
    "NOBODY",
    "FABLE",
    "FICTION",
]
FIRST = ["LENA", "AMOS", "IDA", "OTTO", "RUTH", "HUGO", "VERA", "EMIL", "CLARA", "JONAS", "MARTHA", "PAUL"]
MIDDLE = ["", "", "A", "B", "M"]
STREETS = ["EXAMPLE WAY", "SAMPLE STREET", "NOWHERE ROAD", "INVENTED AVENUE", "MODEL LANE"]
TOWNS = [("SPRINGFIELD", "IL", "627010001"), ("RIVERTON", "UT", "840650002"), ("FAIRVIEW", "TN", "370620003")]
PROCEDURES = [
    "99213",
    "99214",
    "99203",
    "36415",
    "80053",
    "85025",
    "93000",
    "71046",
    "97110",
    "90834",
    "20610",
    "96372",
]
MODIFIERS = ["", "", "", "", ":25", ":59", ":25:95", ":RT"]
DIAGNOSES = ["I10", "E119", "E785", "Z0000", "M545", "J069", "R5383", "F411", "N390", "K219", "M25561", "R0602"]
DENIALS = ["16", "18", "27", "29", "50", "96", "197", "204"]
REMARKS = ["N130", "M15", "N362", "MA130", "N290"]
FILINGS = ["12", "13", "CI", "HM", "MB"]
PLANS = ["12", "13", "HM", "MB"]
PLACES = ["11", "11", "11", "22", "02", "10"]

TAX_ID = "999999999"
ROUTING = "999999992"
START = date(2026, 1, 5)
DAYS = [(START - timedelta(days=back)).strftime("%Y%m%d") for back in range(120)]
CLAIMS = 700
"""Claims a transaction."""


class Shape(NamedTuple):
    """How a file is written: its delimiters, what follows each terminator, and oddities that are legal."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line: str = "\n"
    mark: bytes = b""
    encoding: str = "ascii"
    accents: bool = False
    interchanges: int = 1
    claims: int = CLAIMS


SHAPES: dict[str, Shape] = {
    "plain": Shape(),
    "stream": Shape(line=""),
    "windows": Shape(line="\r\n"),
    "newline": Shape(terminator="\n", line=""),
    "newline-windows": Shape(terminator="\n", line=""),
    "return": Shape(terminator="\r", line="\n"),
    "pipes": Shape(element="|", component=">", repetition="!", terminator="'"),
    "control": Shape(element="\x1d", component="\x1f", repetition="\x1e", terminator="\x1c", line=""),
    "mark": Shape(mark=b"\xef\xbb\xbf"),
    "utf-8": Shape(encoding="utf-8", accents=True),
    "latin-1": Shape(encoding="latin-1", accents=True),
    "many": Shape(interchanges=5, claims=20),
    "mixed": Shape(interchanges=4, claims=20),
    "single": Shape(claims=1),
}
"""Ways to write the same content; ``mixed`` changes the delimiters with every interchange."""

MIXED = [SHAPES["plain"], SHAPES["pipes"], SHAPES["newline"], SHAPES["control"]]


def npi(number: int) -> str:
    """The invented NPI with this number: 1999, five digits and the check digit (Luhn over 80840 and the rest)."""
    digits = f"1999{number % 100_000:05d}"
    doubled = sum(sum(divmod(int(digit) * 2, 10)) for digit in digits[::-2])
    total = 24 + doubled + sum(int(digit) for digit in digits[-2::-2])
    return f"{digits}{-total % 10}"


NPIS = [npi(number) for number in range(40)]


def money(cents: int) -> str:
    """Decimal text as short as X12 wants it."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    if rest == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{rest:02d}".rstrip("0") if rest % 10 == 0 else f"{sign}{whole}.{rest:02d}"


def make(kind: str, size: int, *, seed: int = 1, shape: Shape | str = "plain") -> Iterator[bytes]:
    """The file in pieces, at least ``size`` bytes together. ``kind`` is ``835`` or ``837P``."""
    chosen = SHAPES[shape] if isinstance(shape, str) else shape
    shapes = MIXED if shape == "mixed" else [chosen]
    rng = random.Random(f"{kind} {seed}")
    body: Callable[[random.Random, int, int], list[str]] = {"835": remittance, "837P": claims}[kind]
    yield chosen.mark
    made = 0
    for control in range(1, chosen.interchanges + 1):
        form = shapes[(control - 1) % len(shapes)]._replace(claims=chosen.claims)
        until = size * control // chosen.interchanges
        for text in interchange(kind, rng, control, form.claims, body, lambda: made < until):  # noqa: B023
            piece = encoded(text, form, windows=shape == "newline-windows")
            made += len(piece)
            yield piece


def interchange(
    kind: str,
    rng: random.Random,
    control: int,
    most: int,
    body: Callable[[random.Random, int, int], list[str]],
    goes_on: Callable[[], bool],
) -> Iterator[list[str]]:
    """One ISA to IEA as lists of segments, a transaction each."""
    functional, guide, set_id, st03 = (
        ("HP", "005010X221A1", "835", "") if kind == "835" else ("HC", "005010X222A1", "837", "*005010X222A1")
    )
    yield [
        "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER"
        f"*260106*1405*^*00501*{control:09d}*0*T*:",
        f"GS*{functional}*EXSENDER*EXRECEIVER*20260106*1405*{control}*X*{guide}",
    ]
    count = 0
    while goes_on() or count == 0:
        count += 1
        segments = body(rng, count, most)
        yield [f"ST*{set_id}*{count:04d}{st03}", *segments, f"SE*{len(segments) + 2}*{count:04d}"]
    yield [f"GE*{count}*{control}", f"IEA*1*{control:09d}"]


def encoded(segments: list[str], shape: Shape, *, windows: bool = False) -> bytes:
    """Segments as bytes with the delimiters of a shape."""
    end = shape.terminator + shape.line
    if windows:
        end = "\r\n"
    text = end.join(segments) + end
    if (shape.element, shape.component, shape.repetition) != ("*", ":", "^"):
        text = text.translate(str.maketrans("*:^", shape.element + shape.component + shape.repetition))
    if shape.accents:
        text = text.replace("FICTION", "MÜLLER").replace("*IDA*", "*ZOË*").replace("NOWHERE", "CAÑADA")
    return text.encode(shape.encoding)


def remittance(rng: random.Random, number: int, most: int) -> list[str]:
    """The segments between ST and SE of an 835; the payment is known when its claims are."""
    out: list[str] = []
    paid = 0
    for index in range(most):
        paid += decided(rng, number, index, out)
    provider = NPIS[number % len(NPIS)]
    pieces: list[str] = []
    for reason, most_cents in (("WO", 4000), ("L6", -500), ("72", 3000))[: int(rng.random() * 4)]:
        cents = int(rng.random() * most_cents)
        if paid - cents > 0:
            paid -= cents
            pieces.append(f"{reason}:REF{number}*{money(cents)}")
    plb = [f"PLB*{provider}*20261231*{'*'.join(pieces)}"] if pieces else []
    if paid < 0:
        # No payment can be negative: what is owed is carried forward to the next one.
        plb.append(f"PLB*{provider}*20261231*FB:FORWARD{number}*{money(paid)}")
        paid = 0
    if paid:
        bank = f"01*{ROUTING}*DA*000{number:05d}*1{TAX_ID}**01*{ROUTING}*DA*0009{number:05d}"
        payment = f"BPR*I*{money(paid)}*C*ACH*CCP*{bank}*20260120"
    else:
        payment = "BPR*H*0*C*NON************20260120"
    payer = number % 7
    return [
        payment,
        f"TRN*1*EFT{number:07d}*1{TAX_ID}",
        "DTM*405*20260119",
        f"N1*PR*EXAMPLE PAYER {payer}*XV*0012{payer}",
        "N3*1 EXAMPLE WAY",
        "N4*SPRINGFIELD*IL*627010001",
        "PER*BL*EDI DESK*TE*5550100100",
        f"N1*PE*EXAMPLE FAMILY PRACTICE*XX*{provider}",
        f"REF*TJ*{TAX_ID}",
        "LX*1",
        *out,
        *plb,
    ]


def decided(rng: random.Random, number: int, index: int, out: list[str]) -> int:
    """One claim of an 835, with its reversal before it now and then; what it adds to the payment in cents."""
    random = rng.random
    status = ("1", "1", "1", "1", "1", "1", "1", "2", "19", "4")[int(random() * 10)]
    day = DAYS[int(random() * 120)]
    reference = f"PCN{number:05d}{index:04d}"
    lines: list[str] = []
    charged = paid = owed = 0
    for line in range(1 + int(random() * 4.4)):
        charge = 2500 + int(random() * 40000)
        if status == "4":
            got = deductible = copay = 0
            write_off = charge
            adjustment = f"CAS*CO*{DENIALS[int(random() * 8)]}*{money(charge)}"
        else:
            write_off = int(charge * (0.1 + random() * 0.4)) if random() < 0.95 else 0
            deductible = int(random() * (charge - write_off)) if random() < 0.2 else 0
            copay = int(random() * (charge - write_off - deductible) * 0.3)
            got = charge - write_off - deductible - copay
            adjustment = f"CAS*CO*45*{money(write_off)}" if write_off else ""
        lines.append(
            f"SVC*HC:{PROCEDURES[int(random() * 12)]}{MODIFIERS[int(random() * 8)]}*{money(charge)}*{money(got)}**1"
        )
        lines.append(f"DTM*472*{day}")
        if adjustment:
            lines.append(adjustment)
        if deductible and copay:
            lines.append(f"CAS*PR*1*{money(deductible)}**3*{money(copay)}")
        elif deductible or copay:
            lines.append(f"CAS*PR*{1 if deductible else 3}*{money(deductible or copay)}")
        lines.append(f"REF*6R*L{number:05d}{index:04d}{line + 1}")
        if got:
            lines.append(f"AMT*B6*{money(charge - write_off)}")
        if random() < 0.25:
            lines.append(f"LQ*HE*{REMARKS[int(random() * 5)]}")
        charged += charge
        paid += got
        owed += deductible + copay
    last, first = LAST[int(random() * 10)], FIRST[int(random() * 12)]
    patient = f"NM1*QC*1*{last}*{first}*{MIDDLE[int(random() * 5)]}***MI*W{int(random() * 900000) + 100000}"
    payer_number = f"ICN{number:05d}{index:06d}"
    filing, place = PLANS[number % 4], PLACES[int(random() * 6)]
    added = 0
    if random() < 0.02 and paid:
        # The earlier decision is taken back before the new one; it had paid all but a write-off.
        before = paid + owed
        out.append(f"CLP*{reference}*22*{money(-charged)}*{money(-before)}**{filing}*{payer_number}0*{place}*1")
        if charged != before:
            out.append(f"CAS*CO*45*{money(before - charged)}")
        out += [patient, f"DTM*232*{day}"]
        added -= before
    responsible = money(owed) if owed else ""
    out.append(
        f"CLP*{reference}*{status}*{money(charged)}*{money(paid)}*{responsible}*{filing}*{payer_number}*{place}*1"
    )
    out.append(patient)
    if random() < 0.3:
        out.append(f"NM1*82*1*{LAST[number % 10]}*{FIRST[number % 12]}****XX*{NPIS[int(random() * 40)]}")
    if status == "19":
        out.append("NM1*TT*2*EXAMPLE SECOND PLAN*****PI*99998")
    if random() < 0.2:
        out.append("MOA***MA01" if status != "4" else f"MOA***MA01*{REMARKS[int(random() * 5)]}")
    if random() < 0.6:
        out.append(f"REF*EA*MR{int(random() * 9000000) + 1000000}")
    out.append(f"DTM*232*{day}")
    if random() < 0.5:
        out.append("DTM*050*20260107")
    if paid and random() < 0.5:
        out.append(f"AMT*AU*{money(paid + owed)}")
    out += lines
    return added + paid


def claims(rng: random.Random, number: int, most: int) -> list[str]:
    """The segments between ST and SE of an 837P."""
    out = [
        f"BHT*0019*00*{number:09d}*20260106*1405*CH",
        "NM1*41*2*CHARTLINE*****46*CHART1",
        "PER*IC*BILLING DESK*TE*5550100100",
        "NM1*40*2*EXAMPLE CLEARING*****46*CLEARING",
    ]
    level = 0
    billing = 0
    for index in range(most):
        if index % 100 == 0:
            level += 1
            billing = level
            town = TOWNS[level % 3]
            out += [
                f"HL*{level}**20*1",
                "PRV*BI*PXC*207Q00000X",
                f"NM1*85*2*EXAMPLE FAMILY PRACTICE*****XX*{NPIS[(number + index) % 40]}",
                "N3*1 EXAMPLE WAY*SUITE 2",
                f"N4*{town[0]}*{town[1]}*{town[2]}",
                f"REF*EI*{TAX_ID}",
            ]
        level = billed(rng, number, index, level, billing, out)
    return out


def billed(rng: random.Random, number: int, index: int, level: int, billing: int, out: list[str]) -> int:
    """One subscriber with a claim; the number of the last level."""
    random = rng.random
    dependent = random() < 0.22
    other = random() < 0.1
    town = TOWNS[int(random() * 3)]
    home = (
        f"N3*{1 + int(random() * 900)} {STREETS[int(random() * 5)]}",
        f"N4*{town[0]}*{town[1]}*{town[2]}",
        f"DMG*D8*{1940 + int(random() * 80)}{1 + int(random() * 12):02d}{1 + int(random() * 28):02d}*"
        f"{'FM'[int(random() * 2)]}",
    )
    last, first = LAST[int(random() * 10)], FIRST[int(random() * 12)]
    middle = MIDDLE[int(random() * 5)]
    level += 1
    subscriber = level
    filing = FILINGS[int(random() * 5)]
    order = "S" if other else "P"
    out.append(f"HL*{level}*{billing}*22*{int(dependent)}")
    # Medicare says why it pays second, and knows no dependents.
    if dependent and filing == "MB":
        filing = "CI"
    kind = "**47" if other and filing == "MB" else "**"
    out.append(f"SBR*{order}*{'' if dependent else '18'}*G{int(random() * 90) + 10}{kind}****{filing}")
    out.append(f"NM1*IL*1*{last}*{first}*{middle}***MI*W{int(random() * 900000) + 100000}")
    if not dependent:
        out += home
    payer = int(random() * 7)
    out.append(f"NM1*PR*2*EXAMPLE PAYER {payer}*****PI*0012{payer}")
    if dependent:
        level += 1
        out.append(f"HL*{level}*{subscriber}*23*0")
        out.append(f"PAT*{('01', '19', '19', 'G8')[int(random() * 4)]}")
        out.append(f"NM1*QC*1*{last}*{FIRST[int(random() * 12)]}")
        out += home
    day = DAYS[int(random() * 120)]
    charges = [2500 + int(random() * 40000) for _ in range(1 + int(random() * 4.4))]
    codes = rng.sample(DIAGNOSES, 1 + int(random() * 4))
    total = sum(charges)
    out.append(f"CLM*PCN{number:05d}{index:04d}*{money(total)}***{PLACES[int(random() * 6)]}:B:1*Y*A*Y*Y")
    if random() < 0.3:
        out.append(f"REF*G1*AUTH{number:05d}{index:04d}")
    if random() < 0.8:
        out.append(f"REF*D9*INT{number:05d}{index:06d}")
    if random() < 0.6:
        out.append(f"REF*EA*MR{int(random() * 9000000) + 1000000}")
    out.append(f"HI*ABK:{codes[0]}" + "".join(f"*ABF:{code}" for code in codes[1:]))
    if random() < 0.7:
        out.append(f"NM1*82*1*{LAST[number % 10]}*{FIRST[number % 12]}****XX*{NPIS[int(random() * 40)]}")
        out.append("PRV*PE*PXC*207Q00000X")
    paid = [int(charge * 0.6) for charge in charges] if other else []
    if other:
        out += [
            f"SBR*P*18*G{index % 90 + 10}******CI",
            f"AMT*D*{money(sum(paid))}",
            "OI***Y***Y",
            f"NM1*IL*1*{last}*{first}*{middle}***MI*X{int(random() * 900000) + 100000}",
            "NM1*PR*2*OTHER EXAMPLE PAYER*****PI*00999",
        ]
    pointers = ":".join(str(at + 1) for at in range(min(4, len(codes))))
    for line, charge in enumerate(charges):
        code = PROCEDURES[int(random() * 12)] + MODIFIERS[int(random() * 8)]
        out.append(f"LX*{line + 1}")
        out.append(f"SV1*HC:{code}*{money(charge)}*UN*1***{pointers}")
        out.append(f"DTP*472*D8*{day}")
        out.append(f"REF*6R*L{number:05d}{index:04d}{line + 1}")
        if other:
            gone = charge - paid[line]
            out.append(f"SVD*00999*{money(paid[line])}*HC:{code}**1")
            out.append(f"CAS*CO*45*{money(gone - gone // 3)}")
            out.append(f"CAS*PR*2*{money(gone // 3)}")
            out.append("DTP*573*D8*20260102")
    return level


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=["835", "837P"])
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape", choices=list(SHAPES), default="plain")
    parser.add_argument("--out", type=Path, help="a file; otherwise the standard output")
    asked = parser.parse_args()
    if asked.kind is None:
        parser.print_usage()
        return
    pieces = make(asked.kind, int(asked.megabytes * 1_000_000), seed=asked.seed, shape=asked.shape)
    if asked.out is None:
        sys.stdout.buffer.writelines(pieces)
        return
    with asked.out.open("wb") as file:
        file.writelines(pieces)


if __name__ == "__main__":
    main()
