"""Sets of procedure codes that rules speak of, as numbers alone: what they mean is said in our words.

Sources: the yearly files of the Medicare physician fee schedule and of add-on codes (CMS, public), and the NCCI
policy manual. A code that is in no set is held to no rule of that set.
"""

from __future__ import annotations


def _span(first: int, last: int) -> frozenset[str]:
    return frozenset(f"{number:05d}" for number in range(first, last + 1))


NEW_OFFICE = _span(99202, 99205)
OFFICE = NEW_OFFICE | _span(99211, 99215)
"""Visits in the office."""
HOSPITAL = _span(99221, 99223) | _span(99231, 99236) | _span(99238, 99239)
"""Care of patients who were admitted or are under observation."""
EMERGENCY = _span(99281, 99285)
NURSING = _span(99304, 99310) | _span(99315, 99316)
HOME = _span(99341, 99350)
"""Visits in a home or residence."""
CONSULTATION = _span(99242, 99245) | _span(99252, 99255)
NEW_PREVENTIVE, PREVENTIVE = _span(99381, 99387), _span(99381, 99387) | _span(99391, 99397)
EYE_VISIT = frozenset({"92002", "92004", "92012", "92014"})
NEW_PATIENT = NEW_OFFICE | NEW_PREVENTIVE | {"92002", "92004", "99341", "99342", "99344", "99345"}
"""Services for a patient whom the practice has not seen for three years."""
EVALUATION = _span(99202, 99499) | EYE_VISIT
"""Visits and other evaluation and management."""
VISITS = OFFICE | HOSPITAL | EMERGENCY | NURSING | HOME | CONSULTATION
"""Of these a provider has one with a patient on a day."""
EXTRA_EVALUATION = frozenset({"G0101", "G0245", "G0246", "G0402", "G0438", "G0439", "G0463", "99024", "98000"})
"""Codes outside the numbers of visits that take a visit's modifiers too."""

THERAPY_SESSION = frozenset({"90832", "90834", "90837"})
FIRST_INTERVIEW = frozenset({"90791", "90792"})
WITH_VISIT = frozenset({"90833", "90836", "90838"})
"""Psychotherapy beside a visit."""
GROUPS = frozenset({"90846", "90847", "90849", "90853"})
ONCE_A_DAY = OFFICE | HOSPITAL | EMERGENCY | NURSING | HOME | CONSULTATION | PREVENTIVE | EYE_VISIT | THERAPY_SESSION
ONCE_A_DAY = ONCE_A_DAY | FIRST_INTERVIEW | WITH_VISIT | {"90845", "90847", "90785"}
"""Codes of a whole session or day, which have no second unit on a line."""
QUARTER_HOURS = frozenset(
    "97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97129 97130 97140 97530 97533 97535 97537 97542 97750"
    " 97755 97760 97761 97763 97151 97152 97153 97154 97155 97156 97157 97158 H2014 H2015 H2019 T1017 G0108".split()
)
"""Codes counted in units of fifteen minutes."""
DISCIPLINE = frozenset(
    "92507 92508 92526 97012 97016 97018 97022 97032 97033 97035 97110 97112 97113 97116 97124 97140 97150 97161 97162"
    " 97163 97164 97165 97166 97167 97168 97530 97533 97535 97537 97542 97750 97755 97760 97761 97763".split()
)
"""Therapy that says under which discipline's plan it was given (GP, GO, GN)."""

_VISIT_PARTNERS = OFFICE | HOSPITAL | EMERGENCY | NURSING | HOME | CONSULTATION
ADD_ONS: dict[str, frozenset[str]] = {
    "90785": FIRST_INTERVIEW | THERAPY_SESSION | WITH_VISIT | {"90853"},
    "90833": _VISIT_PARTNERS,
    "90836": _VISIT_PARTNERS,
    "90838": _VISIT_PARTNERS,
    "90840": frozenset({"90839"}),
    "96113": frozenset({"96112"}),
    "96121": frozenset({"96116"}),
    "96131": frozenset({"96130"}),
    "96133": frozenset({"96132"}),
    "96137": frozenset({"96136"}),
    "96139": frozenset({"96138"}),
    "96159": frozenset({"96158"}),
    "96165": frozenset({"96164"}),
    "96168": frozenset({"96167"}),
    "96171": frozenset({"96170"}),
    "97130": frozenset({"97129"}),
    "99292": frozenset({"99291"}),
    "99417": frozenset({"99205", "99215", "99245", "99345", "99350", "99483"}),
    "99418": frozenset({"99223", "99233", "99236", "99255", "99306", "99310"}),
    "G2212": frozenset({"99205", "99215", "99483"}),
    "G2211": OFFICE,
    "11045": frozenset({"11042"}),
    "11046": frozenset({"11043"}),
    "11047": frozenset({"11044"}),
    "90461": frozenset({"90460"}),
    "90472": frozenset({"90460", "90471", "90473"}),
    "96361": frozenset({"96360", "96365", "96366", "96374", "96413"}),
    "96366": frozenset({"96365"}),
    "96375": frozenset({"96365", "96374", "96409", "96413"}),
    "96415": frozenset({"96413"}),
}
"""Codes that are paid beside one of others on the same day, never alone."""

ENDED: dict[str, int] = {
    **dict.fromkeys(("90801", "90802", "90804", "90805", "90806", "90807", "90808", "90809", "90862"), 20121231),
    **dict.fromkeys(("96101", "96102", "96103", "96118", "96119", "96120"), 20181231),
    **dict.fromkeys(("96150", "96151", "96152", "96153", "96154", "96155"), 20191231),
    "99201": 20201231,
    **dict.fromkeys(("99241", "99251", "99343", "99354", "99355", "99356", "99357"), 20221231),
    **dict.fromkeys(("99217", "99218", "99219", "99220", "99224", "99225", "99226", "99318"), 20221231),
    **dict.fromkeys(("99324", "99325", "99326", "99327", "99328", "99334", "99335", "99336", "99337"), 20221231),
    **dict.fromkeys(("99441", "99442", "99443", "G2012"), 20241231),
}
"""Codes that were taken out of use, with the last day of service (as 20241231) on which they stood."""

UNLISTED = frozenset(
    "01999 17999 19499 20999 27599 27899 29999 36299 43999 58999 64999 66999 67999 69399 76499 78999 84999 90399 90749"
    " 90899 91299 92499 92700 93799 94799 95199 95999 96379 96549 96999 97039 97139 97799 99199 99429 99499"
    " 99600".split()
)
"""Codes for what has no code of its own."""

AGES: dict[str, tuple[int, int]] = {
    "99381": (0, 0),
    "99391": (0, 0),
    "99382": (1, 4),
    "99392": (1, 4),
    "99383": (5, 11),
    "99393": (5, 11),
    "99384": (12, 17),
    "99394": (12, 17),
    "99385": (18, 39),
    "99395": (18, 39),
    "99386": (40, 64),
    "99396": (40, 64),
    "99387": (65, 130),
    "99397": (65, 130),
    "99460": (0, 0),
    "99461": (0, 0),
    "99462": (0, 0),
    "99463": (0, 0),
    "99468": (0, 0),
    "99469": (0, 0),
}
"""First and last year of age for which a service is."""

FEMALE = _span(56405, 59899) | {"76801", "76805", "76811", "76815", "76816", "76817", "G0101"}
MALE = _span(54000, 55899)
"""Services on organs that only women, only men, have."""

ANAESTHESIA = _span(100, 1992) | {"01996", "01999"}
