"""The two claim forms: every box has its place, nothing is lost, and the same values are the same bytes."""

from __future__ import annotations

import base64
import re
import zlib

import pytest

from chartline.formats.paper import cms1500, ub04
from chartline.formats.paper.cms1500 import PaperService
from chartline.formats.paper.grid import LINE, Box, Shift, fill
from chartline.formats.paper.ub04 import PaperCharge

SERVICE = PaperService("03 02 26", "03 02 26", "11", "90837", "95", "AB", "150 00", "1", "1999999976")


def words(pdf: bytes) -> str:
    """The texts that a PDF draws."""
    streams = re.findall(rb"stream\n(.*?)endstream", pdf, re.DOTALL)
    return "\n".join(
        zlib.decompress(base64.a85decode(b"<~" + one.strip(), adobe=True)).decode("latin-1") for one in streams
    )


def test_data_alone_is_the_same_values_without_the_form() -> None:
    head = {"2": "Zzyzxdottir, Quillon", "26": "C000001", "1a": "XQZ7771234"}
    whole = words(cms1500.cms1500(head, [SERVICE], "150 00"))
    alone = words(cms1500.cms1500(head, [SERVICE], "150 00", data_only=True))
    for value in ("ZZYZXDOTTIR, QUILLON", "XQZ7771234", "90837", "150 00"):
        assert value in whole
        assert value in alone
    assert "Prior authorization" in whole
    assert "Prior authorization" not in alone


def test_more_services_than_six_make_further_pages_with_the_total_on_the_last() -> None:
    pdf = cms1500.cms1500({}, [SERVICE] * 13, "1950 00")
    assert pdf.count(b"/Type /Page\n") == 3
    assert words(pdf).count("CONTINUED") == 2
    assert words(pdf).count("1950 00") == 1
    assert pdf == cms1500.cms1500({}, [SERVICE] * 13, "1950 00")


def test_a_bill_of_a_hospital_has_its_lines() -> None:
    charge = PaperCharge("0914", "Therapy", "90837", "030226", "1", "150 00", "")
    text = words(ub04.ub04({"4": "0131", "67": "F411", "67A": "F331"}, [charge] * 23, "3450 00"))
    assert text.count("0914") == 23
    assert "F331" in text


@pytest.mark.parametrize("boxes", [cms1500.BOXES, ub04.BOXES])
def test_no_two_boxes_have_one_number_and_none_leaves_the_page(boxes: tuple[Box, ...]) -> None:
    assert len({box.number for box in boxes}) == len(boxes)
    for box in boxes:
        assert box.column + box.columns - 1 <= 81, box
        assert (box.line + box.rows) * LINE <= 792, box


def test_a_value_without_a_box_is_refused() -> None:
    with pytest.raises(KeyError):
        fill("x", [{"99": "lost"}], cms1500.BOXES)


def test_a_printer_that_is_off_is_shifted() -> None:
    plain = cms1500.cms1500({"2": "A"}, [SERVICE], "1 00", data_only=True)
    moved = cms1500.cms1500({"2": "A"}, [SERVICE], "1 00", data_only=True, shift=Shift(right=3, down=2))
    assert plain != moved
