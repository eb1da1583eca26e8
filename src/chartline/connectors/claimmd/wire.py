"""Claim.MD's answers, XML or JSON, through one tolerant reader (vendor sheet 3), and the rows inside them.

Unwraps ``result``; a repeated thing may be a list or one object; a scalar may stand in a list; ``{}`` and null are
nothing; numbers stay the text they were. Refuses HTML, empty bodies, document types and depth without end.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

MAX_DEPTH: Final = 40
MOST_DIGITS: Final = 30


class Unreadable(ValueError):
    """The bytes are not an answer of this vendor. The text never quotes them."""


@dataclass(frozen=True, slots=True, repr=False)
class Record(Masked):
    """An object: its scalars as texts, its objects as rows, both by name. One name may have both (trap 25)."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """The first non-empty scalar under the first of the names that has one, stripped; else empty."""
        found = (value.strip() for name in names for value in self.texts.get(name, ()))
        return next((value for value in found if value), "")

    def joined(self, name: str) -> str:
        """All scalars under a name, one behind the other: long data may come in pieces."""
        return "".join(self.texts.get(name, ()))

    def rows(self, name: str) -> tuple[Record, ...]:
        """The objects under a name, empty ones left out."""
        return tuple(row for row in self.children.get(name, ()) if row.texts or row.children)

    def has(self, name: str) -> bool:
        """Whether anything stands under a name."""
        return bool(self.rows(name)) or bool(self.text(name))


def read(body: bytes) -> Record:
    """An answer, by its first character XML or JSON; the ``result`` around it is taken off. Raises Unreadable."""
    text = _decoded(body).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _read_xml(text)
    if text.startswith(("{", "[")):
        return _read_json(text)
    raise Unreadable("neither XML nor JSON")


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        # Nothing says what else it could be; ISO-8859-1 loses no byte, so a raw 835 inside stays whole.
        return body.decode("iso-8859-1")


class _Builder(ElementTree.TreeBuilder):
    """Builds elements, and refuses a document type: there is none in this protocol, and entities come with it."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Called by the parser for ``<!DOCTYPE``."""
        raise Unreadable("document types are refused")


def _read_xml(text: str) -> Record:
    # S314 warns of entity expansion; entities need a document type, and the builder refuses those.
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314
    try:
        parser.feed(text)
        root = parser.close()
    except (ElementTree.ParseError, ValueError):
        raise Unreadable("not well-formed XML") from None
    if root.tag.lower() != "result":
        raise Unreadable("not a result")
    return _from_element(root, 0)


def _from_element(element: ElementTree.Element, depth: int) -> Record:
    if depth > MAX_DEPTH:
        raise Unreadable("nested too deeply")
    texts: dict[str, tuple[str, ...]] = {name: (value,) for name, value in element.attrib.items()}
    children: dict[str, tuple[Record, ...]] = {}
    for child in element:
        if child.text and child.text.strip() and not len(child):
            texts[child.tag] = (*texts.get(child.tag, ()), child.text)
        children[child.tag] = (*children.get(child.tag, ()), _from_element(child, depth + 1))
    return Record(texts, children)


def _read_json(text: str) -> Record:
    try:
        # Numbers stay text: ids are longer than a float holds, and money is exact (trap 6).
        value = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    record = _from_json(value, 0)
    wrapped = record.rows("result")
    around = {name: rows for name, rows in record.children.items() if name != "result"}
    return _merged((Record(record.texts, around), *wrapped)) if wrapped else record


def _merged(records: tuple[Record, ...]) -> Record:
    """Several wrappers as one: nothing of any is dropped."""
    texts: dict[str, tuple[str, ...]] = {}
    children: dict[str, tuple[Record, ...]] = {}
    for record in records:
        for name, values in record.texts.items():
            texts[name] = (*texts.get(name, ()), *values)
        for name, rows in record.children.items():
            children[name] = (*children.get(name, ()), *rows)
    return Record(texts, children)


