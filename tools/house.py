"""Checks the habits of the house that no linter knows: sizes, names, leftovers, invented people, links, stale pages.

Prints each thing that is wrong with its place and the next step; the exit code is 1 when there is any. Needs nothing
but the standard library, except that the reference pages are compared by ``tools/pages.py``. Refuses to repair.
"""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

MOST_LINES, MANY_LINES = 600, 450
EXEMPT = ("/migrations/versions/", "/data/")
"""Generated tables and migrations may be long."""

FORBIDDEN = frozenset(name + end for name in ("util", "helper", "common", "manager", "base") for end in ("", "s"))
LEFTOVERS = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|Not" + r"ImplementedError|st" + r"ubs?)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users)/\w")
ADDRESSES = re.compile(r"\w+://\S+|--(?:extra-)?index-url|--find-links")
TEN_DIGITS = re.compile(r"(?<![\d.])[12]\d{9}(?![\d.])")
DECODES = re.compile(r"json\.decode\([^\n]*type=(?!dict\[|list\[dict)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:`|mono\">|with: |^[ $]*)chartline ([a-z][a-z0-9-]*)(?: ([a-z][a-z0-9-]*))?", re.MULTILINE)
TEXTS = ("*.md", "*.py", "*.toml", "*.txt", "*.html", "*.css", "*.json", "*.csv", "Makefile", "run", "test-needs")
PLACES = ("src", "tests", "tools", "bench", "docs", "requirements", ".ci")

Problem = tuple[Path, str, str]
"""Where, what, and the next step."""


