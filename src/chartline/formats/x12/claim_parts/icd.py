"""Which qualifier says ICD-10 and which ICD-9, for reading and writing HI.

ICD-9 is for services before October 2015, and for the few payers outside HIPAA that still ask for it. A claim has one
version throughout.
"""

from __future__ import annotations

from chartline.formats.x12.claim_parts.refusals import CONTRADICTION

ICD_10, ICD_9 = 10, 9

TEN_OF_NINE = {
    "BK": "ABK",
    "BF": "ABF",
    "BJ": "ABJ",
    "PR": "APR",
    "BN": "ABN",
    "BR": "BBR",
    "BQ": "BBQ",
}
"""The ICD-10 qualifier that means the same as an ICD-9 one."""

_NINE_OF_TEN = {ten: nine for nine, ten in TEN_OF_NINE.items()}


def qualifier(ten: str, version: int) -> str:
    """The qualifier of a version, given that of ICD-10. Raises ``x12.contradiction`` for another version."""
    if version == ICD_10:
        return ten
    if version != ICD_9:
        raise CONTRADICTION.error(field="icd_version")
    return _NINE_OF_TEN[ten]
