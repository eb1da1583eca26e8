"""What only dental claims say. In the order of findings."""

from chartline.domains.claims.rules.dental import (
    dental_codes,
    mouth_areas,
    prosthesis_stated,
    surfaces_counted,
    tooth_needed,
    tooth_numbers,
    tooth_surfaces,
)

RULES = (
    dental_codes.RULE,
    tooth_numbers.RULE,
    tooth_surfaces.RULE,
    surfaces_counted.RULE,
    tooth_needed.RULE,
    mouth_areas.RULE,
    prosthesis_stated.RULE,
)
