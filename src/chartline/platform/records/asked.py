"""What is asked of one token, reference or composite as posting lists: the other half of ``postings``."""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.search import ReferenceValue, TokenValue
from chartline.formats.fhir.search.query import AskedComposite, AskedReference, AskedText, AskedToken
from chartline.platform.records.forms import slashes
from chartline.platform.records.keys import Keys


def token_lists(keys: Keys, rtype: str, label: str, asked: Sequence[AskedToken], form: str = "") -> list[int]:
    """The lists of some tokens; ``form`` is the prefix of the forms of identifiers of references."""
    hashes = (_token(keys, rtype, label, one, form) for one in asked)
    return list(dict.fromkeys(h for h in hashes if h is not None))


def _token(keys: Keys, rtype: str, label: str, asked: AskedToken, form: str) -> int | None:
    if asked.kind is not None:
        return keys.of(f"{form}o", rtype, label, *asked.kind, asked.code or "")
    if not asked.code:
        return keys.of(f"{form}y", rtype, label, asked.system) if asked.system else None
    if asked.system is None:
        return keys.of(f"{form}c", rtype, label, asked.code)
    if not asked.system:
        return keys.of(f"{form}n", rtype, label, asked.code)
    return keys.of(f"{form}s", rtype, label, asked.system, asked.code)


def targets(keys: Keys, reference: ReferenceValue, types: Sequence[str]) -> list[int]:
    """The keys of a reference into this server; of every type it may mean when it is an id alone."""
    if reference.id is None:
        return []
    return [keys.resource(rtype, reference.id) for rtype in ((reference.type,) if reference.type else types)]


def address_lists(keys: Keys, rtype: str, label: str, asked: Sequence[AskedReference | AskedText]) -> list[int]:
    """The lists of addresses: other servers' resources, canonicals, uris."""
    found = []
    for one in asked:
        url = one.text if isinstance(one, AskedText) else one.reference.url
        if url:
            below = isinstance(one, AskedReference) and one.below
            found.append(keys.of("b" if below else "u", rtype, label, url.rstrip("/") if below else url))
    return found


def above_lists(keys: Keys, rtype: str, label: str, asked: Sequence[AskedText]) -> list[int]:
    """The lists of every uri that is a beginning, at a slash, of what is asked."""
    return [keys.of("u", rtype, label, start) for one in asked for start in slashes(one.text)]


def composite_form(token: AskedToken) -> str | None:
    """How an asked token stands inside the hash of a composite; None when it has no code or a form of its own."""
    if not token.code or token.system == "":
        return f"c\x1f{token.code.casefold()}" if token.code else None
    code = token.code.casefold()
    return f"c\x1f{code}" if token.system is None else f"s\x1f{token.system}\x1f{code}"


def composite_lists(keys: Keys, rtype: str, label: str, asked: AskedComposite) -> int | None:
    """The list of the first component, or of a pair of tokens; None when it cannot be looked up."""
    first, second = asked.parts[0], asked.parts[1]
    form = composite_form(first) if isinstance(first, AskedToken) else "*"
    if form is None:
        return None
    other = composite_form(second) if isinstance(second, AskedToken) else None
    return keys.of("zz", rtype, label, form, other) if other else keys.of("z", rtype, label, form)


def identifier_of(value: TokenValue | None) -> AskedToken | None:
    """The identifier of a logical reference as a token."""
    return None if value is None else AskedToken(value.system, value.code)
