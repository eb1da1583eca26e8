"""How a practice asks about coverage: what is asked about, how early, how often, and how long an answer holds.

A practice without a row has the defaults. Refuses a service type that X12 could not write, and numbers of days that
would ask everybody all the time or nobody ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chartline.domains.coverage.tables import coverage_setting_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

BAD_SETTING = ErrorKind(
    "coverage.bad_setting",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A setting of the eligibility checks has a value that it cannot have.",
    "Service types are two letters or digits of the X12 list (30, 98, MH); days are whole numbers within the limits "
    "that the page names. Correct the setting named in the fields.",
    status=422,
)

WHOLE_PLAN = "30"
"""X12 service type: the health benefit plan as a whole."""
_SERVICE_TYPE = re.compile(r"[A-Z0-9]{1,2}")
_VISIT_KIND = re.compile(r"[A-Za-z0-9._-]{1,60}")
LIMITS = {"days_ahead": (0, 30), "fresh_days": (0, 31), "monthly_days": (1, 28), "active_days": (1, 1100)}
"""The least and the most of each number of days."""
MOST_KINDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSettings:
    """The settings.

    ``service_type`` is what is asked about (X12 1365); ``visit_service_types`` says otherwise for kinds of visits, by
    the code of the appointment's type. Visits are asked about ``days_ahead`` days before. An answer holds for
    ``fresh_days`` and never beyond its month. ``monthly`` asks once a month about everybody who was seen or is booked
    within ``active_days``, spread over the first ``monthly_days`` days.
    """

    service_type: str = WHOLE_PLAN
    visit_service_types: Mapping[str, str] = field(default_factory=dict[str, str])
    days_ahead: int = 3
    fresh_days: int = 3
    monthly: bool = True
    monthly_days: int = 10
    active_days: int = 180

    def service_type_of(self, visit_kind: str) -> str:
        """What is asked about for a kind of visit."""
        return self.visit_service_types.get(visit_kind, self.service_type)


def read_coverage_settings(work: Work) -> CoverageSettings:
    """The practice's settings, the defaults when nobody has set any."""
    row = work.row(work.select(coverage_setting_table))
    if row is None:
        return CoverageSettings()
    names = CoverageSettings.__dataclass_fields__
    return CoverageSettings(**{name: row[name] for name in names})


def save_coverage_settings(work: Work, settings: CoverageSettings, actor: str) -> CoverageSettings:
    """Store the settings over the present ones. Raises ``coverage.bad_setting``."""
    kinds = {kind.strip(): code.strip().upper() for kind, code in settings.visit_service_types.items()}
    settings = replace(settings, service_type=settings.service_type.strip().upper(), visit_service_types=kinds)
    if not _SERVICE_TYPE.fullmatch(settings.service_type):
        raise BAD_SETTING.error(setting="service_type")
    sound = all(_VISIT_KIND.fullmatch(kind) and _SERVICE_TYPE.fullmatch(code) for kind, code in kinds.items())
    if not sound or len(kinds) > MOST_KINDS:
        raise BAD_SETTING.error(setting="visit_service_types")
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(settings, name) <= most:
            raise BAD_SETTING.error(setting=name, least=str(least), most=str(most))
    values: dict[str, object] = {name: getattr(settings, name) for name in CoverageSettings.__dataclass_fields__}
    work.upsert(coverage_setting_table, {}, **values, changed=work.now, changed_by=actor[:80])
    return settings
