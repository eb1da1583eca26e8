"""How names, telephone numbers and free text are spelt on AdvancedMD's wire, and when two spellings mean the same.

The vendor stores upper case and ``LAST,FIRST M`` (vendor sheet 6), so letter case and a full middle name beside its
initial are no differences. Refuses nothing: what does not fit comes out as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

_FOLDS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE", "đ": "d", "Đ": "D"})


def plain(text: str) -> str:
    """Without diacritics, control characters and doubled spaces (sheet 6: strip before sending)."""
    apart = unicodedata.normalize("NFKD", text.translate(_FOLDS))
    kept = "".join(" " if unicodedata.category(c) == "Cc" else c for c in apart if not unicodedata.combining(c))
    return " ".join(kept.split())


def key(text: str) -> str:
    """What two spellings have in common."""
    return plain(text).casefold()


@dataclass(frozen=True, slots=True, repr=False)
class Name(Masked):
    """A person's name in three parts; the middle is a name or an initial."""

    family: str
    given: str
    middle: str

    @classmethod
    def read(cls, text: str) -> Name:
        """From ``LAST,FIRST M``; a last word of one letter is the middle initial."""
        family, _, rest = text.partition(",")
        words = rest.split()
        initial = words.pop().rstrip(".") if len(words) > 1 and re.fullmatch(r"\w\.?", words[-1]) else ""
        return cls(" ".join(family.split()), " ".join(words), initial)

    def write(self) -> str:
        """As ``LAST,FIRST M``; commas inside a part would move the border and become spaces."""
        family, given, middle = (plain(part.replace(",", " ")) for part in (self.family, self.given, self.middle))
        return f"{family},{given} {middle[:1]}".strip()

    def same(self, other: Name) -> bool:
        """Whether both can be one person's: middle names count only where both have one."""
        ours, theirs = key(self.middle), key(other.middle)
        middles = not ours or not theirs or ours[0] == theirs[0]
        return key(self.family) == key(other.family) and key(self.given) == key(other.given) and middles


def read_phone(text: str) -> str:
    """Ten digits of a United States number, whatever stood between them; anything else as it is."""
    digits = re.sub(r"\D", "", text)
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return digits if len(digits) == 10 else text.strip()


def write_phone(text: str) -> str:
    """``(555)123-4567``."""
    digits = read_phone(text)
    return f"({digits[:3]}){digits[3:6]}-{digits[6:]}" if re.fullmatch(r"\d{10}", digits) else digits


def read_money(text: str) -> Money | None:
    """An amount; None when there is none, or what stands there is none."""
    try:
        return Money.parse(text.replace("$", "").replace(",", "").strip())
    except ValueError:
        return None


def dotted(code: str) -> str:
    """An ICD-10-CM code with the dot after its category, as the office's code file has it."""
    bare = code.replace(".", "").upper()
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare
