"""What only institutional claims say. In the order of findings."""

from chartline.domains.claims.rules.institutional import (
    admission_said,
    attending_named,
    bill_type,
    institutional_facts,
    occurrences_dated,
    patient_status,
    present_on_admission,
    revenue_codes,
    revenue_needs_procedure,
    statement_days,
    still_a_patient,
    value_and_condition_codes,
)

RULES = (
    institutional_facts.RULE,
    bill_type.RULE,
    statement_days.RULE,
    patient_status.RULE,
    still_a_patient.RULE,
    admission_said.RULE,
    attending_named.RULE,
    revenue_codes.RULE,
    revenue_needs_procedure.RULE,
    occurrences_dated.RULE,
    value_and_condition_codes.RULE,
    present_on_admission.RULE,
)
