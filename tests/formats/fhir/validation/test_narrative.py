"""Narrative: formatting passes, whatever runs, asks or blows up does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.fhir.validation.corpus import XHTML

from chartline.formats.fhir.validation.narrative import (
    ACTIVE,
    BAD_ATTRIBUTE,
    BAD_ELEMENT,
    NO_CONTENT,
    NO_DECLARATION,
    NO_DIV,
    NOT_WELL_FORMED,
    narrative_faults,
)


@pytest.mark.parametrize(
    "inner",
    [
        "Ada",
        "<p class='x' style='color: red'>Ada <b>W.</b><br/></p>",
        "<table border='1'><tbody><tr><td colspan='2'>1</td></tr></tbody></table>",
        "<ul><li><a href='https://a.example/x' name='n'>link</a></li></ul>",
        "<img src='#picture' alt='x'/>",
        "<img src='data:image/png;base64,QUJD' alt='x'/>",
        "5&nbsp;mg &lt; 6&#160;mg &copy;",
        "<p xml:lang='en' lang='en'>x</p>",
    ],
)
def test_formatting_links_and_pictures_pass(inner: str) -> None:
    assert narrative_faults(XHTML.format(inner)) == ()


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ("<script>x()</script>", BAD_ELEMENT),
        ("<form>x</form>", BAD_ELEMENT),
        ("<iframe>x</iframe>", BAD_ELEMENT),
        ("<svg xmlns='http://www.w3.org/2000/svg'>x</svg>", BAD_ELEMENT),
        ("<p onclick='x()'>x</p>", BAD_ATTRIBUTE),
        ("<p colour='red'>x</p>", BAD_ATTRIBUTE),
        ("<a href='javascript:x()'>x</a>", ACTIVE),
        ("<a href=' JavaScript:x()'>x</a>", ACTIVE),
        ("<img src='data:text/html,x' alt=''/>", ACTIVE),
        ("<p style='width: expression(x())'>x</p>", ACTIVE),
        (" \n ", NO_CONTENT),
        ("<p> </p>", NO_CONTENT),
        ("<p>x", NOT_WELL_FORMED),
        ("5&nosuchentity; mg", NOT_WELL_FORMED),
    ],
)
def test_what_narrative_may_not_have_is_named(inner: str, rule: str) -> None:
    assert narrative_faults(XHTML.format(inner)) == (rule,)


def test_only_one_div_of_xhtml_will_do() -> None:
    assert narrative_faults("<p xmlns='http://www.w3.org/1999/xhtml'>x</p>") == (NO_DIV,)
    assert narrative_faults("<div>x</div>")[0] == NO_DIV
    assert narrative_faults("plain text") == (NOT_WELL_FORMED,)


def test_entities_are_not_expanded_but_refused() -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    bomb = f"<!DOCTYPE div [{lines}]>{XHTML.format('&e8;')}"
    assert narrative_faults(bomb) == (NO_DECLARATION,)


@given(st.text(max_size=200))
def test_any_text_is_judged_and_raises_nothing(text: str) -> None:
    narrative_faults(text)
    narrative_faults(XHTML.format(text.replace("{", "").replace("}", "")))
