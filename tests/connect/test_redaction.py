"""Secrets leave a message in every spelling; everything else stays."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from chartline.connect.redaction import SHORTEST, redact, session_secrets
from chartline.kernel.sealed import Purpose, Sealed

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=SHORTEST, max_size=30)
# A secret that the mark itself contains could not be told from the mark.
SECRETS = PRINTABLE.filter(lambda value: value not in "[sealed]")


def spelt(value: str) -> dict[str, bytes]:
    """Spellings made by the encoders that connectors use, not by the code under test."""
    element = ElementTree.Element("key", {"value": value})
    element.text = value
    return {
        "plain": value.encode(),
        "percent": quote(value, safe="").encode(),
        "form": quote_plus(value).encode(),
        "json": json.dumps([value]).encode(),
        "json in UTF-8": json.dumps([value], ensure_ascii=False).encode(),
        "xml": ElementTree.tostring(element, encoding="utf-8"),
        "xml in ASCII": ElementTree.tostring(element, encoding="us-ascii"),
        "xml in Latin-1": ElementTree.tostring(element, encoding="iso-8859-1"),
        "html": html.escape(value).encode(),
    }


@given(SECRETS)
def test_no_spelling_of_a_secret_survives(secret: str) -> None:
    for name, message in spelt(secret).items():
        redacted = redact(b"<<" + message + b">>", [Sealed(secret)])
        assert b"[sealed]" in redacted, name
        assert message not in redacted, name


@given(st.binary(max_size=200), st.text("0123456789", min_size=12, max_size=20))
def test_a_message_without_the_secret_stays_as_it_is(message: bytes, secret: str) -> None:
    if secret.encode() not in message:
        assert redact(message, [Sealed(secret)]) == message


def test_short_values_are_left_alone() -> None:
    assert redact(b"a cat sat", [Sealed("cat"), Sealed("")]) == b"a cat sat"


def test_several_secrets_are_replaced_wherever_they_are() -> None:
    assert redact(b"user=alpha&pass=omega&again=alpha", [Sealed("alpha"), Sealed("omega")]) == (
        b"user=[sealed]&pass=[sealed]&again=[sealed]"
    )


def test_the_secrets_of_a_session_are_its_long_texts_that_are_no_address() -> None:
    token = "t" * 16
    values = [
        Sealed(json.dumps({"token": token, "webserver": "https://vendor.example/a", "opened": 1, "n": "short"})),
        Sealed("a plain token of length"),
        Sealed("0"),
        Sealed("[1, 2]"),
    ]
    assert [token, "a plain token of length"] == [each.reveal(Purpose.AUTHENTICATE) for each in session_secrets(values)]
