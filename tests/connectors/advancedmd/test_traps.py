"""The thirty traps of the vendor sheet, and where each is shown not to catch us. A new trap needs a row here."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

TRAPS: dict[int, tuple[str, ...]] = {
    1: ("test_auth.test_a_login_is_two_posts_and_then_the_cookie_traps_1_3_5_6",
        "test_against_simulator.test_a_wrong_password_is_tried_once_and_locks_nothing"),
    2: ("test_wire.test_a_fault_is_seen_in_each_of_its_spellings_traps_2_and_11",
        "test_against_simulator.test_a_session_that_dies_is_renewed_traps_2_and_29"),
    3: ("test_against_simulator.test_a_cluster_that_moved_is_followed_trap_3",),
    4: ("test_auth.test_the_password_does_not_follow_a_redirect_to_a_strange_host_trap_4",
        "test_auth.test_an_address_is_https_and_bare_of_tricks_trap_4"),
    5: ("test_auth.test_a_login_is_two_posts_and_then_the_cookie_traps_1_3_5_6",),
    6: ("test_auth.test_a_login_is_two_posts_and_then_the_cookie_traps_1_3_5_6",
        "test_against_simulator.test_strange_replies_read_as_well_traps_6_7_8"),
    7: ("test_tree.test_stray_bytes_of_iso_8859_1_do_not_stop_the_reading_trap_7",
        "test_tree.test_utf_8_stays_utf_8_beside_a_stray_byte_trap_7"),
    8: ("test_tree.test_one_child_is_an_object_and_several_are_a_list_and_both_are_children_trap_8",
        "test_reading.test_rest_rows_come_as_a_list_or_bare_or_not_at_all_trap_8"),
    9: ("test_tree.test_numbers_and_booleans_become_the_text_they_were_trap_9",
        "test_wire.test_a_void_charge_is_void_in_every_spelling_of_true_trap_9"),
    10: ("test_feeds.test_each_no_of_the_vendor_has_our_code_trap_10",),
    11: ("test_wire.test_an_empty_error_is_none_trap_11",
         "test_wire.test_a_fault_is_seen_in_each_of_its_spellings_traps_2_and_11"),
    12: ("test_patients.test_every_page_is_read_before_somebody_is_absent_trap_12",
         "test_every_operation.test_every_list_of_the_office_can_be_looked_up_trap_12"),
    13: ("test_feeds.test_the_template_maps_our_alias_to_their_column_trap_13",
         "test_reading.test_an_office_that_lacks_a_column_is_asked_for_the_proven_ones_from_then_on_trap_13",
         "test_reading.test_only_columns_that_the_day_list_takes_are_asked_for_trap_13"),
    14: ("test_feeds.test_the_first_reading_starts_at_the_beginning_and_ends_at_the_servers_time_trap_14",
         "test_feeds.test_a_slow_clock_of_ours_does_not_step_over_rows_trap_14"),
    15: ("test_feeds.test_over_a_thousand_rows_the_ids_wait_in_the_cursor_and_come_in_chunks_trap_15",
         "test_feeds.test_a_deleted_patient_is_told_as_deleted_trap_15",
         "test_reading.test_a_census_of_many_is_asked_in_chunks_and_goes_on_after_a_pause_trap_15"),
    16: ("test_wire.test_the_patient_of_a_visit_is_found_wherever_it_sits_trap_16",),
    17: ("test_every_operation.test_other_charges_are_never_voided_silently_and_replaced_when_that_is_said_trap_17",
         "test_visits_and_charges.test_charges_go_with_the_offices_ids_and_commas_trap_17",
         "test_visits_and_charges.test_added_charges_are_separated_by_spaces_trap_17"),
    18: ("test_every_operation."
         "test_charges_are_read_back_as_codes_and_a_second_save_of_the_same_sends_nothing_traps_17_18",
         "test_reading.test_a_charge_whose_internal_id_nobody_explains_is_no_code_trap_18"),
    19: ("test_visits_and_charges.test_a_visit_is_booked_in_its_column_by_chargeentry_and_never_by_force_trap_19",
         "test_patients.test_the_detail_has_insurance_and_asks_the_class_that_has_it_trap_19",
         "test_about.test_every_call_has_the_class_that_the_table_gives_it_trap_19"),
    20: ("test_translate.test_a_new_plan_names_a_responsible_party_and_primary_as_one_trap_20",
         "test_wire.test_the_street_is_in_address2_trap_20_and_the_sex_under_either_name"),
    21: ("test_translate.test_a_change_sends_new_and_old_in_the_vendors_exact_words_trap_21",
         "test_translate.test_a_missing_middle_name_does_not_blank_theirs_trap_21",
         "test_every_operation.test_every_telephone_travels_both_ways_and_only_the_changed_one_is_sent_trap_21"),
    22: ("test_patients.test_a_patient_is_added_without_force_and_with_the_profile_trap_22",
         "test_against_simulator.test_a_patient_who_is_there_is_refused_and_not_forced_trap_22"),
    23: ("test_every_operation.test_the_calendar_is_read_in_minutes_and_openings_are_asked_for_in_slots_trap_23",
         "test_every_operation.test_a_hold_over_days_ends_when_it_says_and_not_after_its_duration_trap_23",
         "test_every_operation.test_a_move_onto_another_visit_is_refused_with_the_slot_named_trap_23"),
    24: ("test_patients.test_a_write_without_a_clear_answer_is_unknown_and_sent_once_trap_24",
         "test_every_operation.test_a_payment_without_an_answer_is_unknown_and_found_once_trap_24"),
    25: ("test_about.test_every_action_has_its_tier_and_unlisted_ones_are_low_trap_25",
         "test_translate.test_the_offices_clock_is_right_on_both_sides_of_summer_time_trap_25"),
    26: ("test_about.test_the_limits_are_those_of_the_sheet_trap_26",
         "test_visits_and_charges.test_tiers_are_those_of_the_sheet_traps_25_and_26"),
    27: ("test_auth.test_a_receipt_and_a_session_show_no_secret_trap_27",
         "test_wire.test_a_message_and_a_row_never_show_what_they_hold_trap_27"),
    28: ("test_tree.test_the_writer_escapes_trap_28",),
    29: ("test_auth.test_a_dead_session_in_any_form_is_renewed_once_and_the_call_resent_once_traps_2_and_29",
         "test_auth.test_a_session_is_renewed_two_hours_before_its_end_trap_29",
         "test_every_operation.test_a_dead_session_is_renewed_on_rest_too_trap_29"),
    30: ("test_auth.test_there_is_no_default_application_name_trap_30",),
}  # fmt: skip
"""Number of the trap to the tests, each as module and name."""


@pytest.mark.parametrize("trap", range(1, 31))
def test_every_trap_has_a_test_that_exists_and_names_it(trap: int) -> None:
    assert TRAPS[trap]
    named = 0
    for place in TRAPS[trap]:
        module, _, name = place.partition(".")
        assert callable(getattr(import_module(f"tests.connectors.advancedmd.{module}"), name)), place
        said = re.search(r"_traps?_(\d+(?:_(?:and_)?\d+)*)", name)
        named += said is not None and str(trap) in re.findall(r"\d+", said.group(1))
    assert named, "at least one test bears the number of its trap in its name"