class House:
    """A checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = sorted((root / "src").rglob("*.py"))

    def texts(self) -> Iterator[tuple[Path, str]]:
        """Every text file that is ours, and its text."""
        top = [file for file in sorted(self.root.glob("*")) if file.is_file()]
        deep = [file for place in PLACES for file in sorted((self.root / place).rglob("*")) if file.is_file()]
        for file in (*top, *deep):
            if any(file.match(pattern) for pattern in TEXTS):
                yield file, file.read_text("utf-8")

    def pages(self) -> list[Path]:
        """Every Markdown page."""
        return [file for file, _ in self.texts() if file.suffix == ".md"]

    def sizes(self) -> Iterator[Problem]:
        """Files that are too long."""
        for file, lines in self.lengths():
            if lines > MOST_LINES:
                yield file, f"{lines} lines, more than {MOST_LINES}", "split it where its subject changes"

    def lengths(self) -> list[tuple[Path, int]]:
        """Source files that count, with their lines."""
        counted = [file for file in self.source if not any(part in file.as_posix() for part in EXEMPT)]
        return [(file, len(file.read_text("utf-8").splitlines())) for file in counted]

    def names(self) -> Iterator[Problem]:
        """Modules and folders whose name says nothing."""
        for file in self.source:
            for part in file.relative_to(self.root).with_suffix("").parts:
                if part in FORBIDDEN:
                    yield file, f"the name {part} says nothing", "name it after what is in it"

    def docstrings(self) -> Iterator[Problem]:
        """Modules that do not say why they exist."""
        for file in self.source:
            if ast.get_docstring(ast.parse(file.read_text("utf-8"))) is None:
                yield file, "no module docstring", "say why the module exists and what it refuses"

    def leftovers(self) -> Iterator[Problem]:
        """Marks of unfinished work."""
        for file in self.source:
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                if found := LEFTOVERS.search(line):
                    yield file, f"line {number}: {found[0]}", "finish it, or take it out and say so in the changelog"

    def decodes(self) -> Iterator[Problem]:
        """Types that are decoded where several threads may do it for the first time together, which crashes msgspec."""
        for file in self.source:
            if "simulator" in file.parts:
                continue
            text = file.read_text("utf-8")
            if found := DECODES.search(text):
                line = text.count("\n", 0, found.start()) + 1
                yield file, f"line {line}: a decoder made on first use", "make the Decoder with the module"

    def machine_paths(self) -> Iterator[Problem]:
        """Paths of one machine, which are nobody else's."""
        for file, text in self.texts():
            if file.name == Path(__file__).name and file.parent.name == "tools":
                continue
            if found := MACHINE_PATHS.search(text):
                line = text.count("\n", 0, found.start()) + 1
                yield file, f"line {line}: a path of one machine", "use a relative path or a setting"

    def locks(self) -> Iterator[Problem]:
        """Addresses in the lock files: an installation takes packages from where it was told to."""
        for file in sorted((self.root / "requirements").glob("*.txt")):
            text = file.read_text("utf-8")
            if found := ADDRESSES.search(text):
                line = text.count("\n", 0, found.start()) + 1
                yield file, f"line {line}: an address of a package registry", "lock again with `make lock`"

    def providers(self) -> Iterator[Problem]:
        """Numbers that could be the NPI of a real provider."""
        for file, text in self.texts():
            if file.relative_to(self.root).parts[0] not in ("src", "tests"):
                continue
            yield from self.possible_providers(file, text)
        for file in sorted((self.root / "tests").rglob("*.x12")):
            yield from self.possible_providers(file, file.read_text("latin-1"))

    def possible_providers(self, file: Path, text: str) -> Iterator[Problem]:
        """The numbers in one text."""
        for found in TEN_DIGITS.finditer(text):
            if could_be_npi(found[0]) and not found[0].startswith("1999"):
                line = text.count("\n", 0, found.start()) + 1
                yield file, f"line {line}: {found[0]} may be somebody's NPI", "use a number that begins with 1999"

    def links(self) -> Iterator[Problem]:
        """Links of Markdown pages to files and headings that are not there."""
        for page in self.pages():
            for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = (page.parent / name).resolve() if name else page
                if not file.exists():
                    yield page, f"the link to {target} leads nowhere", "correct the link, or add the file"
                elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8")):
                    yield page, f"{name or 'the page'} has no heading #{anchor}", "correct the link"

    def commands(self) -> Iterator[Problem]:
        """Commands that texts tell people to run, and that the command line does not have."""
        reference = self.root / "docs" / "reference" / "commands.md"
        if not reference.exists():
            return
        known = {tuple(line.split()[2:]) for line in reference.read_text("utf-8").splitlines() if line[:3] == "## "}
        groups = {path[0] for path in known if len(path) > 1}
        for file, text in self.texts():
            if file.parent == reference.parent or file.relative_to(self.root).parts[0] == "tests":
                continue
            for found in COMMAND.finditer(text):
                first, second = found[1], found[2]
                path = (first, second) if second and first in groups else (first,)
                if path not in known:
                    line = text.count("\n", 0, found.start()) + 1
                    yield file, f"line {line}: there is no `chartline {' '.join(path)}`", "add the command or reword"

    def stale_pages(self) -> Iterator[Problem]:
        """Reference pages that no longer say what the code says."""
        tool = self.root / "tools" / "pages.py"
        if not tool.exists():
            return
        done = subprocess.run([sys.executable, str(tool)], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            said = (done.stdout or done.stderr).strip().splitlines()
            for line in said if done.stdout else said[-1:]:
                yield self.root / "docs" / "reference", line.partition(":")[0], "run `make docs`"

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong."""
        checks: tuple[Callable[[], Iterator[Problem]], ...] = (
            self.sizes,
            self.names,
            self.docstrings,
            self.leftovers,
            self.decodes,
            self.machine_paths,
            self.locks,
            self.providers,
            self.links,
            self.commands,
            self.stale_pages,
        )
        for check in checks:
            yield from check()


def could_be_npi(digits: str) -> bool:
    """Whether the check digit fits: Luhn over the number behind the prefix 80840 (45 CFR 162.406)."""
    total = 0
    for place, digit in enumerate(reversed("80840" + digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as Markdown readers on the web make them."""
    plain = (re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", one) for one in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in plain}


def main(arguments: list[str]) -> int:
    """Check the checkout around this file, or the one that is named."""
    house = House(Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent)
    found = list(house.problems())
    for file, what, step in found:
        print(f"{file.relative_to(house.root)}: {what}. Next step: {step}.")
    lengths = house.lengths()
    if lengths:
        middle = statistics.median(lines for _, lines in lengths)
        print(f"house: {len(lengths)} source files, median {middle:.0f} lines, {len(found)} problems")
    for file, lines in sorted(lengths, key=lambda one: -one[1]):
        if MANY_LINES < lines <= MOST_LINES:
            print(f"house: {file.relative_to(house.root)} has {lines} lines; think of splitting it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
