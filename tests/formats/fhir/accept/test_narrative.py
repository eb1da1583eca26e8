"""A narrative is kept when it is one well-formed div that runs no code."""

from __future__ import annotations

import pytest

from chartline.formats.fhir.accept.narrative import is_narrative

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    "div",
    [
        f"<div {XHTML}>Quillfeather</div>",
        "<div>without the namespace</div>",
        f"<div {XHTML}><p>a&nbsp;b &amp; c &#169;</p><br/></div>",
        f'<div {XHTML}><a href="https://example.org/?a=1">x</a><img src="#photo" alt="x"/></div>',
        f'<div {XHTML}><table border="1"><tr><td style="color: red">x</td></tr></table></div>',
        f"<div {XHTML}/>",
        f"<div {XHTML}>A prescription: once on = twice, data: none</div>",
        f'<div {XHTML}><img src="data:image/png;base64,aGk=" alt="x"/></div>',
        '<?xml version="1.0"?><h:div xmlns:h="http://www.w3.org/1999/xhtml">x</h:div>',
    ],
)
def test_what_only_shows_is_kept(div: str) -> None:
    assert is_narrative(div)


@pytest.mark.parametrize(
    "div",
    [
        "text",
        "<p>no div</p>",
        "<div>open",
        "<div>one</div><div>two</div>",
        "<div>a & b</div>",
        "<div>&unheard;</div>",
        '<div xmlns="http://www.w3.org/2000/svg">x</div>',
        "<div><script>x</script></div>",
        "<div><SCRIPT>x</SCRIPT></div>",
        "<div><iframe src='x'/></div>",
        '<div onclick="x()">x</div>',
        '<div><a href="javascript:x()">x</a></div>',
        '<div><a href=" JAVASCRIPT :x()">x</a></div>',
        '<div><a href="java&#10;script:x()">x</a></div>',
        '<div><a href="java\nscript:x()">x</a></div>',
        '<div><a href="data:text/html;base64,aGk=">x</a></div>',
        '<div><h:script xmlns:h="http://www.w3.org/1999/xhtml">x</h:script></div>',
        '<div><img src="x"onerror="x()"/></div>',
        '<div><img src="x" onerror\n="x()"/></div>',
        "<!DOCTYPE div><div>x</div>",
        '<!DOCTYPE div [<!ENTITY a "b">]><div>&a;</div>',
        '<div><form action="x"/></div>',
        "<div>\ud800</div>",
    ],
)
def test_what_is_broken_or_runs_code_is_not(div: str) -> None:
    assert not is_narrative(div)
