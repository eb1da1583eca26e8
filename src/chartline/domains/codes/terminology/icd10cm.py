"""ICD-10-CM from CMS's order file (``icd10cm_order_YYYY.txt``, fixed columns; public domain).

Columns: 1-5 a running number, 7-13 the code without its dot, 15 whether it may be used on a claim, 17-76 the short and
78- the long title. Codes get their dot back, as FHIR writes them. A code hangs below the longest one it begins with.
"""

from __future__ import annotations

import re

from chartline.domains.codes.terminology.files import NOT_READABLE, Release
from chartline.domains.codes.terminology.loading import Loading

SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"
NAME = "ICD-10-CM"
_CODE = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}", re.ASCII)


def read(release: Release, loading: Loading) -> str:
    """Load the codes; returns the version, the year in the file's name, or empty text."""
    name = release.needed(r"icd10cm[-_]order.*\.txt", "icd10cm_order_YYYY.txt")
    above: list[str] = []
    with release.lines(name) as lines:
        for line in lines:
            if not line.strip():
                continue
            code = line[6:13].strip()
            if _CODE.fullmatch(code) is None or line[14:15] not in ("0", "1"):
                raise NOT_READABLE.error(file=name, part="code")
            while above and not code.startswith(above[-1]):
                above.pop()
            shown = dotted(code)
            loading.concept(shown, line[77:].strip() or line[16:76].strip())
            loading.property(shown, "valid_for_claims", "true" if line[14] == "1" else "false")
            if above:
                loading.parent(shown, dotted(above[-1]))
            above.append(code)
    year = re.search(r"(20\d\d)", name.rpartition("/")[2])
    return year[1] if year else ""


def dotted(code: str) -> str:
    """A code with its dot: ``E119`` is E11.9."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"
