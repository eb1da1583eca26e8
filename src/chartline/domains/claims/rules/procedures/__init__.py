"""Procedures, each by itself and beside others. In the order of findings."""

from chartline.domains.claims.rules.procedures import (
    add_on_alone,
    clia_number,
    drug_coded,
    new_patient,
    procedure_age,
    procedure_codes,
    procedure_ended,
    procedure_form,
    procedure_sex,
    unlisted_explained,
)

RULES = (
    procedure_form.RULE,
    procedure_codes.RULE,
    procedure_ended.RULE,
    procedure_age.RULE,
    procedure_sex.RULE,
    new_patient.RULE,
    add_on_alone.RULE,
    unlisted_explained.RULE,
    drug_coded.RULE,
    clia_number.RULE,
)
