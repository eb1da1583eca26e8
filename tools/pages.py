"""Writes the reference pages from the code itself, so that they cannot disagree with it.

``--write`` writes them; without it the pages are compared, and the exit code is 1 when one is stale. Refuses nothing
else: what a page says is decided where the fact lives (an ``ErrorKind``, a rule, a command, an ``about.toml``).
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from fhir_conformance import conformance_page
from x12_pages import guides_page, problems_page

import chartline
from chartline.cli.main import COMMANDS, group
from chartline.domains.claims.rules.catalogue import as_markdown
from chartline.domains.ledger.accounts import ACCOUNTS, PROVIDER_LEVEL
from chartline.formats.x12.codes import PROVIDER_ADJUSTMENTS
from chartline.kernel import settings
from chartline.kernel.errors import CATALOGUE, Again, Blame
from chartline.kernel.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
WIDTH = 100
"""Columns of a command's help: fixed, so that the page does not depend on a terminal."""

WHOSE_MOVE = {
    Blame.US: "Chartline (a defect; report it)",
    Blame.PRACTICE: "the practice",
    Blame.VENDOR: "the vendor",
    Blame.PAYER: "the payer",
    Blame.PATIENT: "the patient",
    Blame.NETWORK: "the network",
}
AGAIN = {
    Again.NEVER: "no",
    Again.NOW: "yes, now",
    Again.AFTER: "yes, after a while",
    Again.AFTER_FIX: "yes, after it is corrected",
}
GRADES = {
    "D": "the vendor documents it",
    "L": "seen live, in a client that is in use",
    "C": "seen in a client's code",
    "Q": "second-hand",
    "S": "demanded by the product's own requirements",
    "I": "inferred",
    "A": "our assumption",
    "O": "our placeholder",
}
SKIPPED = ("chartline.platform.database.migrations.",)
"""Modules that only a tool of theirs may import."""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A Markdown table, line by line, with an empty line after it."""
    heads = list(heads)
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def every_module() -> None:
    """Import every module, so that every error is declared."""
    for module in pkgutil.walk_packages(chartline.__path__, "chartline."):
        if not module.name.startswith(SKIPPED) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def errors() -> Iterator[str]:
    """The page of all errors, grouped by the first part of their codes."""
    every_module()
    yield "# Errors"
    yield ""
    yield "Every error has a code, says whose move it is, whether the same thing may be tried again, and the next"
    yield "step. The API answers it as JSON with these words (`code`, `blame`, `again`, `say`, `do`, `evidence`,"
    yield "`fields`); the command line and the desk print `say` and `do`. `evidence` is the id of a message in the"
    yield "exchange log. The last column is the HTTP status when the error leaves through the API."
    yield ""
    rooms: dict[str, list[str]] = {}
    for code in sorted(CATALOGUE):
        rooms.setdefault(code.partition(".")[0], []).append(code)
    yield "Rooms: " + ", ".join(f"[{room}](#{room})" for room in rooms) + "."
    yield ""
    for room, codes in rooms.items():
        yield f"## {room}"
        yield ""
        kinds = (CATALOGUE[code] for code in codes)
        yield from table(
            ("Code", "Says", "Next step", "Whose move", "Again", "HTTP"),
            ((f"`{k.code}`", k.say, k.do, WHOSE_MOVE[k.blame], AGAIN[k.again], str(k.status)) for k in kinds),
        )


def claim_rules() -> Iterator[str]:
    """The page of the claim rules."""
    yield as_markdown()


def commands() -> Iterator[str]:
    """The page of the command line: each command's own help."""
    yield "# Commands"
    yield ""
    yield "What `--help` says. Exit codes: 0 done, 1 a problem that is told, 2 wrong usage."
    yield ""
    yield from help_of("chartline", group)
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        if command is not None:
            yield from help_of(f"chartline {name}", command)


def help_of(name: str, command: click.Command) -> Iterator[str]:
    """The help of a command, and of those under it."""
    context = click.Context(
        command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]
    )
    yield f"## {name}"
    yield ""
    yield "```text"
    yield command.get_help(context)
    yield "```"
    yield ""
    if isinstance(command, click.Group) and command is not group:
        for each in sorted(command.commands):
            yield from help_of(f"{name} {each}", command.commands[each])


