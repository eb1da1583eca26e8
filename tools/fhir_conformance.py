"""The page that says, row by row, which tests show that the FHIR server does what R4 and its guides ask.

Rows are in ``fhir_lists/conformance.txt``. Tests carry ``@pytest.mark.conformance("I1", "S3")``, or, where something is
not there and the test shows how it is told, ``@pytest.mark.conformance("I24", gap="why")``. Both are read from the
source of the tests; nothing is run. Refuses marks of unknown rows, marks whose arguments are not plain text, gaps that
do not say why, and a gap on a test that may pass or fail as it likes (``xfail`` without ``strict``).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).resolve().parent / "fhir_lists" / "conformance.txt"
LEVELS = ("must", "should", "may")
MARK = "conformance"


class BadMark(Exception):
    """A mark that the page cannot be made of; the text has the place and what is wrong."""


@dataclass(frozen=True)
class Row:
    """One row: where it stands on the page, what it asks, and how much; ``also`` is a row whose tests show it too."""

    id: str
    section: str
    level: str
    what: str
    also: str = ""


@dataclass(frozen=True)
class Shown:
    """A test that is marked with a row; ``gap`` says why the row is not met, and is empty where it is."""

    row: str
    file: Path
    test: str
    gap: str = ""


@dataclass
class Found:
    """The marks of one decorated thing while it is read."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    loose: bool = False
    """Whether it is an ``xfail`` that may also pass."""


def rows(text: str) -> list[Row]:
    """The rows of the list. Raises ``BadMark`` for a line that is none, and for an id that comes twice."""
    found: dict[str, Row] = {}
    section = ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) not in (3, 4) or parts[1] not in LEVELS or parts[0] in found:
            raise BadMark(f"conformance.txt: the line of {parts[0]} is none, or comes twice")
        found[parts[0]] = Row(parts[0], section, parts[1], parts[2], "".join(parts[3:]))
    return list(found.values())


def row_ids(text: str) -> list[str]:
    """The rows that one argument of a mark names: operations with or without their type, several with commas."""
    parts = [part.strip() for part in text.split(",")]
    return ["op:" + part[part.index("$") :] if "$" in part else part for part in parts]


def marks(folder: Path) -> list[Shown]:
    """Every mark of the tests below a folder, in the order of files and lines. Raises ``BadMark``."""
    found: list[Shown] = []
    for file in sorted(folder.rglob("test_*.py")):
        text = file.read_text("utf-8")
        if f"mark.{MARK}(" in text:
            found += marks_of(file, ast.parse(text))
    return found


def marks_of(file: Path, tree: ast.Module) -> Iterator[Shown]:
    """The marks of one file: of the file itself, of its classes, of its tests."""
    everywhere = Found()
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            _read(file, [*node.value.elts] if isinstance(node.value, ast.List) else [node.value], everywhere)
    yield from _tests(file, tree.body, everywhere)


def _tests(file: Path, body: list[ast.stmt], around: Found) -> Iterator[Shown]:
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        own = Found([*around.rows], around.loose)
        _read(file, node.decorator_list, own)
        if isinstance(node, ast.ClassDef):
            yield from _tests(file, node.body, own)
        elif node.name.startswith("test_"):
            for row, gap in own.rows:
                if gap and own.loose:
                    raise BadMark(f"{file.name}, {node.name}: a gap needs xfail(strict=True), or no xfail")
                yield Shown(row, file, node.name, gap)


def _read(file: Path, decorators: Iterable[ast.expr], into: Found) -> None:
    """Add what some decorators, and the marks of parameters inside them, say."""
    for call in (node for each in decorators for node in ast.walk(each) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        if name.endswith("mark.xfail"):
            into.loose |= not any(key.arg == "strict" and ast.unparse(key.value) == "True" for key in call.keywords)
        if not name.endswith(f"mark.{MARK}"):
            continue
        gap = ""
        for key in call.keywords:
            gap = _text(file, call, key.value)
            if key.arg != "gap" or not gap.strip():
                raise BadMark(f"{file.name}, line {call.lineno}: the only keyword is gap, and it says why")
        into.rows += [(row, gap) for one in call.args for row in row_ids(_text(file, call, one))]


def _text(file: Path, call: ast.Call, node: ast.expr) -> str:
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        raise BadMark(f"{file.name}, line {call.lineno}: a row is named by plain text")
    return node.value


def conformance_page(folder: Path = ROOT / "tests") -> Iterator[str]:
    """The page's lines. Raises ``BadMark``."""
    known = rows(LIST.read_text("utf-8"))
    shown: dict[str, list[Shown]] = {row.id: [] for row in known}
    for each in marks(folder):
        if each.row not in shown:
            raise BadMark(f"{each.file.name}, {each.test}: there is no row {each.row}")
        shown[each.row].append(each)
    for row in known:
        shown[row.id] = shown[row.id] or shown.get(row.also, [])
    yield "# FHIR conformance"
    yield ""
    yield "What R4 (4.0.1), US Core 6.1.0, Bulk Data 2.0.0 and the R4 Subscriptions Backport 1.1.0 ask of a server,"
    yield "in our own words, and the tests that show it over HTTP. *must* and *should* are the standard's; *may* is"
    yield "left to us. A gap is known: its test shows how the server tells that it is not there."
    yield ""
    yield from _counts(known, shown)
    section = ""
    for row in known:
        if row.section != section:
            section = row.section
            yield from ("", f"## {section}", "", "| row | what | level | state | tests |", "|---|---|---|---|---|")
        yield _line(row, shown[row.id])
    yield ""


def _counts(known: list[Row], shown: dict[str, list[Shown]]) -> Iterator[str]:
    states = ("shown", "gap", "not shown")
    yield "| level | " + " | ".join(states) + " |"
    yield "|---|---|---|---|"
    for level in LEVELS:
        these = [state(shown[row.id]) for row in known if row.level == level]
        yield f"| {level} | " + " | ".join(str(these.count(each)) for each in states) + " |"


def state(tests: list[Shown]) -> str:
    """``gap`` when any test tells one, ``shown`` when there are others, else ``not shown``."""
    if any(each.gap for each in tests):
        return "gap"
    return "shown" if tests else "not shown"


def _line(row: Row, tests: list[Shown]) -> str:
    gaps = dict.fromkeys(each.gap for each in tests if each.gap)
    told = f"gap: {'; '.join(gaps)}" if gaps else state(tests)
    files: dict[Path, list[str]] = {}
    for each in tests:
        names = files.setdefault(each.file, [])
        if each.test not in names:
            names.append(each.test)
    links = "; ".join(f"[{file.name}]({_link(file)}): {', '.join(_plain(t) for t in n)}" for file, n in files.items())
    cells = (f"`{row.id}`", row.what, row.level, told, links)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _plain(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def _link(file: Path) -> str:
    return f"../../{file.relative_to(ROOT).as_posix()}" if file.is_relative_to(ROOT) else file.name


if __name__ == "__main__":
    print("\n".join(conformance_page()))
    sys.exit(0)
