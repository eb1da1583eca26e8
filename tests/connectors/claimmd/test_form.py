"""Forms as the vendor takes them (vendor sheet 2)."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.connectors.claimmd.form import multipart


@given(st.binary(max_size=300), st.text("abc+/=&%", max_size=20))
def test_a_multipart_body_reads_back_byte_for_byte(content: bytes, key: str) -> None:
    media, body = multipart({"AccountKey": key}, "batch-1.837", content)
    head = f"Content-Type: {media}\r\n\r\n".encode()
    boundary = media.split("boundary=")[1].encode()
    assert body.endswith(b"--" + boundary + b"--\r\n")
    field, file = body.split(b"--" + boundary + b"\r\n")[1:]
    assert key.encode() == field.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
    assert content == file.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n--" + boundary + b"--\r\n")
    parts = BytesParser().parsebytes(head + body).get_payload()
    assert isinstance(parts, list)
    assert [part.get_param("name", header="content-disposition") for part in parts if isinstance(part, Message)] == [
        "AccountKey",
        "File",
    ]


def test_the_same_upload_has_the_same_bytes() -> None:
    assert multipart({"AccountKey": "k"}, "a.837", b"ISA*") == multipart({"AccountKey": "k"}, "a.837", b"ISA*")


@pytest.mark.parametrize("name", ['a".837', "a\r\nb", "", "../a.837", "a b", "é.837"])
def test_a_name_that_breaks_out_of_its_header_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="form part"):
        multipart({}, name, b"x")
