from __future__ import annotations

from chartline.formats.x12.codes import (
    ADJUSTMENT_GROUPS,
    CLAIM_STATUSES,
    PLACES_OF_SERVICE,
    PROVIDER_ADJUSTMENTS,
    REASONS,
    Category,
    category,
    label,
)


def test_an_adjustment_reads_as_a_sentence() -> None:
    assert label("PR", "1") == "Patient owes: Goes to the deductible (PR-1)"


def test_an_unknown_code_is_normal() -> None:
    assert label("XX", "9999") == "Adjustment: reason not in our list (XX-9999)"
    assert Category.OTHER is category("9999")


def test_common_reasons_have_their_category() -> None:
    expected = {
        "1": Category.DEDUCTIBLE,
        "2": Category.COINSURANCE,
        "3": Category.COPAY,
        "45": Category.CONTRACTUAL,
        "197": Category.AUTHORIZATION,
        "29": Category.TIMELY_FILING,
        "18": Category.DUPLICATE,
        "27": Category.ELIGIBILITY,
        "50": Category.MEDICAL_NECESSITY,
        "11": Category.CODING,
        "97": Category.BUNDLING,
        "22": Category.COORDINATION,
        "16": Category.INFORMATION,
    }
    assert expected == {code: category(code) for code in expected}


def test_the_lists_hold_what_remittances_use() -> None:
    assert {"1", "2", "3", "4", "19", "20", "21", "22"} <= set(CLAIM_STATUSES)
    assert {"CO", "PR", "OA", "PI", "CR"} == set(ADJUSTMENT_GROUPS)
    assert {"WO", "FB", "L6", "CS", "72", "J1"} <= set(PROVIDER_ADJUSTMENTS)
    assert {"02", "10", "11", "21", "22", "23"} <= set(PLACES_OF_SERVICE)
    assert all(code == reason.code for code, reason in REASONS.items())