def connectors() -> Iterator[str]:
    """The page of the connectors, from their ``about.toml``."""
    yield "# Connectors"
    yield ""
    yield "What each connector can do, how much it may call, and what to know of its vendor. The vendors did not make,"
    yield "endorse or check any of it. Every fact has a grade:"
    yield ""
    yield from table(("Grade", "How we know"), GRADES.items())
    for file in sorted((ROOT / "src" / "chartline" / "connectors").glob("*/about.toml")):
        yield from connector(tomllib.loads(file.read_text("utf-8")), file.parent.name)


def connector(about: dict[str, Any], folder: str) -> Iterator[str]:
    """One connector."""
    yield f"## {about['title']}"
    yield ""
    yield f"`{about['name']}`, {about['kind']}. Read its"
    yield f"[README](../../src/chartline/connectors/{folder}/README.md) before you change it."
    yield ""
    yield "Can: " + ", ".join(f"`{name}`" for name in about["capabilities"]) + "."
    yield ""
    credentials = about["credentials"]
    rows = [(f"`{name}`", "secret", "kept in the vault") for name in credentials["secrets"]]
    rows += [(f"`{name}`", "optional secret", "kept in the vault") for name in credentials.get("optional_secrets", [])]
    rows += [(f"`{name}`", "required", "") for name in credentials.get("required", [])]
    rows += [(f"`{name}`", "has a default", f"`{value}`") for name, value in credentials.get("defaults", {}).items()]
    rows += [(f"`{name}`", "optional", text) for name, text in credentials.get("optional", {}).items()]
    yield from table(("Credential or option", "Kind", "Meaning or default"), rows)
    places = about["environments"].items()
    yield from table(
        ("Environment", "Hosts", "Grade"),
        ((name, ", ".join(f"`{host}`" for host in place["hosts"]), place["grade"]) for name, place in places),
    )
    yield from limits(about["limits"])
    yield from operations(about.get("operations", []))
    yield from table(
        ("To know", "Vendor sheet", "Grade"), ((one["say"], one["sheet"], one["grade"]) for one in about["quirks"])
    )


def operations(found: list[dict[str, Any]]) -> Iterator[str]:
    """What the vendor can be asked to do, and what of it nobody has shown to work: grades O and S."""
    if not found:
        return
    yield "Unverified operations are read by; written by only where the practice has switched them on."
    yield ""
    rows = (
        (
            f"`{one['name']}`",
            one.get("class", ""),
            one["tier"],
            "write" if one.get("writes") else "read",
            one["grade"],
            "unverified" if one["grade"] in "OS" else "",
        )
        for one in found
    )
    yield from table(("Operation", "Class, or method and path", "Tier", "Does", "Grade", ""), rows)


def limits(found: dict[str, Any]) -> Iterator[str]:
    """The tiers of a connector's limits, and when its peak hours are."""
    yield f"Calls are counted by `{found['scope']}`, over all processes (grade {found['grade']})."
    peak = found.get("peak")
    if peak is not None:
        days = f"{peak['days'][0]} to {peak['days'][-1]}"
        yield f"Peak hours: {days}, {peak['from']} to {peak['to']} in {peak['zone']} (grade {peak['grade']})."
    yield ""
    yield from table(
        ("Tier", "In peak hours", "Else", "Besides", "Actions", "Grade"),
        (
            (
                name,
                number_of(tier, "peak"),
                number_of(tier, "off_peak"),
                "; ".join(besides(tier)),
                ", ".join([f"`{action}`" for action in tier.get("actions", [])] + others(found, name)),
                tier["grade"],
            )
            for name, tier in found["tiers"].items()
        ),
    )


def number_of(rate: dict[str, Any], hours: str) -> str:
    """How many calls a rate allows in peak hours or outside of them; empty where it says nothing."""
    number = rate.get(hours, rate.get("limit"))
    return f"{number} in {rate['period_seconds']} s" if number is not None else ""


def besides(tier: dict[str, Any]) -> Iterator[str]:
    """What holds in a tier besides its number of calls."""
    for rate in tier.get("also", []):
        peak, else_ = number_of(rate, "peak"), number_of(rate, "off_peak")
        yield f"at most {peak}" if peak == else_ else f"at most {peak} in peak hours, {else_} else"
    if "at_once" in tier:
        yield f"at most {tier['at_once']} at once"
    if "spacing_seconds" in tier:
        yield f"{tier['spacing_seconds']} s between two"
    yield from (f"`{action}` counts {weight}" for action, weight in tier.get("weights", {}).items())


