"""Writes a new connector from the template: a package that works against its own simulator and passes the suite.

Refuses a name that is no identifier or is taken, and a folder that has anything in it.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Template

from chartline.app.vendors import vendors
from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_NAME = ErrorKind(
    "connector.bad_name",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A connector's name is a short word of small letters and digits that begins with a letter, and is not taken.",
    "Choose another name, such as examplevendor; `chartline connect vendors` lists those that are taken.",
)
NOT_EMPTY = ErrorKind(
    "connector.not_empty",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The folder has something in it already; nothing was written.",
    "Name a folder that is empty or does not exist.",
)

FILES = {
    "README.md.tmpl": "README.md",
    "pyproject.toml.tmpl": "pyproject.toml",
    "about.toml.tmpl": "src/$package/about.toml",
    "init.py.tmpl": "src/$package/__init__.py",
    "client.py.tmpl": "src/$package/client.py",
    "connector.py.tmpl": "src/$package/connector.py",
    "problems.py.tmpl": "src/$package/problems.py",
    "wire.py.tmpl": "src/$package/wire.py",
    "simulator/init.py.tmpl": "src/$package/simulator/__init__.py",
    "simulator/app.py.tmpl": "src/$package/simulator/app.py",
    "simulator/main.py.tmpl": "src/$package/simulator/__main__.py",
    "test_conformance.py.tmpl": "tests/test_conformance.py",
}
"""The template's files, and where each goes."""

_name = re.compile(r"[a-z][a-z0-9]{1,39}", re.ASCII)
_title = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .&-]{0,59}", re.ASCII)


def write_connector(name: str, title: str, folder: Path) -> list[Path]:
    """Write the package into a folder; returns its files. Raises ``connector.bad_name``, ``connector.not_empty``."""
    if not _name.fullmatch(name) or not _title.fullmatch(title) or name in vendors():
        raise BAD_NAME.error()
    if folder.exists() and any(folder.iterdir()):
        raise NOT_EMPTY.error()
    words = {"name": name, "title": title, "package": f"chartline_{name}"}
    source = resources.files("chartline.app") / "connector_template"
    written: list[Path] = []
    for template, target in FILES.items():
        file = folder / Template(target).substitute(words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template((source / template).read_text("utf-8")).substitute(words), "utf-8")
        written.append(file)
    return written
