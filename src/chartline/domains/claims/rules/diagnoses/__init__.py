"""Diagnoses and the lines that point at them. In the order of findings."""

from chartline.domains.claims.rules.diagnoses import (
    diagnosis_age,
    diagnosis_codes,
    diagnosis_count,
    diagnosis_form,
    diagnosis_pointers,
    diagnosis_sex,
    diagnosis_twice,
    external_cause_first,
    injury_complete,
    injury_on_work,
    laterality,
    manifestation_first,
    pointer_twice,
    secondary_first,
)

RULES = (
    diagnosis_form.RULE,
    diagnosis_count.RULE,
    diagnosis_twice.RULE,
    diagnosis_codes.RULE,
    diagnosis_pointers.RULE,
    pointer_twice.RULE,
    external_cause_first.RULE,
    manifestation_first.RULE,
    secondary_first.RULE,
    injury_complete.RULE,
    laterality.RULE,
    diagnosis_sex.RULE,
    diagnosis_age.RULE,
    injury_on_work.RULE,
)
