"""Plain lists: CPT as its owner delivers it, and any code system as a CSV file of one's own.

CPT: a code and a title a line, with a tab or a comma between; lines that do not begin with a code are passed over. CPT
belongs to the American Medical Association; a practice loads the file of its own licence, and it alone sees it.

CSV: a header with ``code`` and ``display``; if wanted ``system``, ``parent`` (codes with a bar between), ``inactive``
and ``definition``.
"""

from __future__ import annotations

import csv
import re

from chartline.domains.codes.terminology.files import NOT_READABLE, Release
from chartline.domains.codes.terminology.loading import Loading

CPT = "http://www.ama-assn.org/go/cpt"
CPT_NAME = "CPT"
_CPT_LINE = re.compile(r'"?(\d{4}[0-9A-Z])"?[\t,](.+)', re.ASCII)


def read_cpt(release: Release, loading: Loading) -> str:
    """Load CPT codes and titles; the version is the year in the file's name, or empty text."""
    name = release.needed(r".*\.(txt|csv|tsv)", "a list of codes and titles")
    with release.lines(name) as lines:
        for line in lines:
            found = _CPT_LINE.match(line)
            if found is not None:
                title = next(csv.reader([found[2]]), [""])[0] if "," in line and "\t" not in line else found[2]
                loading.concept(found[1], title.split("\t")[0].strip().strip('"'))
    year = re.search(r"(20\d\d)", name.rpartition("/")[2])
    return year[1] if year else ""


def read_csv(release: Release, loading: Loading, system: str) -> str:
    """Load a list of one's own. Rows of another system than ``system`` are refused."""
    name = release.needed(r".*\.csv", "a CSV file")
    with release.records(name, "code", "display") as rows:
        for row in rows:
            code = row["code"].strip()
            if not code or row.get("system", "") not in ("", system):
                raise NOT_READABLE.error(file=name, part="system" if code else "code")
            inactive = row.get("inactive", "").strip().casefold() in ("true", "1", "yes")
            loading.concept(code, row["display"].strip(), inactive=inactive)
            loading.property(code, "definition", row.get("definition", "").strip())
            for parent in row.get("parent", "").split("|"):
                if parent.strip():
                    loading.parent(code, parent.strip())
    return ""
