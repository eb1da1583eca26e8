"""Edits of the National Correct Coding Initiative: pairs that are not paid together, and most units of a code.

CMS publishes both every quarter; an operator loads them for the whole installation. Refuses to ship them: they name
procedure codes, which a practice uses under its own licence.
"""

from chartline.domains.codes.edits.book import NO_EDITS, EditBook, PairEdit, Setting, UnitEdit
from chartline.domains.codes.edits.stored import edit_book

__all__ = ["NO_EDITS", "EditBook", "PairEdit", "Setting", "UnitEdit", "edit_book"]