def others(found: dict[str, Any], name: str) -> list[str]:
    """What is said of the tier that takes the actions which no tier lists."""
    return (
        ["all others"]
        if name == found.get("default", name) and ("default" in found or len(found["tiers"]) == 1)
        else []
    )


def settings_page() -> Iterator[str]:
    """The page of the settings: name, variable, type, default, meaning."""
    yield "# Settings"
    yield ""
    yield "A TOML file (`--config`), then `CHARTLINE_*` variables over it, then options of the command. An unknown key"
    yield "in the file is an error (`settings.invalid`). Secrets are not settings: vendors' passwords are in the vault,"
    yield "and the master key is in `chartline.key` in the data folder or in `CHARTLINE_KEY`."
    yield ""
    kinds, meanings = field_texts(Path(settings.__file__).read_text("utf-8"))
    defaults = Settings()
    yield from table(
        ("Key", "Variable", "Type", "Default", "Meaning"),
        (
            (
                f"`{name}`",
                f"`CHARTLINE_{name.upper()}`",
                kinds[name],
                shown(getattr(defaults, name)),
                meanings.get(name, ""),
            )
            for name in Settings.__struct_fields__
        ),
    )


def field_texts(source: str) -> tuple[dict[str, str], dict[str, str]]:
    """Types and meanings of the fields of ``Settings``: a meaning is the text below a field."""
    kinds: dict[str, str] = {}
    meanings: dict[str, str] = {}
    body = next(
        node.body for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    last = ""
    for node in body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                kinds[name], last = ast.unparse(kind), name
            case ast.Expr(value=ast.Constant(value=str(text))) if last:
                meanings[last], last = " ".join(text.replace("``", "`").split()), ""
            case _:
                last = ""
    return kinds, meanings


def shown(value: object) -> str:
    """A default for people."""
    if value in ("", ()):
        return "(empty)"
    return f"`{value}`"


def accounts() -> Iterator[str]:
    """The page of the ledger's accounts."""
    yield "# Accounts of the ledger"
    yield ""
    yield "Debits are positive, credits negative: what the practice has stands positive, what it earns stands negative."
    yield "All accounts together are always zero. Balances are added up from the journal and stored nowhere."
    yield ""
    rows = [(f"`{one.name}`", one.kind.value, one.sentence) for one in ACCOUNTS.values()]
    family = "Kept back or given by a payer outside any claim, one account for each reason code."
    yield from table(("Account", "Kind", "Its balance is"), [*rows, (f"`{PROVIDER_LEVEL}<code>`", "asset", family)])
    yield "## Reason codes between payer and practice"
    yield ""
    yield "PLB03-1 of the 835, with our own words. Another code is no error: it gets its own account all the same."
    yield "Interest (`L6`) goes to `revenue.interest`."
    yield ""
    yield from table(("Code", "Words"), ((f"`{code}`", text) for code, text in sorted(PROVIDER_ADJUSTMENTS.items())))


PAGES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "accounts.md": ("domains/ledger/accounts.py", accounts),
    "claim-rules.md": ("domains/claims/rules/", claim_rules),
    "commands.md": ("cli/", commands),
    "connectors.md": ("connectors/*/about.toml", connectors),
    "errors.md": ("every ErrorKind", errors),
    "fhir-conformance.md": ("tools/fhir_lists/conformance.txt and the marks of the tests", conformance_page),
    "settings.md": ("kernel/settings.py", settings_page),
    "x12-guides.md": ("formats/x12/data/", guides_page),
    "x12-problems.md": ("formats/x12/data/problems.toml", problems_page),
}


def pages() -> dict[str, str]:
    """Every page's text by its file name."""
    return {
        name: f"<!-- Made by `make docs` from {source}. Change it there. -->\n\n" + "\n".join(make()).rstrip() + "\n"
        for name, (source, make) in PAGES.items()
    }


def main(arguments: list[str]) -> int:
    """Write or compare; ``--folder PATH`` names another folder than ``docs/reference``."""
    folder = Path(arguments[arguments.index("--folder") + 1]) if "--folder" in arguments else FOLDER
    made = pages()
    if "--write" in arguments:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
        return 0
    stale = [
        name
        for name, text in made.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != text
    ]
    for name in stale:
        print(f"{name} is stale: run `make docs` and commit it")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
