"""HCPCS level II from CMS's record file (``HCPC20YY_..._ANWEB.txt``, fixed columns; public domain).

Columns: 1-5 the code (a modifier stands in 4-5), 6-10 a sequence number, 11 the kind of line (3 procedure, 7 modifier:
the first line; 4 and 8: more of the long title), 12-91 the long and 92-119 the short title, 285-292 the day it ended.
"""

from __future__ import annotations

import re

from chartline.domains.codes.terminology.files import NOT_READABLE, Release
from chartline.domains.codes.terminology.loading import Loading

SYSTEM = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
NAME = "HCPCS level II"
_CODE = re.compile(r"[A-Z]\d{4}|[A-Z][A-Z0-9]", re.ASCII)
_FIRST, _MORE = ("3", "7"), ("4", "8")


def read(release: Release, loading: Loading) -> str:
    """Load codes and modifiers; the version is the year in the file's name, or empty text."""
    name = release.needed(r"HCPC.*(ANWEB|CONTR).*\.txt", "HCPC20YY_ANWEB.txt")
    code, title, short, ended = "", "", "", ""

    def store() -> None:
        if code:
            loading.concept(code, title, inactive=bool(ended))
            if short and short.casefold() != title.casefold():
                loading.name(code, short, use="short")
            loading.property(code, "ended", ended)

    with release.lines(name) as lines:
        for line in lines:
            kind = line[10:11]
            if kind in _MORE:
                title = f"{title} {line[11:91].strip()}"
            elif kind in _FIRST:
                store()
                code = line[0:5].strip()
                if _CODE.fullmatch(code) is None:
                    raise NOT_READABLE.error(file=name, part="code")
                title, short, ended = line[11:91].strip(), line[91:119].strip(), line[284:292].strip()
    store()
    year = re.search(r"(20\d\d)", name.rpartition("/")[2])
    return year[1] if year else ""
