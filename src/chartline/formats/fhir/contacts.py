"""Address and ContactPoint: building and reading, keeping the parts of a prior value that are not named."""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.elements import children, text, updated
from chartline.formats.fhir.json import JsonObject


def address(
    lines: Sequence[str],
    city: str | None,
    state: str | None,
    postal_code: str | None,
    *,
    use: str | None = "home",
    prior: JsonObject | None = None,
) -> JsonObject:
    """A postal address; state as the two-letter code."""
    return updated(
        prior,
        use=use,
        line=[line for line in lines if line],
        city=city or None,
        state=state or None,
        postalCode=postal_code or None,
    )


def contact_point(system: str, value: str, use: str | None = None, *, prior: JsonObject | None = None) -> JsonObject:
    """A telephone number (``phone``), e-mail address (``email``), ``fax``, ``sms`` or ``url``."""
    return updated(prior, system=system, value=value, use=use or (text(prior, "use") if prior else None))


def contact_value(resource: JsonObject, system: str, use: str | None = None) -> str | None:
    """The first value of a system, of one use if given, leaving out the ones marked old."""
    for point in children(resource, "telecom"):
        wanted = text(point, "system") == system and text(point, "use") != "old"
        if wanted and (use is None or text(point, "use") == use):
            return text(point, "value")
    return None
