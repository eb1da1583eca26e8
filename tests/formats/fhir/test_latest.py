from __future__ import annotations

from chartline.formats.fhir.latest import Latest


def observed(*codes: str, text: str = "") -> dict[str, object]:
    coding = [{"system": "urn:invented", "code": code} for code in codes]
    return {"resourceType": "Observation", "code": {"coding": coding, "text": text} if coding else {"text": text}}


def test_the_first_few_of_each_kind_are_kept_kind_by_kind() -> None:
    newest: Latest[int] = Latest(2)
    for number, code in enumerate("abaaab"):
        newest.take(observed(code), number)
    assert newest.kept() == [0, 2, 1, 5]


def test_translations_are_one_kind_and_words_are_another() -> None:
    newest: Latest[str] = Latest(1)
    newest.take(observed("a", "b"), "both")
    newest.take(observed("b", "c"), "later")
    newest.take(observed("c"), "latest")
    newest.take(observed(text="Body weight"), "words")
    newest.take(observed(text="body  WEIGHT"), "same words")
    assert newest.kept() == ["both", "words"]
