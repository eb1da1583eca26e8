"""A one-page PDF of plain text lines, small and valid: erapdf/ needs a file, not typography (sheet 15.13).

Written by hand from the public PDF 1.4 structure: catalog, pages, page, font, content. Text outside ASCII becomes
``?``; lines beyond the page are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

LINES_A_PAGE = 60


def text_pdf(lines: Sequence[str]) -> bytes:
    """The file's bytes."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines[:LINES_A_PAGE])
    content = f"BT /F1 9 Tf 12 TL 40 760 Td\n{shown}ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )


def _escaped(text: str) -> str:
    plain = text.encode("ascii", "replace").decode("ascii")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
