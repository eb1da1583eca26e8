"""Draws pages: the template environment and its filters. Everything is escaped; an unknown name is an error."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import MediaType, Response
from markupsafe import Markup

from chartline.console.words import SAID, label, tone
from chartline.kernel.money import Money

HOME = Path(__file__).parent
STATIC = HOME / "static"
_PLAIN_NUMBER = re.compile(r"[0-9]{0,3}\.?[0-9]{1,8}")


def _version() -> str:
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def money(amount: Money | None) -> str:
    """``$1,234.50``; a dash where nothing is known."""
    return "—" if amount is None else amount.shown()


@pass_context
def moment(context: Context, value: datetime | None) -> str:
    """A moment on the office's wall clock: ``Mar 10, 08:30``, with the year when it is another one."""
    if value is None:
        return "—"
    local = value.astimezone(context.get("zone") or UTC)
    now: datetime = context["now"]
    year = "" if local.year == now.astimezone(local.tzinfo).year else f", {local.year}"
    return f"{local:%b} {local.day}{year}, {local:%H:%M}"


@pass_context
def wall_time(context: Context, value: datetime) -> str:
    """The time of day on the office's wall clock: ``08:30``."""
    return f"{value.astimezone(context.get('zone') or UTC):%H:%M}"


def day(value: date | None) -> str:
    """``Mar 10, 2026``."""
    return "—" if value is None else f"{value:%b} {value.day}, {value.year}"


def share(text: str) -> str:
    """A payer's share as a percentage: ``0.2`` is ``20 %``; a dash where nothing is known."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return text or "—"
    return f"{(Decimal(text) * 100).normalize():f} %"


def prose(text: str) -> Markup:
    """A sentence of ours; what stands between back-quotes is a command or a name, and is set as one."""
    parts = text.split("`")
    code = Markup('<span class="mono">{}</span>')
    return Markup("").join(code.format(part) if number % 2 else part for number, part in enumerate(parts))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        money=money, moment=moment, time=wall_time, day=day, share=share, prose=prose, label=label, tone=tone
    )
    return environment


_templates = _environment()
_ALWAYS = {"asset_version": _version(), "sentences": SAID}


def draw(name: str, values: dict[str, object], *, now: datetime, zone: ZoneInfo | None, status: int = 200) -> Response:
    """A template as an HTML response."""
    text = _templates.get_template(name).render({"now": now, "zone": zone, **_ALWAYS, **values})
    return Response(text, status_code=status, media_type=MediaType.HTML)
