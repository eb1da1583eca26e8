"""Where the care was given. In the order of findings."""

from chartline.domains.claims.rules.places import (
    admission_place,
    emergency_place,
    facility_named,
    home_visit_place,
    hospital_visit_place,
    nursing_visit_place,
    office_visit_place,
    place_known,
    telehealth_place,
)

RULES = (
    place_known.RULE,
    telehealth_place.RULE,
    office_visit_place.RULE,
    hospital_visit_place.RULE,
    emergency_place.RULE,
    home_visit_place.RULE,
    nursing_visit_place.RULE,
    facility_named.RULE,
    admission_place.RULE,
)