def _from_json(value: object, depth: int) -> Record:
    if depth > MAX_DEPTH:
        raise Unreadable("nested too deeply")
    if isinstance(value, list):
        return Record({}, {"result": tuple(_from_json(item, depth + 1) for item in value if isinstance(item, dict))})
    if not isinstance(value, dict):
        return Record()
    texts: dict[str, tuple[str, ...]] = {}
    children: dict[str, tuple[Record, ...]] = {}
    for name, content in value.items():
        if isinstance(content, str):
            # Nearly everything is; a feed page has hundreds of thousands.
            texts[name] = (content,)
            continue
        items = content if isinstance(content, list) else [content]
        scalars = tuple(_scalar(item) for item in items if item is not None and not isinstance(item, dict | list))
        if scalars:
            texts[name] = scalars
        objects = tuple(_from_json(item, depth + 1) for item in items if isinstance(item, dict))
        if objects:
            children[name] = objects
    return Record(texts, children)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def is_number(text: str) -> bool:
    """Whether a text is a plain whole number, as ids, positions and counts are: ASCII digits, and not without end."""
    return len(text) <= MOST_DIGITS and text.isascii() and text.isdigit()


def read_money(text: str) -> Money:
    """An amount, whatever sign and commas it wears. Raises Unreadable for anything else, also for nothing."""
    try:
        return Money.parse(text.replace("$", "").replace(",", ""))
    except ValueError:
        raise Unreadable("not an amount") from None


@dataclass(frozen=True, slots=True, repr=False)
class ServiceError(Masked):
    """A system error, or a payer's own one inside ``elig`` (sheet 3.3, trap 20)."""

    code: str
    text: str


def errors_of(record: Record) -> tuple[ServiceError, ...]:
    """The errors right below a record; ``error`` may be one object, several, or a bare text."""
    rows = tuple(
        ServiceError(row.text("error_code"), row.text("error_mesg", "error_message", "message"))
        for row in record.rows("error")
    )
    bare = record.text("error")
    return rows or ((ServiceError("", bare),) if bare else ())


@dataclass(frozen=True, slots=True, repr=False)
class MessageRow(Masked):
    """One message on a claim."""

    status: str
    code: str
    message: str
    fields: str
    response: str

    @classmethod
    def of(cls, record: Record) -> MessageRow:
        """From a ``messages`` object."""
        return cls(
            record.text("status"),
            record.text("mesgid"),
            record.text("message"),
            record.text("fields"),
            record.text("responseid"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class ClaimRow(Masked):
    """A claim in the answer to an upload or in the feed (sheet 5.1)."""

    claim: str
    file_name: str
    control_number: str
    remote_claim: str
    payer: str
    status: str
    sender_name: str
    sender_icn: str
    at: str
    messages: tuple[MessageRow, ...]

    @classmethod
    def of(cls, record: Record) -> ClaimRow:
        """From a ``claim`` object; ``claimid`` and ``claimmd_id`` are the same number."""
        return cls(
            claim=record.text("claimmd_id", "claimid"),
            file_name=record.text("filename"),
            control_number=record.text("pcn"),
            remote_claim=record.text("remote_claimid"),
            payer=record.text("payerid"),
            status=record.text("status"),
            sender_name=record.text("sender_name"),
            sender_icn=record.text("sender_icn"),
            at=record.text("response_time"),
            messages=tuple(MessageRow.of(row) for row in record.rows("messages")),
        )


@dataclass(frozen=True, slots=True, repr=False)
class UploadRow(Masked):
    """An upload in ``uploadlist``; ``at`` is in seconds since 1970 (sheet 5.5)."""

    inbound: str
    file_name: str
    claims: str = ""
    amount: str = ""
    at: str = ""

    @classmethod
    def of(cls, record: Record) -> UploadRow:
        """From a ``file`` object; only the name is compared, without a folder before it."""
        name = record.text("filename", "file_name")
        return cls(
            inbound=record.text("inboundid", "fileid"),
            file_name=name.replace("\\", "/").rsplit("/", 1)[-1],
            claims=record.text("file_count"),
            amount=record.text("file_amount"),
            at=record.text("uploadtime"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class EraRow(Masked):
    """A remittance in ``eralist`` (sheet 7.1)."""

    era: str
    payer: str
    payer_name: str
    check_number: str
    paid: str
    paid_date: str

    @classmethod
    def of(cls, record: Record) -> EraRow:
        """From an ``era`` object."""
        return cls(
            record.text("eraid"),
            record.text("payerid"),
            record.text("payer_name"),
            record.text("check_number"),
            record.text("paid_amount"),
            record.text("paid_date"),
        )
