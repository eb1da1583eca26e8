"""Secrecy, looked at after everything else was done: what was said, kept and written holds no value it must not hold.

Secrets are in no message of the exchange log, in no repr, no problem and no file; patient values are in the exchange
log, which is encrypted, and nowhere else.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from chartline.connect.conformance.check import expect
from chartline.connect.conformance.stage import Stage
from chartline.connect.redaction import session_secrets
from chartline.kernel.sealed import Purpose


def keeps_a_value_that_nobody_knows(stage: Stage) -> None:
    """A value that the vendor never sent before is kept as it came, and the rest flows on."""
    assert stage.subject.strange is not None
    sent, kept = stage.subject.strange(stage.connector())
    expect(sent in kept, "a value that nobody knows was dropped")


def keeps_secrets_out_of_the_exchange_log(stage: Stage) -> None:
    """No secret of the connection and no session value is in any message, in any spelling."""
    spellings = [each for secret in _secrets(stage) for each in _spellings(secret)]
    messages = list(stage.exchanged())
    expect(bool(messages), "nothing was exchanged")
    found = sum(any(each in message for each in spellings) for message in messages)
    expect(found == 0, f"a secret stands in {found} of {len(messages)} messages")


def shows_no_value(stage: Stage) -> None:
    """No answer and no problem of all checks before shows a patient value or a secret."""
    values = [*stage.subject.private, *_secrets(stage)]
    shown = [text for text in stage.said if any(value in text for value in values)]
    expect(not shown, f"{len(shown)} of {len(stage.said)} answers show a value")


def leaves_no_value_in_files(stage: Stage) -> None:
    """Neither database nor log can be read by one who has the disk."""
    values = [value.encode() for value in (*stage.subject.private, *_secrets(stage))]
    bare = sum(any(value in content for value in values) for content in stage.files())
    expect(bare == 0, f"{bare} files hold a value in the open")


def _secrets(stage: Stage) -> list[str]:
    sealed = [*stage.subject.credentials.secrets.values(), *session_secrets(stage.session_values())]
    return [each.reveal(Purpose.AUTHENTICATE) for each in sealed]


def _spellings(value: str) -> Iterable[bytes]:
    """Ways to write a value, on purpose not the redactor's own list."""
    yield value.encode()
    yield quote(value).encode()
    yield quote_plus(value).encode()
    yield html.escape(value, quote=False).encode()
    yield html.escape(value).encode()
    yield json.dumps(value)[1:-1].encode()
    yield base64.b64encode(value.encode())
