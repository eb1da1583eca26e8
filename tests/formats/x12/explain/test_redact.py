"""A redacted copy keeps shape, sums and mistakes, and nothing that names anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from tests.formats.x12.explain.conftest import problems_of, readable

from chartline.formats.x12.dictionary import ElementDefinition, dictionary
from chartline.formats.x12.explain.redact import redact
from chartline.formats.x12.explain.stats import read_stats
from chartline.formats.x12.source import LENIENT, read_blocks
from chartline.formats.x12.value_formats import an_npi

SECRET = b"0123456789abcdef"
OF_THE_FORM = {
    "x12.element_blank",
    "x12.element_foreign",
    "x12.element_characters",
    "x12.element_long",
    "x12.junk",
}
"""Problems of values that are replaced: the new value does not have them."""
ENVELOPE = {"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "AK1", "AK2"}
LEAST = 4


def copy_of(data: bytes, secret: bytes = SECRET) -> bytes:
    return b"".join(redact(data, secret=secret))


def codes(data: bytes) -> Counter[str]:
    return Counter(p.code for p in problems_of(data) or () if p.code not in OF_THE_FORM)


def identifying(data: bytes) -> Iterator[tuple[str, str]]:
    """Kind and value of everything in a file that names a person, an office or an account; of the rest without kind."""

    def one(
        element: ElementDefinition | None, value: str, siblings: list[str], segment: str
    ) -> Iterator[tuple[str, str]]:
        if element is None:
            yield "text", value
        elif element.identifies and not (element.identifies == "control" and segment in ENVELOPE):
            taxonomy = any(form.name == "taxonomy" for form in element.formats) and siblings[2] == "PXC"
            produced = element.identifies == "date" and siblings[1] in ("405", "050", "009", "TM")
            if not taxonomy and not produced and "TM" not in siblings[2:3]:
                yield element.identifies, value
                return
            yield "", value
        else:
            yield "", value

    for block in read_blocks(data, LENIENT):
        marks = block.delimiters
        for raw in block.raws:
            elements = raw.split(marks.element)
            definition = dictionary().get(elements[0])
            for number, value in enumerate(elements[1:], 1):
                element = definition.element(number) if definition is not None else None
                if element is None or not element.is_composite:
                    yield from one(element, value, elements, elements[0])
                    continue
                for each in value.split(marks.repetition or "\0"):
                    parts = ["", *each.split(marks.component)]
                    for at, part in enumerate(parts[1:], 1):
                        yield from one(dictionary()[element.kind].element(at), part, parts, "")


@pytest.mark.parametrize(("secret", "every"), [(SECRET, 1), (b"another secret", 4)])
def test_the_copy_has_the_problems_of_the_file(secret: bytes, every: int) -> None:
    differing = {file.name for file, data in readable()[::every] if codes(data) != codes(copy_of(data, secret))}
    assert differing == set()


def test_nothing_that_names_anybody_is_left() -> None:
    left = {}
    count = 0
    for file, data in readable():
        copy = copy_of(data).decode("latin-1").upper()
        harmless = {value for kind, value in identifying(data) if not kind}
        for kind, value in identifying(data):
            bare = value.strip().upper()
            if kind and len(bare) >= LEAST and not any(value in one for one in harmless):
                count += 1
                if bare in copy:
                    left[file.name, kind, bare] = copy.index(bare)
    assert left == {}
    assert count > 5_000


def test_amounts_stay() -> None:
    for _, data in readable()[::4]:
        one, other = read_stats(data), read_stats(copy_of(data))
        assert (one.claims, one.charged, one.paid, one.plb) == (other.claims, other.charged, other.paid, other.plb)
        assert (one.types, one.segments) == (other.types, other.segments)


def test_the_same_value_is_replaced_by_the_same() -> None:
    file = next(data for path, data in readable() if path.stem == "second_payer_by_line")
    copy = copy_of(file).decode()
    payers = [line.split("*")[1] for line in copy.split("~") if line.strip().startswith("SVD*")]
    named = [line.split("*")[9] for line in copy.split("~") if line.strip().startswith("NM1*PR*")]
    assert payers
    assert set(payers) <= set(named)


def test_without_a_secret_every_copy_is_another_one() -> None:
    _, data = next(pair for pair in readable() if pair[0].stem == "plain_claim")
    assert b"".join(redact(data)) != b"".join(redact(data))


def test_an_npi_stays_one_and_a_wrong_one_stays_wrong() -> None:
    for _, data in readable():
        before = [line.split(b"*") for line in data.replace(b"\n", b"").split(b"~")]
        after = [line.split(b"*") for line in copy_of(data).replace(b"\n", b"").split(b"~")]
        for one, other in zip(before, after, strict=True):
            if one[0] == b"NM1" and len(one) > 9 and one[8] == b"XX":
                assert an_npi(one[9].decode()) == an_npi(other[9].decode())


def test_a_value_that_slipped_out_of_its_place_is_replaced() -> None:
    data = next(data for path, data in readable() if path.stem == "plain_claim")
    assert b"WILLIAMSON" not in copy_of(data.replace(b"CLP*", b"CLP*A1*WILLIAMSON*", 1))
    assert b"WILLIAMSON" not in copy_of(data.replace(b"NM1*QC", b"ZZZ*WILLIAMSON~NM1*QC", 1))
    assert b"WILLIAMSON" not in copy_of(data.replace(b"NM1*QC", b"WILLIAMSON*A~NM1*QC", 1))
    assert b"WILLIAMSON" not in copy_of(b"To: WILLIAMSON\r\n" + data)
